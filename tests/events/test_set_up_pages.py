"""Setting an event up, as a browser without scripts does it."""

from datetime import UTC, date, datetime

import pytest

from app.events import actions
from app.events.forms import COLOURS
from app.events.models import Event, Role
from app.events.row_forms import EMPTY_AFTER, EMPTY_AT_FIRST
from app.infra import db, live
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(slug="camp")


@pytest.fixture
def organised(client, world, event):
    return client.sign_in(world.holder(event, Role.ORGANISER))


def filled(page) -> dict[str, str]:
    """The fields of the table's form as a browser would send them."""
    form = next(f for f in parsed(page.text)[0].iter("form") if "edit" in (f.get("class") or ""))
    sent = {}
    for e in form.iter():
        if e.tag == "input" and e.get("type") in ("checkbox", "radio"):
            if e.get("checked") is not None:
                sent[e.get("name")] = e.get("value") or "y"
        elif e.tag == "input" and e.get("name"):
            sent[e.get("name")] = e.get("value") or ""
        elif e.tag == "textarea":
            sent[e.get("name")] = e.text or ""
        elif e.tag == "select":
            options = list(e.iter("option"))
            sent[e.get("name")] = next((o.get("value") for o in options if o.get("selected") is not None), options[0].get("value"))
    sent.pop("csrf_token", None)
    return sent


def again(event) -> Event:
    db.session.rollback()
    db.session.expire_all()
    return event


# ---- the overview and the details

def test_the_overview_shows_everything_and_where_to_change_it(organised, event):
    page = organised.get("/e/camp/set-up")
    found = {a.get("href") for a in parsed(page.text)[0].iter("a")}
    assert {f"/e/camp/set-up/{p}" for p in ("details", "notes", "rooms", "slots", "topics")} | {"/e/camp/poster", "/e/camp/people"} <= found
    assert "Main hall, Seacole, Turing" in text_of(parsed(page.text)[0])


def details(page) -> dict[str, str]:
    form = next(f for f in parsed(page.text)[0].iter("form") if any(i.get("name") == "name" or i.get("name") == "attribution" for i in f.iter("input")))
    sent = {}
    for e in form.iter():
        if e.tag == "input" and (e.get("type") != "radio" or e.get("checked") is not None) and e.get("name") != "csrf_token":
            sent[e.get("name")] = e.get("value") or ""
        elif e.tag == "textarea":
            sent[e.get("name")] = (e.text or "").removeprefix("\n")
        elif e.tag == "select":
            sent[e.get("name")] = next(o.get("value") for o in e.iter("option") if o.get("selected") is not None)
    return sent


@pytest.mark.parametrize("page", ["details", "notes"])
def test_saving_what_is_shown_changes_nothing(organised, event, page):
    before = {c.key: getattr(event, c.key) for c in Event.__table__.columns}
    sent = details(organised.get(f"/e/camp/set-up/{page}"))
    assert organised.send(f"/e/camp/set-up/{page}", **sent).location == "/e/camp/set-up"
    after = {c.key: getattr(again(event), c.key) for c in Event.__table__.columns}
    assert after == before | {"set_up_version": before["set_up_version"] + 1, "version": before["version"] + 1}


def test_details_are_saved(organised, event):
    sent = details(organised.get("/e/camp/set-up/details")) | {
        "name": "GovCamp North", "hashtag": "#gcn27", "starts_on": "2027-02-06", "ends_on": "2027-02-07", "time_zone": "Europe/Paris",
        "venue": "Leeds", "about": "Line one\r\nline two", "visibility": "unlisted", "hue": "25", "slug": "govcamp-north"}
    assert organised.send("/e/camp/set-up/details", **sent).location == "/e/govcamp-north/set-up"
    event = again(event)
    assert (event.name, event.hashtag, str(event.starts_on), str(event.ends_on), event.time_zone, event.venue, event.about, event.visibility,
            event.hue) == ("GovCamp North", "gcn27", "2027-02-06", "2027-02-07", "Europe/Paris", "Leeds", "Line one\nline two", "unlisted", 25)


