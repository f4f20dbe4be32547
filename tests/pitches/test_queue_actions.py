"""The queue and the stage, by their actions."""

import random

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.infra import db, live
from app.pitches import actions, policy, queue_actions
from app.pitches.models import Interest, Pitch
from app.pitches.queue_models import LEFT, PITCHED, UP, WAITING, QueueEntry, Stage
from app.pitches.queue_queries import can_bring, entry_in, queue_of, said_before
from tests.pitches.doing import LATER, do
from tests.world import AT

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def opened(event, campmaker):
    do(event, queue_actions.set_stage, campmaker, event, open_to_all=True)
    return event


def taken_down(event, clerk, *pitches):
    """Entries for (title, name) pairs, taken down by a clerk."""
    return [do(event, queue_actions.join, clerk, event, title=title, pitcher=name).entry for title, name in pitches]


def titles(event):
    return [line.title for line in queue_of(event).waiting]


def call(event, clerk):
    return do(event, queue_actions.call_next, clerk, event, seen=queue_of(event).version)


def up(event):
    now = queue_of(event)
    return now.up.title if now.up else None


# ---- joining and leaving ----------------------------------------------------------------------------------------


def test_an_attendee_joins_with_a_new_pitch_and_with_one_that_is_there(opened, attendee, world):
    old = world.pitch(opened, "Bins", by=attendee)
    do(opened, queue_actions.join, attendee, opened, title="Paper forms", about="All of them.")
    do(opened, queue_actions.join, attendee, opened, pitch=old)
    assert titles(opened) == ["Paper forms", "Bins"]
    new = db.session.scalar(select(Pitch).where(Pitch.title == "Paper forms"))
    assert (new.about, new.pitched_by_id, [leader.person_id for leader in new.leaders]) == ("All of them.", attendee.id, [attendee.id])
    assert [line.round for line in queue_of(opened).waiting] == [1, 2]


def test_joining_twice_is_joining_once(opened, attendee, world):
    old = world.pitch(opened, by=attendee)
    first, second = (do(opened, queue_actions.join, attendee, opened, pitch=old) for _ in range(2))
    assert (first.new, second.new, first.entry.id) == (True, False, second.entry.id)


def test_a_form_sent_twice_makes_one_pitch(event, campmaker, attendee):
    sent = {"title": "Bins", "pitcher": "Ann", "key": "abc"}
    first, second = (do(event, queue_actions.join, campmaker, event, **sent) for _ in range(2))
    assert (first.new, second.new) == (True, False)
    assert len(db.session.scalars(select(Pitch)).all()) == 1
    assert do(event, queue_actions.join, campmaker, event, **sent | {"key": "abd"}).new, "another filling-in is another pitch"


def test_a_closed_queue_takes_nobody_but_from_clerks(event, attendee, campmaker):
    with pytest.raises(Conflict, match="closed"):
        do(event, queue_actions.join, attendee, event, title="Bins")
    taken_down(event, campmaker, ("Bins", "Ann"))
    assert titles(event) == ["Bins"]


def test_for_others_only_clerks_join(opened, attendee, world):
    other = world.holder(opened)
    for wrong in ({"title": "Bins", "pitcher": "Ann"}, {"title": "Bins", "pitcher": other}, {"pitch": world.pitch(opened, by=other)}):
        with pytest.raises(Forbidden):
            do(opened, queue_actions.join, attendee, opened, **wrong)
    with pytest.raises(Forbidden):
        do(opened, queue_actions.join, world.person(), opened, title="Bins")


def test_what_cannot_be_taken_down(event, campmaker, world):
    for wrong, field in (({"title": " ", "pitcher": "Ann"}, "title"), ({"title": "Bins", "pitcher": " "}, "name"),
                         ({"title": "Bins", "pitcher": "A" * 101}, "name"), ({"title": "B" * 121, "pitcher": "Ann"}, "title"),
                         ({"title": "Bins", "pitcher": world.person()}, "name")):
        with pytest.raises(Invalid) as problem:
            do(event, queue_actions.join, campmaker, event, **wrong)
        assert problem.value.field == field
    with pytest.raises(Conflict, match="not open"):
        do(event, queue_actions.join, campmaker, event, pitch=world.pitch(event, state="withdrawn"), pitcher="Ann")
    assert db.session.scalars(select(QueueEntry)).all() == []


