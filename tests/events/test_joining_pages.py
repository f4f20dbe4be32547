"""Joining on the day: a code, a name, in."""

import re

import pytest
import segno
from sqlalchemy import func, select

from app.accounts.models import Person
from app.events.models import ATTENDEES_ONLY, Pass, Role
from app.infra import db, mail
from tests.pages import parsed, text_of


@pytest.fixture
def event(world):
    return world.event(slug="camp", name="GovCamp North", join_code="HKM4TX")


def me(client) -> str:
    return text_of(parsed(client.get("/me").text)[0].find(".//h1"))


@pytest.mark.parametrize("typed", ["HKM4TX", "hkm 4tx", " hkm-4tx "])
def test_two_short_forms_and_one_is_in(client, event, typed):
    asked = client.get("/join", query_string={"code": typed})
    assert (asked.status_code, asked.location) == (303, "/join/HKM4TX")
    page = client.get(asked.location)
    assert "Join GovCamp North" in page.text
    done = client.send(asked.location, name="Dee")
    assert (done.status_code, done.location) == (303, "/e/camp")
    assert "Your pass is on this device" in client.get("/e/camp").text
    assert me(client) == "Dee"
    assert db.session.scalars(select(Pass.role)).all() == [Role.ATTENDEE]


def test_the_qr_code_opens_the_form_with_the_name(client, event, world):
    client.sign_in(world.holder(event, Role.ORGANISER))
    image = client.get("/e/camp/join.svg")
    assert image.mimetype == "image/svg+xml"
    assert "style" not in image.text
    assert "<script" not in image.text
    assert re.search(r'viewBox="0 0 (\d+) \1"', image.text)
    poster = client.get("/e/camp/poster")
    assert "HKM 4TX" in poster.text
    assert "camp.example.org/join" in poster.text
    assert client.sign_out().get("/join/HKM4TX").status_code == 200


def test_the_qr_code_holds_the_configured_address(client, event, world, monkeypatch):
    said = []
    real = segno.make_qr
    monkeypatch.setattr(segno, "make_qr", lambda text, **more: said.append(text) or real(text, **more))
    client.sign_in(world.holder(event, Role.ORGANISER))
    client.get("/e/camp/join.svg")
    assert said == ["https://camp.example.org/join/HKM4TX"]


def test_an_attendees_only_event_is_joined_by_its_code(client, world):
    world.event(slug="closed", visibility=ATTENDEES_ONLY, join_code="CCCCCC")
    assert client.send("/join/CCCCCC", name="Dee").location == "/e/closed"
    assert client.get("/e/closed").status_code == 200


@pytest.mark.parametrize("path", ["/join?code=WRONG1", "/join?code=", "/join?code=%00", "/join?code=" + "A" * 500, "/join/WRONG1", "/join/%F0%9F%99%82"])
def test_a_wrong_code_says_so_and_can_be_typed_again(client, event, path):
    page = client.get(path)
    assert page.status_code == 422
    assert "There is a problem" not in page.text
    assert 'name="code"' in page.text
    assert "Error:" in page.text


def test_a_wrong_code_joins_nothing(client, event):
    assert client.send("/join/WRONG1", name="Dee").status_code == 422
    assert db.session.scalar(select(func.count(Person.id))) == 0


@pytest.mark.parametrize(("fields", "said"), [({"name": ""}, "Give your name."), ({"name": "x" * 101}, "Keep it to 100"), ({"name": "a\0b"}, "NUL"),
                                              ({"name": "Dee", "email": "dee"}, "Give one e-mail address"), ({"name": "Dee", "organisation": "x" * 101}, "Keep it to 100")])
def test_mistakes_are_said_and_what_was_typed_stays(client, event, fields, said):
    page = client.send("/join/HKM4TX", **{"name": "Dee", "organisation": "Leeds", "email": "dee@example.org"} | fields)
    assert page.status_code == 422
    assert said in page.text
    assert "dee" in page.text
    assert db.session.scalar(select(func.count(Person.id))) == 0
    assert client.get("/me").status_code == 302


def test_with_an_address_a_link_is_sent_and_nothing_more(client, event, world):
    world.person("Leila", "leila@example.org")
    done = client.send("/join/HKM4TX", name="Mallory", email="leila@example.org")
    assert done.location == "/e/camp"
    assert me(client) == "Mallory"
    assert mail.outbox()[0].recipient == "leila@example.org"


def test_the_answer_does_not_tell_whether_the_address_is_known(client, event, world, app):
    world.person("Leila", "leila@example.org")
    pages = []
    for address in ("leila@example.org", "nobody@example.org"):
        browser = app.test_client()
        done = browser.send("/join/HKM4TX", name="Dee", email=address)
        pages.append((done.status_code, done.location, text_of(parsed(browser.get("/e/camp").text)[0])))
    assert pages[0] == pages[1]


def test_somebody_signed_in_just_presses_join(client, event, world):
    client.sign_in(world.person("Leila", "leila@example.org"))
    page = client.get("/join/HKM4TX")
    assert 'name="name"' not in page.text
    assert client.send("/join/HKM4TX").location == "/e/camp"
    assert db.session.scalar(select(func.count(Person.id))) == 1
    assert client.get("/join/HKM4TX").location == "/e/camp"  # in already


def test_looking_joins_nobody(client, event, world):
    client.sign_in(world.person("Leila", "leila@example.org"))
    client.get("/join/HKM4TX")
    client.get("/join?code=HKM4TX")
    assert db.session.scalar(select(func.count(Pass.id))) == 0


def test_a_form_without_its_token_joins_nobody(client, event):
    assert client.post("/join/HKM4TX", data={"name": "Dee"}).status_code == 400
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_a_roomful_of_people_behind_one_address_gets_in(client, event, app):
    for number in range(300):
        browser = app.test_client()
        if number % 5 == 0:
            browser.get("/join?code=HKM4TZ")  # one in five mistypes it
        assert browser.send("/join/HKM4TX", name=f"Person {number}").status_code == 303
    assert db.session.scalar(select(func.count(Pass.id))) == 300


def test_guessing_codes_comes_to_an_end(client, event):
    for number in range(100):
        assert client.get(f"/join?code=WR{number}").status_code == 422
        assert client.get(f"/join/WR{number}").status_code == 422
    assert client.get("/join?code=WRONG1").status_code == 429
    assert client.get("/join/WRONG1").status_code == 429


def test_another_code_locks_the_old_one_out(client, event, world):
    client.sign_in(world.holder(event, Role.ORGANISER))
    assert client.send("/e/camp/join-code").location == "/e/camp/poster"
    client.sign_out()
    assert client.get("/join/HKM4TX").status_code == 422
    db.session.expire_all()
    assert client.get(f"/join/{event.join_code}").status_code == 200