@pytest.mark.once
@pytest.mark.parametrize(("change", "said"), [
    ({"name": ""}, "Give the event a name."), ({"slug": "Not this"}, "Use small letters"), ({"slug": "taken"}, "Another event has"),
    ({"starts_on": "soon"}, "Give a date"), ({"ends_on": "2027-01-01"}, "before the first"), ({"time_zone": "x"}, "time zone"),
    ({"hashtag": "a b"}, "letters, digits"), ({"visibility": "secret"}, "Choose one of these."), ({"hue": "361"}, "Choose one of these."),
    ({"hue": "x"}, "Choose one of these."), ({"name": "a\0"}, "NUL"), ({"about": "x" * 20_001}, "Keep it to 20,000")])
def test_mistakes_in_details_are_said_at_the_field(organised, event, world, change, said):
    world.event(slug="taken")
    page = organised.send("/e/camp/set-up/details", **details(organised.get("/e/camp/set-up/details")) | {"hashtag": "typed"} | change)
    assert page.status_code == 422
    assert said.lower() in page.text.lower()
    assert "There is a problem" in page.text
    assert 'value="typed"' in page.text or "hashtag" in change
    assert again(event).hashtag != "typed"


def test_the_usual_colour_is_among_those_to_choose():
    assert Event.__table__.c.hue.default.arg in dict(COLOURS)
    assert len({h for h, _ in COLOURS}) == len({n for _, n in COLOURS}) == len(COLOURS)


def test_a_colour_of_its_own_stays(organised, event, world):
    with db.transaction():
        event.hue = 111
    page = organised.get("/e/camp/set-up/details")
    assert "Its own colour" in page.text
    assert details(page)["hue"] == "111"


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Asia/Kolkata", "US/Eastern", "GMT"])
def test_a_time_zone_that_is_seldom_chosen_stays(organised, event, zone):
    with db.transaction():
        event.time_zone = zone
    assert details(organised.get("/e/camp/set-up/details"))["time_zone"] == zone


def test_notes_and_conduct_are_saved(organised, event):
    sent = {"attribution": "named", "note_template": "## Ours\r\n", "notes_licence": "CC0", "code_of_conduct": "Be kind",
            "notes_readers": "published", "notes_writers": "takers", "closes_on": "2027-01-30", "closes_at": "18:00",
            "notes_tidy_hours": "24"}
    assert organised.send("/e/camp/set-up/notes", **sent).location == "/e/camp/set-up"
    event = again(event)
    assert (event.attribution, event.note_template, event.notes_licence, event.code_of_conduct) == ("named", "## Ours\n", "CC0", "Be kind")
    assert (event.notes_readers, event.notes_writers, event.notes_tidy_hours) == ("published", "takers", 24)
    assert event.notes_close_at == datetime(2027, 1, 30, 18, tzinfo=UTC)
    for wrong in ({"attribution": "x"}, {"notes_readers": "x"}, {"notes_writers": "x"}, {"closes_at": ""}, {"closes_on": ""},
                  {"notes_tidy_hours": "721"}, {"notes_tidy_hours": "-1"}, {"notes_tidy_hours": ""}):
        assert organised.send("/e/camp/set-up/notes", **sent | wrong).status_code == 422, wrong
    said = text_of(parsed(organised.get("/e/camp/set-up").text)[0])
    assert "Note-takers and campmakers, until 18:00 on Saturday 30 January 2027" in said
    sent |= {"closes_on": "", "closes_at": ""}
    organised.send("/e/camp/set-up/notes", **sent)
    assert again(event).notes_close_at is None


@pytest.mark.parametrize("said", [{"notes_readers": "attendees"}, {"notes_writers": "campmakers"}, {"notes_close_at": AT},
                                  {"attribution": "named"}])
