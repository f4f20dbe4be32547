"""History, merging and withdrawing pages, and who gets in."""

from app.events.models import ATTENDEES_ONLY, Role
from app.grid.models import GridChange
from app.infra import db
from app.pitches.models import Pitch
from tests.grid.arrange import cell, move, place, stands
from tests.grid.reading import field, page

# ---- history, merging, withdrawing -----------------------------------------------------------------------------------


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


# ---- who gets in -----------------------------------------------------------------------------------------------------


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
