"""Organisers' pages of mailings in a client, and the page where a tap of the evening's mail leads."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.boards.idea_models import PRIVATE, PUBLIC_PLEDGE, Pledge
from app.events.models import ATTENDEES_ONLY
from app.followups.models import HOST, POSTED
from app.infra import clock, db
from app.infra.mail import Mail
from app.letters.models import MailWishes, new_secret
from app.mailings import sending
from app.mailings.models import STOPPED, WAITING, Mailing
from tests.pages import parsed, text_of
from tests.world import AT

LIST = "/e/north/mailings"


def said(response) -> str:
    return text_of(parsed(response.text)[0])


@pytest.mark.parametrize(("kind", "words"), [
    ("before", "There is no programme yet"), ("day", "Good morning {name}"), ("evening", "{yours}"), ("words", "Hello {name}")])
def test_from_a_ready_made_draft_to_its_page(evening, client, kind, words):
    client.sign_in(evening.boss)
    page = client.get(f"{LIST}/new?kind={kind}").text
    assert words in page
    assert "GovCamp North" in page or kind == "words"
    subject = re.search(r'name="subject"[^>]*value="([^"]*)"', page)[1] + " all"
    body = re.search(r'<textarea[^>]*name="body"[^>]*>\s?(.*?)</textarea>', page, re.DOTALL)[1]
    made = client.send(f"{LIST}/new?kind={kind}", recipients="all", subject=subject, body=body + " And more.")
    assert made.status_code == 303
    shown = said(client.get(made.location))
    assert "Olu" in shown
    assert "{" not in shown
    assert "4 people" in shown
    assert client.get(f"{LIST}/new?kind=spam").status_code == 404
    assert client.send(f"{LIST}/new?kind={kind}", recipients="all", subject="", body="").status_code == 422


def test_as_it_comes_to_oneself_or_to_somebody_but_never_to_a_real_person(evening, client):
    world, event = evening.world, evening.event
    world.followup(evening.buses)
    world.save(Pledge(event_id=event.id, person_id=evening.ann.id, key="k", text="A secret of Ann", shown=PRIVATE, created_at=AT))
    mailing = evening.draft()
    client.sign_in(evening.boss)
    own = said(client.get(f"{LIST}/{mailing.id}"))
    assert "Hello Olu" in own
    assert "Notes of your sessions" not in own
    other = client.get(f"{LIST}/{mailing.id}?as={evening.buses.id}")
    assert "Hello Sam Example" in said(other)
    assert "Buses (you led it)" in said(other)
    assert "I’ll carry this on" in said(other)
    assert "A secret of Ann" not in other.text
    assert "/mail/carry-on/" not in other.text, "nobody's own links"


def test_a_test_comes_once_a_minute_and_to_nobody_else(evening, client):
    mailing = evening.draft()
    client.sign_in(evening.boss)
    for _ in range(2):
        assert client.send(f"{LIST}/{mailing.id}/test").status_code == 303
    mails = db.session.scalars(select(Mail)).all()
    assert len(mails) in (1, 2), "two only where a minute ended between them"
    assert {one.recipient for one in mails} == {"olu@example.org"}
    assert mails[0].subject == "Test: After the camp"
    assert mails[0].kind == "mailing"
    assert db.session.get(Mailing, mailing.id).written == 0


def test_sent_at_a_time_by_the_events_clock_also_where_it_changes(evening, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 20, tzinfo=UTC))
    client.sign_in(evening.boss)
    for day, time, moment in (("2027-03-27", "18:00", datetime(2027, 3, 27, 18, tzinfo=UTC)),  # the clock goes forward the night after
                              ("2027-03-28", "18:00", datetime(2027, 3, 28, 17, tzinfo=UTC)),
                              ("2027-03-28", "01:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # a time that there is not
                              ("2027-10-31", "01:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC))):  # one that comes twice
        mailing = evening.draft()
        sent = client.send(f"{LIST}/{mailing.id}/send", day=day, time=time, version=str(mailing.version))
        assert sent.status_code == 303
        assert db.session.get(Mailing, mailing.id).send_at == moment
    page = said(client.get(f"{LIST}/{mailing.id}"))
    assert "Goes out at 01:30 on Sunday 31 October 2027" in page
    late = evening.draft()
    assert client.send(f"{LIST}/{late.id}/send", day="2027-03-19", time="18:00", version="1").status_code == 422
    assert client.send(f"{LIST}/{late.id}/send", day="2027-03-29", time="", version="1").status_code == 422
    assert client.send(f"{LIST}/{late.id}/send", day="", time="", version="7").status_code == 409


def test_stopped_thrown_away_and_listed_with_numbers(evening, client):
    client.sign_in(evening.boss)
    one, draft = evening.sent(evening.draft(subject="First of all")), evening.draft(subject="A draft")
    assert client.send(f"{LIST}/{one.id}/remove").status_code == 409
    assert client.send(f"{LIST}/{one.id}/stop").status_code == 303
    assert db.session.get(Mailing, one.id).state == STOPPED
    assert client.send(f"{LIST}/{one.id}/send", version=str(one.version)).status_code == 303
    assert db.session.get(Mailing, one.id).state == WAITING
    sending.send(one.id, clock.now())
    page = client.get(LIST)
    for words in ("First of all", "A draft", "Sent", "Draft", "Everybody with a pass"):
        assert words in said(page)
    for name in ("Ann", "ann@example.org", "Ben"):
        assert name not in page.text + client.get(f"{LIST}/{one.id}").text
    thrown = f"{LIST}/{draft.id}"
    assert client.send(f"{thrown}/remove").status_code == 303
    assert client.get(thrown).status_code == 404
    assert client.send(f"{LIST}/{one.id}/edit", recipients="all", subject="Other", body="Other", version=str(one.version)).status_code == 409


def test_two_organisers_at_once_lose_no_words(evening, client):
    mailing = evening.draft()
    client.sign_in(evening.boss)
    sent = {"recipients": "all", "subject": "Mine", "body": "My words", "version": str(mailing.version)}
    assert client.send(f"{LIST}/{mailing.id}/edit", **sent).status_code == 303
    late = client.send(f"{LIST}/{mailing.id}/edit", **sent | {"body": "Other words"})
    assert late.status_code == 409
    assert "Other words" in late.text


# ---- taps -----------------------------------------------------------------------------------------------------------


def tapped(evening, person, followup) -> str:
    """The path of the link in the evening's mail to somebody about that conversation."""
    mailing = evening.sent(evening.draft())
    sending.send(mailing.id, clock.now())
    [mail] = db.session.scalars(select(Mail).where(Mail.recipient == person.email))
    found = re.findall(r"https://camp\.example\.org(/mail/carry-on/\S+)", mail.body)
    return next(one for one in found if f".{followup.id}." in one).split("?")[0]


