"""What the pitches' actions do, and everything they refuse."""

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.infra import db, live
from app.pitches import actions
from app.pitches.models import MERGED, NEXT_STATES, OPEN, UNMERGED, WITHDRAWN, Pitch
from tests.pitches.doing import LATER, do, fans, found_again, names

# ---- pitching --------------------------------------------------------------------------------------------------


def test_an_attendee_pitches_with_others(event, attendee, world):
    friend = world.holder(event, name="Ben Sutcliffe")
    pitch = do(event, actions.pitch, attendee, event, title="  Bins  and\tboxes ", about=" Why? \n", leaders=[attendee, friend, "Ann"],
               topics=["Data", "data", "Waste"])
    assert (pitch.title, pitch.about, pitch.state, pitch.version) == ("Bins and boxes", "Why?", OPEN, 1)
    assert names(pitch) == ["Leila Haddad", "Ben Sutcliffe", "Ann"]
    assert [leader.person_id for leader in pitch.leaders] == [attendee.id, friend.id, None]
    assert [topic.name for topic in pitch.topics] == ["Data", "Waste"]
    assert pitch.pitched_by_id == attendee.id
    assert found_again() == [("pitch", pitch.id)]


def test_a_campmaker_pitches_for_somebody_and_is_no_leader(event, campmaker):
    pitch = do(event, actions.pitch, campmaker, event, title="Bins", leaders=["Somebody shy"])
    assert names(pitch) == ["Somebody shy"]
    assert pitch.pitched_by_id == campmaker.id


def test_an_organiser_may_bring_in_any_number_of_leaders(event, world):
    organiser = world.holder(event, Role.ORGANISER)
    assert names(do(event, actions.pitch, organiser, event, title="Nobody is named", leaders=[])) == []
    assert len(do(event, actions.pitch, organiser, event, title="Four led it", leaders=["A", "B", "C", "D"]).leaders) == 4


def test_the_same_leader_twice_is_one(event, attendee):
    pitch = do(event, actions.pitch, attendee, event, title="Bins", leaders=["leila haddad", attendee, "Ann", "ANN ", attendee])
    assert names(pitch) == ["Leila Haddad", "Ann"]
    assert pitch.leaders[0].person_id == attendee.id


@pytest.mark.parametrize(("what", "field"), [
    ({"title": " \n "}, "title"),
    ({"title": "x" * 121}, "title"),
    ({"about": "x" * 5001}, "about"),
    ({"leaders": []}, "leaders"),
    ({"leaders": ["Somebody else"]}, "leaders"),
    ({"leaders": ["me", "A", "B", "C"]}, "leaders"),
    ({"leaders": ["me", "x" * 101]}, "leaders"),
    ({"leaders": ["me", "a stranger"]}, "leaders"),
    ({"topics": ["a", "b", "c", "d"]}, "topics"),
    ({"topics": ["x" * 41]}, "topics"),
], ids=str)
def test_what_cannot_be_pitched(event, attendee, world, what, field):
    stranger = world.person(name="No pass")
    given = {"title": "Bins", "leaders": [attendee]} | what
    given["leaders"] = [{"me": attendee, "a stranger": stranger}.get(one, one) for one in given["leaders"]]
    with pytest.raises(Invalid) as refused:
        do(event, actions.pitch, attendee, event, **given)
    assert refused.value.field == field
    assert db.session.scalars(select(Pitch)).all() == []


def test_without_a_pass_nobody_pitches(event, world):
    for person in (world.person(), world.holder(world.event(), Role.ORGANISER)):
        with pytest.raises(Forbidden):
            do(event, actions.pitch, person, event, title="Bins", leaders=[person])


# ---- changing --------------------------------------------------------------------------------------------------


def test_editing_changes_what_it_says_and_counts_the_version(event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee, "Ann"], topics=["Data"])
    do(event, actions.edit, attendee, pitch, title="Boxes", about="More", leaders=["Ann", attendee], topics=["Waste"], seen=1)
    assert (pitch.title, pitch.about, names(pitch), [t.name for t in pitch.topics]) == ("Boxes", "More", ["Ann", "Leila Haddad"], ["Waste"])
    assert (pitch.version, pitch.updated_at) == (2, LATER)
    assert found_again() == [("pitch", pitch.id)]


def test_saving_over_somebody_elses_change_is_refused(event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee])
    do(event, actions.edit, attendee, pitch, title="Boxes", about="", leaders=[attendee], topics=[], seen=1)
    with pytest.raises(actions.Changed):
        do(event, actions.edit, attendee, pitch, title="Bags", about="", leaders=[attendee], topics=[], seen=1)
    assert db.session.get_one(Pitch, pitch.id).title == "Boxes"


