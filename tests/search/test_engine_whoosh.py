"""The Whoosh engine's own promises: other processes see a commit at once, a killed writer loses nothing, files stay few."""

import multiprocessing
import os
import random
import signal
import threading
import time
from dataclasses import replace

import pytest

from app.search import whoosh_engine
from app.search.engine import EVERYTHING, IndexDamaged, Query, WriterBusy
from app.search.whoosh_engine import WhooshEngine
from app.search.whoosh_writer import SMALL, STEPS
from tests.search.engines import entry, found, ids

FORK = multiprocessing.get_context("fork")


def all_ids(engine) -> set[int]:
    hits = engine.find(Query(limit=100), EVERYTHING)
    return {one for page in range(1, hits.total // 100 + 2) for one in ids(engine.find(Query(limit=100, page=page), EVERYTHING))}


def segments(folder) -> int:
    return len({path.name.split(".")[0] for path in folder.glob("*/MAIN_*.trm")})


def test_a_reader_in_another_process_finds_a_commit_at_once(tmp_path):
    folder = tmp_path / "index"
    reader = WhooshEngine(folder)
    assert found(reader, "zebra ") == []
    ours, theirs = FORK.Pipe()

    def write():
        writer = WhooshEngine(folder)
        for number in range(1, 6):
            theirs.recv()
            writer.apply([entry("Zebra", str(number), id=number)], [])
            theirs.send(number)

    process = FORK.Process(target=write)
    process.start()
    try:
        for number in range(1, 6):
            ours.send(number)
            ours.recv()
            assert number in found(reader, "zebra ")
    finally:
        process.join()


def _write_until_killed(folder, start: int, pipe, seed: int) -> None:
    """Add entries one after the other, telling each number once it is safe; now and then change all, or rebuild."""
    chance = random.Random(seed)
    engine = WhooshEngine(folder)
    number = start
    while True:
        number += 1
        counter = entry("Counter", f"count{number}", id=1_000_000, version=number)
        new = entry(f"Entry {number}", "with some words of its own " * 20, id=number)
        if chance.random() < 0.1:
            engine.rebuild([*(entry(f"Entry {n}", "rebuilt", id=n) for n in range(1, number + 1)), counter])
        else:
            engine.apply([counter, new], [])
        pipe.send(number)


def test_a_killed_writer_loses_nothing_it_had_acknowledged(tmp_path):
    """20 kills at random moments of adding, merging and rebuilding; afterwards everything acknowledged is there, once."""
    folder = tmp_path / "index"
    chance = random.Random(3)
    reader, safe = WhooshEngine(folder), 0
    for kill in range(20):
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_write_until_killed, args=(folder, safe, theirs, kill))
        process.start()
        theirs.close()
        for _ in range(chance.randint(0, 8)):
            safe = ours.recv()
        time.sleep(chance.uniform(0, 0.02))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        try:
            while True:
                safe = ours.recv()
        except EOFError:
            pass
        for engine in (reader, WhooshEngine(folder)):
            indexed = all_ids(engine) - {1_000_000}
            assert set(range(1, safe + 1)) <= indexed <= set(range(1, safe + 2))  # the one being written may be there
            if safe:
                assert found(engine, "counter ") == [1_000_000]
                assert found(engine, f"count{safe} ") or found(engine, f"count{safe + 1} ")
        safe = max(indexed, default=0)
    assert safe >= 20
    versions = dict.fromkeys(range(1, safe + 1), 1) | {1_000_000: safe}
    assert WhooshEngine(folder).reconcile(versions) == []


def test_a_lock_left_by_a_killed_writer_does_not_hold_up_the_next(tmp_path):
    folder = tmp_path / "index"
    WhooshEngine(folder).apply([entry("One", id=1)], [])
    started = FORK.Event()

    def hang():
        def entries():
            started.set()
            time.sleep(60)
            yield entry("Never")

        WhooshEngine(folder).rebuild(entries())

    process = FORK.Process(target=hang)
    process.start()
    assert started.wait(10)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    engine = WhooshEngine(folder)
    engine.apply([entry("Two", id=2)], [])
    assert all_ids(engine) == {1, 2}
    engine.rebuild([entry("Three", id=3)])
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [engine._current().name], "half a rebuild is left over"


def test_two_writers_do_not_write_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "LOCK_WAIT_SECONDS", 0.2)
    engine = WhooshEngine(tmp_path / "index")

    def entries():
        with pytest.raises(WriterBusy):
            WhooshEngine(tmp_path / "index").apply([entry("Other")], [])
        yield entry("One", id=1)

    engine.rebuild(entries())
    assert all_ids(engine) == {1}


def test_files_stay_few_however_many_small_changes_there_are(whoosh_engine, tmp_path):
    for number in range(150):
        whoosh_engine.apply([entry("Thing", f"number {number}", id=1 + number % 90, version=number)], [])
    assert segments(tmp_path / "index") <= 2 * STEPS
    assert all_ids(whoosh_engine) == set(range(1, 91))
    assert SMALL < 90, "segments of more than one size"


