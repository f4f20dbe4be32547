"""The life of a round: put together and told once each, asked once, counted; killed at any step."""

from datetime import timedelta
from itertools import combinations

from app.infra import clock, db, jobs
from app.introductions import actions as introductions
from app.introductions import queries as shared
from app.introductions.leaving import consent_history
from app.introductions.models import BLOCK, Introduction, Sharing, Shut
from app.letters import actions as letters
from app.rounds import dividing, queries
from app.rounds.jobs import plan_all
from app.rounds.models import ENDED, PAIRED, Round, RoundGroup, RoundSeat
from app.rounds.planning import PAIR
from tests.rounds.conftest import DAY
from tests.world import AT


def test_who_joined_is_put_together_at_the_time_and_told_in_one_letter(coffee):
    ann, ben, cat, dan, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben, cat, dan)
    coffee.at(found.join_until - timedelta(minutes=1))
    assert coffee.together(found) == []
    coffee.at(found.join_until)
    assert [len(group) for group in coffee.together(found)] == [2, 2]
    assert db.session.get(Round, found.id).state == PAIRED
    told = coffee.letters("round:")
    assert sorted(mail.recipient for mail in told) == [f"{n}@example.org" for n in ("ann", "ben", "cat", "dan")]
    group = coffee.own(ann, found).groups[0]
    [mine] = [mail for mail in told if mail.recipient == "ann@example.org"]
    [partner] = group.partners
    assert mine.subject == f"Coffee: meet {partner.first_name}"
    assert "/mail/rounds/with/" in mine.body
    assert partner.organisation in mine.body
    assert "What next?" in mine.body
    assert mine.body.count(" to 1") == 3  # times to choose from
    assert "writes first" in mine.body or "you write first" in mine.body
    others = "ben@example.org", "cat@example.org", "dan@example.org"
    assert not [address for address in others if address in mine.body or address in mine.html or address in str(mine.headers)]


def test_an_odd_one_makes_a_three_and_everybody_of_it_has_the_others(coffee):
    ann, ben, cat, *_ = coffee.people
    found = coffee.paired(ann, ben, cat)
    assert coffee.together(found) == [["Ann Smith", "Ben Smith", "Cat Smith"]]
    assert [one.email for one in coffee.own(cat, found).groups[0].partners] == ["ann@example.org", "ben@example.org"]
    assert queries.numbers_of(found) == queries.Numbers(joined=3, pairs=0, threes=1)
    [mine] = [mail for mail in coffee.letters("round:") if mail.recipient == "cat@example.org"]
    assert mine.subject == "Coffee: meet Ann and Ben"


def test_what_they_share_is_theirs_to_take_back_under_introductions(coffee):
    ann, ben, *_ = coffee.people
    found = coffee.paired(ann, ben)
    [contact] = shared.contacts_of(ann)
    assert contact.other.name == "Ben Smith"
    assert contact.have == [("email", "ben@example.org")]
    assert contact.given == [("email", "ann@example.org")]
    assert [row["what"] for row in consent_history(ann)][:2] == ["a round put you together with", "shared with you by"]
    with db.transaction():
        introductions.take_back(ann, ben.id, at=clock.now())
    assert coffee.own(ben, found).groups[0].partners[0].email == ""
    assert coffee.own(ann, found).groups[0].partners[0].email == "ben@example.org"


def test_who_is_put_together_is_not_put_together_again(coffee):
    met = set()
    for number in range(3):  # so often there surely is somebody new for each of six
        found = coffee.paired(*coffee.people, name=f"Round {number}")
        now = {tuple(group) for group in coffee.together(found)}
        assert len(now) == 3
        assert not now & met
        met |= now
        coffee.at(found.ask_at + DAY)
    for number in range(3, 5):  # however often
        assert len(coffee.together(coffee.paired(*coffee.people, name=f"Round {number}"))) == 3


def test_who_does_not_want_to_hear_from_another_is_not_put_with_them_and_neither_is_told_why(coffee, world):
    ann, ben, *_ = coffee.people
    world.save(Shut(person_id=ann.id, other_id=ben.id, how=BLOCK, at=AT))
    found = coffee.paired(ann, ben)
    assert coffee.together(found) == []
    told = coffee.letters("round-left:")
    assert sorted(mail.recipient for mail in told) == ["ann@example.org", "ben@example.org"]
    assert told[0].body.split("-- ")[0] == told[1].body.split("-- ")[0]
    assert "ben" not in told[0].body.lower()
    assert db.session.query(Sharing).count() == 0
    assert db.session.get(Round, found.id).state == ENDED
    assert queries.numbers_of(found).left == 2


