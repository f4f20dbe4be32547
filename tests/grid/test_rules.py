"""What the grid has to respect: closing rooms, pins, order, leaders away, step-free rooms; a room lost at noon."""

import pytest

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import Notice, Pass, Role, RoomClosing
from app.grid import rules
from app.grid.models import GridChange
from app.infra import db
from app.pitches.models import LeaderAway, PitchRule
from tests.grid.arrange import cell, stands
from tests.grid.reading import page


def do(event, action, *args, **kwargs):
    with db.transaction(event):
        return action(*args, **kwargs)


def version(event) -> int:
    db.session.rollback()
    return event.version


def test_a_room_is_closed_and_opened_again(event, ann, world):
    room, slots = cell(event, 2, 1)[0], [cell(event, 2, n)[1] for n in (1, 2)]
    before = version(event)
    assert do(event, rules.close, ann, event, room, slots, "  Flooded \n") == 2
    do(event, rules.close, ann, event, room, slots[:1], "Wet paint")
    assert sorted(closing.because for closing in db.session.query(RoomClosing)) == ["Flooded", "Wet paint"]
    assert version(event) == before + 2
    do(event, rules.reopen, ann, event, room, slots[:1])
    assert [closing.slot_id for closing in db.session.query(RoomClosing)] == [slots[1].id]
    lunch = next(slot for slot in event.slots if slot.number is None)
    for wrong in ([], [lunch]):
        with pytest.raises(Invalid):
            do(event, rules.close, ann, event, room, wrong, "")
    with pytest.raises(Invalid):
        do(event, rules.close, ann, event, room, slots, "x" * 201)


def test_only_organisers_of_this_event_set_rules(event, world):
    helper, other = world.holder(event, Role.CAMPMAKER), world.event()
    room, slot = cell(event, 1, 1)
    one, two = world.pitch(event), world.pitch(event)
    for who in (helper, world.holder(event), world.holder(other, Role.ORGANISER)):
        for attempt in ((rules.close, room, [slot], ""), (rules.reopen, room, [slot]), (rules.add_rule, "apart", one, two),
                        (rules.remove_rule, 1), (rules.say_away, "nx", [slot])):
            with pytest.raises(Forbidden):
                do(event, attempt[0], who, event, *attempt[1:])
    boss = world.holder(other, Role.ORGANISER)
    with pytest.raises(NotFound):
        do(other, rules.close, boss, other, room, [slot], "")
    with pytest.raises(NotFound):
        do(other, rules.add_rule, boss, other, "apart", one, two)


def test_rules_between_pitches(event, ann, world):
    one, two, three = (world.pitch(event, title) for title in ("One", "Two", "Three"))
    rule = do(event, rules.add_rule, ann, event, "before", one, two)
    do(event, rules.add_rule, ann, event, "before", two, three)
    with pytest.raises(Conflict, match="comes before"):
        do(event, rules.add_rule, ann, event, "before", three, one)
    do(event, rules.add_rule, ann, event, "apart", three, one)
    with pytest.raises(Conflict, match="already"):
        do(event, rules.add_rule, ann, event, "apart", one, three)
    with pytest.raises(Invalid):
        do(event, rules.add_rule, ann, event, "before", one, one)
    with pytest.raises(Invalid):
        do(event, rules.add_rule, ann, event, "soon", one, two)
    do(event, rules.remove_rule, ann, event, rule.id)
    do(event, rules.add_rule, ann, event, "before", three, one)
    with pytest.raises(NotFound):
        do(event, rules.remove_rule, ann, event, 999)


def test_leaders_away_by_person_and_by_name(event, ann, world):
    leila = world.holder(event, name="Leila")
    world.pitch(event, leaders=[leila])
    world.pitch(event, leaders=["Wen Li"])
    slot = cell(event, 1, 1)[1]
    do(event, rules.say_away, ann, event, f"p{leila.id}", [slot])
    do(event, rules.say_away, ann, event, "nwen li", [slot, cell(event, 1, 2)[1]])
    assert sorted((away.person_id, away.key) for away in db.session.query(LeaderAway) if away.person_id) == [(leila.id, "")]
    do(event, rules.say_away, ann, event, "nwen li", [])
    assert db.session.query(LeaderAway).count() == 1
    with pytest.raises(NotFound):
        do(event, rules.say_away, ann, event, "nnobody", [slot])


def test_pinning(event, ann, world):
    session = world.session(event, "Bins", room=1, slot=1)
    do(event, rules.pin, ann, event, session, True)
    assert session.pinned
    do(event, rules.pin, ann, event, session, False)
    assert not session.pinned
    with pytest.raises(Conflict):
        do(event, rules.pin, ann, event, world.session(event), True)


def test_step_free_is_asked_for_in_private(client, event, world, ann):
    leila = world.holder(event, name="Leila")
    client.sign_in(leila)
    assert "I need step-free access" in page(client.get("/e/camp"))
    client.send("/e/camp/step-free", on="1")
    assert world.pass_of(event, leila).step_free
    with db.transaction():
        event.rooms[1].step_free = False
    world.session(event, "Bins", room=2, slot=1, leaders=["Ann"], interested=[leila])
    shown = client.sign_in(ann).get("/e/camp/grid/arrange").text
    assert "1 person who wants to come needs that" in shown
    assert "Leila" not in shown
    client.sign_in(leila).send("/e/camp/step-free")
    assert not world.pass_of(event, leila).step_free
    assert "Step-free access" not in page(client.sign_out().get("/e/camp"))


