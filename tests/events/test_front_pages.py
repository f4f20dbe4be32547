"""The front pages: who finds which event, what is offered to whom, and how many statements it takes."""

from datetime import date, timedelta

import pytest

from app.events import queries
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Pass, Role
from app.infra import clock
from tests.pages import parsed, text_of
from tests.world import AT


def today() -> date:
    return clock.now().date()


def links(page) -> set[str]:
    return {a.get("href") for a in parsed(page.text)[0].iter("a")}


@pytest.fixture
def seen(world):
    """A public, an unlisted and a closed event of one series."""
    series = world.series()
    events = {v: world.event(series, visibility=v, day=today(), name=f"Camp {v}", slug=f"camp-{v}") for v in (PUBLIC, UNLISTED, ATTENDEES_ONLY)}
    return series, events


@pytest.mark.parametrize(("kind", "finds"), [
    ("stranger", {PUBLIC}), ("signed in", {PUBLIC}), ("holder of the unlisted", {PUBLIC, UNLISTED}),
    ("holder of the closed", {PUBLIC, ATTENDEES_ONLY}), ("owner", {PUBLIC, UNLISTED, ATTENDEES_ONLY})])
def test_home_and_series_list_what_one_may_find(client, world, seen, kind, finds):
    series, events = seen
    person = {"stranger": lambda: None, "signed in": world.person, "holder of the unlisted": lambda: world.holder(events[UNLISTED]),
              "holder of the closed": lambda: world.holder(events[ATTENDEES_ONLY]), "owner": lambda: world.owner(series)}[kind]()
    if person:
        client.sign_in(person)
    for path in ("/", f"/s/{series.slug}"):
        assert {v for v in events if f"/e/camp-{v}" in links(client.get(path))} == finds
    assert {e.visibility for e in queries.events_found_by(person)} == finds


def test_lists_take_the_same_number_of_statements_with_one_event_and_with_many(client, world, statements):
    series, owner = world.series(), world.person("Kit", "kit@example.org")
    counts = []
    for more in (1, 9):
        for i in range(more):
            world.event(series, day=today() + timedelta(days=i - 4))
        for path in ("/", f"/s/{series.slug}", f"/e/{queries.events_found_by(None)[0].slug}"):
            client.sign_in(owner).get(path)
            with statements() as said:
                assert client.get(path).status_code == 200
            counts.append((path[:3], len(said)))
    assert counts[:3] == counts[3:]
    assert max(n for _, n in counts) <= 10


def test_what_is_coming_stands_soonest_first_and_what_is_over_newest_first(world):
    series = world.series()
    for days in (-400, -10, 0, 5, 90):
        world.event(series, day=today() + timedelta(days=days), name=f"{days}")
    world.event(series, day=today() - timedelta(days=1), ends_on=today(), name="lasts")
    coming, past = queries.happening(queries.events_found_by(None), today())
    assert [e.name for e in coming] == ["lasts", "0", "5", "90"]
    assert [e.name for e in past] == ["-10", "-400"]


def test_an_empty_site_says_what_to_do(client, world):
    assert "No events to show yet" in client.get("/").text
    assert "/series/new" not in links(client.get("/"))
    client.sign_in(world.person("Kit", "kit@example.org", keeper=True))
    assert "/series/new" in links(client.get("/"))


ORGANISERS_LINKS = {"/e/camp/set-up", "/e/camp/people", "/e/camp/poster", "/e/camp/grid/arrange", "/e/camp/import", "/e/camp/mailings"}


@pytest.mark.parametrize("kind", ["stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere"])
def test_an_events_page_offers_what_one_can_do(client, world, kind):
    event = world.event(slug="camp", day=today(), about="Come **all**.")
    person = {"stranger": lambda: None, "signed in": world.person, "attendee": lambda: world.holder(event),
              "campmaker": lambda: world.holder(event, Role.CAMPMAKER), "organiser": lambda: world.holder(event, Role.ORGANISER),
              "owner": lambda: world.owner(event.series), "organiser elsewhere": lambda: world.holder(world.event(), Role.ORGANISER)}[kind]()
    if person:
        client.sign_in(person)
    page = client.get("/e/camp")
    assert "<strong>all</strong>" in page.text
    found, inside = links(page), kind in ("attendee", "campmaker", "organiser", "owner")
    assert {"/e/camp/grid", "/e/camp/pitches", "/e/camp/notes", "/e/camp/follow-ups", "/e/camp/conduct"} <= found
    assert (found >= ORGANISERS_LINKS) is (kind in ("organiser", "owner"))
    assert bool(found & ORGANISERS_LINKS) is (kind in ("organiser", "owner"))
    assert ("/e/camp/pitches/new" in found) is inside
    assert ('action="/join"' in page.text) is not inside
    assert event.join_code not in page.text  # it stands on the screen in the room, not on a public page


def test_a_closed_event_is_not_named_to_others(client, world):
    world.event(slug="camp", visibility=ATTENDEES_ONLY, name="Secret gathering")
    assert client.get("/e/camp").location == "/sign-in?next=/e/camp"
    client.sign_in(world.person("Mo", "mo@example.org"))
    page = client.get("/e/camp")
    assert page.status_code == 403
    assert "Secret" not in page.text


def test_who_has_no_pass_is_led_to_the_series_and_to_joining(client, world):
    series = world.series(slug="camps")
    client.sign_in(world.person("Mo", "mo@example.org"))
    page = client.get("/s/camps/worth-meeting")
    assert page.status_code == 403
    assert {"/s/camps", "/join"} <= links(page)
    assert f"Go to {series.name}" in page.text
    closed = client.get(f"/e/{world.event(series, visibility=ATTENDEES_ONLY).slug}")
    assert "/join" in links(closed)
    assert series.name not in closed.text


def test_conduct(client, world):
    world.event(slug="camp", code_of_conduct="Be *kind*.", attribution="named", notes_licence="CC0")
    page = client.get("/e/camp/conduct")
    assert "<em>kind</em>" in page.text
    assert "Names are kept" in page.text
    assert "CC0" in page.text


def test_my_events_say_what_i_am_there(client, world):
    series = world.series()
    mine, other = world.event(series, name="Mine"), world.event(name="Other")
    person = world.owner(series, name="Lorna")
    world.save(Pass(event_id=other.id, person_id=person.id, role=Role.CAMPMAKER, joined_at=AT),
               Pass(event_id=mine.id, person_id=person.id, role=Role.ATTENDEE, joined_at=AT))
    assert {(h.event.name, h.role) for h in queries.held_by(person)} == {("Mine", Role.ORGANISER), ("Other", Role.CAMPMAKER)}
    page = text_of(parsed(client.sign_in(person).get("/me").text)[0])
    assert "Campmaker" in page
    assert series.name in page


@pytest.mark.parametrize("path", ["/s/none", "/e/none", "/e/none/conduct", "/s/none/edit", "/e/none/set-up"])
def test_what_is_not_there(client, context, path):
    assert client.get(path).status_code == 404