def test_who_was_left_out_is_first_in_line_the_next_time(coffee, world):
    ann, ben, cat, *_ = coffee.people
    world.save(Shut(person_id=ann.id, other_id=ben.id, how=BLOCK, at=AT))
    found = coffee.paired(ann, ben, cat)
    [left] = {"Ann Smith", "Ben Smith"} - set(coffee.together(found)[0])
    again = coffee.paired(ann, ben, cat, name="Again")
    assert coffee.together(again) == [sorted([left, "Cat Smith"])]


def test_one_who_joined_alone_is_told(coffee):
    found = coffee.paired(coffee.people[0])
    assert [mail.recipient for mail in coffee.letters("round-left:")] == ["ann@example.org"]
    assert db.session.get(Round, found.id).state == ENDED


def test_killed_between_any_two_steps_each_pair_and_each_letter_is_made_once(coffee, monkeypatch):
    """Each transaction of the jobs is let happen, and then the process dies; and dies before it."""
    monkeypatch.setattr("app.rounds.jobs.AT_ONCE", 2)
    found = coffee.open()
    coffee.join(found, *coffee.people)
    real, killed = letters.write_all, set()

    def dies(some, *, at):
        done = real(some, at=at)
        key = some[0].key if some else ""
        if key not in killed:
            killed.add(key)
            raise RuntimeError("killed before the commit")
        return done

    monkeypatch.setattr("app.rounds.jobs.letters.write_all", dies)
    for minutes in range(8):
        coffee.at(found.join_until + timedelta(minutes=minutes))
        plan_all()
        for kind, payload in ((PAIR, {"round": found.id}), ("rounds.tell", {"round": found.id, "after": 0})):
            with db.transaction():
                jobs.enqueue(kind, payload)  # as if it had died after the commit, before its job was forgotten
    assert len(killed) >= 3
    assert db.session.query(RoundGroup).count() == 3
    assert db.session.query(RoundSeat).count() == 6
    assert db.session.query(Introduction).count() == 3
    assert db.session.query(Sharing).count() == 6
    assert len(coffee.letters("round:")) == 6
    for minutes in range(6):
        coffee.at(found.ask_at + timedelta(minutes=minutes))
        plan_all()
    assert len(coffee.letters("round-met:")) == 6
    assert len(coffee.letters()) == 12


def test_who_comes_or_goes_while_it_is_worked_out_is_not_forgotten(coffee):
    ann, ben, cat, dan, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben)
    given = dividing.known(found)
    planned = dividing.divide(found, given)
    coffee.join(found, cat, dan)
    with db.transaction():
        assert dividing.write(db.session.get(Round, found.id), given, planned, at=found.join_until)
    assert len(coffee.together(found)) == 2
    with db.transaction():
        assert not dividing.write(db.session.get(Round, found.id), given, planned, at=found.join_until)
    assert len(coffee.together(found)) == 2


def test_asked_once_and_only_who_did_not_say(coffee):
    ann, ben, cat, dan, *_ = coffee.people
    found = coffee.paired(ann, ben, cat, dan)
    coffee.say(ann, found, "met")
    coffee.at(found.ask_at)
    asked = coffee.letters("round-met:")
    assert sorted(mail.recipient for mail in asked) == ["ben@example.org", "cat@example.org", "dan@example.org"]
    assert "mail/rounds/met/" in asked[0].body
    coffee.at(found.ask_at + 30 * DAY)
    assert len(coffee.letters("round-met:")) == 3


def test_organisers_see_numbers_and_none_of_what_was_said_before_three_did(coffee):
    ann, ben, cat, dan, *_ = coffee.people
    found = coffee.paired(ann, ben, cat, dan)
    first, second = (db.session.get(Round, found.id).groups[i].seats for i in (0, 1))
    for seat in (first[0], second[0]):
        coffee.say(seat.person, found, "met")
    assert queries.numbers_of(found) == queries.Numbers(joined=4, pairs=2)
    coffee.say(first[1].person, found, "not")
    assert queries.numbers_of(found) == queries.Numbers(joined=4, pairs=2, met=2, not_met=0, silent=0)
    coffee.say(second[0].person, found, "leave")
    assert queries.numbers_of(found) == queries.Numbers(joined=4, pairs=2, met=1, not_met=1, silent=0)


def test_what_each_page_reads_does_not_grow_with_the_people(coffee, statements):
    found = coffee.paired(*coffee.people)
    ids, _ = [person.id for person in coffee.people], found.id
    with statements() as said:
        groups = queries.groups_of(found, ids)
    assert len(groups) == 6
    assert len(said) == 2
    with statements() as said:
        queries.numbers_of(found)
    assert len(said) == 2


def test_nobody_of_a_three_lacks_another(coffee):
    found = coffee.paired(*coffee.people[:5])
    assert sorted(map(len, coffee.together(found))) == [2, 3]
    pairs = sum(len(list(combinations(group, 2))) for group in coffee.together(found))
    assert db.session.query(Sharing).count() == 2 * pairs
