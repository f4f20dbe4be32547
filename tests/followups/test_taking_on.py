"""Taking a conversation on as a pitch at a later event, through a browser's eyes."""

from datetime import date

import pytest

from app.events.models import ATTENDEES_ONLY, UNLISTED, Role
from app.infra import db
from app.pitches.models import Pitch
from tests.followups.test_routes import at, page, panel
from tests.pages import parsed, text_of


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us", room=1, slot=1)


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
