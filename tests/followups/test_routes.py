"""The pages and the buttons, through a browser's eyes (tests/pages.py checks every page it gets)."""

from datetime import date

import pytest

from app.events.models import ATTENDEES_ONLY, UNLISTED, Role
from app.followups import queries
from app.followups.models import HOST, FollowUp, FollowUpPerson
from app.infra import db
from app.pitches.models import Pitch
from tests.pages import parsed, text_of
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


@pytest.fixture
def later(world, session):
    return world.event(session.event.series, day=date(2028, 1, 22), name="GovCamp North 2028")


def test_one_chain(client, world, session, later):
    client.sign_in(world.holder(later, name="Ada"))
    assert "Take this conversation on at GovCamp North 2028" in panel(client, session)
    path = at(session, f"/follow-up/pitch-again?at={later.slug}")
    tree, _ = parsed(client.get(path).text)
    fields = {i.get("name"): i.get("value") or "".join(i.itertext()).strip() for tag in ("input", "textarea") for i in tree.iter(tag)}
    assert fields["title"] == "Carrying on: Bins and what they tell us"
    assert f"[Bins and what they tell us](https://camp.example.org{at(session)})" in fields["about"]
    response = client.send(path, title=fields["title"], about=fields["about"], topics="Waste, waste, Data")
    pitch = db.session.query(Pitch).filter_by(event_id=later.id).one()
    assert (response.status_code, response.location) == (303, f"/e/{later.slug}/pitches/{pitch.id}")
    assert [t.name for t in pitch.topics] == ["Waste", "Data"]
    assert [x.name for x in pitch.leaders] == ["Ada"]
    client.sign_out()
    assert f"Carries on from Bins and what they tell us at {session.event.name}" in page(client, response.location)
    assert "Carried on at GovCamp North 2028 as Carrying on: Bins and what they tell us" in panel(client, session)


def test_what_cannot_be_pitched_keeps_what_was_typed(client, world, session, later):
    client.sign_in(world.holder(later))
    response = client.send(at(session, "/follow-up/pitch-again"), title="", about="Words kept", topics="a, b, c, d, e, f, g")
    assert response.status_code == 422
    assert "Give the pitch a title." in response.text
    assert "Words kept" in response.text
    response = client.send(at(session, "/follow-up/pitch-again"), title="Bins", about="Words kept", topics="a, b, c, d, e, f, g")
    assert response.status_code == 422
    assert "Words kept" in response.text
    assert db.session.query(Pitch).filter_by(event_id=later.id).count() == 0


@pytest.mark.parametrize("visibility", [UNLISTED, ATTENDEES_ONLY])
def test_nothing_of_a_hidden_session_is_filled_in(client, world, session, later, visibility):
    with db.transaction():
        session.event.visibility = visibility
    ada = world.owner(later.series)
    client.sign_in(ada)
    form = client.get(at(session, "/follow-up/pitch-again")).text
    assert "nothing of the earlier conversation is filled in" in form
    tree, _ = parsed(form)
    typed = " ".join([*(i.get("value") or "" for i in tree.iter("input")), *(text_of(t) for t in tree.iter("textarea"))])
    assert "Bins" not in typed
    response = client.send(at(session, "/follow-up/pitch-again"), title="Another go", about="")
    client.sign_out()
    assert "Bins" not in page(client, response.location)
    client.sign_in(ada)
    assert "Carries on from Bins" in page(client, response.location)


def test_a_hidden_later_event_is_not_told_of(client, world, session, later):
    client.sign_in(world.holder(later))
    client.send(at(session, "/follow-up/pitch-again"), title="Penguins", about="")
    with db.transaction():
        later.visibility = UNLISTED
    assert "Penguins" in panel(client, session)
    client.sign_out()
    said = panel(client, session)
    assert "Penguins" not in said
    assert "2028" not in said


def test_taking_on_is_for_those_who_take_part_there(client, world, session, later):
    path = at(session, f"/follow-up/pitch-again?at={later.slug}")
    for person in (world.holder(session.event, Role.ORGANISER), world.person()):
        client.sign_in(person)
        assert client.get(path).status_code == 403
        assert client.send(path, title="Bins").status_code == 403
    client.sign_out()
    assert client.get(path).status_code == 403
    client.sign_in(world.holder(later))
    assert client.get(at(session, "/follow-up/pitch-again?at=nowhere")).status_code == 403
    assert db.session.query(Pitch).filter_by(event_id=later.id).count() == 0


def test_the_titles_of_markdown_stay_titles(client, world, later):
    session = world.session(world.event(later.series), "A [trap](https://example.org) `here`")
    client.sign_in(world.holder(later))
    form = client.get(at(session, "/follow-up/pitch-again"))
    tree, _ = parsed(form.text)
    about = "".join(next(tree.iter("textarea")).itertext()).strip()
    response = client.send(at(session, "/follow-up/pitch-again"), title="x", about=about)
    tree, _ = parsed(client.get(response.location).text)
    prose = next(d for d in tree.iter("div") if d.get("class") == "prose")
    assert [(a.get("href"), text_of(a)) for a in prose.iter("a")] == [
        (f"https://camp.example.org{at(session)}", "A [trap](https://example.org) `here`")]


def test_a_long_title_is_cut_to_what_a_pitch_may_have(client, world, later):
    session = world.session(world.event(later.series), "x" * 118)
    client.sign_in(world.holder(later))
    tree, _ = parsed(client.get(at(session, "/follow-up/pitch-again")).text)
    title = next(i.get("value") for i in tree.iter("input") if i.get("name") == "title")
    assert len(title) == 120
    assert title.endswith("x…")


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
