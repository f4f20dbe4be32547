"""Signing in as a browser sees it: nothing told to strangers, nothing changed by looking, a cookie made anew."""

import functools
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import passwords
from app.accounts.models import Link, Person
from app.infra import clock, db, mail
from app.web.templating import safe_next
from tests.conftest import PASSWORDS_IN_LIFE

ADDRESS = "leila@example.org"


@functools.cache
def kept() -> str:
    """What is kept of a password."""
    return passwords.hash_of("correct horse battery")


@pytest.fixture
def leila(world):
    return world.person("Leila", ADDRESS, password_hash=kept())


@pytest.fixture
def later(monkeypatch):
    """Move the clock on."""
    def move(delta: timedelta) -> None:
        at = clock.now() + delta
        monkeypatch.setattr(clock, "now", lambda: at)

    return move


def path_in_mail() -> str:
    found = re.search(r"https://camp\.example\.org(/sign-in/\S+)", mail.outbox()[0].body)
    return found.group(1)


def rows_of_everything() -> dict[str, int]:
    counted = {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in db.Base.metadata.sorted_tables}
    db.session.rollback()
    return counted


def me(client) -> str | None:
    page = client.get("/me")
    return None if page.status_code == 302 else re.search(r"<h1>(.*?)</h1>", page.text).group(1)


def cookie(client) -> str | None:
    found = client.get_cookie("folkmoot")
    return found.value if found else None


# ---- the chain

def test_by_link(client, leila):
    assert client.send("/sign-in", email=ADDRESS, next="/about").location == "/sign-in/sent"
    assert client.get("/sign-in/sent").status_code == 200
    page = client.get(path_in_mail())
    assert "Sign in as Leila" in page.text
    assert me(client) is None
    done = client.send(path_in_mail())
    assert (done.status_code, done.location) == (303, "/about")
    assert me(client) == "Leila"
    assert client.send(path_in_mail()).status_code == 410  # once
    assert client.get(path_in_mail()).status_code == 410


def test_a_new_address_is_asked_for_a_name(client, context):
    client.send("/sign-in", email="new@example.org")
    assert client.send(path_in_mail()).status_code == 422
    assert "Give your name." in client.send(path_in_mail()).text
    assert client.send(path_in_mail(), name="Nia", organisation="Welsh Government").status_code == 303
    assert me(client) == "Nia"


def test_a_link_is_too_old_after_a_quarter_of_an_hour(client, leila, later):
    client.send("/sign-in", email=ADDRESS)
    later(timedelta(minutes=15))
    page = client.send(path_in_mail())
    assert page.status_code == 410
    assert "/sign-in" in page.text
    assert me(client) is None


def test_by_password(client, leila):
    wrong = client.send("/sign-in/password", email=ADDRESS, password="correct horse batteryy")
    assert wrong.status_code == 422
    assert "do not belong together" in wrong.text
    assert "correct horse batteryy" not in wrong.text
    done = client.send("/sign-in/password", email="Leila@Example.org", password="correct horse battery", next="/join")
    assert (done.status_code, done.location) == (303, "/join")
    assert me(client) == "Leila"


@pytest.mark.parametrize(("path", "fields", "said"), [
    ("/sign-in", {"email": ""}, "Give your e-mail address."), ("/sign-in", {"email": "leila"}, "Give one e-mail address"),
    ("/sign-in", {"email": "a@example.org, b@example.org"}, "Give one e-mail address"), ("/sign-in", {"email": "a\0@example.org"}, "NUL"),
    ("/sign-in/password", {"email": ADDRESS, "password": ""}, "Give your password"),
    ("/sign-in/password", {"email": "x", "password": "y"}, "Give one e-mail address"),
    ("/sign-in/password", {"email": ADDRESS, "password": "x" * 201}, "Keep it to 200"),
    ("/sign-in/password", {"email": ADDRESS, "password": "nul\0nul"}, "NUL")])
def test_mistakes_are_said_at_the_field(client, leila, path, fields, said):
    page = client.send(path, **fields)
    assert page.status_code == 422
    assert said in page.text
    assert mail.outbox() == []
    if "NUL" not in said and fields["email"]:
        assert f'value="{fields["email"]}"' in page.text  # what was typed stays


# ---- S10: looking changes nothing, and the cookie is made anew

def test_looking_at_a_link_changes_nothing(client, leila):
    client.send("/sign-in", email=ADDRESS)
    path, before = path_in_mail(), rows_of_everything()
    used = db.session.scalar(select(Link.used_at))
    for method in (client.get, client.head, client.get):
        assert method(path).status_code == 200
    assert rows_of_everything() == before
    assert db.session.scalar(select(Link.used_at)) is used is None
    assert me(client) is None
    assert client.send(path).status_code == 303


