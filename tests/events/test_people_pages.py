"""The organisers' pages about people, and the owners' about their series."""

import re

import pytest

from app.events import policy, queries
from app.events.models import Role
from app.infra import db, mail
from tests.pages import parsed, text_of


@pytest.fixture
def event(world):
    return world.event(world.series(slug="camps"), slug="camp")


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER, name="Ade")


def rows(page) -> list[list[str]]:
    return [[text_of(c) for c in tr if c.tag in ("td", "th")] for tr in parsed(page.text)[0].iter("tr")][1:]


def test_everybody_with_a_pass_is_listed_by_role_and_name(client, event, organiser, world):
    for name, role in (("zoë", Role.ATTENDEE), ("Bea", Role.CAMPMAKER), ("Amir", Role.ATTENDEE)):
        world.holder(event, role, name=name)
    page = client.sign_in(organiser).get("/e/camp/people")
    assert [(r[0], r[2]) for r in rows(page)] == [("Ade", "Organiser"), ("Bea", "Campmaker"), ("Amir", "Attendee"), ("zoë", "Attendee")]


def test_addresses_are_not_shown(client, event, organiser, world):
    world.holder(event, name="Bea", email="bea@example.org")
    assert "bea@example.org" not in client.sign_in(organiser).get("/e/camp/people").text


@pytest.mark.parametrize(("query", "names"), [
    ("q=bea", ["Bea"]), ("q=LEEDS", ["Bea"]), ("q=100%", []), ("q=_", []), ("q=\\", []), ("q=a%00b", []), ("role=1", ["Amir"]), ("role=2", ["Bea"]),
    ("role=3&q=a", ["Ade"]), ("role=9", ["Ade", "Bea", "Amir"]), ("role=x", ["Ade", "Bea", "Amir"]), ("page=99", ["Ade", "Bea", "Amir"]),
    ("page=-1", ["Ade", "Bea", "Amir"]), ("q=nobody", [])])
def test_finding_people(client, event, organiser, world, query, names):
    world.holder(event, Role.CAMPMAKER, name="Bea", organisation="Leeds")
    world.holder(event, name="Amir")
    assert [r[0] for r in rows(client.sign_in(organiser).get(f"/e/camp/people?{query}"))] == names


def test_many_people_come_in_pages_and_take_no_more_statements(client, event, organiser, world, statements):
    client.sign_in(organiser).get("/e/camp/people")
    with statements() as few:
        client.get("/e/camp/people")
    for number in range(120):
        world.holder(event, name=f"P {number:03d}")
    with statements() as many:
        page = client.get("/e/camp/people")
    assert len(few) == len(many)
    assert len(rows(page)) == queries.PAGE
    assert "/e/camp/people?page=3" in page.text
    assert len(rows(client.get("/e/camp/people?page=3"))) == 21


def test_changing_a_role_and_taking_a_pass_away(client, event, organiser, world):
    bea = world.holder(event, name="Bea")
    held = queries.pass_of(event, bea).id
    client.sign_in(organiser)
    assert "Bea" in client.get(f"/e/camp/people/{held}").text
    assert client.send(f"/e/camp/people/{held}", role="2").location == "/e/camp/people"
    db.session.rollback()
    assert policy.role(bea, event) == Role.CAMPMAKER
    for bad in ("0", "4", "x", ""):
        assert client.send(f"/e/camp/people/{held}", role=bad).status_code == 422
    assert client.send(f"/e/camp/people/{held}/remove").location == "/e/camp/people"
    db.session.rollback()
    assert policy.role(bea, event) == Role.STRANGER
    assert client.get(f"/e/camp/people/{held}").status_code == 404


@pytest.mark.parametrize(("back", "location"), [("/e/camp/people?page=2", "/e/camp/people?page=2"), ("https://evil.example", "/e/camp/people"),
                                                ("//evil.example/e/camp/people", "/e/camp/people"), ("/me", "/e/camp/people")])
def test_one_comes_back_to_the_list(client, event, organiser, world, back, location):
    held = queries.pass_of(event, world.holder(event)).id
    assert client.sign_in(organiser).send(f"/e/camp/people/{held}", role="2", next=back).location == location


def test_the_last_organiser_is_told_why_not(client, event, organiser):
    held = queries.pass_of(event, organiser).id
    client.sign_in(organiser)
    for path, fields in ((f"/e/camp/people/{held}", {"role": "1"}), (f"/e/camp/people/{held}/remove", {})):
        page = client.send(path, **fields)
        assert page.status_code == 409
        assert "needs somebody to organise it" in page.text


def test_inviting(client, event, organiser, app):
    client.sign_in(organiser)
    for fields, said in (({"email": "", "name": "Bea"}, "Give your e-mail address."), ({"email": "bea", "name": "Bea"}, "Give one e-mail"),
                         ({"email": "bea@example.org", "name": ""}, "Give their name.")):
        page = client.send("/e/camp/people/invite", role="2", **fields)
        assert page.status_code == 422
        assert said in page.text
    assert client.send("/e/camp/people/invite", email="Bea@example.org", name="Bea", role="2").location == "/e/camp/people"
    again = client.send("/e/camp/people/invite", email="bea@example.org", name="Bea", role="1")
    assert again.status_code == 422
    assert "is campmaker already" in again.text
    path = re.search(r"https://camp\.example\.org(/sign-in/\S+)", mail.outbox()[0].body).group(1)
    browser = app.test_client()
    assert "Sign in as Bea" in browser.get(path).text
    assert browser.send(path).location == "/e/camp"
    assert "campmaker" in browser.get("/e/camp").text


# ---- series

