"""Notes written together when the network or the disk is away for a while: an editor that is cut off (D11), a disk that is full
(D7) or takes nothing any more (D8)."""

import os
import resource
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import servers
from tests.journeys.conftest import demo_kept, site_of
from tests.journeys.editors import Closed, Editor
from tests.journeys.people import SignedIn
from tests.journeys.scribes import LOST
from tests.journeys.test_notes_together import EVENT, Notes
from tests.journeys.wire import DEAD, UP, wire_to
from tests.pace import within
from tests.waiting import eventually

pytestmark = [pytest.mark.long]


def come_back(editor: Editor, seconds: float) -> None:
    """Be connected with everything saved, however often that takes."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if editor.line is None:
                editor.connect()
            editor.saved(max(0.1, deadline - time.monotonic()))
            return
        except LOST:
            editor.leave()
            assert time.monotonic() < deadline, "did not get back"
            time.sleep(0.1)


def cut_off(notes: Notes, session: int, number: int, seconds: float) -> tuple[str, str]:
    """One editor is cut off for so long and types on, another's tab is closed meanwhile; both are back within five seconds of the
    network. What they wrote."""
    stays, closed = f"stayed{number}", f"closed{number}"
    with wire_to(notes.site.address) as wire:
        one, other = (Editor(wire.address, session, notes.cookie(number + n)).connect() for n in range(2))
        for editor in (one, other):
            editor.saved()
        wire.be(DEAD)
        until = time.monotonic() + seconds
        one.type(0, f"{stays} ")
        other.type(0, f"{closed} ")
        kept = other.doc.get_update()
        other.leave()
        while time.monotonic() < until:
            one.doc["text"].insert(0, "x")  # typed on, and taken back
            del one.doc["text"][0:1]
            time.sleep(min(1.0, max(0.0, until - time.monotonic())))
        wire.be(UP)
        began = time.monotonic()
        come_back(one, within(5))
        again = Editor(wire.address, session, notes.cookie(number + 1))
        again.doc.apply_update(kept)
        come_back(again, within(5))
        one.until(lambda: closed in one.text and stays in one.text, within(5))
        again.until(lambda: closed in again.text and stays in again.text, within(5))
        assert time.monotonic() - began < within(5)
        for editor in (one, again):
            editor.leave()
    return stays, closed


@pytest.mark.once
def test_who_is_cut_off_types_on_and_is_back_within_five_seconds(together, request):
    """D11: three seconds; with --full ten, a minute, and ten."""
    notes = Notes(together)
    session = notes.fresh()
    ben = notes.editor(session, 9)
    lengths = (10, 60, 600) if request.config.getoption("--full") else (3,)
    written, wrong, stop = [], [], threading.Event()

    def be_cut_off(number: int, seconds: float) -> None:
        try:
            written.extend(cut_off(notes, session, number, seconds))
        except BaseException as problem:  # a thread's error must reach the test
            wrong.append(repr(problem))

    threads = [threading.Thread(target=be_cut_off, args=(2 * n, seconds)) for n, seconds in enumerate(lengths)]
    for thread in threads:
        thread.start()
    turn = 0
    while any(thread.is_alive() for thread in threads):
        turn += 1
        ben.type(0, f"ben{turn} ")
        ben.saved()
        stop.wait(0.2 if turn < 50 else 2.0)
    assert wrong == []
    ben.saved()
    stored = notes.stored(session)
    ben.until(lambda: ben.text == stored)
    words = stored.split()
    assert all(words.count(word) == 1 for word in (*written, *(f"ben{n}" for n in range(1, turn + 1))))
    assert len(written) == 2 * len(lengths)
    ben.leave()


@contextmanager
def small_disk(folder: Path, spare: int):
    """`folder` on a disk of its own with at most `spare` bytes more than the demo camp takes; gives whether that could be had."""
    used = sum(path.stat().st_size for path in (Path(os.environ["FOLKMOOT_TESTS_SHARED"]) / "demo").rglob("*") if path.is_file())
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + spare}", "tmpfs", folder], capture_output=True, check=False)
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)


class Full:
    """A disk on which nothing is free."""

    def __init__(self, site, folder: Path):
        self.filler, self.engine = folder / "filler", site.engine

    def begin(self) -> None:
        with self.engine.connect() as connection:  # the database has room within its own files, too: not now
            connection.execute(text("pragma wal_checkpoint(truncate)"))
        self.go_on()

    def go_on(self) -> None:
        """Fill what has become free: the search index drops old files."""
        with suppress(OSError), open(self.filler, "ab", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)

    def end(self) -> None:
        self.filler.unlink()


class ReadOnly:
    """A disk that takes nothing any more. A file system cannot be made one under programs that write to it, so the system refuses
    every write of theirs instead: no file may grow past its first bytes."""

    def __init__(self, site, _folder: Path):
        self.site, self.processes = site, set()

    def begin(self) -> None:
        self.go_on()

    def go_on(self) -> None:
        """Refuse it to those that have started since, too."""
        for pid in set(servers.tree(self.site.process)) - self.processes:
            with suppress(ProcessLookupError):  # it ended meanwhile
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
            self.processes.add(pid)

    def end(self) -> None:
        for pid in self.processes:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def type_until_told(editor: Editor, trouble) -> tuple[int, float]:
    """Type, with the `trouble` going on, until the server says that it cannot be stored: the code, and how long that took to be said."""
    for _ in range(200):
        trouble.go_on()
        began = time.monotonic()
        try:
            editor.type(0, "y" * 20_000)
            del editor.doc["text"][0:20_000]
            editor.send()
            editor.saved()
        except Closed as closed:
            editor.leave()
            return closed.code, time.monotonic() - began
    raise AssertionError("the disk is not full")


def come_through(notes: Notes, trouble) -> None:
    """People write a note while there is `trouble` with the disk, and after it."""
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    ada.type(0, "before ")
    ada.saved()
    eventually(lambda: "before" in notes.of(session, "text"), 5)
    revision = notes.of(session, "revision")
    base = notes.site.ask("select text from revision r join note n on n.document_id = r.document_id where n.session_id = :s and "
                          "r.number = :r", s=session, r=revision)[0]
    with SignedIn(notes.site, notes.people[5]) as writer:
        note = f"/e/{EVENT}/sessions/{session}/note"
        trouble.begin()
        try:
            code, seconds = type_until_told(ada, trouble)
            assert (code, seconds < within(2)) == (1013, True)
            ada.type(0, "meanwhile ")
            began = time.monotonic()
            status, _page = writer.post(note, text=base + "\nlost " + "z" * 50_000, base_revision=revision)
            assert status in (503, 507)
            assert time.monotonic() - began < within(2)
            assert writer.get(f"/e/{EVENT}/grid")[0] == 200
            assert writer.get(note)[0] == 200
            reader = notes.editor(session, 2)  # who opens it reads what is stored
            assert "before" in reader.text
            assert "meanwhile" not in reader.text
        finally:
            trouble.end()
        began = time.monotonic()
        come_back(ada, within(10))
        ben.leave()
        come_back(ben, within(10))
        ben.until(lambda: "meanwhile" in ben.text)
        status, _page = writer.post(note, text=base + "\nfrom a form\n", base_revision=revision)
        assert status in (200, 303)
        assert time.monotonic() - began < within(10)
    ada.until(lambda: "from a form" in ada.text)
    stored = notes.stored(session)
    assert ada.text == stored
    assert stored.count("meanwhile ") == 1
    assert "yy" not in stored
    assert "lost" not in stored
    for editor in (ada, ben, reader):
        editor.leave()


@pytest.mark.skipif(os.environ.get("DATABASE_URL", "").startswith("postgresql"), reason="PostgreSQL has its own disk")
def test_a_disk_that_is_full_or_takes_nothing_is_said_at_once_and_nothing_is_lost(tmp_path):
    """D7, D8."""
    demo_kept()
    with ExitStack() as stack:
        own = stack.enter_context(small_disk(tmp_path, 40_000_000))
        site = stack.enter_context(site_of(tmp_path, "--demo"))
        notes = Notes(site)
        come_through(notes, ReadOnly(site, tmp_path))
        if own:  # to mount a small disk takes more rights than tests may have
            come_through(notes, Full(site, tmp_path))
