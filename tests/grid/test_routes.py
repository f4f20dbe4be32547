"""The grid's pages: read, arranged without scripts, asked by the grid's script, refused."""

import json
from datetime import UTC, datetime

import pytest

from app.events.models import ATTENDEES_ONLY, Role, Room, Slot
from app.grid.models import GridChange
from app.infra import clock, db
from app.pitches.models import MERGED, UNMERGED, WITHDRAWN, Pitch
from tests.grid.arrange import cell, move, now_seen, place, stands
from tests.pages import parsed, text_of


@pytest.fixture
def event(world):
    return world.event(slug="camp", name="GovCamp North")


@pytest.fixture
def ann(world, event):
    return world.holder(event, Role.ORGANISER, name="Ann")


@pytest.fixture
def ben(world, event):
    return world.holder(event, Role.ORGANISER, name="Ben")


@pytest.fixture
def organiser(client, ann):
    return client.sign_in(ann)


@pytest.fixture
def clock_at(monkeypatch):
    def at(text):
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(text).replace(tzinfo=UTC))

    return at


def tree(response):
    return parsed(response.text)[0]


def page(response):
    return text_of(tree(response))


def table(response):
    """The grid as rows of cell texts, headings first."""
    found = next(t for t in tree(response).iter("table") if t.get("id") == "grid")
    return [[text_of(c) for c in row if c.tag in ("th", "td")] for row in found.iter("tr")]


def field(response, name):
    return next(e.get("value") for e in tree(response).iter("input") if e.get("name") == name)


# ---- reading ---------------------------------------------------------------------------------------------------


def test_the_grid_is_a_real_table(client, event, world):
    world.session(event, "Bins", room=3, slot=1, leaders=["Leila"], topics=["Waste"], interested=[world.holder(event)])
    answer = client.get("/e/camp/grid")
    rows = table(answer)
    assert [r[0] for r in rows] == ["Time", "11:00 to 11:45", "12:00 to 12:45", "13:00", "14:00 to 14:45"]
    assert rows[0][1:] == ["Main hall140 seats · Ground", "Seacole40 seats · Ground", "Turing36 seats · Ground"]
    assert rows[1][3].startswith("Bins")
    assert "Leila" in rows[1][3]
    assert rows[1][1] == "Free: Main hall at 11:00"
    assert rows[3][1].startswith("Lunch")
    for element in (e for e in tree(answer).iter() if e.tag in ("th", "td", "tr", "table")):
        assert element.get("role"), "CSS makes a list of it on phones, where Safari would forget that it is a table"
    assert "1 session in 3 rooms." in page(answer)


def test_empty_grids_say_what_to_do(client, world):
    world.event(slug="bare", rooms=0, slots=0)
    assert "It needs rooms and times first." in page(client.get("/e/bare/grid"))
    half = world.event(slug="half", rooms=0)
    organiser = world.holder(half, Role.ORGANISER)
    answer = client.sign_in(organiser).get("/e/half/grid/arrange")
    assert "It needs rooms first." in page(answer)
    assert "/e/half/set-up" in answer.text
    world.event(slug="fresh")
    assert "No session has a place yet." in page(client.get("/e/fresh/grid"))


def test_now_next_and_past(client, event, world, clock_at):
    world.session(event, "Bins", room=1, slot=1)
    clock_at("2027-01-23T12:10")
    answer = client.get("/e/camp/grid")
    assert [row[0] for row in table(answer)][1:] == [
        "11:00 to 11:45 Finished. Show sessions", "12:00 to 12:45 Now", "13:00", "14:00 to 14:45 Next"]
    assert 'data-until="2027-01-23T12:45:00+00:00"' in answer.text
    clock_at("2027-03-01T12:00")
    answer = client.get("/e/camp/grid")
    assert "data-until" not in answer.text
    assert "Finished" not in page(answer)


