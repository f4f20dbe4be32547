"""The pages of rounds: opening with what is filled in, one tap to join, the pages that letters lead to."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.events.models import Event
from app.infra import clock, db
from app.introductions import actions as introductions
from app.letters.models import MailWishes
from app.privacy import actions as leaving
from app.rounds import actions, queries
from app.rounds.models import MET, NOT_FOR_ME, Round, RoundPerson, RoundSeat
from tests.rounds.conftest import DAY

pytestmark = pytest.mark.once
LIST = "/s/north/rounds"


def one(found) -> str:
    return f"{LIST}/{found.id}"


def link_in(mail) -> str:
    return re.search(r"https://camp\.example\.org(/mail/rounds/\S+)", mail.body)[1]


def stop_mail(person):
    with db.transaction():
        row = db.session.get(MailWishes, person.id)
        row.stopped_at, row.stopped_because = clock.now(), "came back"


def is_stopped(person):
    return db.session.get(MailWishes, person.id).stopped_at is not None


@pytest.fixture
def found(coffee) -> Round:
    return coffee.open()


def test_an_owner_opens_a_round_with_what_is_filled_in(coffee, client):
    client.sign_in(coffee.olu)
    page = client.get(f"{LIST}/new")
    assert "Coffee in January 2027" in page.text
    sent = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page.text))
    sent |= {n: v for v, n in re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="([^"]+)"', page.text)}
    answer = client.send(f"{LIST}/new", **{k: v for k, v in sent.items() if k != "csrf_token"})
    assert answer.status_code == 303, answer.text
    made = db.session.query(Round).one()
    assert made.question == "What are you trying to change at work, and what is in the way?"
    assert len(made.windows) == 3
    page = client.get(answer.location)
    assert "Tuesday 2 February 2027, 12:30 to 13:30" in page.text
    assert "Nobody sees who joined" in page.text


def test_what_does_not_fit_is_said_at_its_field(coffee, client):
    client.sign_in(coffee.olu)
    answer = client.send(f"{LIST}/new", name="", question="Q", join_day="2020-01-01", join_time="25:00")
    assert answer.status_code == 422
    assert "Give the round a name." in answer.text
    assert "Give a time such as 09:30." in answer.text


def test_an_owner_changes_and_takes_a_round_away(coffee, client, found):
    client.sign_in(coffee.olu)
    page = client.get(f"{one(found)}/edit")
    sent = {n: v for n, v in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page.text) if n != "csrf_token"}
    answer = client.send(f"{one(found)}/edit", **sent | {"name": "Tea"})
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    assert db.session.get(Round, found.id).name == "Tea"
    assert "Nobody has joined yet" in client.get(f"{one(found)}/cancel").text
    assert client.send(f"{one(found)}/cancel").status_code == 303
    assert db.session.query(Round).count() == 0


def test_one_tap_joins_and_says_what_is_shared_before(coffee, client, found):
    ann = coffee.people[0]
    client.sign_in(ann)
    page = client.get(one(found)).text
    assert "Your e-mail address is shown to those you are put together with in this round" in page
    assert "Join, and share my e-mail address with whom I meet" in page
    client.send(f"{one(found)}/join")
    assert db.session.get(RoundPerson, (found.id, ann.id)) is not None
    page = client.get(one(found)).text
    assert "You are in." in page
    assert "You joined" in client.get(LIST).text
    assert "You joined" in client.get("/s/north").text
    assert "Rounds of GovCamp North" in client.get("/me").text
    client.send(f"{one(found)}/leave")
    assert db.session.query(RoundPerson).count() == 0


def test_who_has_no_address_is_asked_for_one_first(coffee, client, world, found):
    somebody = world.holder(world.event(coffee.series))
    client.sign_in(somebody)
    assert "Give an e-mail address first" in client.get(one(found)).text
    answer = client.send(f"{one(found)}/join")
    assert answer.status_code == 422
    assert "Give an e-mail address on your page first" in answer.text


def test_an_invitation_is_joined_by_one_tap_without_signing_in_and_opening_it_changes_nothing(coffee, client, found):
    ann = coffee.people[0]
    coffee.join(found, ann)
    second = coffee.open(name="Second")
    coffee.work()
    [mail] = coffee.letters("round-invite:")
    link = link_in(mail)
    page = client.get(link)
    assert "You are Ann Smith" in page.text
    assert "Your e-mail address is shown" in page.text
    assert not coffee.own(ann, second).joined
    stop_mail(ann)
    assert client.send(link).status_code == 303
    db.session.rollback()
    assert not is_stopped(ann)  # the letter arrived, so the address works
    assert coffee.own(ann, second).joined
    assert "Ann Smith, you are in." in client.get(link).text
    client.send(link, no="1")
    db.session.rollback()
    assert not coffee.own(ann, second).joined


def test_the_question_is_answered_by_one_tap_without_signing_in_and_opening_it_changes_nothing(coffee, client):
    ann, ben, *_ = coffee.people
    found = coffee.paired(ann, ben)
    coffee.at(found.ask_at)
    mail = next(m for m in coffee.letters("round-met:") if m.recipient == "ann@example.org")
    link = link_in(mail)
    assert link.endswith("?said=met")
    page = client.get(link)
    assert "you were put together with Ben" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert db.session.query(RoundSeat).filter(RoundSeat.answer.is_not(None)).count() == 0
    stop_mail(ann)
    client.send(link.partition("?")[0], said="met")
    db.session.rollback()
    assert not is_stopped(ann)
    assert coffee.own(ann, found).groups[0].answer == MET
    assert coffee.own(ben, found).groups[0].answer is None
    assert "You said that you met." in client.get(link).text
    client.send(link.partition("?")[0], said="leave")
    db.session.rollback()
    assert coffee.own(ann, found).groups[0].answer == NOT_FOR_ME
    assert not queries.wish_of(ann, coffee.series).invited


def test_a_link_for_one_use_is_no_link_for_another(coffee, client):
    ann, ben, *_ = coffee.people
    found = coffee.paired(ann, ben)
    letter = next(m for m in coffee.letters("round:") if m.recipient == "ann@example.org")
    met = re.search(r"https://camp\.example\.org(/mail/rounds/met/\S+)", letter.body)[1]
    assert client.get(met).status_code == 200
    assert client.get(met.replace("/met/", "/join/")).status_code == 410
    assert client.get(met[:-1] + ("A" if met[-1] != "A" else "B")).status_code == 410
    with db.transaction() as session:
        session.delete(session.get(Round, found.id))
    assert client.get(met).status_code == 404


@pytest.mark.parametrize("how", ["taken back", "blocked", "changed"])
def test_addresses_are_on_the_page_behind_the_letters_link_for_as_long_as_they_are_shared_and_never_in_it(coffee, client, how):
    ann, ben, *_ = coffee.people
    coffee.paired(ann, ben)
    mail = next(m for m in coffee.letters("round:") if m.recipient == "ben@example.org")
    assert "ann@example.org" not in mail.body + mail.html + str(mail.headers)
    link = re.search(r"https://camp\.example\.org(/mail/rounds/with/[\w.-]+)", mail.body)[1]
    page = client.get(link)
    assert "ann@example.org" in page.text
    assert "What next?" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    with db.transaction():
        if how == "taken back":
            introductions.take_back(ann, ben.id, at=clock.now())
        elif how == "blocked":
            introductions.block(ann, ben.id, at=clock.now())
        else:
            db.session.get(Person, ann.id).email = "new@example.org"
    assert "ann@example.org" not in client.get(link).text
    assert ("new@example.org" in client.get(link).text) == (how == "changed")
    assert client.get(link.replace("/with/", "/met/")).status_code == 410


def test_answers_are_taken_for_a_while_and_not_for_ever(coffee, client):
    ann, ben, *_ = coffee.people
    found = coffee.paired(ann, ben)
    client.sign_in(ann, entered=int((found.ask_at + 61 * DAY).timestamp()))
    coffee.clock(found.ask_at + 61 * DAY)
    assert client.send(f"{one(found)}/met", said="met").status_code == 403
    coffee.clock(found.ask_at + 59 * DAY)
    client.sign_in(ann, entered=int(clock.now().timestamp()))
    assert client.send(f"{one(found)}/met", said="nonsense").status_code == 422
    assert client.send(f"{one(found)}/met", said="met").status_code == 303


def test_invitations_are_asked_for_and_ended_on_the_list(coffee, client):
    ann = coffee.people[0]
    client.sign_in(ann)
    assert "Nobody is written to who did not ask" in client.get(LIST).text
    client.send(f"{LIST}/invite-me")
    assert "Don’t write to me" in client.get(LIST).text
    client.send(f"{LIST}/invite-me", no="1")
    assert "You are not invited to rounds." in client.get(LIST).text


def test_peoples_words_are_only_words_in_letters(coffee, world):
    ann, ben, *_ = coffee.people
    with db.transaction():
        ben.name, ben.organisation = "<b>[x](https://evil.example)", "*Acme* _&_ Co"
    coffee.paired(ann, ben, question="# What [next](https://evil.example)?", name="`Round`")
    mail = next(m for m in coffee.letters("round:") if m.recipient == "ann@example.org")
    assert "evil.example\"" not in mail.html
    assert "<b>" not in mail.html
    assert "*Acme* _&_ Co" in mail.body


def test_an_events_page_leads_to_the_round_that_can_be_joined(coffee, client, found):
    page = "/e/" + db.session.scalar(select(Event.slug).where(Event.series_id == coffee.series.id))
    client.sign_in(coffee.people[0])
    assert "can be joined until" in client.get(page).text
    coffee.join(found, coffee.people[0])
    assert f'You joined <a href="{one(found)}"' in client.get(page).text
    client.sign_in(coffee.world.person())
    assert one(found) not in client.get(page).text, "who holds no pass cannot join"
    client.sign_in(coffee.people[1])
    coffee.clock(found.join_until)
    assert one(found) not in client.get(page).text


def test_ones_page_lists_rounds_until_one_leaves_the_series(coffee, client, found):
    me = coffee.people[0]
    coffee.join(found, me)
    client.sign_in(me)
    assert f'href="{LIST}"' in client.get("/me").text
    with db.transaction():
        actions.invite_me_no_more(me, coffee.series, at=clock.now())
    assert f'href="{LIST}"' in client.get("/me").text, "they are in one still"
    coffee.at(found.join_until)
    with db.transaction():
        leaving.leave_series(db.session.merge(me), db.session.merge(coffee.series), posts=leaving.KEPT, revoke=False, past=False,
                             under_way=False, coming=False, at=clock.now())
    assert db.session.get(RoundPerson, (found.id, me.id)) is not None
    assert f'href="{LIST}"' not in client.get("/me").text