def test_leaving_and_coming_back_is_at_the_end(opened, attendee, campmaker):
    mine = do(opened, queue_actions.join, attendee, opened, title="Mine").entry
    taken_down(opened, campmaker, ("Bins", "Ann"))
    for _ in range(2):
        do(opened, queue_actions.leave, attendee, opened, entry_in(opened, mine.id))
        assert titles(opened) == ["Bins"]
    assert [title for _, title in can_bring(opened, attendee)] == ["Mine"]
    do(opened, queue_actions.join, attendee, opened, pitch=mine.pitch)
    assert titles(opened) == ["Bins", "Mine"]
    assert can_bring(opened, attendee) == []


def test_others_do_not_take_somebody_out(opened, attendee, campmaker, world):
    mine = do(opened, queue_actions.join, attendee, opened, title="Mine").entry
    with pytest.raises(Forbidden):
        do(opened, queue_actions.leave, world.holder(opened), opened, mine)
    do(opened, queue_actions.leave, campmaker, opened, entry_in(opened, mine.id))
    assert titles(opened) == []


def test_so_many_and_no_more_from_one_phone(opened, attendee):
    for n in range(queue_actions.OWN_WAITING_MOST):
        do(opened, queue_actions.join, attendee, opened, title=f"Pitch {n}")
    with pytest.raises(Conflict, match="You have 5 pitches waiting"):
        do(opened, queue_actions.join, attendee, opened, title="One more")


def test_what_was_withdrawn_is_not_in_the_queue(event, campmaker):
    bins, boxes, _ = taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"), ("Forms", "Cy"))
    call(event, campmaker)
    do(event, actions.withdraw, campmaker, boxes.pitch)
    do(event, actions.withdraw, campmaker, bins.pitch)
    assert (up(event), titles(event)) == (None, ["Forms"])
    with pytest.raises(Conflict, match="not waiting any more"):
        do(event, queue_actions.move, campmaker, event, entry_in(event, boxes.id), "front")
    do(event, actions.reopen, campmaker, boxes.pitch)
    assert titles(event) == ["Boxes", "Forms"]
    call(event, campmaker)
    assert up(event) == "Boxes"
    assert entry_in(event, bins.id).state == LEFT, "what was withdrawn while it was up was not pitched to its end"


def test_a_pitch_is_found_again_by_its_title_and_who_pitches_it(event, attendee, world):
    known = world.pitch(event, "Paper forms", leaders=["Ann Lee", attendee])
    world.pitch(event, "Bins", leaders=["Ann Lee"], state="withdrawn")
    assert said_before(event, " paper  FORMS", "ann lee") == known
    assert said_before(event, "Paper forms", attendee) == known
    assert said_before(event, "Paper forms", "Ben") is None
    assert said_before(event, "Bins", "Ann Lee") is None


# ---- the stage --------------------------------------------------------------------------------------------------


def test_next_until_nobody_is_left(event, campmaker):
    first, _ = taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"))
    assert up(event) is None
    call(event, campmaker)
    assert (up(event), titles(event)) == ("Bins", ["Boxes"])
    assert entry_in(event, first.id).called_at == LATER
    call(event, campmaker)
    call(event, campmaker)
    now = queue_of(event)
    assert (now.up, now.waiting, [line.title for line in now.pitched]) == (None, [], ["Boxes", "Bins"])
    with pytest.raises(Conflict, match="Nobody is waiting"):
        call(event, campmaker)
    with pytest.raises(Conflict, match="pitched already"):
        do(event, queue_actions.join, campmaker, event, pitch=entry_in(event, first.id).pitch, pitcher="Ann")


