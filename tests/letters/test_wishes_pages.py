"""Your mail: chosen when signed in, or from a mail's link without; a link that is only opened changes nothing."""

import re

import pytest
from sqlalchemy import update

from app.accounts import links
from app.accounts.models import TIE_ADDRESS
from app.infra import clock, db, mail
from app.letters import desk, tokens, wishes, wording
from app.letters.actions import stop
from app.letters.models import CONVERSATION, EVENT, MailWishes
from tests.letters.conftest import NOON, write

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHOSEN = {"how": "weekly", "weekly_day": "0", "quiet_from": "22", "quiet_until": "7", "time_zone": "America/New_York"}


@pytest.fixture
def leila(world):
    return world.person("Leila", email="leila@example.org")


def path_in(header):
    return re.search(r"<https://camp\.example\.org(/mail/[^>]+)>", header)[1]


def row_of(person):
    db.session.rollback()
    return db.session.get(MailWishes, person.id)


def test_a_signed_in_person_chooses(client, leila):
    client.sign_in(leila)
    assert "Your mail" in client.get("/me").text
    assert "Each mail by itself" in client.get("/me/mail").text
    assert row_of(leila) is None  # looking makes no row
    client.send("/me/mail", **CHOSEN)
    row = row_of(leila)
    assert (row.how, row.weekly_day, row.quiet_from, row.quiet_until, row.time_zone) == ("weekly", 0, 22, 7, "America/New_York")


def test_who_has_no_address_is_told_so(client, world):
    client.sign_in(world.person("Tom"))
    page = client.get("/me/mail").text
    assert "nothing is mailed to you" in page
    assert 'href="/me/address"' in page


def test_a_zone_that_is_none_is_refused(client, leila):
    client.sign_in(leila)
    assert client.send("/me/mail", **{**CHOSEN, "time_zone": "Mars/Olympus"}).status_code == 422
    assert row_of(leila) is None


def test_a_mails_link_leads_to_the_same_page_without_signing_in(client, leila):
    with db.transaction():
        path = wording.wishes_link(wishes.of(leila)).removeprefix("https://camp.example.org")
        stop(leila, leila, CONVERSATION, 7, at=NOON)
    answer = client.get(path)
    assert "For Leila" in answer.text
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "private, no-store")
    assert client.send(path, **{**CHOSEN, "how": "none"}).status_code == 303
    assert row_of(leila).how == "none"
    assert client.send("/me/mail/again", what="conversation-7", token=path.rpartition("/")[2]).status_code == 303
    assert "Nothing. Each mail has a link" in client.get(path).text


def test_one_press_in_a_mail_program_leaves_what_the_mail_is_about(app, client, leila):
    assert write(leila)
    path = path_in(mail.outbox()[0].headers["List-Unsubscribe"])
    assert "Stop the mail" in client.get(path).text
    assert write(leila, key="looked at only")
    answer = app.test_client().post(path, data=ONE_CLICK)  # no cookie, no token of a form
    assert answer.status_code == 200
    assert "You get no more mail about this conversation" in answer.text
    assert app.test_client().post(path, data=ONE_CLICK).status_code == 200  # again, as some programs do
    assert not write(leila, key="after")
    assert write(leila, key="other", about=(EVENT, 7))
    client.post(path, data={"again": "1"})
    assert write(leila, key="again")


def test_all_mail_stops_with_one_press(app, client, leila):
    with db.transaction():
        path = wording.stop_all_link(wishes.of(leila)).removeprefix("https://camp.example.org")
    assert "Get no more mail from us" in client.get(path).text
    assert write(leila)
    app.test_client().post(path, data=ONE_CLICK)
    assert not write(leila, key="after")
    assert "You get no more mail from us" in client.get(path).text


def test_links_of_others_and_made_up_ones_change_nothing(client, leila, world):
    tom = world.person("Tom", email="tom@example.org")
    with db.transaction():
        token = tokens.token(tom, "stop event", 7, 3)
    for path in (f"/mail/stop/conversation.{token}", f"/mail/stop/{token}", "/mail/stop/x", f"/mail/wishes/{token}", f"/mail/stop-all/{token}"):
        assert client.get(path).status_code == 410
        assert client.post(path, data=ONE_CLICK).status_code in (400, 410)
    assert write(leila)
    assert write(tom, key="tom")


@pytest.mark.parametrize("what", ["event-" + "9" * 30, "event-" + "9" * 5000, f"event-{2**31}", "event-\u0663", "event"])
def test_what_there_cannot_be_is_started_again_by_nobody(client, leila, what):
    client.sign_in(leila)
    assert client.send("/me/mail/again", what=what, token="").status_code == 303


def test_new_links_make_the_old_ones_void(client, leila):
    def made():
        with db.transaction():
            row = wishes.of(leila)
            return wording.wishes_link(row).removeprefix("https://camp.example.org"), wording.stop_local(row, "all", 0)

    (path, address), nobody = made(), client.send("/me/mail/new-links")
    assert nobody.status_code == 403
    assert "Make new links" not in client.get(path).text
    client.sign_in(leila)
    assert "Make new links" in client.get("/me/mail").text
    assert client.send("/me/mail/new-links", next="/follow-ups/calendar").location == "/follow-ups/calendar"
    assert client.get(path).status_code == 410
    assert client.get(made()[0]).status_code == 200
    assert made()[1] != address


def test_with_another_address_the_links_in_mails_to_the_old_one_work_no_more(client, leila, monkeypatch):
    client.sign_in(leila)
    with db.transaction():
        path = wording.wishes_link(wishes.of(leila)).removeprefix("https://camp.example.org")
        secret = links.make(TIE_ADDRESS, email="new@example.org", person_id=leila.id, next_path="/me", at=clock.now())
    assert client.get(path).status_code == 200
    assert client.send(f"/sign-in/{secret}").status_code == 303
    assert client.get(path).status_code == 410


def test_an_address_that_came_back_says_so_and_can_be_tried_again(client, leila):
    with db.transaction() as session:
        wishes.of(leila)
        session.execute(update(MailWishes).values(stopped_at=NOON, stopped_because="5.1.1 <b>nobody</b> here"))
    client.sign_in(leila)
    page = client.get("/me/mail").text
    assert "5.1.1 &lt;b&gt;nobody&lt;/b&gt; here" in page
    assert not write(leila)
    client.send("/me/mail/works", token="")
    assert write(leila)


def test_who_signs_in_by_mail_has_an_address_that_works(client, leila):
    with db.transaction() as session:
        wishes.of(leila)
        session.execute(update(MailWishes).values(stopped_at=NOON, stopped_because="5.1.1", soft_bounces=2))
    client.send("/sign-in", email="leila@example.org")
    client.send(re.search(r"(/sign-in/\S+)", mail.outbox()[0].body)[1])
    assert (row_of(leila).stopped_at, row_of(leila).soft_bounces) == (None, 0)


def test_links_stand_even_where_the_site_has_no_https(app, leila, settings):
    desk.configure(base_url="http://127.0.0.1:8000", secret_key=settings.secret_key)
    try:
        assert write(leila)
        headers = mail.outbox()[0].headers
        assert headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/mail/stop/")
        assert "List-Unsubscribe-Post" in headers
    finally:
        desk.configure(base_url=settings.base_url, secret_key=settings.secret_key)
