"""From a change in a room to being found: rows, versions, what failed and was put right, and how soon."""

import threading
import time

import pytest
from sqlalchemy import delete

from app.events.models import Event
from app.infra import clock, db, findable, jobs
from app.infra.jobs import Job
from app.search import gather, index
from app.search import jobs as search_jobs
from app.search.engine import EVERYTHING, IndexDamaged, Query
from app.search.models import SearchEntry
from tests.pace import within
from tests.search.rooms import changed, followup, keys, note, work


def versions() -> dict[str, int]:
    return dict(db.session.query(SearchEntry.key, SearchEntry.version))


def test_what_was_pitched_placed_and_noted_is_found_as_one(world):
    event = world.event()
    pitch = world.pitch(event, "Bins")
    changed("pitch", pitch.id)
    assert keys("bins") == [f"pitch:{pitch.id}"]
    session = world.session(event, "Bicycles")
    changed("session", session.id)
    assert keys("bicycle") == [f"session:{session.id}"]
    note(world, session, "We spoke of penguins")
    changed("session", session.id)
    assert keys("penguin") == [f"session:{session.id}"]
    assert versions()[f"session:{session.id}"] == 2


def test_a_pitch_that_becomes_a_session_is_no_hit_of_its_own(world):
    from app.grid.models import Session

    pitch = world.pitch(world.event(), "Bins")
    changed("pitch", pitch.id)
    session = world.save(Session(event_id=pitch.event_id, pitch_id=pitch.id, created_at=clock.now()))
    changed("session", session.id)
    assert keys("bins") == [f"session:{session.id}"]


def test_a_new_title_is_found_in_the_session_and_in_its_conversation(world):
    session = world.session(world.event(), "Bins")
    conversation = followup(world, session)
    changed("session", session.id)
    with db.transaction():
        session.pitch.title = "Penguins"
    changed("pitch", session.pitch_id)
    assert set(keys("penguins")) == {f"session:{session.id}", f"followup:{conversation.id}"}
    assert keys("bins") == []


def test_withdrawn_is_not_found_and_reopened_is(world):
    pitch = world.pitch(world.event(), "Bins")
    changed("pitch", pitch.id)
    with db.transaction():
        pitch.state = "withdrawn"
    changed("pitch", pitch.id)
    assert keys("bins") == []
    assert versions() == {}
    with db.transaction():
        pitch.state = "open"
    changed("pitch", pitch.id)
    assert keys("bins") == [f"pitch:{pitch.id}"]


def test_a_change_of_nothing_findable_writes_nothing(world, monkeypatch):
    pitch = world.pitch(world.event(), "Bins")
    changed("pitch", pitch.id)
    monkeypatch.setattr(type(index.engine()), "apply", lambda self, new, gone: (_ for _ in ()).throw(AssertionError((new, gone)))
                        if list(new) or list(gone) else None)
    changed("pitch", pitch.id)
    assert versions() == {f"pitch:{pitch.id}": 1}
    assert db.session.query(Job).count() == 0


def test_many_changes_are_one_write(world, monkeypatch):
    event = world.event()
    pitches = [world.pitch(event, f"Bins {n}") for n in range(120)]
    index.reconcile()
    applied = []
    real = type(index.engine()).apply
    monkeypatch.setattr(type(index.engine()), "apply", lambda self, new, gone: (applied.append(len(list(new))), real(self, new, gone)))
    with db.transaction():
        for pitch in pitches * 2:
            findable.changed("pitch", pitch.id)
    work()
    assert applied == [120]
    assert len(keys("bins", limit=100)) == 100


def test_a_whole_event_is_looked_at_again(world):
    event = world.event(name="GovCamp")
    session, pitch = world.session(event, "Bins"), world.pitch(event, "Bicycles")
    changed("whole event", event.id)
    assert set(keys()) == {f"event:{event.id}", f"session:{session.id}", f"pitch:{pitch.id}"}
    with db.transaction():
        event.name = "Penguin camp"
        session.pitch.title = "Penguin bins"
    changed("whole event", event.id)
    assert set(keys("penguins")) == {f"event:{event.id}", f"session:{session.id}"}


def test_a_deleted_event_is_gone_from_the_engine_too(world):
    event, kept = world.event(), world.event()
    world.session(event, "Bins")
    for one in (event, kept):
        changed("whole event", one.id)
    with db.transaction() as session:
        event_id = event.id
        session.execute(delete(Event).where(Event.id == event_id))
        findable.changed("whole event", event_id)
    work()
    assert keys() == [f"event:{kept.id}"]
    assert index.find(Query("bins"), EVERYTHING).total == 0