def test_who_acts_on_an_old_sight_is_told_who_was_quicker(event, campmaker, world):
    taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"))
    other, seen = world.holder(event, Role.CAMPMAKER), queue_of(event).version
    do(event, queue_actions.call_next, campmaker, event, seen=seen)
    for late in (lambda: do(event, queue_actions.call_next, other, event, seen=seen),
                 lambda: do(event, queue_actions.start_countdown, other, event, seen=seen),
                 lambda: do(event, queue_actions.undo, other, event, seen=seen)):
        with pytest.raises(Conflict, match="Priya Raman called “Bins” at 09:35.*nothing of yours was done"):
            late()
    assert (up(event), titles(event)) == ("Bins", ["Boxes"])


def test_joining_does_not_make_a_clerks_sight_old(event, campmaker):
    taken_down(event, campmaker, ("Bins", "Ann"))
    seen = queue_of(event).version
    taken_down(event, campmaker, ("Boxes", "Ben"))
    assert do(event, queue_actions.call_next, campmaker, event, seen=seen).entry.pitch.title == "Bins"


def test_the_countdown_starts_stops_and_starts_again(event, campmaker):
    taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"))
    with pytest.raises(Conflict, match="Nobody is up"):
        do(event, queue_actions.start_countdown, campmaker, event, seen=0)
    call(event, campmaker)
    do(event, queue_actions.start_countdown, campmaker, event, seen=queue_of(event).version)
    assert (queue_of(event).started_at, (queue_of(event).ends_at - LATER).seconds) == (LATER, 30)
    do(event, queue_actions.start_countdown, campmaker, event, seen=queue_of(event).version, at=AT)
    assert queue_of(event).started_at == AT
    do(event, queue_actions.stop_countdown, campmaker, event, seen=queue_of(event).version)
    assert queue_of(event).started_at is None
    do(event, queue_actions.start_countdown, campmaker, event, seen=queue_of(event).version)
    call(event, campmaker)
    assert queue_of(event).started_at is None, "the next one starts when they are at the microphone"


def test_not_here_goes_to_the_back_of_the_round_with_all_they_have(event, campmaker):
    entries = taken_down(event, campmaker, ("A1", "Ann"), ("A2", "Ann"), ("B1", "Ben"), ("C1", "Cy"), ("B2", "Ben"))
    call(event, campmaker)
    do(event, queue_actions.skip, campmaker, event, entry_in(event, entries[0].id), seen=queue_of(event).version)
    assert (up(event), titles(event)) == ("B1", ["C1", "A1", "B2", "A2"])
    assert entry_in(event, entries[0].id).called_at is None
    do(event, queue_actions.skip, campmaker, event, entry_in(event, entries[3].id), seen=queue_of(event).version)
    assert titles(event) == ["A1", "C1", "B2", "A2"]


def test_the_only_one_who_is_not_here_waits_and_the_stage_is_empty(event, campmaker):
    [entry] = taken_down(event, campmaker, ("A1", "Ann"))
    call(event, campmaker)
    do(event, queue_actions.skip, campmaker, event, entry_in(event, entry.id), seen=queue_of(event).version)
    assert (up(event), titles(event)) == (None, ["A1"])


def test_a_clerk_moves_people_over_rounds_too(event, campmaker):
    entries = taken_down(event, campmaker, ("A1", "Ann"), ("A2", "Ann"), ("B1", "Ben"), ("C1", "Cy"))
    by_title = {entry.pitch.title: entry.id for entry in entries}

    def move(title, to):
        do(event, queue_actions.move, campmaker, event, entry_in(event, by_title[title]), to)
        return titles(event)

    assert titles(event) == ["A1", "B1", "C1", "A2"]
    assert move("C1", "up") == ["A1", "C1", "B1", "A2"]
    assert move("A1", "down") == ["C1", "A1", "B1", "A2"]
    assert move("A2", "up") == ["C1", "A1", "A2", "B1"]
    taken_down(event, campmaker, ("D1", "Di"))
    assert titles(event)[:3] == ["C1", "A1", "A2"], "who joins later does not come before whom a clerk moved up"
    assert move("B1", "front")[0] == "B1"
    assert move("B1", "up")[0] == "B1"
    version = queue_of(event).version
    move("B1", "front")
    assert queue_of(event).version == version, "nothing happened, so nothing is counted"


