"""One's own page, confirming an address, and the pages of the keepers."""

import dataclasses
import functools
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from app.accounts import passwords
from app.accounts.models import Person
from app.events.models import Pass
from app.infra import clock, db, mail
from tests.pages import parsed, text_of
from tests.world import AT

ADDRESS = "leila@example.org"


@functools.cache
def kept() -> str:
    """What is kept of a password; working it out takes as long as it should."""
    return passwords.hash_of("correct horse battery")


@pytest.fixture
def leila(world):
    return world.person("Leila", ADDRESS, organisation="DfT", password_hash=kept())


def entered(client, email=ADDRESS, password="correct horse battery"):
    """Signed in through the form, so a moment ago."""
    assert client.send("/sign-in/password", email=email, password=password).status_code == 303
    return client


def path_in_mail(kind="sign-in") -> str:
    return re.search(rf"https://camp\.example\.org(/{kind}/\S+)", mail.outbox()[0].body).group(1)


def heading(page) -> str:
    return text_of(parsed(page.text)[0].find(".//h1"))


# ---- my page

@pytest.mark.parametrize("path", ["/me", "/me/name", "/me/address", "/me/password", "/outbox", "/site/health"])
def test_strangers_are_sent_to_sign_in_and_come_back(client, context, path):
    page = client.get(path)
    assert page.status_code == 302
    assert page.location == f"/sign-in?next={path}"


def test_my_page_takes_the_same_number_of_statements_at_one_event_and_at_many(client, world, statements):
    def count(events):
        person = world.person("Dee", f"dee{events}@example.org")
        for _ in range(events):
            world.save(Pass(event_id=world.event().id, person_id=person.id, role=1, joined_at=AT))
        client.sign_in(person)
        client.get("/me")
        with statements() as said:
            page = client.get("/me")
        assert page.text.count("/e/event-") == events
        return len(said)

    assert count(1) == count(7)


def test_changing_my_name(client, leila):
    client.sign_in(leila)
    assert 'value="DfT"' in client.get("/me/name").text
    assert client.send("/me/name", name="", organisation="x").status_code == 422
    assert client.send("/me/name", name="x" * 101).status_code == 422
    assert client.send("/me/name", name="  Leila \t Haddad", organisation="").location == "/me"
    assert heading(client.get("/me")) == "Leila Haddad"


def test_without_an_address_the_page_warns_and_offers_one(client, world):
    client.sign_in(world.person("Dee"))
    page = client.get("/me")
    assert "lives only on this device" in page.text
    assert "Sign out everywhere" not in page.text
    assert client.get("/me/password").location == "/me/address"
    assert client.send("/me/end-sessions").status_code == 403
    assert client.send("/me/address", email="dee").status_code == 422
    assert client.send("/me/address", email="dee@example.org").location == "/me"
    assert mail.outbox()[0].recipient == "dee@example.org"


def test_confirming_an_address_on_the_same_device(client, world):
    dee = world.person("Dee")
    client.sign_in(dee)
    client.send("/me/address", email="dee@example.org")
    path = path_in_mail()
    page = client.get(path)
    assert heading(page) == "Is this you?"
    assert "leave it signed in" not in page.text
    assert db.session.get(Person, dee.id).email is None
    assert client.send(path).location == "/me"
    assert "dee@example.org is confirmed" in client.get("/me").text
    assert client.get(path).status_code == 410


def test_confirming_elsewhere_signs_in_there_and_says_what_becomes_of_the_device(client, world, app, leila):
    device = world.person("Leila's phone", organisation="Department for Transport")
    client.sign_in(device)
    client.send("/me/address", email=ADDRESS)
    laptop = app.test_client()
    page = laptop.get(path_in_mail())
    assert "Leila&#39;s phone" in page.text
    assert "The device that joined is signed out" in page.text
    assert laptop.send(path_in_mail()).status_code == 303
    assert heading(laptop.get("/me")) == "Leila"
    assert client.get("/me").status_code == 302


@pytest.mark.parametrize("stay", [True, False])
def test_the_device_stays_signed_in_only_when_told_so(client, world, app, stay):
    client.sign_in(world.person("Dee"))
    client.send("/me/address", email="dee@example.org")
    laptop = app.test_client()
    assert "leave it signed in" in laptop.get(path_in_mail()).text
    laptop.send(path_in_mail(), **({"stay": "y"} if stay else {}))
    assert heading(laptop.get("/me")) == "Dee"
    assert (client.get("/me").status_code == 200) is stay


def test_changing_an_address_needs_a_fresh_sign_in(client, leila, monkeypatch):
    client.sign_in(leila)
    assert "Sign in once more" in client.get("/me/address").text
    assert client.send("/me/address", email="new@example.org").status_code == 403
    assert client.send("/me/prove", back="accounts.address").location == "/sign-in/sent"
    assert client.send(path_in_mail()).location == "/me/address"
    assert client.send("/me/address", email="new@example.org").location == "/me"
    assert client.send(path_in_mail()).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Person.email)).all() == ["new@example.org"]
    at = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert client.send("/me/address", email="newer@example.org").status_code == 403