def test_saving_what_it_says_already_is_no_conflict_and_no_change(event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee], topics=["Data"])
    do(event, actions.edit, attendee, pitch, title="Boxes", about="", leaders=[attendee], topics=["Data"], seen=1)
    do(event, actions.edit, attendee, pitch, title="Boxes", about="", leaders=[attendee], topics=["data"], seen=1)
    assert pitch.version == 2


def test_a_leader_who_gave_their_pass_back_may_stay(event, attendee, world):
    gone = world.person(name="Gone Home")
    pitch = world.pitch(event, "Bins", leaders=[attendee, gone])
    do(event, actions.edit, attendee, pitch, title="Boxes", about="", leaders=[attendee, gone], topics=[], seen=1)
    assert [leader.person_id for leader in pitch.leaders] == [attendee.id, gone.id]


def test_others_may_not_edit_withdraw_or_reopen(event, world):
    pitch, other = world.pitch(event), world.holder(event)
    for action, more in ((actions.edit, {"title": "x", "about": "", "leaders": [other], "topics": [], "seen": 1}),
                         (actions.withdraw, {}), (actions.reopen, {})):
        with pytest.raises(Forbidden):
            do(event, action, other, pitch, **more)


@pytest.mark.parametrize("state", [WITHDRAWN, MERGED, UNMERGED])
def test_only_an_open_pitch_is_edited(event, campmaker, world, state):
    pitch = world.pitch(event, "Bins", state=state, merged_into_id=world.pitch(event, "All of it").id if state == MERGED else None)
    with pytest.raises(Conflict, match=f"“Bins” {'is part of “All of it” now' if state == MERGED else '(has been|was made)'}"):
        do(event, actions.edit, campmaker, pitch, title="x", about="", leaders=["A"], topics=[], seen=1)


def test_withdrawing_and_reopening_may_be_pressed_twice(event, attendee, world):
    fan = world.holder(event)
    pitch = world.pitch(event, leaders=[attendee], interested=[fan])
    for _ in range(2):
        do(event, actions.withdraw, attendee, pitch)
        assert pitch.state == WITHDRAWN
    for _ in range(2):
        do(event, actions.reopen, attendee, pitch)
        assert pitch.state == OPEN
    assert fans(pitch) == {fan.id}
    assert found_again() == [("pitch", pitch.id)] * 2


@pytest.mark.parametrize(("state", "action"), [(MERGED, actions.withdraw), (UNMERGED, actions.withdraw), (MERGED, actions.reopen),
                                               (UNMERGED, actions.reopen)],
                         ids=lambda x: getattr(x, "__name__", x))
def test_states_follow_their_table(event, campmaker, world, state, action):
    pitch = world.pitch(event, state=state, merged_into_id=world.pitch(event).id if state == MERGED else None)
    with pytest.raises(Conflict):
        do(event, action, campmaker, pitch)
    assert (WITHDRAWN if action is actions.withdraw else OPEN) not in NEXT_STATES[state] or state == MERGED


# ---- interest --------------------------------------------------------------------------------------------------


def test_interest_is_marked_once_and_taken_back(event, attendee, world):
    pitch = world.pitch(event)
    for _ in range(2):
        do(event, actions.mark_interest, attendee, pitch)
        assert fans(pitch) == {attendee.id}
    for _ in range(2):
        do(event, actions.unmark_interest, attendee, pitch)
        assert fans(pitch) == set()


def test_interest_needs_a_pass(event, world):
    pitch, other = world.pitch(event), world.holder(world.event())
    for action in (actions.mark_interest, actions.unmark_interest):
        with pytest.raises(Forbidden):
            do(event, action, other, pitch)


def test_a_withdrawn_pitch_takes_no_interest_but_lets_it_go(event, attendee, world):
    pitch = world.pitch(event, "Bins", state=WITHDRAWN, interested=[attendee])
    with pytest.raises(Conflict, match="has been withdrawn. Your interest was not marked"):
        do(event, actions.mark_interest, world.holder(event), pitch)
    do(event, actions.unmark_interest, attendee, pitch)
    assert fans(pitch) == set()


def test_open_pages_are_nudged_after_the_commit(event, attendee, world):
    before = event.version
    with live.relay.listen(f"grid:{event.id}") as inbox:
        with pytest.raises(Invalid):
            do(event, actions.pitch, attendee, event, title="", leaders=[attendee])
        assert inbox.get(0.01) is None
        do(event, actions.pitch, attendee, event, title="Bins", leaders=[attendee])
        topic, version = inbox.get(1)
        assert topic == f"grid:{event.id}"
        assert version == event.version == before + 1
