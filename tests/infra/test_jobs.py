"""Jobs: done after the commit that asked for them, tried again when they fail, never done by two at once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.infra import clock, db, jobs


@pytest.fixture
def done(context):
    """A kind of job that notes what it was given; fails for {"fail": n} as long as n > 0."""
    seen = []

    @jobs.handles("test.note", batch=3)
    def note(payloads):
        seen.append(payloads)
        for payload in payloads:
            if payload.get("fail"):
                raise ValueError("not yet")

    yield seen
    del jobs._handlers["test.note"]


def ask(*payloads):
    with db.transaction():
        for payload in payloads:
            jobs.enqueue("test.note", payload)


def test_jobs_are_done_in_order_and_in_batches(done):
    ask(*({"n": n} for n in range(5)))
    assert jobs.work_until_idle() == 5
    assert done == [[{"n": 0}, {"n": 1}, {"n": 2}], [{"n": 3}, {"n": 4}]]
    assert jobs.work_once() == 0


def test_a_job_of_a_failed_transaction_is_never_done(done):
    with pytest.raises(ZeroDivisionError), db.transaction():
        jobs.enqueue("test.note", {"n": 1})
        raise ZeroDivisionError
    assert jobs.work_until_idle() == 0


def test_a_failing_job_waits_longer_each_time_and_is_kept(done):
    ask({"fail": True})
    for attempt in range(1, jobs.ATTEMPTS + 1):
        assert jobs.work_until_idle() == 1
        job = db.session.scalar(select(jobs.Job))
        assert job.attempts == attempt
        assert job.problem == "ValueError: not yet"
        assert job.run_at > clock.now() + timedelta(seconds=2 ** attempt - 2)
        with db.transaction() as session:
            session.execute(update(jobs.Job).values(run_at=clock.now() - timedelta(seconds=1)))
    assert jobs.work_until_idle() == 0
    assert jobs.counts() == {"waiting": 0, "given up": 1}


def test_a_job_for_later_waits(done):
    with db.transaction():
        jobs.enqueue("test.note", {"n": 1}, run_at=clock.now() + timedelta(hours=1))
    assert jobs.work_until_idle() == 0


def test_what_a_dead_worker_held_is_done_by_the_next(done):
    ask({"n": 1})
    assert jobs._claim(clock.now()) is not None  # a worker takes it and dies
    assert jobs.work_until_idle() == 0
    with db.transaction() as session:
        session.scalar(select(jobs.Job)).run_at -= jobs.CLAIM * 2
    assert jobs.work_until_idle() == 1
    assert done == [[{"n": 1}]]


def test_a_handler_says_what_is_to_be_done_again_and_when(context):
    seen, later = [], clock.now() + timedelta(hours=1)

    @jobs.handles("test.again", batch=3)
    def again(payloads):
        seen.append(payloads)
        yield jobs.Again(1, {"n": 10}, later)

    try:
        with db.transaction():
            jobs.enqueue_all("test.again", [{"n": n} for n in range(3)])
        assert jobs.work_until_idle() == 3
        assert [(job.payload, job.run_at, job.attempts) for job in db.session.scalars(select(jobs.Job))] == [({"n": 10}, later, 0)]
    finally:
        del jobs._handlers["test.again"]


def test_jobs_of_a_patient_kind_are_never_given_up(done, monkeypatch):
    monkeypatch.setattr(jobs, "_patient", {"test.note"})
    ask({"n": 1})
    with db.transaction() as session:
        session.execute(update(jobs.Job).values(attempts=jobs.ATTEMPTS * 10))
    assert jobs.counts() == {"waiting": 1, "given up": 0}
    assert jobs.work_until_idle() == 1


def test_however_often_a_job_failed_it_is_tried_again_within_the_hour(done, monkeypatch):
    monkeypatch.setattr(jobs, "_patient", {"test.note"})
    ask({"fail": 1})
    with db.transaction() as session:
        session.execute(update(jobs.Job).values(attempts=5000))
    jobs.work_once()
    assert timedelta(minutes=55) < db.session.scalar(select(jobs.Job.run_at)) - clock.now() <= timedelta(hours=1)


def test_a_batch_that_takes_long_is_claimed_again(done, monkeypatch):
    monkeypatch.setattr(jobs, "RENEWED_SECONDS", 0.05)
    claims = []

    @jobs.handles("test.note")
    def slow(_payloads):
        for _ in range(2):
            threading.Event().wait(0.2)
            db.session.rollback()
            claims.append(db.session.scalar(select(jobs.Job.run_at)))
            db.session.rollback()

    ask({"n": 1})
    jobs.work_once()
    assert claims[1] > claims[0]


def test_four_workers_share_without_doing_anything_twice(done):
    ask(*({"n": n} for n in range(60)))
    threads = [threading.Thread(target=jobs.work_until_idle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(p["n"] for batch in done for p in batch) == list(range(60))


def test_the_worker_stops_when_told(done):
    stop = threading.Event()
    worker = threading.Thread(target=jobs.work, args=(stop,))
    worker.start()
    ask({"n": 1})
    for _ in range(100):
        if done:
            break
        stop.wait(0.05)
    stop.set()
    worker.join(5)
    assert not worker.is_alive()
    assert done == [[{"n": 1}]]