@pytest.fixture
def owner(world, event):
    return world.owner(event.series, name="Lorna", email="lorna@example.org")


def test_a_keeper_sets_up_the_first_event_in_one_form(client, world):
    client.sign_in(world.person("Kit", "kit@example.org", keeper=True))
    for fields, said in (({"name": "", "starts_on": "2027-01-23"}, "Give the event a name."), ({"name": "Camp", "starts_on": ""}, "Give the day"),
                         ({"name": "Camp", "starts_on": "23/01/2027"}, "Give a date"), ({"name": "Camp", "starts_on": "0001-01-01"}, "Give a year"),
                         ({"name": "Camp", "starts_on": "2027-01-23", "ends_on": "2027-01-22"}, "before the first"),
                         ({"name": "Camp", "starts_on": "2027-01-23", "time_zone": "Mars/Base"}, "time zone")):
        page = client.send("/series/new", **{"time_zone": "Europe/London"} | fields)
        assert page.status_code == 422, fields
        assert said in page.text
        assert queries.series_called("camp") is None
    done = client.send("/series/new", name="GovCamp North 2027", starts_on="2027-01-23", venue="Leeds", time_zone="Europe/London")
    assert done.location == "/e/govcamp-north-2027/set-up"
    assert client.get(done.location).status_code == 200
    assert queries.series_called("govcamp-north").name == "GovCamp North"


def test_the_next_event_starts_from_the_last(client, event, owner):
    client.sign_in(owner)
    assert f"The set-up of {event.name}" in client.get("/s/camps/events/new").text
    assert client.send("/s/camps/events/new", name="Next", starts_on="2028-01-22", copy_from="nonsense").status_code == 422
    done = client.send("/s/camps/events/new", name="Next", starts_on="2028-01-22", copy_from="camp")
    assert done.location == "/e/next/set-up"
    assert [r.name for r in queries.event_called("next").rooms] == ["Main hall", "Seacole", "Turing"]
    assert client.send("/s/camps/events/new", name="Blank", starts_on="2029-01-22", copy_from="").location == "/e/blank/set-up"
    assert queries.event_called("blank").rooms == []


def test_editing_a_series_and_its_owners(client, event, owner, world):
    world.series(slug="taken")
    client.sign_in(owner)
    assert client.send("/s/camps/edit", name="", slug="camps").status_code == 422
    assert "Another series has" in client.send("/s/camps/edit", name="Camps", slug="taken").text
    assert client.send("/s/camps/edit", name="Camps", slug="our-camps", about="All").location == "/s/our-camps"
    assert client.send("/s/our-camps/owners", email="bea", name="Bea").status_code == 422
    assert client.send("/s/our-camps/owners", email="bea@example.org", name="Bea").location == "/s/our-camps/edit"
    bea = next(o for o in queries.owners_of(queries.series_called("our-camps")) if o.name == "Bea")
    assert client.send(f"/s/our-camps/owners/{bea.id}/remove").location == "/s/our-camps/edit"
    assert client.send(f"/s/our-camps/owners/{bea.id}/remove").status_code == 404
    assert client.send(f"/s/our-camps/owners/{owner.id}/remove").status_code == 409
    assert client.send("/s/our-camps/owners/999999/remove").status_code == 404


# ---- everybody else

ORGANISERS_PAGES = [("GET", p) for p in ("set-up", "set-up/details", "set-up/notes", "set-up/rooms", "set-up/slots", "set-up/topics", "people",
                                         "people/invite", "people/{pass_id}", "poster", "join.svg")] + [
    ("POST", p) for p in ("set-up/details", "set-up/notes", "set-up/rooms", "set-up/slots", "set-up/topics", "set-up/timetable", "people/invite",
                          "people/{pass_id}", "people/{pass_id}/remove", "join-code")]
OWNERS_PAGES = [("GET", p) for p in ("edit", "events/new", "owners")] + [("POST", p) for p in ("edit", "events/new", "owners", "owners/{owner_id}/remove")]


@pytest.mark.once
@pytest.mark.parametrize(("method", "page"), [(m, "/e/camp/" + p) for m, p in ORGANISERS_PAGES] + [(m, "/s/camps/" + p) for m, p in OWNERS_PAGES]
                         + [("GET", "/series/new"), ("POST", "/series/new")])
@pytest.mark.parametrize("kind", ["stranger", "signed in", "attendee", "campmaker", "organiser elsewhere", "organiser"])
def test_nobody_else_gets_in(client, event, organiser, owner, world, method, page, kind):
    if kind == "organiser" and page.startswith("/e/"):
        return
    person = {"stranger": lambda: None, "signed in": world.person, "attendee": lambda: world.holder(event), "organiser": lambda: organiser,
              "campmaker": lambda: world.holder(event, Role.CAMPMAKER), "organiser elsewhere": lambda: world.holder(world.event(), Role.ORGANISER)}[kind]()
    if person:
        client.sign_in(person)
    path = page.format(pass_id=queries.pass_of(event, organiser).id, owner_id=owner.id)
    answer = client.get(path) if method == "GET" else client.send(path)
    if kind == "stranger" and method == "GET":
        assert answer.location == f"/sign-in?next={path}"
    else:
        assert answer.status_code == 403


def test_a_pass_to_another_event_is_out_of_reach(client, event, organiser, world):
    elsewhere = world.event(slug="elsewhere")
    held = queries.pass_of(elsewhere, world.holder(elsewhere, Role.ATTENDEE)).id
    client.sign_in(organiser)
    assert client.get(f"/e/camp/people/{held}").status_code == 404
    assert client.send(f"/e/camp/people/{held}", role="3").status_code == 404
    assert client.send(f"/e/camp/people/{held}/remove").status_code == 404
