"""Moving sessions through forms without scripts, and through the grid's script."""

import pytest

from app.events.models import Room
from app.grid.queries import session_of
from app.infra import db
from tests.grid.arrange import cell, move, now_seen, place, stands
from tests.grid.reading import field, page

# ---- arranging without scripts ---------------------------------------------------------------------------------------


def test_the_arranging_page_has_forms_for_everything(organiser, event, world):
    session = world.session(event, "Bins", room=1, slot=1)
    pitch = world.pitch(event, "Boxes")
    answer = organiser.get("/e/camp/grid/arrange")
    room, slot = cell(event, 2, 1)
    for address in (f"/e/camp/sessions/{session.id}/move", f"/e/camp/pitches/{pitch.id}/place", f"/e/camp/grid/fill?room={room.id}&amp;slot={slot.id}"):
        assert f'href="{address}"' in answer.text
    assert "Not placed yet (1)" in page(answer)
    assert 'data-seen="0"' in answer.text


def test_placing_from_a_form(organiser, event, world):
    pitch = world.pitch(event, "Bins")
    form = organiser.get(f"/e/camp/pitches/{pitch.id}/place")
    assert "It is not on the grid now." in page(form)
    assert "11:00 (3 free)" in page(form)
    room, slot = cell(event, 3, 1)
    answer = organiser.send(f"/e/camp/pitches/{pitch.id}/place", room=room.id, slot=slot.id, seen=field(form, "seen"))
    assert answer.status_code == 303
    assert answer.location.startswith("/e/camp/grid/arrange#s")
    assert "You placed “Bins” in Turing at 11:00." in page(organiser.get("/e/camp/grid/arrange"))
    assert stands(event) == {(3, 1): "Bins"}
    assert organiser.get(f"/e/camp/pitches/{pitch.id}/place").location.endswith("/move")


def test_placing_by_one_press(organiser, event, world):
    pitch = world.pitch(event, "Bins")
    room, slot = cell(event, 2, 3)
    assert f'value="{slot.id}-{room.id}"' in organiser.get(f"/e/camp/pitches/{pitch.id}/place").text
    organiser.send(f"/e/camp/pitches/{pitch.id}/place", cell=f"{slot.id}-{room.id}", seen="0")
    assert stands(event) == {(2, 3): "Bins"}


def test_filling_a_free_cell(organiser, event, world):
    world.pitch(event, "Bins", interested=[world.holder(event)])
    world.pitch(event, "Boxes", leaders=["Ann"])
    room, slot = cell(event, 3, 1)
    answer = organiser.get(f"/e/camp/grid/fill?room={room.id}&slot={slot.id}")
    assert "Put a session in Turing at 11:00" in page(answer)
    assert page(answer).index("Bins") < page(answer).index("Boxes")
    assert "Put it here: Bins" in page(answer)
    world.session(event, "Bags", room=3, slot=1)
    taken = page(organiser.get(f"/e/camp/grid/fill?room={room.id}&slot={slot.id}"))
    assert "“Bags” is there now" in taken
    assert "Put it here" not in taken
    lunch = next(s for s in event.slots if s.number is None)
    for query in ("", f"?room={room.id}", f"?room={room.id}&slot={lunch.id}", "?room=x&slot=y", "?room=99999999999999999999&slot=1"):
        assert organiser.get(f"/e/camp/grid/fill{query}").status_code == 404


def test_a_taken_cell_asks_first(organiser, event, ben, world):
    pitch = world.pitch(event, "Bins")
    place(ben, event, world.pitch(event, "Boxes"), 3, 1)
    room, slot = cell(event, 3, 1)
    asked = organiser.send(f"/e/camp/pitches/{pitch.id}/place", room=room.id, slot=slot.id, seen=now_seen(event))
    assert asked.status_code == 409
    assert "“Boxes” is in Turing at 11:00: Ben put it there at 11:52" in page(asked)
    assert "the other back among those not placed" in page(asked)
    assert stands(event) == {(3, 1): "Boxes"}
    organiser.send(f"/e/camp/pitches/{pitch.id}/place", room=room.id, slot=slot.id, seen=field(asked, "seen"), instead="1")
    assert stands(event) == {(3, 1): "Bins"}


def test_moving_swapping_and_taking_off_from_forms(organiser, event, ann, world):
    bins, boxes = place(ann, event, world.pitch(event, "Bins"), 1, 1), place(ann, event, world.pitch(event, "Boxes"), 2, 1)
    address = f"/e/camp/sessions/{bins.id}/move"
    assert "It is in Main hall at 11:00 now." in page(organiser.get(address))
    room, slot = cell(event, 2, 1)
    asked = organiser.send(address, room=room.id, slot=slot.id, seen=now_seen(event))
    assert asked.status_code == 409
    assert "Swap the two" in page(asked)
    organiser.send(address, swap=f"{slot.id}-{room.id}", seen=now_seen(event))
    assert stands(event) == {(2, 1): "Bins", (1, 1): "Boxes"}
    room, slot = cell(event, 3, 3)
    organiser.send(address, room=room.id, slot=slot.id, seen=now_seen(event))
    assert stands(event) == {(3, 3): "Bins", (1, 1): "Boxes"}
    assert organiser.send(address, take_off="1", seen=now_seen(event)).location == "/e/camp/grid/arrange"
    assert stands(event) == {(1, 1): "Boxes"}
    assert organiser.get(address).location == f"/e/camp/pitches/{bins.pitch_id}/place"
    assert "You took “Bins” off the grid" in page(organiser.get("/e/camp/grid/arrange"))
    assert boxes.placement is not None


