"""Fifty organisers at once: exactly one wins, and the others are told who (D5 of the acceptance list).

Real threads with connections of their own on the real database, as in the web process; SQLite lets one writer in at a
time, PostgreSQL locks the event's row.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.accounts.models import Person
from app.errors import Busy, Conflict
from app.events.models import Event, Pass, Role
from app.grid import actions, queries
from app.grid.models import Placement
from app.infra import db
from app.pitches.actions import mark_interest
from app.pitches.models import Interest, Pitch
from app.pitches.queries import pitch_in
from tests.grid.arrange import LATER, cell, place, replayed, stands, take_off
from tests.world import AT

CLAIMS = 50
ROUNDS = 6


@pytest.fixture
def event(world):
    return world.event()


@pytest.fixture
def organisers(world, event):
    people = [Person(name=f"Organiser {i}", created_at=AT) for i in range(CLAIMS)]
    world.save(*people)
    world.save(*[Pass(event_id=event.id, person_id=p.id, role=Role.ORGANISER, joined_at=AT) for p in people])
    return [p.id for p in people]


@pytest.fixture
def pitches(world, event):
    made = [Pitch(event_id=event.id, title=f"Idea {i}", created_at=AT, updated_at=AT) for i in range(CLAIMS)]
    world.save(*made)
    return [p.id for p in made]


def at_once(app, claim, how_many=CLAIMS):
    """`claim(i)` in `how_many` threads that start together; what each answered or was refused with."""
    gate = threading.Barrier(how_many)

    def run(i):
        with app.app_context():
            gate.wait(20)
            for _ in range(20):
                try:
                    return claim(i)
                except Conflict as refused:
                    return refused
                except (Busy, PoolTimeout):
                    continue  # answered 503: nothing was done, the same may be asked again
                finally:
                    db.session.remove()
            raise AssertionError("busy twenty times")

    with ThreadPoolExecutor(how_many) as pool:
        return list(pool.map(run, range(how_many)))


@pytest.mark.parametrize("shown", [True, False], ids=["from a page", "without a page"])
def test_one_cell(app, event, organisers, pitches, shown):
    """Every claim saw the cell free, or saw nothing."""
    event_id = event.id
    for _ in range(ROUNDS // 2):
        seen = queries.version_of(event) if shown else None
        db.session.rollback()

        def claim(i, seen=seen):
            here = db.session.get_one(Event, event_id)
            with db.transaction(here):
                organiser, pitch = db.session.get_one(Person, organisers[i]), pitch_in(here, pitches[i])
                return actions.place(organiser, here, pitch, *cell(here, 1, 1), seen=seen, at=LATER).id

        answers = at_once(app, claim)
        won = [i for i, answer in enumerate(answers) if isinstance(answer, int)]
        assert len(won) == 1
        winner, = won
        assert stands(event) == {(1, 1): f"Idea {winner}"}
        told = {answer.message for answer in answers if isinstance(answer, Conflict)}
        assert len(told) == 1
        said = told.pop()
        assert f"Organiser {winner} put {f'“Idea {winner}”' if shown else 'it'} there at 11:52" in said
        assert f"“Idea {winner}”" in said
        take_off(db.session.get_one(Person, organisers[0]), event, queries.session_in(event, answers[winner]))


def test_one_session_moved_by_everybody(app, event, organisers, pitches):
    """Stale moves: fifty people move the same session to the nine cells at once, having seen the same page."""
    event_id = event.id
    ann = db.session.get_one(Person, organisers[0])
    session = place(ann, event, pitch_in(event, pitches[0]), 1, 1)
    for _ in range(ROUNDS):
        seen, here = queries.version_of(event), (session.placement.room.number, session.placement.slot.number)
        session_id = session.id
        targets = [(r, s) for r in (1, 2, 3) for s in (1, 2, 3) if (r, s) != here]
        db.session.rollback()

        def claim(i, seen=seen, targets=targets, session_id=session_id):
            event = db.session.get_one(Event, event_id)
            with db.transaction(event):
                moved = queries.session_in(event, session_id)
                actions.move(db.session.get_one(Person, organisers[i]), event, moved, *cell(event, *targets[i % 8]), seen=seen, at=LATER)
                return i

        answers = at_once(app, claim)
        # Whoever aims at the cell the winner chose gets what they asked for, and changes nothing by it.
        won = {targets[a % 8] for a in answers if isinstance(a, int)}
        assert len(won) == 1
        assert list(stands(event)) == list(won)
        assert queries.version_of(event) == seen + 1
        by = {answer.message.split(" moved")[0] for answer in answers if isinstance(answer, Conflict)}
        assert len(by) == 1
        assert by.pop().startswith("At 11:52 Organiser ")
    assert set(replayed(event).values()) == {session.id}


def test_swaps_and_claims_all_over_lose_nothing(app, event, organisers, pitches):
    """Fifty changes of nine cells at once, each from the newest page it can get: no cell doubled, history whole."""
    event_id = event.id
    ann = db.session.get_one(Person, organisers[0])
    for n, (r, s) in enumerate([(r, s) for r in (1, 2, 3) for s in (1, 2)]):
        place(ann, event, pitch_in(event, pitches[n]), r, s)

    def claim(i):
        event = db.session.get_one(Event, event_id)
        with db.transaction(event):
            organiser, pitch = db.session.get_one(Person, organisers[i]), pitch_in(event, pitches[i % 6])
            session = queries.session_of(pitch)
            target = cell(event, i % 3 + 1, i % 2 + 2)
            if i % 7 == 3:
                return actions.take_off(organiser, event, session, seen=None, at=LATER)
            if session.placement:
                return actions.move(organiser, event, session, *target, seen=None, at=LATER)
            return actions.place(organiser, event, pitch, *target, seen=None, at=LATER)

    at_once(app, claim)
    there = queries.taken_cells(event)
    assert len(there) == len(set(there.values()))
    assert replayed(event).keys() == there.keys()


def test_interest_marked_fifty_times_at_once_counts_once(app, event, organisers, pitches):
    event_id = event.id

    def claim(_):
        event = db.session.get_one(Event, event_id)
        with db.transaction(event):
            mark_interest(db.session.get_one(Person, organisers[0]), pitch_in(event, pitches[0]), at=LATER)

    assert at_once(app, claim) == [None] * CLAIMS
    db.session.rollback()
    assert db.session.query(Interest).count() == 1


def test_the_database_itself_keeps_one_session_to_a_cell(event, world):
    """Should the checks ever be got past: a unique constraint, told as a conflict."""
    first, second = world.session(event, room=1, slot=1), world.session(event)
    room, slot = cell(event, 1, 1)
    with pytest.raises(Conflict, match="Somebody has just put another session in that place"), db.transaction(event) as session:
        session.add(Placement(event_id=event.id, session_id=second.id, room_id=room.id, slot_id=slot.id))
    room, slot = cell(event, 2, 2)
    with pytest.raises(Conflict, match="Somebody has just placed that session"), db.transaction(event) as session:
        session.add(Placement(event_id=event.id, session_id=first.id, room_id=room.id, slot_id=slot.id))
    with pytest.raises(IntegrityError), db.transaction(event) as session:
        session.add(Placement(event_id=event.id, session_id=second.id, room_id=9_999, slot_id=slot.id))