def test_a_link_page_is_kept_by_nobody_and_told_to_nobody(client, leila):
    client.send("/sign-in", email=ADDRESS)
    page = client.get(path_in_mail())
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("how", ["link", "password"])
def test_nothing_prepared_in_a_session_survives_signing_in(client, leila, how):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = cookie(client)
    if how == "link":
        client.send("/sign-in", email=ADDRESS)
        client.send(path_in_mail())
    else:
        client.send("/sign-in/password", email=ADDRESS, password="correct horse battery")
    assert me(client) == "Leila"
    assert cookie(client) != before
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent
        assert "_id" not in session  # no digest of address and browser


def test_the_cookie_is_for_this_site_over_https_and_no_script(client, leila):
    said = client.send("/sign-in/password", email=ADDRESS, password="correct horse battery").headers["Set-Cookie"]
    assert "Secure" in said
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert re.search(r"Expires=\w+, \d+ \w+ 20\d\d", said)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password", "/sign-out", "/me/end-sessions", "/me/prove", "/me/name", "/me/password"])
def test_every_form_needs_its_token(client, leila, path):
    client.sign_in(leila)
    before = rows_of_everything()
    assert client.post(path, data={"email": ADDRESS, "name": "X", "password": "correct horse battery"}).status_code == 400
    assert rows_of_everything() == before
    assert me(client) == "Leila"


def test_pages_of_somebody_signed_in_are_kept_by_nobody(client, leila):
    assert client.sign_in(leila).get("/me").headers["Cache-Control"] == "private, no-store"


# ---- S11: links from the configured address; next never leaves

EVIL = ["https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
        "javascript:alert(1)", "data:text/html,x", "/\tevil.example", "/\t/evil.example", "\t//evil.example", " //evil.example",
        "/\r\nLocation: https://evil.example", "/%0d%0aSet-Cookie:x=1\r\n", "https:///evil.example", "//evil.example/%2f..",
        "/\x00/evil.example", "evil.example", "mailto:x@y.z", "//\\evil.example", "/\\/evil.example", "\x01//evil.example"]


@pytest.mark.parametrize("target", EVIL)
def test_next_never_leaves_the_site(client, leila, target):
    assert safe_next(target) == "/" or not target.isprintable() or target == "/"
    done = client.send("/sign-in/password", email=ADDRESS, password="correct horse battery", next=target)
    assert done.status_code == 303
    assert done.location == "/"
    client.sign_out()
    client.send("/sign-in", email=ADDRESS, next=target)
    assert client.send(path_in_mail()).location == "/"
    again = client.get("/sign-in", query_string={"next": target})  # signed in already
    assert again.location == "/"


@pytest.mark.parametrize("target", ["/e/camp/grid", "/e/camp/pitches?by=new&page=2", "/search?q=a%20b", "/.//evil.example", "/%2f/evil.example"])
def test_next_goes_to_paths_of_this_site(client, leila, target):
    done = client.send("/sign-in/password", email=ADDRESS, password="correct horse battery", next=target)
    assert done.location == target
    assert done.location.startswith("/")
    assert not done.location.startswith("//")


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"}, {"X-Forwarded-Proto": "http"},
    {"X-Original-URL": "//evil.example/"}, {"Host": "camp.example.org.evil.example"}, {"X-Forwarded-Prefix": "//evil.example"}])
def test_mail_links_come_from_the_configured_address_only(client, leila, app, headers):
    token = client.token()
    bare = app.test_client(use_cookies=False)  # the jar would not send our cookie to a host by another name
    answer = bare.post("/sign-in", data={"email": ADDRESS, "csrf_token": token}, headers=headers | {"Cookie": f"folkmoot={cookie(client)}"})
    assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
    body = mail.outbox()[0].body
    assert re.findall(r"https?://[^/\s]+", body) == ["https://camp.example.org"]
    assert "evil" not in body


# ---- S12: known and unknown addresses: the same answer and the same work

@pytest.fixture
def in_earnest(app):
    """Hashes are made as they are in life."""
    kept.cache_clear()
    passwords._hasher, passwords.NOBODYS = PASSWORDS_IN_LIFE
    yield
    kept.cache_clear()


@pytest.fixture
def verified(monkeypatch):
    """How often an argon2 hash was checked."""
    done = []
    real = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda kept, given: done.append(kept) or real(kept, given))
    return done


def test_asking_for_a_link_tells_nothing(client, leila, statements):
    answers, work = [], []
    for address in (ADDRESS, "nobody@example.org"):
        client.sign_out()
        token = client.token()
        with statements() as said:
            answer = client.post("/sign-in", data={"email": address, "csrf_token": token})
        answers.append((answer.status_code, answer.data, [(k, v) for k, v in answer.headers if k != "Set-Cookie"]))
        work.append(said)
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert len(work[0]) >= 3
    assert len(mail.outbox()) == 2


