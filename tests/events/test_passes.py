"""Joining, roles, invitations, owners: what happens, and every refusal."""

import threading

import pytest
from sqlalchemy import func, select

from app.accounts import actions as accounts
from app.accounts.models import INVITATION, Link, Person
from app.errors import Conflict, Forbidden, Invalid
from app.events import actions, policy, queries
from app.events.models import Pass, Role, SeriesOwner
from app.infra import db, live, mail
from app.infra.db import transaction
from tests.world import AT


def link_to(secret: str) -> str:
    return f"https://camp.example.org/sign-in/{secret}"


@pytest.fixture
def event(world):
    return world.event()


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER, name="Ade")


def join(event, person=None, **more) -> Person:
    with transaction(event):
        return actions.join(person, event, **({"name": "Dee", "organisation": "", "email": "", "at": AT, "link_to": link_to} | more))


def invite(actor, event, **more) -> Person:
    with transaction(event):
        return actions.invite(actor, event, **({"email": "bea@example.org", "name": "Bea", "role": Role.CAMPMAKER, "link_to": link_to,
                                                "next_path": "/e/camp", "at": AT} | more))


def passes(event) -> dict[str, int]:
    db.session.rollback()  # see what other threads have done
    return {p.person.name: p.role for p in db.session.scalars(select(Pass).where(Pass.event_id == event.id))}


# ---- joining

def test_a_stranger_joins_with_a_name(event):
    person = join(event, name="  Dee \n Ní Bhriain ", organisation="Leeds")
    assert (person.name, person.organisation, person.email) == ("Dee Ní Bhriain", "Leeds", None)
    assert passes(event) == {"Dee Ní Bhriain": Role.ATTENDEE}
    assert mail.outbox() == []


def test_a_typed_address_is_not_the_persons_until_its_link_is_opened(event, world):
    leila = world.person("Leila", "leila@example.org")
    person = join(event, email="Leila@example.org")
    assert person.id != leila.id
    assert person.email is None
    assert mail.outbox()[0].recipient == "leila@example.org"
    assert "Dee" not in mail.outbox()[0].body  # nobody can write to others through us


def test_joining_again_changes_nothing(event, world):
    campmaker = world.holder(event, Role.CAMPMAKER, name="Bea")
    join(event, campmaker)
    assert passes(event) == {"Bea": Role.CAMPMAKER}


@pytest.mark.parametrize(("said", "field"), [({"name": " "}, "name"), ({"name": "x" * 101}, "name"), ({"organisation": "x" * 101}, "organisation"),
                                             ({"email": "nonsense"}, "email")])
def test_joining_is_refused_by_field(event, said, field):
    with pytest.raises(Invalid) as refused:
        join(event, **said)
    assert refused.value.field == field
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_one_person_joining_on_two_threads_gets_one_pass(event, world):
    person = world.person("Dee")
    start, problems = threading.Barrier(2), []
    ids = event.id, person.id

    def try_it():
        start.wait()
        try:
            join(db.session.get(type(event), ids[0]), db.session.get(Person, ids[1]))
        except Conflict as problem:
            problems.append(problem)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert passes(event) == {"Dee": Role.ATTENDEE}
    assert problems == []


# ---- giving passes and roles

def test_a_pass_given_twice_keeps_the_higher_role_and_its_ticket(event, organiser, world):
    person = world.person("Bea")
    for role, ticket in ((Role.CAMPMAKER, "Helper"), (Role.ATTENDEE, "Standard")):
        with transaction(event):
            held = actions.give_pass(organiser, event, person, role, ticket=ticket, at=AT)
    assert (held.role, held.ticket) == (Role.CAMPMAKER, "Helper")
    with transaction(event):
        actions.give_pass(organiser, event, person, Role.ORGANISER, at=AT)
    assert passes(event)["Bea"] == Role.ORGANISER


