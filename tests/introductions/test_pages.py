"""The pages: asking from a name, answering from a letter with one tap, the same page for who is refused, reports."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.events.models import Role
from app.followups.models import HOST, FollowUp, FollowUpPerson, Offer, Post
from app.infra import clock, db
from app.infra.db import transaction
from app.infra.mail import Mail
from app.introductions import actions, policy
from app.introductions.models import Introduction, Report, Sharing, Shut
from app.letters import wishes
from app.letters.models import MailWishes
from tests.world import AT


@pytest.fixture
def here(meeting):
    """The event's address, and what a page says, with what changes by itself taken out."""
    meeting.at = clock.now()
    meeting.slug = meeting.event.slug
    return meeting


def ask_path(here, other=None, **more):
    query = "&".join(f"{k}={v}" for k, v in more.items())
    return f"/e/{here.slug}/people/{other or here.ben}/introduce" + (f"?{query}" if query else "")


def stop_mail(person_id):
    with transaction() as session:
        row = wishes.of(session.get(Person, person_id))
        row.stopped_at, row.stopped_because = AT, "came back"


def is_stopped(person_id):
    db.session.rollback()
    return db.session.get(MailWishes, person_id).stopped_at is not None


def be(client, here, who):
    return client.sign_in(here.person(who))


def text(response):
    return re.sub(r'<input[^>]*(csrf_token|name="key")[^>]*>', "", response.get_data(as_text=True))


def letters_to(address):
    return list(db.session.scalars(select(Mail).where(Mail.recipient == address).order_by(Mail.id)))


def test_from_the_name_on_a_sessions_page_to_a_yes_from_the_letter(here, client):
    session = be(client, here, here.ann).get(f"/e/{here.slug}/sessions/1").text
    assert ask_path(here) in session
    assert "Be introduced to Ben Bus" in client.get(ask_path(here)).text
    assert client.send(ask_path(here), line="Buses", email="y", words="").location == "/introductions"
    here.work()
    [letter] = letters_to("ben@example.org")
    link = re.search(r"https://camp\.example\.org(/mail/introductions/\S+?)[\s)\]]", letter.body).group(1)
    assert "ann@example.org" not in letter.body + letter.html + str(letter.headers)
    client.sign_out()
    before = client.get(link)
    assert "Ann Asker" in before.text
    assert before.headers["Cache-Control"] == "private, no-store"
    assert before.headers["Referrer-Policy"] == "no-referrer"
    stop_mail(here.ben)
    assert "@example.org" not in before.text
    assert client.get(link).text.count('name="answer"') == 3  # looking changes nothing
    answered = client.send(link, answer="yes", email="y", words="")  # the one tap
    assert answered.status_code == 303
    assert answered.headers["Referrer-Policy"] == "no-referrer"
    assert not is_stopped(here.ben)  # the letter arrived, so the address works
    after = client.get(link)
    assert "You are introduced" in after.text
    assert "@example.org" not in after.text  # a link that is passed on shows nobody's address
    here.work()
    assert ["are introduced" in one.subject for one in letters_to("ann@example.org") + letters_to("ben@example.org")] == [True, False, True]
    assert not any("@example.org" in one.body for one in letters_to("ann@example.org"))
    assert "mailto:ben@example.org" in be(client, here, here.ann).get("/introductions").text
    assert "mailto:ann@example.org" in be(client, here, here.ben).get("/introductions").text
    assert client.get("/introductions").headers["Cache-Control"] == "private, no-store"
    client.send(f"/introductions/{db.session.scalar(select(Introduction.id))}/take-back")
    assert "ben@example.org" not in be(client, here, here.ann).get("/introductions").text