def test_what_is_gone_is_not_kept_for_long(whoosh_engine, tmp_path):
    entries = [entry("Thing", f"secret{number}", id=number) for number in range(1, 300)]
    whoosh_engine.apply(entries, [])
    whoosh_engine.apply([], [one.id for one in entries[:200]])
    whoosh_engine.apply([entry("Another")], [])
    stored = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*.trm"))
    assert b"secret250" in stored
    assert b"secret150" not in stored


def test_searches_by_several_threads_while_the_index_changes(whoosh_engine, tmp_path):
    reader = WhooshEngine(tmp_path / "index")
    whoosh_engine.apply([entry("Thing", f"number {n}", id=n) for n in range(1, 31)], [])
    done, problems, totals = threading.Event(), [], []

    def search():
        try:
            while not done.is_set():
                for asked in ("thing ", '"thing number"', "numbre ", "th"):
                    totals.append((asked, reader.find(Query(asked), EVERYTHING).total))
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for step in range(17):
        whoosh_engine.apply([entry("Thing", f"number {step}", id=1 + step % 30, version=step)], [])
        if step % 8 == 7:
            whoosh_engine.rebuild([entry("Thing", f"number {n}", id=n) for n in range(1, 31)])
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert {total for _, total in totals} == {30}, set(totals)


@pytest.mark.parametrize("ending", [".pst", ".trm", ".entry.col", ".toc"])
def test_a_damaged_file_is_noticed_and_put_right_from_the_database(tmp_path, ending):
    folder = tmp_path / "index"
    entries = [entry("Thing", f"number {n} of many", id=n) for n in range(1, 60)]
    WhooshEngine(folder).apply(entries, [])
    damaged = next(folder.glob(f"*/*{ending}"))
    damaged.write_bytes(damaged.read_bytes()[:damaged.stat().st_size // 2])
    engine = WhooshEngine(folder)
    with pytest.raises(IndexDamaged):
        for asked in ("thing ", '"number of many"', "many ", "number 7"):
            engine.find(Query(asked), EVERYTHING)
    stale = engine.reconcile({one.id: one.version for one in entries})
    assert stale == [one.id for one in entries]
    engine.apply(entries, [])
    assert len(found(engine, "thing ", limit=100)) == len(entries)


def test_a_missing_file_is_noticed(tmp_path):
    folder = tmp_path / "index"
    WhooshEngine(folder).apply([entry("Thing", id=1)], [])
    next(folder.glob("*/*.pst")).unlink()
    with pytest.raises(IndexDamaged):
        WhooshEngine(folder).find(Query("thing "), EVERYTHING)
    assert WhooshEngine(folder).reconcile({1: 1}) == [1]


def test_an_index_of_another_format_is_begun_anew(tmp_path):
    folder = tmp_path / "index"
    (folder / "0-7").mkdir(parents=True)
    (folder / "current").write_text("0-7")
    engine = WhooshEngine(folder)
    assert found(engine, "thing ") == []
    assert engine.reconcile({1: 1}) == [1]
    engine.apply([entry("Thing", id=1)], [])
    assert found(engine, "thing ") == [1]
    assert not (folder / "0-7").exists()


def test_an_open_index_can_be_searched_after_its_files_are_deleted(whoosh_engine, tmp_path):
    whoosh_engine.apply([entry("Thing", id=1)], [])
    reader = WhooshEngine(tmp_path / "index")
    assert found(reader, "thing ") == [1]
    whoosh_engine.rebuild([entry("Thing", id=2)])
    assert found(reader, "thing ") == [2]


def test_large_segments_give_the_same_answers_as_small_ones(tmp_path):
    """Words that nearly all have and words that hardly any has, in one segment and in several with some forgotten."""
    words = ["alpha", "beta", "gamma", "delta"]
    chance = random.Random(1)
    entries = [entry(" ".join(chance.choices(words, k=2)), " ".join(chance.choices(words, k=5)) + f" rare{n % 997}", id=n,
                     topics=(f"topic {n % 3}",), leaders=(f"leader {n % 500}",)) for n in range(1, 1_501)]
    one, many = WhooshEngine(tmp_path / "one"), WhooshEngine(tmp_path / "many")
    one.rebuild(entries)
    for at in range(0, len(entries), 300):
        many.apply(entries[at:at + 300], [])
    many.apply([replace(each, version=2) for each in entries[::50]], [])
    for query in (Query("alpha "), Query("alpha beta ", topic="topic 1"), Query('"alpha beta gamma"'), Query("rare7 "), Query("alpha -beta "),
                  Query("rare12", leader="leader 9"), Query("alhpa bteaa ")):
        first, second = one.find(query, EVERYTHING), many.find(query, EVERYTHING)
        assert first.total
        assert (first.total, first.facets, first.did_you_mean) == (second.total, second.facets, second.did_you_mean)