def test_whoever_has_a_page_or_an_editor_open_is_asked_anew_when_access_to_notes_changes(world, event, said):
    organiser = world.holder(event, Role.ORGANISER)
    with live.relay.listen(f"access:{event.id}") as inbox:
        with db.transaction(event):
            actions.edit_event(organiser, event, at=AT, **said)
        assert inbox.get(0.5) is not None
        with db.transaction(event):
            actions.edit_event(organiser, event, at=AT, **said)
        assert inbox.get(0.02) is None


def test_a_copied_event_takes_over_what_holds_for_its_notes(world, event):
    owner = world.owner(event.series)
    with db.transaction() as session:
        session.merge(event)
        event.notes_readers, event.notes_writers, event.notes_tidy_hours = "attendees", "takers", 0
        event.notes_close_at = datetime(2027, 1, 30, 18, tzinfo=UTC)
    with db.transaction():
        copy = actions.set_up_event(owner, event.series, name="Summer camp", starts_on=date(2027, 7, 3), copy_from=event, at=AT)
    assert (copy.notes_readers, copy.notes_writers, copy.notes_tidy_hours) == ("attendees", "takers", 0)
    assert copy.notes_close_at == datetime(2027, 7, 10, 17, tzinfo=UTC)  # a week later, at six on the wall


# ---- rooms

def test_rooms_are_shown_in_order_with_empty_rows_after_them(organised, event):
    sent = filled(organised.get("/e/camp/set-up/rooms"))
    assert [sent[f"rows-{i}-name"] for i in range(3 + EMPTY_AFTER)] == ["Main hall", "Seacole", "Turing", "", "", ""]
    assert f"rows-{3 + EMPTY_AFTER}-name" not in sent


@pytest.mark.parametrize("page", ["rooms", "slots", "topics"])
def test_saving_a_table_as_shown_changes_nothing_but_the_count(organised, event, page, world):
    world.pitch(event, topics=["Data", "Design"])
    def state():
        again(event)
        return [{c.key: getattr(t, c.key) for c in type(t).__table__.columns} for t in (*event.rooms, *event.slots, *event.topics)]

    before = state()
    assert organised.send(f"/e/camp/set-up/{page}", **filled(organised.get(f"/e/camp/set-up/{page}"))).location == "/e/camp/set-up"
    assert state() == before


def test_many_rooms_are_changed_added_and_removed_at_once(organised, event):
    sent = filled(organised.get("/e/camp/set-up/rooms"))
    sent |= {"rows-0-seats": "200", "rows-1-remove": "y", "rows-2-order": "1", "rows-3-name": "  Garrett\tRoom ", "rows-3-seats": "20",
             "rows-3-step_free": "y", "rows-4-name": "Quiet room", "more": "1"}
    del sent["rows-4-for_sessions"]
    assert organised.send("/e/camp/set-up/rooms", **sent).location == "/e/camp/set-up/rooms"
    assert [(r.number, r.name, r.seats, r.step_free) for r in again(event).rooms] == [
        (1, "Turing", 36, True), (2, "Main hall", 200, True), (3, "Garrett Room", 20, True), (None, "Quiet room", None, False)]


@pytest.mark.once
@pytest.mark.parametrize(("change", "said"), [
    ({"rows-0-seats": "many"}, "Give a whole number."), ({"rows-0-seats": "0"}, "from 1 to"), ({"rows-0-seats": "-3"}, "from 1 to"),
    ({"rows-0-seats": "1e3"}, "Give a whole number."), ({"rows-0-name": ""}, "Give the room a name."), ({"rows-3-seats": "5"}, "Give the room a name."),
    ({"rows-0-name": "x" * 61}, "Keep it to 60"), ({"rows-0-order": "x"}, "Give a whole number."), ({"rows-0-name": "Seacole"}, "both be called Seacole"),
    ({"rows-0-id": "x"}, "There is a problem"), ({"rows-0-floor": "a\0b"}, "NUL"), ({"rows-0-seats": "9" * 30}, "from 1 to")])