@pytest.mark.parametrize("refuse", ["later", "never", "block"])
def test_who_is_refused_gets_the_very_same_pages_and_no_letter(here, client, refuse, world):
    third = world.holder(here.event, name="Ben Bus", email="third@example.org")
    world.session(here.event, "Third", leaders=[third])
    plain, third = {}, third.id
    for other in (here.ben, third):
        be(client, here, here.ann)
        if other == here.ben and refuse == "block":
            here.block(here.ben, here.ann)
        found = [client.get(ask_path(here, other)), client.send(ask_path(here, other), line="Buses", email="y", words="At six", key=f"k{other}")]
        here.work()
        if other == here.ben and refuse != "block":
            here.answer(db.session.scalar(select(Introduction.id).where(Introduction.b_id == other)), refuse)
        found += [client.get("/introductions"), client.get(ask_path(here, other)), client.send(ask_path(here, other), line="Again", email="y"),
                  client.get("/introductions"), client.get(f"/e/{here.slug}/sessions/{1 if other == here.ben else 3}")]
        plain[other] = [(one.status_code, one.location, re.sub(r"(people/|introductions/|sessions/|person=)\d+", r"\1N", text(one)).replace(
            "Third", "Buses")) for one in found[:2] + found[3:5]]
        assert "Waiting for their answer" in found[2].text
        assert "Waiting for their answer" in found[5].text
        with transaction() as session:
            for one in session.scalars(select(Introduction).where(Introduction.a_id == here.ann)):
                session.delete(one)
    for refused, waits in zip(plain[here.ben], plain[third], strict=True):
        assert refused[:2] == waits[:2]
        assert refused[2].splitlines() == waits[2].splitlines()
    assert letters_to("ann@example.org") == []
    assert len(letters_to("ben@example.org")) == (0 if refuse == "block" else 1)
    assert len(letters_to("third@example.org")) == 1


@pytest.mark.parametrize("number", ["1" * 30, "0" * 11 + "9" * 20, "9" * 5000, "0", "-1", "²"])
def test_a_conversation_that_cannot_be_is_none(here, client, number):
    be(client, here, here.ann)
    assert client.get(ask_path(here, here.ben, conversation=number)).status_code == 200


def test_names_in_a_conversation(here, client, world):
    host, offers, posted, quiet = (world.holder(here.event, name=name).id for name in ("Host", "Offers", "Posted", "Quiet"))
    with transaction() as session:
        followup = FollowUp(event_id=here.event.id, session_id=1, created_at=AT, readers="people")
        followup.people = [FollowUpPerson(person_id=i, name="Named", part=part, since=AT) for i, part in ((host, HOST), (quiet, "posted"))]
        session.add(followup)
        session.flush()
        session.add_all([Offer(followup_id=followup.id, person_id=offers, kind="offer", text="Time", key="k", at=AT),
                         Post(followup_id=followup.id, person_id=posted, name="Posted", text="Hello", key="k", at=AT)])
        number = followup.id

    def answered(who):
        be(client, here, who)
        return [client.get(ask_path(here, other, conversation=number)).status_code for other in (host, offers, posted, quiet)]

    assert answered(here.ann) == [200, 404, 404, 404]  # she does not read what is said in it
    assert answered(quiet) == [200, 200, 200, 404]
    talk = f"/e/{here.slug}/follow-ups/{number}"
    for form in (ask_path(here, offers, conversation=number), f"/e/{here.slug}/report?person={offers}&conversation={number}",
                 f"/e/{here.slug}/report?post={db.session.scalar(select(Post.id))}"):
        assert client.get(form).text.count(f'href="{talk}"') == 2, "the last crumb, and the way back"
    page = client.get(talk).text.replace("&amp;", "&")
    assert [ask_path(here, other, conversation=number) in page for other in (host, offers, posted, quiet)] == [True, True, True, False]
    with transaction() as session:
        session.scalar(select(Post)).hidden = True
    assert answered(quiet) == [200, 200, 404, 404]
    assert be(client, here, here.ann).get(ask_path(here, host)).status_code == 404  # and not as if they led a session