def test_a_grid_without_times_and_one_of_two_days(client, world):
    event = world.event(slug="imported", slots=0)
    world.save(Slot(event_id=event.id, position=1, kind="session", number=1), Slot(event_id=event.id, position=2, kind="session", number=2, label="Last"))
    db.session.expire_all()
    session = world.session(event, "Bins", room=2, slot=1)
    assert [row[0] for row in table(client.get("/e/imported/grid"))] == ["Time", "Session 1", "Last"]
    assert table(client.get("/e/imported/grid"))[1][1] == "Free: Main hall in session 1"
    assert "Session 1, Seacole" in page(client.get(f"/e/imported/sessions/{session.id}"))
    from datetime import date

    world.event(slug="long", starts_on=date(2027, 1, 23), ends_on=date(2027, 1, 24))
    assert table(client.get("/e/long/grid"))[1][0] == "11:00 Saturday to 11:45"


@pytest.mark.parametrize(("view", "shown"), [("grid", "grid"), ("list", "list"), ("zebra", "auto"), ("", "auto")])
def test_views(client, event, view, shown):
    answer = client.get(f"/e/camp/grid?view={view}")
    assert f'data-view="{shown}"' in answer.text
    assert f"/e/camp/grid/fragment/{shown}" in answer.text


def test_my_day(client, event, world):
    me = world.holder(event)
    world.session(event, "Marked", room=1, slot=1, interested=[me])
    world.session(event, "Led", room=2, slot=1, leaders=[me])
    world.session(event, "Other", room=3, slot=1, leaders=["Ben"])
    whole = client.sign_in(me).get("/e/camp/grid")
    assert whole.text.count("mark-mine") == 2
    mine = page(client.get("/e/camp/grid?view=mine"))
    assert "Marked" in mine
    assert "Led" in mine
    assert "Other" not in mine
    assert "Nothing marked here yet" in mine
    assert "2 of 3 sessions" in mine
    assert "My day" not in page(client.sign_out().get("/e/camp/grid"))


def test_what_other_rooms_know_is_shown(app, client, event, world, monkeypatch):
    session = world.session(event, "Bins", room=1, slot=1)
    world.session(event, "Boxes", room=2, slot=1, leaders=["Ben"])
    monkeypatch.setitem(app.extensions, "cell_facts", (lambda e: {session.id: {"needs_notes": e.id == event.id}},))
    assert page(client.get("/e/camp/grid")).count("Note-taker?") == 1
    needs = page(client.get("/e/camp/grid?view=notes"))
    assert "Bins" in needs
    assert "Boxes" not in needs