def test_mistakes_in_rooms_are_said_and_nothing_typed_is_lost(organised, event, change, said):
    sent = filled(organised.get("/e/camp/set-up/rooms")) | {"rows-1-equipment": "Typed"} | change
    page = organised.send("/e/camp/set-up/rooms", **sent)
    assert page.status_code == 422
    assert said in page.text
    assert "There is a problem" in page.text
    assert filled(page)["rows-1-equipment"] == "Typed"
    assert [r.equipment for r in again(event).rooms] == ["", "", ""]


def test_one_mistake_is_said_once(organised, event):
    page = organised.send("/e/camp/set-up/rooms", **filled(organised.get("/e/camp/set-up/rooms")) | {"rows-0-seats": "many"})
    assert page.text.count("Give a number from") == 0
    assert 'value="many"' in page.text


def test_a_room_with_a_session_offers_no_removing_and_refuses_it(organised, event, world):
    world.session(event, room=2, slot=1)
    page = organised.get("/e/camp/set-up/rooms")
    assert "In use" in page.text
    boxes = {e.get("name") for e in parsed(page.text)[0].iter("input")}
    assert "rows-0-remove" in boxes
    assert "rows-1-remove" not in boxes
    refused = organised.send("/e/camp/set-up/rooms", **filled(page) | {"rows-1-remove": "y"})
    assert refused.status_code == 422
    assert "There are sessions in Seacole" in refused.text
    assert len(again(event).rooms) == 3


def test_saving_over_another_is_said_first_and_done_when_sent_again(organised, event):
    mine = filled(organised.get("/e/camp/set-up/rooms")) | {"rows-0-seats": "99"}
    assert organised.send("/e/camp/set-up/rooms", **filled(organised.get("/e/camp/set-up/rooms")) | {"rows-0-seats": "11"}).status_code == 303
    page = organised.send("/e/camp/set-up/rooms", **mine)
    assert page.status_code == 409
    assert "Somebody else changed the set-up" in page.text
    assert again(event).rooms[0].seats == 11
    assert filled(page)["rows-0-seats"] == "99"
    assert organised.send("/e/camp/set-up/rooms", **filled(page)).status_code == 303
    assert again(event).rooms[0].seats == 99


def test_a_room_of_another_event_cannot_be_named(organised, event, world):
    other = world.event()
    sent = filled(organised.get("/e/camp/set-up/rooms")) | {"rows-0-id": str(other.rooms[0].id), "rows-0-name": "Mine now"}
    assert organised.send("/e/camp/set-up/rooms", **sent).status_code == 409
    assert again(other).rooms[0].name == "Main hall"


def test_a_table_takes_the_same_number_of_statements_with_few_rooms_and_many(organised, event, world, statements):
    counts = []
    for slug, rooms in (("camp", 3), ("big", 10)):
        if slug == "big":
            big = world.event(event.series, slug="big", rooms=rooms)
            world.holder(big)
            organised.sign_in(world.holder(big, Role.ORGANISER))
        organised.get(f"/e/{slug}/set-up/rooms")
        with statements() as said:
            organised.get(f"/e/{slug}/set-up/rooms")
        counts.append(len(said))
    assert counts[0] == counts[1] <= 7


# ---- slots