def test_another_browser_cannot_change_the_address_of_an_account(client, leila, app):
    entered(client).send("/me/address", email="new@example.org")
    other = app.test_client()
    assert "open this link in the browser" in other.get(path_in_mail()).text
    assert other.send(path_in_mail()).status_code == 403
    assert client.send(path_in_mail()).status_code == 303


# ---- password

def test_setting_and_removing_a_password(client, leila, app):
    other = entered(app.test_client())
    entered(client)
    assert client.send("/me/password", password="short").status_code == 422
    assert client.send("/me/password", password="").status_code == 422
    assert client.send("/me/password", password="another good password").location == "/me"
    assert client.get("/me").status_code == 200  # this browser stays
    assert other.get("/me").status_code == 302  # others do not
    entered(client.sign_out(), password="another good password")
    assert client.send("/me/password", remove="1").location == "/me"
    assert client.sign_out().send("/sign-in/password", email=ADDRESS, password="another good password").status_code == 422


def test_a_password_needs_a_fresh_sign_in(client, leila):
    client.sign_in(leila)
    assert "Sign in once more" in client.get("/me/password").text
    assert client.send("/me/password", password="another good password").status_code == 403
    assert client.send("/me/prove", back="https://evil.example").location == "/sign-in/sent"
    assert client.send(path_in_mail()).location == "/me/password"


# ---- the first keeper

def command(app) -> str:
    result = app.test_cli_runner().invoke(args=["accounts", "first-keeper"])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_prints_a_link_until_there_is_a_keeper(app, client, context):
    said = command(app)
    path = re.search(r"https://camp\.example\.org(/first/\S+)", said).group(1)
    page = client.get(path)
    assert heading(page) == "Look after this site"
    assert page.headers["Cache-Control"] == "no-store"
    assert client.send(path, name="", email="kit").status_code == 422
    assert client.send(path, name="Kit", email="kit@example.org", password="short").status_code == 422
    assert client.send(path, name="Kit", email="Kit@example.org", password="a long enough one").location == "/series/new"
    assert client.get("/series/new").status_code == 200
    assert db.session.scalars(select(Person)).one().keeper
    assert command(app) == ""
    assert client.get(path).status_code == 410
    entered(client.sign_out(), email="kit@example.org", password="a long enough one")


def test_a_wrong_link_makes_no_keeper(client, context):
    assert client.get("/first/wrong").status_code == 410
    assert client.send("/first/wrong", name="Mallory", email="m@example.org").status_code == 410
    assert db.session.scalars(select(Person)).all() == []


# ---- the outbox

@pytest.mark.parametrize(("who", "status"), [("stranger", 302), ("member", 403), ("keeper", 200)])
def test_only_keepers_read_the_outbox(client, world, who, status):
    if who != "stranger":
        client.sign_in(world.person("Somebody", "s@example.org", keeper=who == "keeper"))
    assert client.get("/outbox").status_code == status


def test_the_outbox_shows_mails_and_warns(client, world):
    client.send("/sign-in", email=ADDRESS)
    link = path_in_mail()
    client.sign_in(world.person("Kit", "kit@example.org", keeper=True))
    page = client.get("/outbox")
    assert f'href="https://camp.example.org{link}"' in page.text
    assert "lets in whoever opens it" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_where_mail_is_sent_nobody_reads_it_here(client, world, app, monkeypatch):
    client.send("/sign-in", email=ADDRESS)
    sending = dataclasses.replace(app.extensions["settings"], mail_url="smtp://mail.example.org")
    monkeypatch.setitem(app.extensions, "settings", sending)
    client.sign_in(world.person("Kit", "kit@example.org", keeper=True))
    page = client.get("/outbox").text
    assert "/sign-in/" not in page
    assert "0 sent, 1 waiting" in page


# ---- pages of the site

@pytest.mark.parametrize("path", ["/about", "/accessibility", "/privacy", "/sign-in", "/sign-in/sent", "/sign-in/password"])
def test_pages_of_the_site(client, context, path):
    assert client.get(path).status_code == 200


def test_health_is_for_keepers(client, world):
    client.sign_in(world.person("Kit", "kit@example.org", keeper=True))
    assert "Database" in client.get("/site/health").text
    assert client.sign_in(world.person("Mo", "mo@example.org")).get("/site/health").status_code == 403


def test_a_database_that_does_not_answer_is_said_to_people_signed_in_too(client, world):
    def gone(*_args):
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    client.sign_in(world.holder(world.event(slug="camp")))
    event.listen(db.engine(), "before_cursor_execute", gone)
    try:
        page = client.get("/e/camp")
    finally:
        event.remove(db.engine(), "before_cursor_execute", gone)
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "Try again" in page.text
    assert client.get("/e/camp").status_code == 200


def test_an_error_page_says_what_to_do(client, context):
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "Go to the front page" in page.text
