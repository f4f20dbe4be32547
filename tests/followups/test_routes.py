"""The pages and the buttons, through a browser's eyes (tests/pages.py checks every page it gets)."""

from datetime import date

import pytest

from app.events.models import ATTENDEES_ONLY, UNLISTED, Role
from app.followups import queries
from app.followups.models import HOST, FollowUp, FollowUpPerson
from app.infra import db
from tests.pages import parsed
from tests.world import AT


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us", room=1, slot=1)


def words(element) -> str:
    """All the text inside, with a space between elements."""
    return " ".join(" ".join(element.itertext()).split())


def at(session, tail: str = "") -> str:
    return f"/e/{session.event.slug}/sessions/{session.id}{tail}"


def panel(client, session) -> str:
    """The text of "Carrying on afterwards" on the session's page."""
    response = client.get(at(session))
    assert response.status_code == 200
    tree, _ = parsed(response.text)
    section = next(s for s in tree.iter("section") if s.get("aria-labelledby") == "carry-on")
    return words(section)


def page(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.text
    tree, _ = parsed(response.text)
    return words(tree.find(".//main"))


@pytest.mark.parametrize(("button", "label"), [("host", "I’ll carry this on"), ("keep-posted", "Keep me posted"), ("offer", "Offer it"),
                                               ("leave", "Leave"), ("line", "These notes say nothing yet")])
def test_who_is_not_signed_in_is_led_back_to_the_tap(client, world, session, button, label):
    """The link on the session's page leads to signing in, and that to a page with the one button; so does the button itself."""
    if button in ("host", "keep-posted"):
        tree, _ = parsed(client.get(at(session)).text)
        assert at(session, f"/follow-up/{button}") in {a.get("href") for a in tree.iter("a")}
    for asked in (client.get, client.send):
        response = asked(at(session, f"/follow-up/{button}"))
        assert (response.status_code, response.location) == (303, f"/sign-in?next={at(session, f'/follow-up/{button}')}")
    client.sign_in(world.person())
    assert label in page(client, at(session, f"/follow-up/{button}"))
    assert queries.followup_of(session) is None


def test_volunteering_by_buttons(client, world, session):
    client.sign_in(world.holder(session.event, name="Ada"))
    said = panel(client, session)
    for button in ("I’ll carry this on", "Keep me posted", "Somebody should carry this on"):
        assert button in said
    assert "Name a host" not in said

    response = client.send(at(session, "/follow-up/ask"))
    talk = f"/e/{session.event.slug}/follow-ups/{queries.followup_of(session).id}"
    assert (response.status_code, response.location) == (303, talk)
    said = panel(client, session)
    assert "Somebody is looked for to carry it on" in said
    assert "Somebody should carry this on" not in said

    client.send(at(session, "/follow-up/keep-posted"))
    said = panel(client, session)
    assert "1 wants to be kept posted" in said
    assert "Leave it" in said

    client.send(at(session, "/follow-up/host"))
    said = panel(client, session)
    assert "Hosted by Ada" in said
    assert "Leave it" in said
    assert "Step down as host" in page(client, talk)
    assert "Keep me posted" not in said

    with db.transaction():
        db.session.query(FollowUp).one().question = "What next for bins?"
    leaving = page(client, at(session, "/follow-up/leave"))
    assert "Leave this conversation What next for bins?" in leaving
    assert f'<a href="{talk}">What next for bins?</a>' in client.get(at(session, "/follow-up/leave")).text
    client.send(at(session, "/follow-up/leave"))
    assert "Somebody is looked for to carry it on" in panel(client, session)


def test_what_was_done_is_said(client, world, session):
    client.sign_in(world.holder(session.event))
    response = client.send(at(session, "/follow-up/host"))
    assert "You carry this conversation on." in client.get(response.location).text


def test_names_of_those_kept_posted_are_for_hosts_and_helpers(client, world, session):
    event = session.event
    posted, host = world.holder(event, name="Paula Posted"), world.holder(event, name="Ada")
    followup = world.followup(session, hosts=[host], posted=[posted])
    talk = f"/e/{event.slug}/follow-ups/{followup.id}"
    for person, seen in ((None, False), (world.person(), False), (world.holder(event), False), (posted, False), (host, True),
                         (world.holder(event, Role.CAMPMAKER), True), (world.holder(event, Role.ORGANISER), True)):
        client.sign_out()
        if person is not None:
            client.sign_in(person)
        said = panel(client, session)
        assert "Hosted by Ada" in said
        assert "1 wants to be kept posted" in said
        assert "Paula" not in said
        own = person is not None and person.id == posted.id
        assert ("Paula" in client.get(talk).text.replace('class="name">Paula Posted', "" if own else "Paula")) == seen


def test_a_campmaker_names_a_host_and_takes_the_name_off(client, world, session):
    client.sign_in(world.holder(session.event, Role.CAMPMAKER))
    page(client, at(session, "/follow-up/hosts"))
    response = client.send(at(session, "/follow-up/hosts"), name="Sarah Slack")
    assert response.status_code == 303
    said = panel(client, session)
    assert "Hosted by Sarah Slack" in said
    assert "Take off Sarah Slack" in said
    host = queries.followup_of(session).hosts[0]
    assert client.send(at(session, f"/follow-up/hosts/{host.id}/remove")).status_code == 303
    assert "Stop looking" in panel(client, session)
    assert client.send(at(session, "/follow-up/stop-looking")).status_code == 303
    assert "Nobody has asked yet" in panel(client, session)


@pytest.mark.parametrize(("typed", "said"), [("", "Give the host’s name."), ("ada@example.org", "Give a name only"), ("a\0b", "NUL"),
                                             ("x" * 101, "100 characters")])
def test_a_name_that_cannot_be_used_is_said_beside_the_field(client, world, session, typed, said):
    client.sign_in(world.holder(session.event, Role.CAMPMAKER))
    response = client.send(at(session, "/follow-up/hosts"), name=typed)
    assert response.status_code == 422
    assert said in response.text
    assert response.text.count("<title>Error: ") == 1
    assert queries.followup_of(session) is None


def test_somebody_with_an_account_is_not_taken_off(client, world, session):
    ada = world.holder(session.event, name="Ada")
    world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT, people=[
        FollowUpPerson(person_id=ada.id, name="Ada", part=HOST, since=AT)]))
    client.sign_in(world.holder(session.event, Role.ORGANISER))
    assert "Take off" not in panel(client, session)
    response = client.send(at(session, f"/follow-up/hosts/{queries.followup_of(session).hosts[0].id}/remove"))
    assert response.status_code == 409
    assert "Ada volunteered" in response.text