def test_step_free_is_asked_for_where_one_marks_and_leads_back_there(client, event, world, ann):
    leila, pitch = world.holder(event, name="Leila"), world.pitch(event, "Bins", leaders=["Ann"])
    gone = world.pitch(event, "Gone", state="withdrawn")
    client.sign_in(leila)
    for at in (f"/e/camp/pitches/{pitch.id}", "/e/camp/my-day"):
        assert "I need step-free access" in page(client.get(at))
        answer = client.send("/e/camp/step-free", on="1", next=f"{at}#step-free-h")
        assert answer.location == f"{at}#step-free-h"
        assert "You need it." in page(client.get(at))
        client.send("/e/camp/step-free", next=at)
    assert not world.pass_of(event, leila).step_free
    assert "step-free-h" in client.get("/e/camp/pitches").text, "the list says where"
    assert "I need step-free access" not in page(client.get(f"/e/camp/pitches/{gone.id}"))
    assert client.send("/e/camp/step-free", on="1", next="https://elsewhere.example").location == "/"
    client.send(f"/e/camp/pitches/{pitch.id}/interest", on="1")
    for at in ("/e/camp/pitches", f"/e/camp/pitches/{pitch.id}", "/e/camp/grid/arrange", "/e/camp/people"):
        assert "You need it." not in page(client.sign_in(ann).get(at)), "one's own switch, nobody else's"


def test_the_page_of_rules_without_scripts(organiser, event, world):
    session = world.session(event, "Bins", room=1, slot=1, leaders=["Wen Li"])
    other = world.pitch(event, "Boxes")
    assert "Every room is open all day." in page(organiser.get("/e/camp/grid/rules"))
    room, slot = cell(event, 2, 3)
    organiser.send("/e/camp/grid/rules/close", room=room.id, slots=[slot.id], because="Flooded")
    organiser.send("/e/camp/grid/rules/pin", session=session.id, on="1")
    organiser.send("/e/camp/grid/rules/add", kind="before", first=session.pitch_id, second=other.id)
    organiser.send("/e/camp/grid/rules/away", who="nwen li", slots=[cell(event, 1, 2)[1].id])
    said = page(organiser.get("/e/camp/grid/rules"))
    for words in ("Seacole at 14:00: Flooded", "Bins in Main hall at 11:00", "Bins comes before Boxes", "Wen Li at 12:00"):
        assert words in said, words
    assert "Closed" in page(organiser.get("/e/camp/grid"))
    again = organiser.send("/e/camp/grid/rules/add", kind="before", first=session.pitch_id, second=other.id)
    assert (again.status_code, "That rule is there already." in page(again)) == (409, True)
    wrong = organiser.send("/e/camp/grid/rules/close", room=room.id)
    assert (wrong.status_code, "Choose at least one time." in page(wrong)) == (422, True)
    rule = db.session.query(PitchRule).one()
    organiser.send("/e/camp/grid/rules/remove", rule=rule.id)
    organiser.send("/e/camp/grid/rules/pin", session=session.id)
    organiser.send("/e/camp/grid/rules/reopen", room=room.id, slots=[slot.id])
    organiser.send("/e/camp/grid/rules/away", who="nwen li")
    said = page(organiser.get("/e/camp/grid/rules"))
    for words in ("Every room is open all day.", "Nothing is pinned.", "No rules between pitches.", "Nobody is said to be away."):
        assert words in said, words


def test_a_room_lost_at_noon_is_repaired_in_three_taps_and_those_concerned_are_told(organiser, event, world, clock_at):
    """Rooms and rules; the room's name; do all of it."""
    clock_at("2027-01-23T12:10")  # the second slot is on
    fan, wen = world.holder(event), world.holder(event, name="Wen Li")
    world.session(event, "Over", room=2, slot=1, leaders=["Ann"], interested=[fan])
    world.session(event, "Now on", room=2, slot=2, leaders=["Ben"], interested=[fan])
    world.session(event, "Later", room=2, slot=3, leaders=[wen], interested=[fan])
    world.session(event, "Elsewhere", room=1, slot=3, leaders=["Cy"])
    tap_1 = organiser.get("/e/camp/grid/rules")
    assert "A room is lost" in page(tap_1)
    tap_2 = organiser.send("/e/camp/grid/rules/close", room=cell(event, 2, 2)[0].id, from_now="1", because="Closed for the rest of the event")
    after = organiser.get(tap_2.location)
    assert "2 moves mend what cannot stay" in page(after)
    plan = after.text.split('name="plan" value="')[1].split('"')[0]
    seen = after.text.split('name="seen" value="')[1].split('"')[0]
    organiser.send("/e/camp/grid/suggest/accept", plan=plan, seen=seen, back="arrange")
    there = {title: at for at, title in stands(event).items()}
    assert there["Now on"][0] != 2
    assert there["Now on"][1] == 2
    assert there["Later"] == (3, 3)
    assert (there["Over"], there["Elsewhere"]) == ((2, 1), (1, 3))
    assert db.session.query(GridChange).count() == 1
    told = {notice.person_id for notice in db.session.query(Notice)}
    assert {fan.id, wen.id} <= told
    assert "moves mend" not in page(organiser.get("/e/camp/grid/arrange"))


def test_the_pass_of_a_closed_room_cannot_be_taken_by_a_move(organiser, event, world):
    session = world.session(event, "Bins", room=1, slot=1)
    room, slot = cell(event, 2, 1)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id, because="Flooded"))
    answer = organiser.send(f"/e/camp/sessions/{session.id}/move", json=True, room=room.id, slot=slot.id, seen="0")
    assert answer.status_code == 409
    assert "closed" in answer.json["error"]["message"]
    assert db.session.query(Pass).count() == 1