def test_hands_are_noted_for_whom_they_were_shown(event, campmaker):
    [entry, _] = taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"))
    call(event, campmaker)
    before = db.session.get(type(event), event.id).version
    call(event, campmaker)
    do(event, queue_actions.note_hands, campmaker, event, entry_in(event, entry.id), 34)
    now = queue_of(event)
    assert ([line.hands for line in now.pitched], now.up.hands) == ([34], None)
    db.session.refresh(event)
    assert event.version == before + 1, "the grid counts with it"
    do(event, queue_actions.note_hands, campmaker, event, entry_in(event, entry.id), None)
    assert queue_of(event).pitched[0].hands is None
    for wrong in (-1, 10_000):
        with pytest.raises(Invalid):
            do(event, queue_actions.note_hands, campmaker, event, entry_in(event, entry.id), wrong)


def test_seconds_within_reason(event, campmaker):
    do(event, queue_actions.set_stage, campmaker, event, seconds=45)
    assert queue_of(event).seconds == 45
    for wrong in (4, 601):
        with pytest.raises(Invalid) as problem:
            do(event, queue_actions.set_stage, campmaker, event, seconds=wrong)
        assert problem.value.field == "seconds"


# ---- undoing ----------------------------------------------------------------------------------------------------


def undo(event, clerk):
    return do(event, queue_actions.undo, clerk, event, seen=queue_of(event).version)


def test_next_is_undone(event, campmaker):
    taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"))
    call(event, campmaker)
    call(event, campmaker)
    do(event, queue_actions.start_countdown, campmaker, event, seen=queue_of(event).version)
    assert undo(event, campmaker) == "Priya Raman called “Boxes” at 09:35"
    now = queue_of(event)
    assert (now.up.title, now.started_at, titles(event), now.pitched) == ("Bins", None, ["Boxes"], [])
    undo(event, campmaker)
    assert (up(event), titles(event)) == (None, ["Bins", "Boxes"])
    with pytest.raises(Conflict, match="nothing to undo"):
        undo(event, campmaker)


def test_who_left_since_is_not_brought_back_by_undoing(event, opened, campmaker, attendee):
    mine = do(event, queue_actions.join, attendee, event, title="Mine").entry
    do(event, queue_actions.skip, campmaker, event, entry_in(event, mine.id), seen=queue_of(event).version)
    do(event, queue_actions.leave, attendee, event, entry_in(event, mine.id))
    with pytest.raises(Conflict, match="“Mine” has left the queue"):
        undo(event, campmaker)
    assert titles(event) == []


@pytest.mark.once
@pytest.mark.parametrize("seed", range(2))
def test_every_step_of_a_clerk_can_be_undone(event, campmaker, seed):
    """At random, with people joining in between; after each step and its undoing all is as it was."""
    chance = random.Random(seed)

    def state():
        now = queue_of(event)
        return now.up and now.up.id, [(line.id, line.round) for line in now.waiting], [line.id for line in now.pitched]

    def some_step():
        now = queue_of(event)
        waiting = [line.id for line in now.waiting]
        choices = ["next"] * 3 * bool(now.up or waiting) + ["skip", "remove"] * bool(now.up or waiting) + ["up", "down", "front"] * bool(waiting)
        verb = chance.choice(choices)
        if verb == "next":
            return call(event, campmaker)
        here = waiting + ([now.up.id] if now.up else [])
        entry = entry_in(event, chance.choice(waiting if verb in ("up", "down", "front") else here))
        if verb in ("skip", "remove"):
            return do(event, getattr(queue_actions, verb), campmaker, event, entry, seen=now.version)
        return do(event, queue_actions.move, campmaker, event, entry, verb)

    for n in range(12):
        taken_down(event, campmaker, (f"Pitch {n}", chance.choice(["Ann", "Ben", "Cy", "Di"])))
        before, version = state(), queue_of(event).version
        some_step()
        if queue_of(event).version != version:
            undo(event, campmaker)
            assert state() == before
        some_step()
    states = [entry.state for entry in db.session.scalars(select(QueueEntry))]
    assert len(states) == 12
    assert states.count(UP) == (queue_of(event).up is not None)
    assert PITCHED in states
    assert WAITING in states
    while True:  # and all the way back
        try:
            undo(event, campmaker)
        except Conflict:
            break
    assert (queue_of(event).up, len(queue_of(event).waiting)) == (None, 12)