@pytest.mark.parametrize("button", ["host", "keep-posted", "ask", "leave", "hosts", "hosts/1/remove", "stop-looking"])
def test_buttons_of_another_event_do_nothing(client, world, session, button):
    other = world.event()
    client.sign_in(world.holder(other, Role.ORGANISER))
    path = f"/e/{other.slug}/sessions/{session.id}/follow-up/{button}"
    assert client.send(path, name="Ada").status_code == 404
    assert client.send(f"/e/{other.slug}/sessions/{10**12}/follow-up/{button}", name="Ada").status_code == 404
    assert queries.followup_of(session) is None


def test_a_forged_button_does_nothing(client, world, session):
    client.sign_in(world.holder(session.event))
    assert client.post(at(session, "/follow-up/host")).status_code == 400
    assert queries.followup_of(session) is None


def test_the_events_list_offers_to_host(client, world, session):
    world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT))
    path = f"/e/{session.event.slug}/follow-ups"
    assert "Bins and what they tell us Looking for a host" in page(client, path)
    client.sign_in(world.holder(session.event, name="Ada"))
    tree, _ = parsed(client.get(path).text)
    form = next(f for f in tree.iter("form") if (f.get("action") or "").endswith("/follow-up/host"))
    assert client.send(form.get("action")).location == f"{path}/{queries.followup_of(session).id}"
    assert "Nothing looks for a host" in page(client, path + "?state=looking")
    assert "Hosted by Ada" in page(client, path)
    assert "Hosted by Ada" in page(client, path + "?show=hosted"), "links of before lead where they did"


