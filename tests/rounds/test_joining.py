"""Who is invited and may join or leave; putting a round off, cancelling it, and what is refused when one is opened."""

import pytest

from app.errors import Conflict, Forbidden, Invalid
from app.infra import clock, db
from app.letters.models import SERIES, MailStop
from app.rounds import actions, queries
from app.rounds.models import JOINING, Round
from tests.rounds.conftest import DAY, NOON
from tests.world import AT


def test_not_for_me_ends_invitations_and_joining_begins_them(coffee):
    ann, ben, cat, *_ = coffee.people
    found = coffee.paired(ann, ben)
    coffee.say(ann, found, "leave")
    with db.transaction():
        actions.invite_me(cat, coffee.series, at=clock.now())
    coffee.at(found.ask_at)
    second = coffee.open(name="Second")
    coffee.work()
    assert sorted(m.recipient for m in coffee.letters("round-invite:")) == ["ben@example.org", "cat@example.org"]
    assert all("mail/rounds/join/" in mail.body for mail in coffee.letters("round-invite:"))
    coffee.join(second, ann)
    coffee.open(name="Third")
    coffee.work()
    assert "ann@example.org" in [mail.recipient for mail in coffee.letters("round-invite:")]


def test_nobody_who_did_not_ask_is_written_to(coffee):
    coffee.open()
    coffee.work()
    assert coffee.letters() == []


def test_joining_begins_mail_that_was_stopped(coffee, world):
    ann, ben, *_ = coffee.people
    world.save(MailStop(person_id=ann.id, about=SERIES, thing_id=coffee.series.id, at=AT))
    assert not queries.gets_mail(ann, coffee.series)
    coffee.paired(ann, ben)
    assert len(coffee.letters("round:")) == 2


def test_joining_is_refused_without_an_address_a_pass_or_when_it_is_too_late(coffee, world):
    found = coffee.open()
    without = world.holder(world.event(coffee.series), name="Nomail")
    with pytest.raises(Invalid, match="e-mail address"):
        coffee.join(found, without)
    with pytest.raises(Forbidden):
        coffee.join(found, world.person(email="z@example.org"))
    ann, ben, *_ = coffee.people
    coffee.join(found, ann)
    coffee.join(found, ann)
    coffee.clock(found.join_until)
    with pytest.raises(Conflict):
        coffee.join(found, ben)


def test_who_leaves_before_is_not_in_it_and_afterwards_it_is_too_late(coffee):
    ann, ben, cat, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben, cat)
    with db.transaction():
        actions.leave(cat, found)
    coffee.at(found.join_until)
    assert coffee.together(found) == [["Ann Smith", "Ben Smith"]]
    with pytest.raises(Conflict), db.transaction():
        actions.leave(ann, db.session.get(Round, found.id))


def test_put_off_it_is_done_at_the_new_time(coffee):
    ann, ben, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben)
    until, asked = found.join_until, found.ask_at
    later = [(end + DAY, end + DAY * 2) for end in (until + DAY, until + 2 * DAY, until + 3 * DAY)]
    with db.transaction():
        actions.edit(coffee.olu, db.session.get(Round, found.id), name="Later", question="Why?", join_until=until + DAY, windows=later,
                     ask_at=asked + 5 * DAY, at=NOON)
    coffee.at(until)
    assert coffee.together(found) == []
    coffee.at(until + DAY)
    assert len(coffee.together(found)) == 1
    assert coffee.letters("round:")[0].subject.startswith("Later: meet")
    coffee.at(asked)
    assert coffee.letters("round-met:") == []
    with pytest.raises(Conflict), db.transaction():
        actions.edit(coffee.olu, db.session.get(Round, found.id), name="No", question="Why?", join_until=until + DAY, windows=later,
                     ask_at=asked + 5 * DAY, at=NOON)


def test_cancelled_who_joined_is_told_and_nothing_is_left(coffee):
    ann, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann)
    with db.transaction():
        actions.cancel(coffee.olu, db.session.get(Round, found.id), at=NOON)
    coffee.at(found.join_until)
    assert [(mail.recipient, mail.subject) for mail in coffee.letters()] == [("ann@example.org", "Coffee does not take place")]
    assert db.session.query(Round).count() == 0


@pytest.mark.parametrize(("change", "field"), [
    ({"name": " "}, "name"), ({"question": ""}, "question"), ({"join_until": NOON}, "join_day"), ({"windows": []}, "windows"),
    ({"windows": [(NOON + DAY, NOON + DAY * 2)] * 3}, "windows"), ({"ask_at": NOON + DAY * 8}, "ask_day"),
])
def test_what_does_not_fit_is_refused_where_it_is_typed(coffee, change, field):
    with pytest.raises(Invalid) as refusal:
        coffee.open(**change)
    assert refusal.value.field == field


def test_two_open_rounds_of_one_name_are_refused(coffee):
    coffee.open()
    with pytest.raises(Invalid):
        coffee.open(name="coffee")


def test_only_owners_open_change_and_cancel(coffee):
    found = coffee.open()
    for act in (lambda: actions.cancel(coffee.people[0], found, at=NOON),
                lambda: actions.open_round(coffee.people[0], coffee.series, name="X", question="Y", join_until=NOON, windows=[],
                                           ask_at=NOON, time_zone="Europe/London", at=NOON)):
        with pytest.raises(Forbidden), db.transaction():
            act()
    assert db.session.get(Round, found.id).state == JOINING