def test_roles_go_up_and_down_and_away(event, organiser, world):
    bea = world.holder(event, name="Bea")
    for role in (Role.ORGANISER, Role.CAMPMAKER, Role.ATTENDEE):
        with transaction(event):
            actions.change_role(organiser, event, queries.pass_of(event, bea), role)
        assert policy.role(bea, event) == role
    with transaction(event):
        actions.take_pass_away(organiser, event, queries.pass_of(event, bea))
    assert policy.role(bea, event) == Role.STRANGER


def test_the_last_organiser_stays_unless_the_series_has_an_owner(event, organiser, world):
    held = queries.pass_of(event, organiser)
    for attempt in (lambda: actions.change_role(organiser, event, held, Role.CAMPMAKER), lambda: actions.take_pass_away(organiser, event, held)):
        with pytest.raises(Conflict), transaction(event):
            attempt()
    assert policy.role(organiser, event) == Role.ORGANISER
    world.owner(event.series)
    with transaction(event):
        actions.change_role(organiser, event, held, Role.CAMPMAKER)
    assert policy.role(organiser, event) == Role.CAMPMAKER


def test_of_two_organisers_one_can_go(event, organiser, world):
    world.holder(event, Role.ORGANISER)
    with transaction(event):
        actions.take_pass_away(organiser, event, queries.pass_of(event, organiser))
    assert policy.role(organiser, event) == Role.STRANGER


def test_two_organisers_who_leave_at_once_do_not_both(event, organiser, world):
    other = world.holder(event, Role.ORGANISER)
    start, refused = threading.Barrier(2), []
    ids, event_id = [organiser.id, other.id], event.id

    def leave(person_id):
        start.wait()
        try:
            here = db.session.get(type(event), event_id)
            with transaction(here):
                me = db.session.get(Person, person_id)
                actions.take_pass_away(me, here, queries.pass_of(here, me))
        except Conflict:
            refused.append(person_id)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=leave, args=(i,)) for i in ids]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(refused) == 1
    assert list(passes(event).values()) == [Role.ORGANISER]


# ---- inviting

def test_somebody_new_is_invited(event, organiser):
    bea = invite(organiser, event)
    assert (bea.name, bea.email) == ("Bea", "bea@example.org")
    assert passes(event)["Bea"] == Role.CAMPMAKER
    sent = mail.outbox()[0]
    assert sent.recipient == "bea@example.org"
    assert "Ade" in sent.body
    assert event.name in sent.subject
    assert "https://camp.example.org/sign-in/" in sent.body
    assert db.session.scalars(select(Link.purpose)).all() == [INVITATION]


def test_somebody_known_keeps_their_name(event, organiser, world):
    leila = world.person("Leila", "bea@example.org")
    assert invite(organiser, event).id == leila.id
    assert passes(event)["Leila"] == Role.CAMPMAKER


def test_an_attendee_is_invited_to_more_and_nobody_to_less(event, organiser, world):
    invite(organiser, event, role=Role.ATTENDEE)
    invite(organiser, event, role=Role.ORGANISER)
    assert passes(event)["Bea"] == Role.ORGANISER
    for role in Role:
        if role:
            with pytest.raises(Invalid) as refused:
                invite(organiser, event, role=role)
            assert refused.value.field == "email"
    assert len(mail.outbox()) == 2


@pytest.mark.parametrize(("said", "field"), [({"email": "bea"}, "email"), ({"email": "a@b.org, c@d.org"}, "email"), ({"name": " "}, "name")])
def test_an_invitation_is_refused_by_field(event, organiser, said, field):
    with pytest.raises(Invalid) as refused:
        invite(organiser, event, **said)
    assert refused.value.field == field
    assert (mail.outbox(), passes(event)) == ([], {"Ade": Role.ORGANISER})


def test_an_event_name_that_breaks_lines_adds_no_header(event, organiser, world):
    with transaction(event):
        event.name = "Camp\r\nBcc: everybody@example.org"
    with pytest.raises(Invalid):
        invite(organiser, event)
    assert mail.outbox() == []


# ---- owners