def test_above_the_limit_of_mails_the_answer_is_the_same(client, leila):
    answers = {(a.status_code, a.data, a.location) for a in (client.send("/sign-in", email=ADDRESS) for _ in range(6))}
    assert len(answers) == 1
    assert len(mail.outbox()) == 3


@pytest.mark.parametrize("password", ["correct horse batteryy", "x"])
def test_a_wrong_password_and_an_unknown_address_look_and_cost_the_same(client, in_earnest, leila, world, statements, verified, password):
    world.person("Without", "without@example.org")
    pages, work = [], []
    for address in (ADDRESS, "nobody@example.org", "without@example.org"):
        client.sign_out()
        token = client.token()
        verified.clear()
        with statements() as said:
            answer = client.post("/sign-in/password", data={"email": address, "password": password, "csrf_token": token})
        assert len(verified) == 1
        assert verified[0].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        pages.append((answer.status_code, re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", answer.text).replace(address, "ADDRESS")))
        work.append(said)
    assert pages[0] == pages[1] == pages[2]
    assert work[0] == work[1] == work[2]
    assert len(work[0]) == 1


# ---- limits

def test_ten_tries_of_a_password_for_one_address_however_written(client, leila):
    written = [ADDRESS, "LEILA@example.org", " leila@example.org ", "leila@ｅxample.org"]
    for i in range(10):
        assert client.send("/sign-in/password", email=written[i % 4], password="wrong wrong").status_code == 422
    page = client.send("/sign-in/password", email="leila@EXAMPLE.org", password="correct horse battery")
    assert page.status_code == 429
    assert "Slow down" in page.text
    assert client.send("/sign-in/password", email="other@example.org", password="wrong wrong").status_code == 422
    assert client.send("/sign-in", email=ADDRESS).status_code == 303  # a link still helps


def test_a_forwarded_header_lifts_no_limit(client, leila):
    for i in range(10):
        client.post("/sign-in/password", data={"email": ADDRESS, "password": "wrong", "csrf_token": client.token()},
                    headers={"X-Forwarded-For": f"10.0.0.{i}", "Forwarded": f"for=10.0.0.{i}"})
    page = client.post("/sign-in/password", data={"email": ADDRESS, "password": "wrong", "csrf_token": client.token()},
                       headers={"X-Forwarded-For": "10.9.9.9", "X-Real-IP": "10.9.9.9", "Client-IP": "10.9.9.9"})
    assert page.status_code == 429


def test_a_roomful_of_people_behind_one_address_ask_for_links(client, context):
    assert {client.send("/sign-in", email=f"person{i}@example.org").status_code for i in range(250)} == {303}
    assert db.session.scalar(select(func.count(mail.Mail.id))) == 250


# ---- whoever holds a pass on the device

def test_a_device_pass_is_offered_to_be_brought_along(client, leila, world):
    device = world.person("Leila's phone")
    client.sign_in(device)
    client.send("/sign-in", email=ADDRESS)
    page = client.get(path_in_mail())
    assert "Bring what I did on this device along" in page.text
    assert "checked" in page.text
    client.send(path_in_mail(), bring="y")
    assert me(client) == "Leila"
    assert [p.name for p in db.session.scalars(select(Person))] == ["Leila"]


def test_or_left_behind(client, leila, world):
    device = world.person("Somebody's tablet")
    client.sign_in(device)
    client.send("/sign-in", email=ADDRESS)
    client.send(path_in_mail())
    assert me(client) == "Leila"
    assert db.session.get(Person, device.id).name == "Somebody's tablet"


def test_somebody_signed_in_with_an_address_is_not_asked_again(client, leila):
    assert client.sign_in(leila).get("/sign-in?next=/about").location == "/about"


# ---- ending sessions

def test_signing_out(client, leila):
    client.sign_in(leila)
    assert client.get("/sign-out").status_code == 405
    assert client.send("/sign-out").status_code == 303
    assert me(client) is None


def test_who_could_not_come_back_is_asked_first(client, world):
    client.sign_in(world.person("Dee"))
    page = client.send("/sign-out")
    assert page.status_code == 200
    assert "You could not come back" in page.text
    assert me(client) == "Dee"
    client.send("/sign-out", sure="1")
    assert me(client) is None


def test_a_session_lives_in_its_cookie_and_ends_with_its_key(client, leila, app):
    client.sign_in(leila)
    kept = cookie(client)
    other = app.test_client()
    other.set_cookie("folkmoot", kept)
    assert me(other) == "Leila"
    client.send("/me/end-sessions")
    assert me(client) is None
    assert other.get("/me").status_code == 302


@pytest.mark.parametrize("speaks_of", ["", "x", "1", "1.", ".key", "1.wrong", "-1.x", "9" * 40 + ".x", "²." + "x", "1.key.more"])
def test_a_cookie_that_speaks_of_nobody_is_nobody(client, leila, speaks_of):
    with client.session_transaction() as session:
        session["_user_id"] = speaks_of
    assert client.get("/me").status_code == 302
