"""The JSON API, held against its own description; and what scripts of other sites may do with it."""

import re
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from app.events.models import ATTENDEES_ONLY, DRAFT, UNLISTED, Role
from app.exchange import openapi
from app.grid import actions as grid
from app.infra.db import transaction
from tests.world import AT

pytestmark = pytest.mark.once  # test_bringing_schedule.py tries what goes out on every kind of database
API = "/api/v1"
HERE = f"{API}/events/gcn-2027"


@pytest.fixture
def event(world):
    event = world.event(name="GovCamp North 2027", slug="gcn-2027", about="**Hello**")
    world.session(event, "Bins", room=1, slot=1, topics=("Waste",), about="Why?")
    world.session(event, "Forms", room=2, slot=2, leaders=())
    world.session(event, "No place")
    return event


def get(client, path, status=200, **headers):
    response = client.get(path, headers=headers)
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.json


def checked(client, path, shape, status=200):
    """The answer, checked against what the description says of it."""
    found = get(client, path, status)
    document = get(client, f"{API}/openapi.json")
    schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(found)
    return found


def test_every_address_of_the_api_is_described_and_there_is_no_other(app):
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule): rule.methods - {"HEAD", "OPTIONS"}
             for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert rules == {f"{API}{path}": {"GET"} for path in openapi.PATHS}