def test_after_a_button_nobody_is_sent_to_another_site(client, world, session):
    client.sign_in(world.holder(session.event))
    assert client.send(at(session, "/follow-up/ask"), next="https://example.org/").location == "/"


def test_an_empty_list_says_what_to_do(client, world):
    event = world.event()
    assert "press “I’ll carry this on”" in page(client, f"/e/{event.slug}/follow-ups")
    assert "Conversations begin on a session’s page" in page(client, f"/s/{event.series.slug}/follow-ups")
    assert "No conversation fits" in page(client, f"/s/{event.series.slug}/follow-ups?year=1999")


def test_a_series_is_narrowed_in_the_address(client, world):
    series = world.series()
    old, new = world.event(series, day=date(2026, 1, 24)), world.event(series, day=date(2027, 1, 23))
    for event, title in ((old, "Bicycles"), (new, "Penguins")):
        world.save(FollowUp(event_id=event.id, session_id=world.session(event, title, topics=[title + " topic"]).id, created_at=AT))
    path = f"/s/{series.slug}/follow-ups"
    said = page(client, path)
    assert said.index("Penguins Looking for") < said.index("Bicycles Looking for")
    rows = "Bicycles Looking for"
    assert rows in page(client, f"{path}?event={old.slug}")
    assert rows not in page(client, f"{path}?event={new.slug}")
    assert rows in page(client, f"{path}?year=2026&topic=bicycles+topic")
    assert rows in page(client, f"{path}?year=twenty&page=zero"), "what cannot be is as good as none"
    page(client, f"{path}?page=2", 404)


@pytest.mark.parametrize("visibility", [UNLISTED, ATTENDEES_ONLY])
def test_a_series_tells_strangers_nothing_of_hidden_events(client, world, visibility):
    event = world.event(visibility=visibility, name="Hidden camp")
    world.save(FollowUp(event_id=event.id, session_id=world.session(event, "Penguins", topics=["Antarctica"]).id, created_at=AT))
    path = f"/s/{event.series.slug}/follow-ups"
    for hidden in (page(client, path), page(client, f"{path}?event={event.slug}")):
        assert not {"Penguins", "Antarctica", "Hidden"} & set(hidden.split())
    client.sign_in(world.holder(event))
    assert "Penguins" in page(client, path)


def test_the_front_page_shows_what_looks_for_somebody(client, world):
    event = world.event()
    front = f"/e/{event.slug}"
    assert "Conversations looking for someone" not in page(client, front)
    for n in range(6):
        world.save(FollowUp(event_id=event.id, session_id=world.session(event, f"Talk {n}").id, created_at=AT))
    said = page(client, front)
    assert "Conversations looking for someone 6" in said
    assert "Talk 4" in said
    assert "Talk 5" not in said


def test_pages_ask_the_database_a_fixed_number_of_times(client, world, statements):
    series = world.series()
    event = world.event(series)
    ada = world.holder(event)
    paths = [f"/e/{event.slug}/follow-ups", f"/e/{event.slug}/follow-ups?show=hosted", f"/s/{series.slug}/follow-ups",
             f"/e/{event.slug}"]

    def add(n: int) -> None:
        session = world.session(event, topics=[f"T {n}"], room=1 + n % 3, slot=1 + n // 3)
        host = [FollowUpPerson(name="Zed", part=HOST, since=AT)] if n % 2 else []
        world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT, people=host))

    def counts() -> list[int]:
        client.sign_in(ada)
        found = []
        for path in paths:
            with statements() as said:
                assert client.get(path).status_code == 200
            found.append(len(said))
        return found

    add(0)
    add(1)
    counts()
    at_one = counts()
    for n in range(2, 9):
        add(n)
    assert counts() == at_one
