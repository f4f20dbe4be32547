"""Who is in a round is known to themselves and to those they are put together with; owners see numbers; whoever it is."""

import pytest

from app.accounts.merging import merge
from app.accounts.models import Person
from app.infra import clock, db
from app.introductions import actions as introductions
from app.rounds import dividing, queries
from app.rounds.models import Round, RoundGroup, RoundPerson, RoundSeat, RoundWish

pytestmark = pytest.mark.once
PATHS = ("/s/north/rounds", "/s/north/rounds/{id}", "/s/north/rounds/{id}/edit", "/s/north/rounds/{id}/cancel", "/s/north", "/me")


def seen(client, found, person) -> str:
    """All that a person's pages say, with the name and address in the bar left out."""
    client.sign_in(person)
    return "\n".join(client.get(path.format(id=found.id)).text for path in PATHS)


@pytest.mark.parametrize("state", ["joining", "paired", "ended"])
def test_the_truth_table(coffee, client, world, state):
    """Rows: who looks. Columns: whose name or address is found on any page of rounds."""
    ann, ben, cat, dan, eve, _ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben, cat, dan)
    if state != "joining":
        coffee.at(found.join_until)
    if state == "ended":
        coffee.at(found.ask_at)
    stranger = world.person(name="Zoe Zed", email="zoe@example.org")
    partner = {}
    for group in coffee.together(found):
        partner |= {group[0]: group[1], group[1]: group[0]}
    inside = [ann, ben, cat, dan]
    for looks in (*inside, eve, coffee.olu, stranger):
        text = seen(client, found, looks)
        for other in inside:
            if other is looks:
                continue
            may = partner.get(looks.name) == other.name
            assert (other.name in text) == may, (looks.name, other.name)
            assert (other.email in text) == may, (looks.name, other.email)


def test_numbers_are_for_owners_alone(coffee, client):
    ann, ben, cat, *_ = coffee.people
    found = coffee.paired(ann, ben)
    for person, shown in ((coffee.olu, True), (ann, False), (cat, False)):
        client.sign_in(person)
        assert ("for organisers" in client.get(f"/s/north/rounds/{found.id}").text) == shown


def test_what_was_blocked_or_taken_back_is_on_no_page_any_more(coffee, client):
    ann, ben, *_ = coffee.people
    found = coffee.paired(ann, ben)
    with db.transaction():
        introductions.block(ann, ben.id, at=clock.now())
    assert "ann@example.org" not in seen(client, found, ben)
    assert "ben@example.org" not in seen(client, found, ann)


def test_taken_back_before_the_letter_it_is_not_in_it(coffee):
    ann, ben, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben)
    given = dividing.known(found)
    with db.transaction():
        dividing.write(db.session.get(Round, found.id), given, dividing.divide(found, given), at=found.join_until)
        db.session.flush()
        introductions.take_back(ann, ben.id, at=clock.now())
    coffee.at(found.join_until)
    mail = next(m for m in coffee.letters("round:") if m.recipient == "ben@example.org")
    assert "ann@example.org" not in mail.body + mail.html


def test_erased_before_the_letter_their_partner_is_told_and_asked_nothing(coffee):
    ann, ben, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben)
    given = dividing.known(found)
    with db.transaction() as session:
        dividing.write(session.get(Round, found.id), given, dividing.divide(found, given), at=found.join_until)
        session.flush()
        session.delete(ann)
    coffee.at(found.join_until)
    [mail] = coffee.letters("round:")
    assert mail.recipient == "ben@example.org"
    assert "has left since" in mail.body
    assert "shown to nobody" not in mail.body  # the other could look at it meanwhile
    assert "Ann" not in mail.body + mail.subject
    coffee.at(found.ask_at)
    assert coffee.letters("round-met:") == []


def test_erased_they_are_nowhere_and_a_three_goes_on(coffee):
    ann, ben, cat, *_ = coffee.people
    found = coffee.paired(ann, ben, cat)
    gone = cat.id
    with db.transaction() as session:
        session.delete(cat)
    for model in (RoundPerson, RoundSeat, RoundWish):
        assert db.session.query(model).filter_by(person_id=gone).count() == 0
    assert [one.name for one in coffee.own(ann, found).groups[0].partners] == ["Ben Smith"]
    assert queries.numbers_of(found) == queries.Numbers(joined=2, pairs=1)


def test_two_accounts_of_one_person_are_one_in_a_round(coffee):
    ann, ben, cat, dan, *_ = coffee.people
    found = coffee.open()
    coffee.join(found, ann, ben, cat)
    with db.transaction():
        merge(cat, into=ann)
    coffee.at(found.join_until)
    assert coffee.together(found) == [["Ann Smith", "Ben Smith"]]


def test_two_accounts_that_were_put_together_are_nobodys_partner(coffee):
    ann, ben, *_ = coffee.people
    found = coffee.paired(ann, ben)
    with db.transaction():
        merge(ben, into=ann)
    ann = db.session.get(Person, ann.id)
    assert coffee.own(ann, found).groups[0].partners == []
    coffee.at(found.ask_at)
    assert coffee.letters("round-met:") == []


def test_two_accounts_in_two_groups_have_both_partners(coffee, client):
    found = coffee.paired(*coffee.people[:4])
    first, second = ([seat.person for seat in group.seats] for group in db.session.query(RoundGroup).order_by(RoundGroup.number))
    with db.transaction():
        merge(second[0], into=first[0])
    person = db.session.get(Person, first[0].id)
    names = {group.partners[0].name for group in coffee.own(person, found).groups}
    assert names == {first[1].name, second[1].name}
    client.sign_in(person)
    page = client.get(f"/s/north/rounds/{found.id}").text
    assert all(name in page for name in names)
    coffee.say(person, found, "met")
    assert {group.answer for group in coffee.own(person, found).groups} == {"met"}