def test_owners_come_and_go_but_never_the_last(event, world):
    owner = world.owner(event.series, name="Lorna", email="lorna@example.org")
    with transaction():
        bea = actions.add_owner(owner, event.series, email="bea@example.org", name="Bea", link_to=link_to, next_path="/s/x", at=AT)
    assert policy.owns(bea, event.series)
    assert "Lorna" in mail.outbox()[0].body
    with pytest.raises(Invalid), transaction():
        actions.add_owner(owner, event.series, email="bea@example.org", name="Bea", link_to=link_to, next_path="/s/x", at=AT)
    with transaction():
        actions.remove_owner(bea, event.series, owner)
    with pytest.raises(Conflict), transaction():
        actions.remove_owner(bea, event.series, bea)
    assert db.session.scalars(select(SeriesOwner.person_id)).all() == [bea.id]
    with transaction():
        actions.remove_owner(bea, event.series, owner)  # is none any more: nothing happens


# ---- who, and what open pages hear

@pytest.mark.parametrize("kind", ["stranger", "signed in", "attendee", "campmaker", "organiser elsewhere"])
def test_nobody_but_organisers_and_owners(event, organiser, world, kind):
    actor = {"stranger": lambda: None, "signed in": world.person, "attendee": lambda: world.holder(event),
             "campmaker": lambda: world.holder(event, Role.CAMPMAKER), "organiser elsewhere": lambda: world.holder(world.event(), Role.ORGANISER)}[kind]()
    before, held, person = passes(event), queries.pass_of(event, organiser), world.person("New")
    for attempt in (lambda: actions.give_pass(actor, event, person, Role.ATTENDEE, at=AT), lambda: actions.change_role(actor, event, held, Role.ATTENDEE),
                    lambda: actions.take_pass_away(actor, event, held)):
        with pytest.raises(Forbidden), transaction(event):
            attempt()
    with pytest.raises(Forbidden):
        invite(actor, event)
    for attempt in (lambda: actions.add_owner(actor, event.series, email="x@example.org", name="X", link_to=link_to, next_path="/", at=AT),
                    lambda: actions.remove_owner(actor, event.series, organiser)):
        with pytest.raises(Forbidden), transaction():
            attempt()
    assert passes(event) == before
    assert mail.outbox() == []


def test_an_organiser_owns_nothing(event, organiser):
    with pytest.raises(Forbidden), transaction():
        actions.add_owner(organiser, event.series, email="x@example.org", name="X", link_to=link_to, next_path="/", at=AT)


def test_open_pages_are_checked_again_when_a_role_changes(event, organiser, world):
    bea = world.holder(event, name="Bea")
    with live.relay.listen(f"access:{event.id}") as inbox:
        join(event, name="Somebody new")
        assert inbox.get(0.1) is None  # a roomful of people joining must not make every page ask again
        for change in (lambda: actions.change_role(organiser, event, queries.pass_of(event, bea), Role.CAMPMAKER),
                       lambda: actions.take_pass_away(organiser, event, queries.pass_of(event, bea))):
            with transaction(event):
                change()
            assert inbox.get(1) is not None
        owner = world.owner(event.series)
        with transaction():
            actions.add_owner(owner, event.series, email="x@example.org", name="X", link_to=link_to, next_path="/", at=AT)
        assert inbox.get(1) is not None


def test_a_device_becomes_an_account_with_the_higher_role(event, organiser, world):
    """The whole way: joined with an address, made campmaker on the day, the link opened in the evening."""
    leila = world.holder(event, name="Leila", email="leila@example.org")
    device = join(event, name="Leila's phone", email="leila@example.org")
    with transaction(event):
        actions.change_role(organiser, event, queries.pass_of(event, device), Role.CAMPMAKER)
    secret = mail.outbox()[0].body.split("/sign-in/")[1].split()[0]
    with transaction():
        person, _ = accounts.use_tie_link(None, secret, stay=False, at=AT)
    assert person.id == leila.id
    assert passes(event) == {"Ade": Role.ORGANISER, "Leila": Role.CAMPMAKER}