def test_a_stale_form_says_who_was_quicker_and_can_be_sent_again(organiser, event, ben, world):
    pitch = world.pitch(event, "Bins")
    form = organiser.get(f"/e/camp/pitches/{pitch.id}/place")
    place(ben, event, world.pitch(event, "Boxes"), 3, 1)
    room, slot = cell(event, 3, 1)
    answer = organiser.send(f"/e/camp/pitches/{pitch.id}/place", room=room.id, slot=slot.id, seen=field(form, "seen"))
    assert answer.status_code == 409
    assert "Ben put “Boxes” there at 11:52" in page(answer)
    assert field(answer, "seen") == "1"


@pytest.mark.parametrize("given", [{}, {"room": "1"}, {"room": "x", "slot": "y"}, {"room": "99999999999999999999", "slot": "1"}, {"cell": "1"},
                                   {"cell": "-"}, {"cell": "1-2-3"}, {"room": "1", "slot": "1", "seen": "-1"}, {"room": "1", "slot": "1", "seen": "x"},
                                   {"room": "1", "slot": "1", "seen": "99999999999999999999"}])
def test_what_cannot_be_read_is_refused(organiser, event, world, given):
    pitch = world.pitch(event)
    assert organiser.send(f"/e/camp/pitches/{pitch.id}/place", **given).status_code == 422
    answer = organiser.send(f"/e/camp/pitches/{pitch.id}/place", json=True, **given)
    assert answer.status_code == 422
    assert answer.json["error"]["message"]
    assert stands(event) == {}


def test_rooms_that_are_not_for_sessions_cannot_be_chosen(organiser, event, world):
    quiet = world.save(Room(event_id=event.id, position=9, name="Quiet room", for_sessions=False))
    pitch = world.pitch(event)
    assert organiser.send(f"/e/camp/pitches/{pitch.id}/place", room=quiet.id, slot=cell(event, 1, 1)[1].id).status_code == 422


# ---- asked by the grid's script --------------------------------------------------------------------------------------


def test_the_script_gets_words_and_a_version(organiser, event, world):
    pitch = world.pitch(event, "Bins")
    room, slot = cell(event, 3, 1)
    answer = organiser.send(f"/e/camp/pitches/{pitch.id}/place", json=True, room=room.id, slot=slot.id, seen="0")
    assert answer.json == {"message": "You placed “Bins” in Turing at 11:00.", "version": 1}
    session = event_session(pitch)
    room, slot = cell(event, 2, 1)
    answer = organiser.send(f"/e/camp/sessions/{session}/move", json=True, room=room.id, slot=slot.id, seen="1")
    assert answer.json == {"message": "You moved “Bins” from Turing at 11:00 to Seacole at 11:00.", "version": 2}
    again = organiser.send(f"/e/camp/sessions/{session}/move", json=True, room=room.id, slot=slot.id, seen="2")
    assert again.json == {"message": "“Bins” is in Seacole at 11:00.", "version": 2}
    answer = organiser.send(f"/e/camp/sessions/{session}/move", json=True, take_off="1", seen="2")
    assert answer.json["message"] == "You took “Bins” off the grid; it was in Seacole at 11:00."
    assert organiser.send(f"/e/camp/sessions/{session}/move", json=True, take_off="1", seen="3").json["message"] == "“Bins” is not on the grid."


def event_session(pitch):
    found = session_of(pitch).id
    db.session.rollback()
    return found


def test_the_script_swaps_what_it_showed_and_nothing_else(organiser, event, ann, ben, world, clock_at):
    clock_at("2027-01-23T12:00")
    bins, boxes = place(ann, event, world.pitch(event, "Bins"), 1, 1), place(ann, event, world.pitch(event, "Boxes"), 2, 1)
    room, slot = cell(event, 2, 1)
    answer = organiser.send(f"/e/camp/sessions/{bins.id}/move", json=True, room=room.id, slot=slot.id, seen="2")
    assert "swapped" in answer.json["message"]
    move(ben, event, boxes, 3, 1)
    room, slot = cell(event, 1, 1)
    refused = organiser.send(f"/e/camp/sessions/{bins.id}/move", json=True, room=room.id, slot=slot.id, seen="3")
    assert refused.status_code == 409
    assert refused.json == {"error": {"message": "Ben took “Boxes” away from there at 11:52. Your change was not made: look at the grid and try again."}}
    assert stands(event) == {(2, 1): "Bins", (3, 1): "Boxes"}


def test_the_script_does_not_push_a_session_off(organiser, event, ann, world):
    place(ann, event, world.pitch(event, "Bins"), 1, 1)
    room, slot = cell(event, 1, 1)
    refused = organiser.send(f"/e/camp/pitches/{world.pitch(event).id}/place", json=True, room=room.id, slot=slot.id, seen="1")
    assert refused.status_code == 409
    assert "“Bins” is in Main hall at 11:00: you put it there at 11:52" in refused.json["error"]["message"]