# ---- who is told ------------------------------------------------------------------------------------------------


@pytest.fixture
def nudges(monkeypatch):
    told = []
    monkeypatch.setattr(live, "publish", lambda topic, version: told.append(topic.split(":")[0]))
    return told


def test_joins_and_marks_are_not_told_to_every_phone(event, opened, campmaker, attendee, nudges, world):
    [entry] = taken_down(event, campmaker, ("Bins", "Ann"))
    assert set(nudges) == {"grid", "queue"}
    call(event, campmaker)
    assert "stage" in nudges
    nudges.clear()
    do(event, actions.mark_interest, attendee, entry_in(event, entry.id).pitch)
    do(event, actions.unmark_interest, attendee, entry_in(event, entry.id).pitch)
    assert nudges == ["queue", "queue"]
    nudges.clear()
    do(event, actions.mark_interest, attendee, world.pitch(event))
    assert nudges == []
    assert db.session.query(Interest).count() == 1


def test_a_title_that_changes_is_told_to_the_stage(event, campmaker, nudges, world):
    [entry] = taken_down(event, campmaker, ("Bins", "Ann"))
    other = world.pitch(event)
    call(event, campmaker)
    version = db.session.get(Stage, event.id).version
    nudges.clear()
    do(event, actions.edit, campmaker, other, title="Elsewhere", about="", leaders=["Ann"], topics=[], seen=1)
    assert "stage" not in nudges
    do(event, actions.edit, campmaker, entry_in(event, entry.id).pitch, title="All bins", about="", leaders=["Ann"], topics=[], seen=1)
    assert nudges.count("stage") == 1
    assert db.session.get(Stage, event.id, populate_existing=True).version == version + 1


# ---- who may ----------------------------------------------------------------------------------------------------


KINDS = ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere")


def test_who_may_do_what(world):
    series = world.series()
    event, elsewhere = world.event(series), world.event()
    people = {"stranger": None, "signed in": world.person(), "attendee": world.holder(event), "campmaker": world.holder(event, Role.CAMPMAKER),
              "organiser": world.holder(event, Role.ORGANISER), "owner": world.owner(series),
              "organiser elsewhere": world.holder(elsewhere, Role.ORGANISER)}
    for question, who in ((policy.can_join_queue, "--++++-"), (policy.can_run_queue, "---+++-"),
                          (lambda person, event: policy.can_leave_queue(person, event, 0), "---+++-"),
                          (lambda person, event: policy.can_leave_queue(person, event, person.id if person else None), "--++++-")):
        assert "".join("+" if question(people[kind], event) else "-" for kind in KINDS) == who
    entry = taken_down(event, people["campmaker"], ("Bins", "Ann"))[0]
    runs = {
        "call_next": {"seen": 0}, "undo": {"seen": 0}, "start_countdown": {"seen": 0}, "stop_countdown": {"seen": 0}, "set_stage": {},
        "skip": {"entry": entry, "seen": 0}, "remove": {"entry": entry, "seen": 0}, "move": {"entry": entry, "to": "up"},
        "note_hands": {"entry": entry, "hands": 3}}
    for name, given in runs.items():
        for kind in ("signed in", "attendee", "organiser elsewhere"):
            with pytest.raises(Forbidden):
                do(event, getattr(queue_actions, name), people[kind], event, **given)