def test_an_id_is_never_given_to_another_entry(world):
    first = world.pitch(world.event(), "Bins")
    changed("pitch", first.id)
    used = db.session.query(SearchEntry.id).scalar()
    with db.transaction():
        first.state = "withdrawn"
    changed("pitch", first.id)
    second = world.pitch(world.event(), "Bicycles")
    changed("pitch", second.id)
    assert db.session.query(SearchEntry.id).scalar() > used


def test_what_the_engine_missed_is_put_right_at_the_next_try(world, monkeypatch):
    gone, pitch = world.pitch(world.event(), "Bins"), world.pitch(world.event(), "Bicycles")
    changed("pitch", gone.id)
    engine = type(index.engine())
    real = engine.apply

    def failing(self, new, removed):
        raise OSError("no space left on device")

    monkeypatch.setattr(engine, "apply", failing)
    with db.transaction():
        gone.state = "withdrawn"
        findable.changed("pitch", gone.id)
        findable.changed("pitch", pitch.id)
    work()
    assert set(versions()) == {f"pitch:{pitch.id}"}, "the rows are the truth"
    assert "no space left" in db.session.query(Job.problem).first()[0]
    monkeypatch.setattr(engine, "apply", real)
    with db.transaction() as session:
        session.query(Job).update({"run_at": clock.now()})
    work()
    assert db.session.query(Job).count() == 0
    assert keys() == [f"pitch:{pitch.id}"]
    assert index.find(Query("bins"), EVERYTHING).total == 0


def test_a_worker_that_died_between_rows_and_engine_loses_nothing(world):
    pitch, old = world.pitch(world.event(), "Bins"), world.pitch(world.event(), "Bicycles")
    changed("pitch", old.id)
    with db.transaction():
        old.state = "withdrawn"
    search_jobs.update(gather.everything())  # and then the process ended
    index.out_of_step()  # as every process begins
    index.reconcile()
    assert f"pitch:{pitch.id}" in keys()
    assert keys("bicycles") == []


def test_the_worker_compares_before_its_first_job(world):
    world.pitch(world.event(), "Bins")
    search_jobs.update(gather.everything())
    stop = threading.Event()
    stop.set()
    jobs.work(stop)
    assert len(keys("bins")) == 1


def test_rebuilding_finds_everything_there_is_and_nothing_else(world, app):
    event = world.event()
    session, pitch = world.session(event, "Bins"), world.pitch(event, "Bins")
    with db.transaction() as current:
        current.add(SearchEntry(key="pitch:999", kind="pitch", event_id=event.id, title="Bins that were"))
    result = app.test_cli_runner().invoke(args=["search", "rebuild"], catch_exceptions=False)
    assert result.output == "3 entries are indexed.\n"
    assert set(keys("bins")) == {f"session:{session.id}", f"pitch:{pitch.id}"}
    assert set(keys()) == {f"event:{event.id}", f"session:{session.id}", f"pitch:{pitch.id}"}


def test_a_damaged_index_is_said_and_mended(world, client, monkeypatch):
    world.pitch(world.event(), "Bins")
    search_jobs.update(gather.everything())
    index.reconcile()
    engine = type(index.engine())

    def damaged(*_):
        raise IndexDamaged("torn")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "find", damaged)
        for _ in range(2):
            response = client.get("/search?q=bins")
            assert response.status_code == 503
            assert "Nothing is lost" in response.text
    assert [job.kind for job in db.session.query(Job)] == [index.REPAIR], "asked for once"
    asked = []
    monkeypatch.setattr(engine, "reconcile", lambda self, known: asked.append(len(known)) or [])
    work()
    assert len(asked) == 1
    assert asked[0] > 0


@pytest.mark.long
def test_a_change_is_found_within_two_seconds_of_being_saved(world):
    event = world.event()
    stop = threading.Event()
    worker = threading.Thread(target=jobs.work, args=[stop])
    worker.start()
    try:
        waited = []
        for n in range(5):
            pitch = world.pitch(event, f"Penguin{n}")
            with db.transaction():
                findable.changed("pitch", pitch.id)
            saved = time.monotonic()
            while not index.find(Query(f"penguin{n}"), EVERYTHING).total:
                assert time.monotonic() - saved < within(2)
                time.sleep(0.02)
            waited.append(time.monotonic() - saved)
    finally:
        stop.set()
        worker.join()
    assert max(waited) < 2