def parts(followup) -> dict[str, str]:
    db.session.expire_all()
    return {one.name: one.part for one in followup.people}


def test_one_tap_without_signing_in(evening, client):
    followup = evening.world.followup(evening.buses)
    link = tapped(evening, evening.ben, followup)
    for _ in range(2):  # programs that check mail open links
        page = client.get(link + "?want=posted")
        assert page.status_code == 200
        assert parts(followup) == {}
    assert "You are Ben" in said(page)
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert client.send(link, part="posted").status_code == 303
    assert parts(followup) == {"Ben": POSTED}
    for _ in range(2):
        assert client.send(link, part="host").status_code == 303
        assert parts(followup) == {"Ben": HOST}
    assert "you carry this conversation on" in said(client.get(link))
    assert client.get("/account", follow_redirects=False).status_code in (302, 303, 404), "and nobody is signed in by it"


def test_a_link_is_for_one_person_one_thing_and_until_it_is_made_void(evening, client):
    followup, other = evening.world.followup(evening.buses), evening.world.followup(evening.bins)
    link = tapped(evening, evening.ben, followup)
    for bad in (link[:-1] + ("A" if link[-1] != "A" else "B"), link.replace(f".{followup.id}.", f".{other.id}."),
                link.replace(f"/{evening.ben.id}.", f"/{evening.ann.id}."), "/mail/carry-on/x", "/mail/carry-on/1.1.1.1"):
        assert client.get(bad).status_code == 410
        assert client.send(bad, part="host").status_code == 410
    assert (parts(followup), parts(other)) == ({}, {})
    with db.transaction():
        db.session.get(MailWishes, evening.ben.id).secret = new_secret()
    assert client.get(link).status_code == 410


def test_who_does_not_see_the_conversation_any_more_gets_nowhere(evening, client):
    world, event = evening.world, evening.event
    pledge = world.save(Pledge(event_id=event.id, person_id=evening.ann.id, key="k", text="Ann rides", shown=PUBLIC_PLEDGE, created_at=AT))
    followup = world.followup(pledge)
    link = tapped(evening, evening.ben, followup)
    with db.transaction():
        pledge.shown = PRIVATE
    refused = client.get(link)
    assert refused.status_code == 404
    assert "Ann rides" not in refused.text
    assert client.send(link, part="host").status_code == 404
    with db.transaction():
        pledge.shown, event.visibility = PUBLIC_PLEDGE, ATTENDEES_ONLY
        db.session.delete(world.pass_of(event, evening.ben))
    assert client.get(link).status_code == 404
    assert parts(followup) == {}


def test_links_end(evening, client, monkeypatch):
    followup = evening.world.followup(evening.buses)
    link, now = tapped(evening, evening.ben, followup), clock.now()
    for days, status in ((60, 200), (62, 410)):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        assert client.get(link).status_code == status
