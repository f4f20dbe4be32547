"""My day: what is mine in the order of time, what is at once, what changed; and the list view says all that the grid says."""

import pytest

from app.events.models import DRAFT, Notice, Role
from app.grid import actions, cancelling
from app.infra import db
from tests.grid.arrange import LATER, cell, place
from tests.grid.reading import page, tree
from tests.pages import text_of


@pytest.fixture
def me(event, world, client):
    somebody = world.holder(event, name="Mina")
    client.sign_in(somebody)
    return somebody


def day(client):
    """Slot headings and what stands below each."""
    stops = [e for e in tree(client.get("/e/camp/my-day")).iter("li") if "stop" in (e.get("class") or "").split()]
    return [(text_of(stop.find("h2")), text_of(stop.find("div"))) for stop in stops]


def test_the_day_in_the_order_of_time(client, event, world, me, clock_at):
    world.session(event, "Marked", room=2, slot=2, interested=[me], leaders=["Ben"])
    world.session(event, "Led", room=1, slot=1, leaders=[me, "Ben"])
    world.session(event, "Other", room=3, slot=3)
    world.session(event, "Full", room=1, slot=3, interested=[world.holder(event) for _ in range(140)])
    clock_at("2027-01-23T11:10")
    stops = day(client)
    assert [when for when, _ in stops] == ["11:00 to 11:45 Now", "12:00 to 12:45 Next", "13:00 to 14:00", "14:00 to 14:45"]
    assert stops[0][1].startswith("Main hall Ground Led You lead it, with others")
    assert stops[1][1].startswith("Seacole Ground Marked Ben")
    assert stops[2][1] == "Lunch"
    assert stops[3][1].startswith("Nothing marked at 14:00: 1 session with free seats.")
    assert "Other Turing, 36 free" in stops[3][1]
    assert "Full" not in stops[3][1]
    clock_at("2027-01-23T15:00")
    assert "free seats" not in day(client)[3][1], "it is over"


def test_two_at_once_and_the_way_out(client, event, world, me, ann):
    bins = place(ann, event, world.pitch(event, "Bins", interested=[me]), 1, 1)
    place(ann, event, world.pitch(event, "Boxes", interested=[me], leaders=["Ben"]), 2, 1)
    assert "Two at once. “Bins” and “Boxes” are at the same time." in day(client)[0][1]
    with db.transaction(event):
        actions.repeat(ann, event, bins, *cell(event, 3, 2), seen=None, at=LATER)
    stops = day(client)
    assert "“Bins” is held again at 12:00 in Turing." in stops[0][1]
    assert "Held again at 12:00 in Turing." in stops[0][1]
    assert "Held again at 11:00 in Main hall." in stops[1][1]
    assert "Two at once" not in stops[1][1]


def test_changes_cancellations_and_what_has_no_place(client, event, world, me, ann):
    moved = place(ann, event, world.pitch(event, "Bins", interested=[me]), 1, 1)
    gone = place(ann, event, world.pitch(event, "Boxes", interested=[me], leaders=["Ben"]), 2, 2)
    world.pitch(event, "Waiting", interested=[me])
    world.save(Notice(event_id=event.id, person_id=me.id, about="session", thing_id=moved.id, said="“Bins” was moved.",
                      was="Turing at 11:00", now="Main hall at 11:00", at=LATER))
    with db.transaction(event):
        cancelling.cancel(ann, event, gone, "The train was late.", seen=None, at=LATER)
    words = page(client.get("/e/camp/my-day"))
    assert "Moved: was Turing at 11:00" in words
    assert "Cancelled: Boxes, which was to be in Seacole at 12:00. The train was late." in words
    assert "Marked, without a place yetWaiting" in words


def test_a_double_session_is_no_clash_and_no_gap(client, event, world, me, ann):
    long = place(ann, event, world.pitch(event, "Long", interested=[me]), 1, 1)
    with db.transaction(event):
        actions.resize(ann, event, long, 2, seen=None, at=LATER)
    stops = day(client)
    assert "A double session." in stops[0][1]
    assert "Long goes on" in stops[1][1]
    assert "Two at once" not in stops[0][1] + stops[1][1]


def test_nobodys_day_says_how_to_have_one(client, event):
    assert "Join the event" in page(client.get("/e/camp/my-day"))
    assert client.get("/e/camp/my-day/fragment").status_code == 404


def test_the_fragment_is_what_the_page_holds(client, event, world, me):
    world.session(event, "Bins", room=1, slot=1, interested=[me])
    first = client.get("/e/camp/my-day/fragment")
    assert page(first) in page(client.get("/e/camp/my-day"))
    assert client.get("/e/camp/my-day/fragment", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_draft_shows_no_place_on_ones_day(client, event, world, me, ann):
    session = place(ann, event, world.pitch(event, "Bins", interested=[me], leaders=[me]), 1, 1)
    world.save(Notice(event_id=event.id, person_id=me.id, about="session", thing_id=session.id, said="“Bins” was moved.",
                      was="Turing at 11:00", now="Main hall at 11:00", at=LATER))
    gone = place(ann, event, world.pitch(event, "Boxes", interested=[me]), 3, 2)
    with db.transaction(event):
        cancelling.cancel(ann, event, gone, "No.", seen=None, at=LATER)
        event.grid_state = DRAFT
    for path in ("/e/camp/my-day", "/e/camp/my-day/fragment"):
        words = " ".join(text_of(e) for e in tree(client.get(path)).iter("div") if "myday" in (e.get("class") or ""))
        assert "The grid is still being put together." in words
        for place_name in ("Main hall", "Seacole", "Turing", "s1r"):
            assert place_name not in words, path


# ---- grid and list -------------------------------------------------------------------------------------------------------


def test_the_list_says_what_the_grid_says_cell_by_cell(client, event, world, ann, clock_at):
    """Both are the same table, which CSS shows as a list: whoever reads one reads the other."""
    me = world.holder(event, Role.ATTENDEE)
    place(ann, event, world.pitch(event, "Bins", topics=["Waste"], interested=[me]), 1, 1)
    long = place(ann, event, world.pitch(event, "Long", leaders=["Ben"]), 2, 1)
    gone = place(ann, event, world.pitch(event, "Boxes", leaders=["Cy"]), 3, 3)
    with db.transaction(event):
        actions.resize(ann, event, long, 2, seen=None, at=LATER)
        actions.repeat(ann, event, long, *cell(event, 1, 3), seen=None, at=LATER)
        cancelling.cancel(ann, event, gone, "The train was late.", seen=None, at=LATER)
    clock_at("2027-01-23T11:10")
    client.sign_in(me)

    def cells(view):
        found = next(t for t in tree(client.get(f"/e/camp/grid?view={view}")).iter("table") if t.get("id") == "grid")
        return [[(c.get("data-place"), text_of(c)) for c in row if c.tag in ("th", "td")] for row in found.iter("tr")]

    grid, listed = cells("grid"), cells("list")
    assert grid == listed
    whole = " ".join(text for row in listed for _, text in row)
    for words in ("Bins", "Long", "goes on", "Boxes", "The train was late."):
        assert words in whole
    assert len(listed) == 5
    assert {len(row) for row in listed} == {4, 2}