def test_an_empty_timetable_is_made_from_a_few_numbers(client, world):
    event = world.event(slug="new", slots=0)
    client.sign_in(world.holder(event, Role.ORGANISER))
    page = client.get("/e/new/set-up/slots")
    assert "Make it from a few numbers" in page.text
    assert sum("-label" in k for k in filled(page)) == EMPTY_AT_FIRST
    usual = {"welcome": "10:00", "first": "11:00", "minutes": "45", "gap": "15", "count": "5", "lunch_after": "2", "lunch_minutes": "60"}
    for change, said in (({"first": ""}, "Say when the first"), ({"first": "late"}, "Give a time"), ({"minutes": "0"}, "From 5"), ({"count": "x"}, "whole number"),
                         ({"count": "20", "minutes": "60"}, "does not fit into one day"), ({"welcome": "12:00"}, "before the first")):
        answer = client.send("/e/new/set-up/timetable", **usual | change)
        assert answer.status_code == 422, change
        assert said in answer.text
    assert again(event).slots == []
    assert client.send("/e/new/set-up/timetable", **usual).location == "/e/new/set-up/slots"
    assert len(again(event).slots) == 7
    assert "Make it from a few numbers" not in client.get("/e/new/set-up/slots").text
    assert client.send("/e/new/set-up/timetable", **usual).status_code == 409


def test_slots_are_changed_added_and_removed_at_once(organised, event):
    sent = filled(organised.get("/e/camp/set-up/slots"))
    assert (sent["rows-0-starts"], sent["rows-0-ends"], sent["rows-2-kind"], sent["rows-2-label"]) == ("11:00", "11:45", "break", "Lunch")
    sent |= {"rows-1-remove": "y", "rows-4-starts": "09:15", "rows-4-ends": "09:45", "rows-4-kind": "plenary", "rows-4-label": "Welcome", "rows-0-ends": "11:50:00"}
    assert organised.send("/e/camp/set-up/slots", **sent).location == "/e/camp/set-up"
    assert [(s.number, s.label, s.starts_at.strftime("%H:%M"), s.ends_at.strftime("%H:%M")) for s in again(event).slots] == [
        (None, "Welcome", "09:15", "09:45"), (1, "", "11:00", "11:50"), (None, "Lunch", "13:00", "14:00"), (2, "", "14:00", "14:45")]


@pytest.mark.once
@pytest.mark.parametrize(("change", "said"), [
    ({"rows-0-starts": "noon"}, "Give a time"), ({"rows-0-ends": "10:00"}, "end after it starts"), ({"rows-0-starts": ""}, "Say when it starts"),
    ({"rows-0-kind": "party"}, "Choose one of these."), ({"rows-0-day": "1"}, "Choose one of these."), ({"rows-0-day": "x"}, "Choose one of these."),
    ({"rows-0-label": "x" * 61}, "Keep it to 60")])
def test_mistakes_in_slots_are_said(organised, event, change, said):
    page = organised.send("/e/camp/set-up/slots", **filled(organised.get("/e/camp/set-up/slots")) | change)
    assert page.status_code == 422
    assert said in page.text


def test_days_are_offered_when_there_are_several(client, world):
    event = world.event(slug="two", ends_on=date(2027, 1, 24))
    client.sign_in(world.holder(event, Role.ORGANISER))
    sent = filled(client.get("/e/two/set-up/slots"))
    assert sent["rows-0-day"] == "0"
    assert client.send("/e/two/set-up/slots", **sent | {"rows-0-day": "1"}).status_code == 303
    assert again(event).slots[-1].starts_at.day == 24
    assert filled(client.get("/e/two/set-up/slots"))["rows-3-day"] == "1"


# ---- topics

def test_topics_are_changed_added_and_removed_at_once(organised, event, world):
    world.pitch(event, topics=["Data", "Design"])
    sent = filled(organised.get("/e/camp/set-up/topics")) | {"rows-0-name": "Open data", "rows-1-remove": "y", "rows-2-name": "Skills"}
    assert organised.send("/e/camp/set-up/topics", **sent).location == "/e/camp/set-up"
    assert [t.name for t in again(event).topics] == ["Open data", "Skills"]
    for change in ({"rows-0-name": ""}, {"rows-2-name": "open DATA"}, {"rows-2-name": "x" * 41}):
        assert organised.send("/e/camp/set-up/topics", **filled(organised.get("/e/camp/set-up/topics")) | change).status_code == 422