def test_the_button_in_other_rooms_templates(here, app, client):
    be(client, here, here.ann)
    assert "Introduce us" in client.get(f"/e/{here.slug}/sessions/1").text
    assert "Introduce us" not in client.get(f"/e/{here.slug}/sessions/2").text  # her own
    client.sign_out()
    assert "Introduce us" not in client.get(f"/e/{here.slug}/sessions/1").text


def test_what_is_wrong_with_a_form_is_said(here, client):
    be(client, here, here.ann)
    for fields, said in (({"line": ""}, "Say in a line why"), ({"line": "x" * 281}, "280"), ({"line": "a@b.example"}, "No address or number"),
                         ({"line": "Buses"}, "at least one way"), ({"line": "Buses", "words": "x" * 201}, "200")):
        answer = client.send(ask_path(here), **fields)
        assert answer.status_code == 422
        assert said in answer.text
    asked = here.ask()
    be(client, here, here.ben)
    assert client.send(f"/introductions/{asked}", answer="perhaps").status_code == 422
    assert client.send(f"/introductions/{asked}", answer="yes", words="x" * 201).status_code == 422
    assert client.send("/introductions/999999999999", answer="yes").status_code == 404
    assert client.send(f"/introductions/{asked}", answer="later").status_code == 303
    assert be(client, here, here.cam).get(f"/introductions/{asked}").status_code == 404


def test_a_letters_link_after_a_block_or_a_lapse(here, client):
    asked = here.ask()
    here.work()
    link = re.search(r"(/mail/introductions/[\w.-]+)", letters_to("ben@example.org")[0].body).group(1)
    with transaction():
        actions.withdraw(here.person(here.ann), db.session.get(Introduction, asked), at=here.at)
    assert "not open any more" in client.get(link).text
    assert client.send(link, answer="yes").status_code == 409
    other = here.ask(here.cam, here.ben)
    here.work()
    link = re.search(r"(/mail/introductions/[\w.-]+)", letters_to("ben@example.org")[1].body).group(1)
    assert client.send(link, answer="never").status_code == 303
    assert "will not hear from them again" in client.get(link).text
    assert client.get(link.replace(".", "9.", 1)).status_code == 410
    assert db.session.get(Introduction, other).b_answer == "never"


def test_blocking_from_a_name_and_lifting(here, client):
    be(client, here, here.ben)
    assert client.send(f"/e/{here.slug}/people/{here.ann}/block").status_code == 303
    assert "Ann Asker" in client.get("/introductions").text
    assert client.send(f"/e/{here.slug}/people/{here.cam}/block").status_code == 404  # no way to learn names by number
    client.send(f"/introductions/shut/{here.ann}/lift")
    assert db.session.scalars(select(Shut)).all() == []


def test_a_campmaker_introduces_two_and_learns_nothing(here, client):
    be(client, here, here.cam)
    page = client.get(f"/e/{here.slug}/introduce")
    assert "Ann Asker" in page.text
    sent = client.send(f"/e/{here.slug}/introduce", first=str(here.ann), second=str(here.ben), line="Buses", key="k")
    assert sent.status_code == 303
    assert client.send(f"/e/{here.slug}/introduce", first=str(here.ann), second=str(here.ann), line="Buses").status_code == 422
    assert client.send(f"/e/{here.slug}/introduce", first=str(here.ann), second="999", line="Buses").status_code == 422
    here.work()
    assert [len(letters_to(f"{name}@example.org")) for name in ("ann", "ben", "cam")] == [1, 1, 0]
    introduction = db.session.scalar(select(Introduction.id))
    here.answer(introduction, "yes", here.ann)
    here.answer(introduction, "yes")
    here.work()
    assert letters_to("cam@example.org") == []
    assert "Ann" not in be(client, here, here.cam).get("/introductions").text


def test_a_campmaker_chooses_among_names_everybody_sees_and_an_organiser_among_all(here, client, world):
    world.holder(here.event, name="Quiet Person")
    organiser = world.holder(here.event, Role.ORGANISER).id
    assert "Quiet Person" not in be(client, here, here.cam).get(f"/e/{here.slug}/introduce").text
    assert "Quiet Person" in be(client, here, organiser).get(f"/e/{here.slug}/introduce").text


