"""Asking for note-takers, the nudge before a session, the reminders to note-takers. The clock is moved; nothing waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.documents.models import Revision
from app.errors import Forbidden
from app.events import actions as events
from app.events import layout, notices
from app.events.models import Notice, Role
from app.grid import actions as grid
from app.infra import clock, db, jobs
from app.infra.mail import Mail
from app.notes import actions, reminding, states, wanted
from app.notes.models import Note, NoteTakerWanted
from app.notes.tidying import window_of
from app.pitches.models import Interest
from tests.followups.kinds import kinds_of
from tests.notes.test_states import do
from tests.world import AT

DAY = datetime(2027, 1, 23, tzinfo=UTC)
TEXT = "## Notes\n\n- bins\n"


def at(hour, minute=0, days=0):
    return DAY + timedelta(days=days, hours=hour, minutes=minute)


@pytest.fixture
def event(world):
    return world.event()  # slots at 11:00, 12:00 and, after lunch, 14:00


@pytest.fixture
def session(world, event):
    return world.session(event, "Bins", room=1, slot=2)


@pytest.fixture
def campmaker(world, event):
    return world.holder(event, Role.CAMPMAKER, name="Cam")


@pytest.fixture
def keen(world, event, session):
    somebody = world.holder(event, name="Keen")
    world.save(Interest(pitch_id=session.pitch_id, person_id=somebody.id, marked_at=AT))
    return somebody


@pytest.fixture
def time(monkeypatch, app):
    """Moves the clock and lets the worker do what is due by then."""
    def work():
        with app.app_context():
            return jobs.work_until_idle()

    def move(to):
        monkeypatch.setattr(clock, "now", lambda: to)
        with ThreadPoolExecutor(1) as worker:  # a database session of its own, as it has a process in life
            done = worker.submit(work).result()
        db.session.rollback()
        db.session.expire_all()
        return done

    return move


def told(kind=None):
    return [(n.person_id, n.said) for n in db.session.scalars(select(Notice).order_by(Notice.id)) if kind is None or n.about == kind]


# ---- asking ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("kind", "may"), [("stranger", False), ("signed in", False), ("attendee", False), ("campmaker", True),
                                           ("organiser", True), ("owner", True), ("organiser elsewhere", False)])
def test_who_asks(world, event, session, kind, may):
    person = kinds_of(world, event)[kind]
    for action, said in ((wanted.ask_for_note_taker, (session,)), (wanted.ask_for_all, (event, [session.id])), (wanted.stop_asking, (session,))):
        if may:
            do(event, action, person, *said)
        else:
            with pytest.raises(Forbidden):
                do(event, action, person, *said)


def test_asking_twice_is_asking_once_and_only_where_nobody_takes_notes(world, event, session, campmaker):
    other, taken = world.session(event, "B", room=2, slot=2), world.session(event, "C", room=3, slot=2)
    elsewhere = world.session(world.event(), "D", room=1, slot=1)
    do(event, actions.take_notes, campmaker, taken)
    do(event, wanted.ask_for_note_taker, campmaker, session)
    was = event.version
    do(event, wanted.ask_for_note_taker, campmaker, session)
    assert event.version == was
    assert do(event, wanted.ask_for_all, campmaker, event, [session.id, other.id, taken.id, elsewhere.id]) == 1
    assert set(db.session.scalars(select(NoteTakerWanted.session_id))) == {session.id, other.id}
    do(event, wanted.stop_asking, campmaker, session)
    assert set(db.session.scalars(select(NoteTakerWanted.session_id))) == {other.id}


# ---- nudging ---------------------------------------------------------------------------------------------------------

def test_those_concerned_are_nudged_once_five_minutes_before(world, event, session, campmaker, keen, time):
    leader = world.holder(event, name="Leads")
    with db.transaction():
        session.pitch.leaders[0].person_id = leader.id
    somebody = world.holder(event)
    do(event, wanted.ask_for_note_taker, campmaker, session)
    time(at(11, 54))
    assert told() == []
    time(at(11, 55))
    assert {person for person, _ in told()} == {keen.id, leader.id, campmaker.id} - {somebody.id}
    assert {said for _, said in told()} == {"“Bins” in Main hall at 12:00 has nobody to take notes yet. Can you? Say so on its page."}
    time(at(11, 58))
    time(at(12, 30))
    assert len(told()) == 3
    # Who takes notes after all takes the nudges away that nobody has looked at.
    do(event, notices.got_it, leader, event, list(db.session.scalars(select(Notice.id).where(Notice.person_id == leader.id))))
    do(event, actions.take_notes, keen, session)
    assert [person for person, _ in told()] == [leader.id]


def test_nobody_is_nudged_for_what_somebody_takes_or_writes_or_is_not_on_the_published_grid(world, event, session, campmaker, keen, time):
    others = [world.session(event, title, room=n, slot=2) for n, title in ((2, "Written"), (3, "Draft grid"))]
    for one in (session, *others):
        do(event, wanted.ask_for_note_taker, campmaker, one)
    do(event, actions.take_notes, keen, session)
    do(event, actions.save, keen, others[0], text=TEXT, base_revision=0)
    do(event, grid.take_off, world.holder(event, Role.ORGANISER), event, others[1], seen=None)
    time(at(11, 57))
    assert [said for _, said in told() if "take notes" in said] == []


@pytest.mark.parametrize(("slot", "before", "due"), [(1, at(10, 54), at(10, 55)), (3, at(11, 56), at(13, 55))])
def test_a_session_that_moves_is_nudged_for_by_its_new_time(world, event, session, campmaker, time, slot, before, due):
    organiser = world.holder(event, Role.ORGANISER)
    do(event, wanted.ask_for_note_taker, campmaker, session)
    to = next(s for s in event.slots if s.number == slot)
    do(event, grid.move, organiser, event, session, event.rooms[0], to, seen=None)

    def nudges():
        return [said for _, said in told() if "nobody to take notes" in said]

    time(before)
    assert nudges() == []
    time(due)
    assert len(nudges()) == 2  # the campmaker and the organiser
    assert f"at {clock.local(to.starts_at, event.time_zone):%H:%M}" in nudges()[0]


def test_a_slot_that_moves_takes_the_nudge_along(world, event, session, campmaker, time):
    organiser = world.holder(event, Role.ORGANISER)
    do(event, wanted.ask_for_note_taker, campmaker, session)
    slot = session.placement.slot
    row = layout.SlotRow(slot.id, slot.kind, event.starts_on, at(11, 50).time(), at(12, 20).time(), slot.label, slot.notes)
    do(event, layout.save_slots, organiser, event, [row])
    time(at(11, 44))
    assert [said for _, said in told() if "nobody" in said] == []
    time(at(11, 45))
    assert [said for _, said in told() if "nobody" in said][0].startswith("“Bins” in Main hall at 11:50 has nobody")


def test_a_session_put_off_for_long_is_nudged_for_again_and_a_worker_that_was_away_does_not_nudge_late(world, event, session, campmaker, time):
    organiser = world.holder(event, Role.ORGANISER)
    do(event, wanted.ask_for_note_taker, campmaker, session)
    time(at(11, 56))
    first = len(told())
    do(event, grid.move, organiser, event, session, event.rooms[0], event.slots[3], seen=None, at=at(11, 57))
    time(at(13, 56))
    assert len([1 for _, said in told() if "14:00 has nobody" in said]) == first
    late = world.session(event, "Late", room=2, slot=2)
    do(event, wanted.ask_for_note_taker, campmaker, late, at=at(11, 30))
    time(at(12, 11))
    assert not [1 for _, said in told() if "Late" in said]


# ---- reminding -------------------------------------------------------------------------------------------------------

@pytest.fixture
def takers(world, event, session):
    """Ada takes notes of two sessions, Ben (who has no address) of one, which is written up."""
    other, done = world.session(event, "Plans", room=2, slot=1), world.session(event, "Done", room=3, slot=1)
    ada, ben = world.holder(event, name="Ada", email="ada@example.org"), world.holder(event, name="Ben")
    for person, one in ((ada, session), (ada, other), (ben, done), (ben, other)):
        do(event, actions.take_notes, person, one)
    do(event, actions.save, ada, session, text=TEXT, base_revision=0)
    do(event, actions.save, ben, done, text=TEXT, base_revision=0)
    do(event, states.written_up, ben, done)
    return ada, ben


def mails():
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def test_note_takers_of_drafts_are_reminded_when_the_event_ends_and_once_before_the_window_closes(world, event, session, takers, keen, time):
    ada, ben = takers
    window = window_of(event)
    assert (window.opens, window.last_call, window.closes) == (at(14, 45), at(2, 45, days=2), at(14, 45, days=2))
    time(at(14, 44))
    assert (told(), mails()) == ([], [])
    time(at(14, 45))
    assert sorted(told()) == sorted([
        (ada.id, "Your notes on “Bins” are still a draft. Tidy them until 14:45 on Monday, then say that they are written up."),
        (ada.id, "Your notes on “Plans” are still a draft. Tidy them until 14:45 on Monday, then say that they are written up."),
        (ben.id, "Your notes on “Plans” are still a draft. Tidy them until 14:45 on Monday, then say that they are written up.")])
    mail, = mails()
    assert (mail.recipient, mail.subject) == ("ada@example.org", f"Your notes at {event.name}")
    assert f"- Bins: https://camp.example.org/e/{event.slug}/sessions/{session.id}/note\n- Plans" in mail.body
    for moment in (at(15), at(20), at(2, 44, days=2)):
        time(moment)
    assert (len(told()), len(mails())) == (3, 1)
    do(event, states.written_up, ada, session)
    time(at(2, 45, days=2))
    assert (len(told()), len(mails())) == (5, 2)
    assert "Bins" not in mails()[1].body
    for moment in (at(3, days=2), at(14, 44, days=2), at(15, days=2), at(15, days=9)):
        time(moment)
    assert (len(told()), len(mails())) == (5, 2)  # never more
    assert db.session.scalar(select(func.count()).select_from(jobs.Job).where(jobs.Job.kind == reminding.JOB)) == 0
    # A session that nobody had opened has its note from the template now, and is still empty.
    assert db.session.scalar(select(func.count()).select_from(Note)) == 3
    assert keen.id not in {person for person, _ in told()}


def test_the_end_that_moves_and_the_window_that_closes_early(world, event, takers, time):
    organiser = world.holder(event, Role.ORGANISER)
    do(event, events.edit_event, organiser, event, notes_tidy_hours=4)
    do(event, events.edit_event, organiser, event, starts_on=DAY.date() + timedelta(days=1), ends_on=DAY.date() + timedelta(days=1))
    time(at(15))
    assert told() == []
    time(at(15, days=1))
    assert len(told()) == 3
    time(at(17, 44, days=1))
    assert len(told()) == 3
    time(at(17, 45, days=1))  # an hour, a quarter of the four, before it closes
    assert len(told()) == 6


@pytest.mark.parametrize("said", [{"notes_tidy_hours": 0}, {"notes_close_at": at(14)}])
def test_without_a_window_nobody_is_reminded(world, event, takers, time, said):
    do(event, events.edit_event, world.holder(event, Role.ORGANISER), event, **said)
    for moment in (at(14, 50), at(14, days=2), at(15, days=3)):
        time(moment)
    assert (told(), mails()) == ([], [])


def test_a_worker_that_was_away_reminds_once_and_not_after_the_window(event, takers, time):
    time(at(10, days=2))
    assert len(told()) == 3
    time(at(11, days=2))
    assert len(told()) == 3


def test_what_reminding_begins_names_nobody_and_no_minute(event, takers, time):
    time(at(14, 47))
    assert set(db.session.scalars(select(Revision.by_id))) == {None}
    assert {r.minute for r in db.session.scalars(select(Revision.at))} == {0}


def test_a_note_taker_whose_pass_was_taken_away_is_left_alone(world, event, takers, time):
    ada, _ = takers
    organiser = world.holder(event, Role.ORGANISER)
    with db.transaction(event):
        events.take_pass_away(organiser, event, world.pass_of(event, ada))
    time(at(14, 45))
    assert ada.id not in {person for person, _ in told()}
    assert mails() == []