def test_fragments_are_what_the_page_holds_and_answer_304(client, event, world):
    world.session(event, "Bins", room=1, slot=1)
    first = client.get("/e/camp/grid/fragment/list")
    assert "<html" not in first.text
    assert table(first) == table(client.get("/e/camp/grid?view=list"))
    again = client.get("/e/camp/grid/fragment/list", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    world.session(event, "Boxes", room=2, slot=1)
    assert client.get("/e/camp/grid/fragment/list", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.get("/e/camp/grid/fragment/zebra").status_code == 404
    assert client.get("/e/camp/grid/fragment/arrange").status_code == 403


MOST_STATEMENTS = {"grid": 14, "grid/arrange": 14, "grid/history": 6, "sessions/{}": 25, "sessions/{}/move": 12}


def test_pages_take_a_constant_number_of_statements(client, world, statements):
    """As many with one session as with forty-five; the rooms below have their part in it (panels, facts)."""
    event = world.event(slug="big", rooms=10, slots=5)
    fans = [world.holder(event) for _ in range(3)]
    cells = [(r, s) for s in range(1, 6) for r in range(1, 11)]
    client.sign_in(world.holder(event, Role.ORGANISER))

    def counted():
        found = {}
        for path in MOST_STATEMENTS:
            with statements() as said:
                assert client.get(f"/e/big/{path.format(first.id)}").status_code == 200
            found[path] = len(said)
        return found

    for i in range(45):
        session = world.session(event, room=cells[i][0], slot=cells[i][1], leaders=[fans[i % 3], "Ann"], topics=[f"T{i % 5}"],
                                interested=fans[:i % 4])
        world.pitch(event)
        if i == 0:
            first = session
            with_one = counted()
    assert counted() == with_one
    assert {path: n for path, n in with_one.items() if n > MOST_STATEMENTS[path]} == {}


# ---- a session's page ------------------------------------------------------------------------------------------


def test_a_sessions_page(client, event, world):
    session = world.session(event, "Bins", room=3, slot=1, leaders=["Leila", "Ben"], topics=["Waste"], about="Why **so** many?",
                            interested=[world.holder(event)])
    answer = client.get(f"/e/camp/sessions/{session.id}")
    for words in ("11:00, Turing", "Ground · step-free", "Led by Leila, Ben", "Why so many?", "Waste", "1 interested, room holds 36",
                  f"#{event.hashtag}s1r3"):
        assert words in page(answer), words
    assert "Take off" not in page(answer)


def test_a_session_off_the_grid_keeps_its_page(client, event, world):
    answer = client.get(f"/e/camp/sessions/{world.session(event, 'Bins').id}")
    assert answer.status_code == 200
    assert "Not on the grid now" in page(answer)


@pytest.mark.parametrize(("at", "chip"), [("11:10", "Now, until 11:45"), ("10:00", "Next"), ("11:50", "Finished")])
def test_a_sessions_page_knows_the_time(client, event, world, clock_at, at, chip):
    session = world.session(event, room=1, slot=1)
    clock_at(f"2027-01-23T{at}")
    assert chip in page(client.get(f"/e/camp/sessions/{session.id}"))


def test_what_became_of_a_session(client, event, world):
    whole = world.session(event, "Whole", room=1, slot=1)
    part = world.session(event, "Part", state=MERGED, merged_into_id=whole.pitch_id)
    alone = world.session(event, "Alone", state=MERGED, merged_into_id=world.pitch(event, "Pitch only").id)
    gone, undone = world.session(event, "Gone", state=WITHDRAWN), world.session(event, "Undone", state=UNMERGED)

    def shown(session):
        return client.get(f"/e/camp/sessions/{session.id}")

    assert "This session became part of Whole." in page(shown(part))
    assert f'href="/e/camp/sessions/{whole.id}"' in shown(part).text
    assert f'href="/e/camp/pitches/{alone.pitch.merged_into_id}"' in shown(alone).text
    assert "Made from Part." in page(shown(whole))
    assert "has been withdrawn" in page(shown(gone))
    assert "has been undone" in page(shown(undone))


def test_organisers_move_and_take_off_from_the_page(organiser, event, world):
    session = world.session(event, "Bins", room=1, slot=1)
    answer = organiser.get(f"/e/camp/sessions/{session.id}")
    assert f'href="/e/camp/sessions/{session.id}/move"' in answer.text
    assert "Take off" in page(answer)


# ---- arranging without scripts ---------------------------------------------------------------------------------


def test_the_arranging_page_has_forms_for_everything(organiser, event, world):
    session = world.session(event, "Bins", room=1, slot=1)
    pitch = world.pitch(event, "Boxes")
    answer = organiser.get("/e/camp/grid/arrange")
    room, slot = cell(event, 2, 1)
    for address in (f"/e/camp/sessions/{session.id}/move", f"/e/camp/pitches/{pitch.id}/place", f"/e/camp/grid/fill?room={room.id}&amp;slot={slot.id}"):
        assert f'href="{address}"' in answer.text
    assert "Not placed yet (1)" in page(answer)
    assert 'data-version="0"' in answer.text


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


# ---- asked by the grid's script --------------------------------------------------------------------------------


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
    from app.grid.queries import session_of

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


# ---- history, merging, withdrawing -----------------------------------------------------------------------------


def test_history_says_who_did_what_when(client, event, ann, world):
    session = place(ann, event, world.pitch(event, "Bins"), 1, 1)
    move(ann, event, session, 2, 1)
    assert client.get("/e/camp/grid/history").status_code == 302
    answer = client.sign_in(world.holder(event)).get("/e/camp/grid/history")
    assert page(answer).index("Ann moved “Bins” from Main hall at 11:00 to Seacole at 11:00.") < page(answer).index("Ann placed “Bins” in Main hall")
    assert "11:52 on Saturday 23 January 2027" in page(answer)
    for query in ("page=2", "page=x", "page=99999999999999999999"):
        assert client.get(f"/e/camp/grid/history?{query}").status_code == 200


def test_merging_from_the_list(client, event, ann, world):
    cam = world.holder(event, Role.CAMPMAKER)
    bins, boxes = world.pitch(event, "Bins", about="A", leaders=["Ann"]), world.pitch(event, "Boxes", about="B", leaders=["Ben"])
    place(ann, event, boxes, 1, 1)
    client.sign_in(cam)
    form = client.get(f"/e/camp/pitches/merge?pitch={bins.id}&pitch={boxes.id}")
    assert field(form, "title") == "Bins / Boxes"
    for words in ("**Bins** A **Boxes** B", "Led by Ann, Ben", "It keeps its place on the grid"):
        assert words in page(form), words
    answer = client.send("/e/camp/pitches/merge", pitch=[str(bins.id), str(boxes.id)], title="Bins and boxes", about="")
    assert answer.status_code == 303
    shown = client.get(answer.location)
    for words in ("“Bins and boxes” is made of 2 pitches now.", "Made from", "Main hall at 11:00", "Undo the merge"):
        assert words in page(shown), words
    assert stands(event) == {(1, 1): "Bins and boxes"}
    merged = db.session.query(Pitch).filter_by(title="Bins and boxes").one()
    assert client.send(f"/e/camp/pitches/{merged.id}/unmerge").status_code == 303
    assert "The merge is undone: “Bins” and “Boxes” are separate pitches again." in page(client.get("/e/camp/pitches"))
    assert stands(event) == {(1, 1): "Boxes"}


def test_merges_that_cannot_be(client, event, ann, world):
    client.sign_in(world.holder(event, Role.CAMPMAKER))
    bins, boxes, foreign = world.pitch(event, "Bins"), world.pitch(event, "Boxes"), world.pitch(world.event())
    for ids in ([], [bins.id], [bins.id, bins.id], ["x", bins.id]):
        assert client.get("/e/camp/pitches/merge", query_string={"pitch": ids}).location == "/e/camp/pitches"
    assert "Tick two or more pitches" in page(client.get("/e/camp/pitches"))
    both = [str(bins.id), str(boxes.id)]
    assert client.get("/e/camp/pitches/merge", query_string={"pitch": [bins.id, foreign.id]}).status_code == 404
    assert client.send("/e/camp/pitches/merge", pitch=[str(bins.id), str(foreign.id)], title="x").status_code == 404
    assert client.send("/e/camp/pitches/merge", pitch=both, title="").status_code == 422
    place(ann, event, bins, 1, 1), place(ann, event, boxes, 2, 1)
    refused = client.send("/e/camp/pitches/merge", pitch=both, title="Kept title", about="Kept words")
    assert refused.status_code == 409
    for words in ("take all but one of them off the grid first", "Kept words"):
        assert words in page(refused), words
    assert field(refused, "title") == "Kept title"


def test_withdrawing_takes_it_off(client, event, ann, world):
    leader = world.holder(event)
    pitch = world.pitch(event, "Bins", leaders=[leader])
    place(ann, event, pitch, 1, 1)
    client.sign_in(leader).send(f"/e/camp/pitches/{pitch.id}/withdraw")
    assert stands(event) == {}
    assert "“Bins” has been withdrawn. It can be reopened here." in page(client.get(f"/e/camp/pitches/{pitch.id}"))
    assert client.sign_in(world.holder(event)).send(f"/e/camp/pitches/{pitch.id}/withdraw").status_code == 403


def test_the_panel_on_a_pitchs_page(client, event, ann, world):
    pitch = world.pitch(event, "Bins")
    address = f"/e/camp/pitches/{pitch.id}"
    assert "On the grid" not in page(client.get(address))
    client.sign_in(ann)
    asked = page(client.get(address))
    assert "It has no place yet." in asked
    assert "Place it" in asked
    session = place(ann, event, pitch, 3, 1)
    placed = client.get(address)
    for words in ("Turing at 11:00 s1r3", "Go to the session", "Move"):
        assert words in page(placed), words
    assert f'href="/e/camp/sessions/{session.id}/move"' in placed.text
    client.send(f"/e/camp/sessions/{session.id}/move", take_off="1")
    assert "It had a place, and has none now." in page(client.sign_out().get(address))


# ---- who gets in -----------------------------------------------------------------------------------------------


def test_nothing_of_another_event(organiser, event, world):
    other = world.event(slug="other")
    foreign, theirs = world.session(other, "Elsewhere", room=1, slot=1), world.pitch(other)
    mine = world.pitch(event)
    room, slot = cell(other, 1, 1)
    for path in (f"sessions/{foreign.id}", f"sessions/{foreign.id}/move", f"pitches/{theirs.id}/place", f"grid/fill?room={room.id}&slot={slot.id}"):
        assert organiser.get(f"/e/camp/{path}").status_code == 404, path
    for path in (f"sessions/{foreign.id}/move", f"pitches/{theirs.id}/place", f"pitches/{theirs.id}/withdraw", f"pitches/{theirs.id}/unmerge"):
        assert organiser.send(f"/e/camp/{path}", room=room.id, slot=slot.id).status_code == 404, path
    assert organiser.send(f"/e/camp/pitches/{mine.id}/place", room=room.id, slot=slot.id).status_code == 422
    assert organiser.send(f"/e/other/sessions/{foreign.id}/move", room=room.id, slot=slot.id).status_code == 403
    assert db.session.query(GridChange).count() == 0


def test_a_closed_event_is_closed(client, world):
    event = world.event(slug="closed", visibility=ATTENDEES_ONLY)
    session = world.session(event, "Secret", room=1, slot=1)
    for path in ("grid", "grid/fragment/auto", "grid/stream", f"sessions/{session.id}", "grid/arrange", "grid/history"):
        answer = client.get(f"/e/closed/{path}")
        assert answer.status_code == 302
        assert "Secret" not in answer.text
    client.sign_in(world.holder(event))
    assert "Secret" in page(client.get("/e/closed/grid"))
    assert client.get("/e/closed/grid/arrange").status_code == 403


# ---- live ------------------------------------------------------------------------------------------------------


def test_the_stream_nudges_and_ends_when_the_event_closes(client, event, ann, world):
    answer = client.get("/e/camp/grid/stream")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    lines = iter(answer.response)
    assert next(lines) == b"retry: 3000\n\n"
    place(ann, event, world.pitch(event), 1, 1)
    name, data = next(lines).decode().strip().split("\n")
    assert name == "event: nudge"
    assert json.loads(data.removeprefix("data: ")) == {"topic": f"grid:{event.id}", "version": 1}
    from app.infra import live

    with db.transaction(event):
        event.visibility = ATTENDEES_ONLY
        db.after_commit(lambda: live.publish(f"access:{event.id}", 1))
    with pytest.raises(StopIteration):
        next(lines)


def test_the_grid_weighs_little(client, world):
    """Ten rooms, five slots, fifty sessions: the page itself compressed (styles and scripts come to about 20 kB more)."""
    import gzip

    event = world.event(slug="big", rooms=10, slots=5)
    for i in range(50):
        world.session(event, f"A session with a title of the usual length, number {i}", room=i % 10 + 1, slot=i // 10 + 1, leaders=[f"Leader number {i}"],
                      topics=[f"Topic {i % 6}"])
    assert len(gzip.compress(client.get("/e/big/grid").data)) < 10_000
    assert len(gzip.compress(client.sign_in(world.holder(event, Role.ORGANISER)).get("/e/big/grid/arrange").data)) < 14_000