def test_reports_are_for_the_organisers_but_not_for_whom_they_are_about(here, client, world):
    organiser, loud = world.holder(here.event, Role.ORGANISER, email="o@example.org").id, world.holder(here.event, Role.ORGANISER, name="Loud").id
    world.session(here.event, "Loud talk", leaders=[db.session.get(Person, loud)])
    be(client, here, here.ann)
    path = f"/e/{here.slug}/report?person={loud}"
    assert client.send(path, text="").status_code == 422
    assert client.send(path, text="Too loud").status_code == 303
    assert client.send(path, text="Too loud").status_code == 303
    assert db.session.scalars(select(Report.about_id)).all() == [loud]
    here.work()
    [letter] = letters_to("o@example.org")
    assert not any(word in letter.subject + letter.body for word in ("Ann", "Loud", "loud"))
    assert client.get(f"/e/{here.slug}/reports").status_code == 403
    assert "Too loud" not in be(client, here, loud).get(f"/e/{here.slug}/reports").text
    page = be(client, here, organiser).get(f"/e/{here.slug}/reports").text
    assert "Ann Asker" in page
    assert "Too loud" in page
    report = db.session.scalar(select(Report.id))
    assert be(client, here, loud).send(f"/e/{here.slug}/reports/{report}/handled").status_code == 404
    be(client, here, organiser).send(f"/e/{here.slug}/reports/{report}/handled", on="1")
    assert "Too loud" in client.get(f"/e/{here.slug}/reports?show=handled").text
    assert "Too loud" not in client.get(f"/e/{here.slug}/reports").text


def test_an_introduction_or_a_post_is_reported_only_by_who_sees_it(here, client, world):
    asked = here.ask()
    assert be(client, here, here.ben).send(f"/e/{here.slug}/report?introduction={asked}", text="Rude").status_code == 303
    assert db.session.scalars(select(Report.about_id)).all() == [here.ann]
    assert be(client, here, here.cam).get(f"/e/{here.slug}/report?introduction={asked}").status_code == 404
    with transaction() as session:
        followup = FollowUp(event_id=here.event.id, session_id=1, created_at=AT, readers="people")
        session.add(followup)
        session.flush()
        session.add(Post(followup_id=followup.id, person_id=here.ben, name="Ben Bus", text="Rude", key="k", at=AT))
    assert client.get(f"/e/{here.slug}/report?post=1").status_code == 404
    with transaction() as session:
        session.scalar(select(FollowUp)).readers = "all"
    assert client.send(f"/e/{here.slug}/report?post=1", text="Rude").status_code == 303
    for nothing in ("", "?post=999", "?person=0", "?introduction=77", "?person=x"):
        assert client.get(f"/e/{here.slug}/report{nothing}").status_code == 404


def test_strangers_letters_come_slowly(here, world):
    for n in range(5):
        here.ask(world.holder(here.event, email=f"s{n}@example.org").id)
    here.work()
    assert len(letters_to("ben@example.org")) == 3  # the others wait for the next hours, and stand on Ben's page


def test_people_without_an_address_get_no_letter_and_answer_on_the_page(here, client):
    with transaction():
        here.person(here.ben).email = None
    asked = here.ask()
    here.work()
    assert db.session.scalars(select(Mail)).all() == []
    be(client, here, here.ben)
    assert "1 introduction waits" in client.get("/me").text
    assert client.send(f"/introductions/{asked}", answer="yes", email="y", words="In the hall").status_code == 303
    assert [(one.giver_id, one.what) for one in db.session.scalars(select(Sharing).order_by(Sharing.id))] == [
        (here.ann, "email"), (here.ben, "other")]
    assert policy.answer_of(db.session.get(Introduction, asked), here.ben) == "yes"