def test_the_description_is_a_valid_one(client):
    document = get(client, f"{API}/openapi.json")
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": f"https://camp.example.org{API}"}]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    said = [operation["get"]["operationId"] for operation in document["paths"].values()]
    assert len(said) == len(set(said))
    for path, operations in document["paths"].items():
        named = {p["name"] for p in operations["get"]["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


@pytest.mark.parametrize(("path", "shape"), [
    ("", "Event"), ("/grid", "Grid"), ("/sessions", "Sessions"), ("/now", "Now"), ("/now?at=2027-01-23T11:10:00Z", "Now"),
])
def test_every_answer_is_as_described(client, event, path, shape):
    assert checked(client, HERE + path, shape)


def test_the_grid_and_its_sessions(client, event):
    found = checked(client, f"{HERE}/grid", "Grid")
    assert [room["name"] for room in found["rooms"]] == ["Main hall", "Seacole", "Turing"]
    assert [(slot["kind"], slot["starts_at"]) for slot in found["slots"]][:3] == [
        ("session", "2027-01-23T11:00:00+00:00"), ("session", "2027-01-23T12:00:00+00:00"), ("break", "2027-01-23T13:00:00+00:00")]
    assert [(s["title"], s["code"], s["leaders"], s["topics"]) for s in found["sessions"]] == [
        ("Bins", "s1r1", ["Leila Haddad"], ["Waste"]), ("Forms", "s2r2", [], [])]
    every = checked(client, f"{HERE}/sessions", "Sessions")["sessions"]
    assert [(s["title"], s["room"] and s["room"]["name"], s["ends_at"]) for s in every] == [
        ("Bins", "Main hall", "2027-01-23T11:45:00+00:00"), ("Forms", "Seacole", "2027-01-23T12:45:00+00:00"), ("No place", None, None)]
    for session in every:
        assert checked(client, f"{HERE}/sessions/{session['id']}", "Session") == session
        assert session["note_url"] == f"https://camp.example.org/e/gcn-2027/sessions/{session['id']}/note"


def test_the_list_holds_public_events_only(client, world, event):
    world.event(visibility=UNLISTED)
    world.event(visibility=ATTENDEES_ONLY)
    assert [one["slug"] for one in checked(client, f"{API}/events", "Events")["events"]] == ["gcn-2027"]


@pytest.mark.parametrize(("at", "now", "then", "changes"), [
    ("2027-01-23T09:00:00Z", [], ["Bins"], "11:00"), ("2027-01-23T11:00:00Z", ["Bins"], ["Forms"], "11:45"),
    ("2027-01-23T11:45:00%2B00:00", [], ["Forms"], "12:00"), ("2027-01-23T13:10:00+01:00", ["Forms"], [], "12:45"),
    ("2027-01-23T15:00:00Z", [], [], None), ("2027-01-22T11:00:00Z", [], [], "11:00"),
])
def test_now_and_next(client, event, at, now, then, changes):
    found = get(client, f"{HERE}/now?at={at}")
    assert ([s["title"] for s in found["now"]], [s["title"] for s in found["next"]]) == (now, then)
    assert (found["changes_at"] or "")[11:16] == (changes or "")


@pytest.mark.parametrize("at", ["", "soon", "2027-01-23", "2027-01-23T11:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_is_none(client, event, at):
    assert "2027-01-23T11:40:00" in checked(client, f"{HERE}/now?at={at}", "Error", 400)["error"]["message"]


def test_refusals_are_json_that_others_may_read(client, world, event):
    elsewhere = world.event()
    for path in ("/api/v1/nothing", "/api/v1/events/nothing", f"{HERE}/sessions/99", f"{API}/events/{elsewhere.slug}/sessions/1",
                 f"{HERE}/sessions/99999999999999999999999", f"{HERE}/sessions/x"):
        checked(client, path, "Error", 404)
    response = client.post(f"{HERE}/grid")
    assert response.status_code in (400, 405)  # no form of ours posts here, so the missing token may be noticed first
    assert response.json["error"]["message"]


def test_scripts_of_other_sites_may_ask_with_an_etag(client, event):
    response = client.options(f"{HERE}/grid", headers={"Origin": "https://e.org", "Access-Control-Request-Headers": "if-none-match"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "POST" not in response.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Access-Control-Allow-Origin" not in client.get("/e/gcn-2027/grid").headers


@pytest.mark.parametrize("path", ["", "/grid", "/sessions", "/sessions/1", "/now?at=2027-01-23T11:10:00Z"])
def test_whoever_has_it_is_told_so(client, world, event, path):
    first = client.get(HERE + path)
    again = client.get(HERE + path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Access-Control-Allow-Origin"]) == (304, b"", "*")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, no-cache"


def test_a_change_is_seen_at_once(client, world, event):
    boss, session = world.holder(event, Role.ORGANISER), world.session(event, "Late")
    tag = client.get(f"{HERE}/grid").headers["ETag"]
    for room in (2, 0, 2, 0):
        with transaction(event):
            if session.placement:
                grid.move(boss, event, session, event.rooms[room], event.slots[1], seen=None, at=AT)
            else:
                grid.place(boss, event, session.pitch, event.rooms[room], event.slots[1], seen=None, at=AT)
        found = get(client, f"{HERE}/grid", **{"If-None-Match": tag})
        assert [s["room"]["name"] for s in found["sessions"] if s["title"] == "Late"] == [event.rooms[room].name]


def test_a_draft_and_an_event_for_attendees_only_are_nobody_elses(client, world, event):
    boss, holder = world.holder(event, Role.ORGANISER), world.holder(event)
    with transaction(event):
        event.grid_state = DRAFT
    for who, sees in ((None, False), (holder, False), (boss, True), (None, False)):
        client.sign_out()
        if who:
            client.sign_in(who)
        for path in ("/grid", "/sessions", "/now?at=2027-01-23T11:10:00Z"):
            assert (b"Bins" in client.get(HERE + path).data) == sees
        assert get(client, HERE)["published"] is False
        assert client.get(f"{HERE}/sessions/1").status_code == (200 if sees else 404)
    with transaction(event):
        event.visibility = ATTENDEES_ONLY
    for path in ("", "/grid", "/sessions", "/sessions/1", "/now"):
        checked(client, HERE + path, "Error", 403)
    client.sign_in(boss)
    assert client.get(f"{HERE}/grid").headers["Cache-Control"] == "private, no-cache"


def test_the_page_of_feeds_names_them_all(client, event):
    page = client.get("/e/gcn-2027/feeds").text
    for address in ("/e/gcn-2027/grid.ics", "/e/gcn-2027/schedule.xml", "/e/gcn-2027/schedule.json", f"{HERE}/grid", f"{HERE}/now",
                    f"{API}/openapi.json", f"/e/gcn-2027/rooms/{event.rooms[0].id}.ics"):
        assert f'value="https://camp.example.org{address}"' in page
    assert client.get(f"/e/gcn-2027/rooms/{event.rooms[0].id}.ics").status_code == 200


def test_kept_answers_are_of_their_own_event(client, world, event):
    other = world.event(slug="other", day=(datetime(2027, 1, 23, tzinfo=UTC) + timedelta(days=7)).date())
    world.session(other, "Phones", room=1, slot=1)
    for _ in range(2):
        for path in ("/grid", "/sessions", ""):
            mine, theirs = client.get(HERE + path).data, client.get(f"{API}/events/other{path}").data
            assert b"Phones" not in mine
            assert b"Bins" not in theirs
