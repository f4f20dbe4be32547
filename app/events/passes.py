"""Who holds a pass, and who is what: joining, giving roles, inviting, owners of a series. These are actions too."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select

from app.accounts import actions as accounts
from app.accounts import links
from app.accounts.models import INVITATION, Person
from app.errors import Conflict, Invalid, require
from app.events import letters, policy
from app.events.models import Event, Pass, Role, Series, SeriesOwner
from app.events.queries import event_ids_of, owner_ids, pass_of
from app.infra import db, live, mail

ROLE_WORDS = {Role.ATTENDEE: "attendee", Role.CAMPMAKER: "campmaker", Role.ORGANISER: "organiser"}

LinkTo = Callable[[str], str]


def join(person: Person | None, event: Event, *, name: str, organisation: str, email: str, at: datetime,
         next_path: str = "/", link_to: LinkTo | None = None) -> Person:
    """Anybody who knows the join code gets a pass; the caller has found `event` by that code.

    Without `person` somebody new is made, who has no address: with an `email` a link is sent there (`link_to` gives its
    address), and only opening it ties the two. Joining twice changes nothing. Raises `Invalid` naming the field.
    """
    if person is None:
        person = accounts.new_person(name, organisation, None, at)
        if email:
            if link_to is None:
                raise TypeError("join needs link_to to write to an address")
            accounts.ask_to_tie(person, email, next_path=next_path, link_to=link_to, at=at)
    _pass(event, person, Role.ATTENDEE, at)
    return person


def give_pass(actor: Person, event: Event, person: Person, role: Role, *, ticket: str = "", at: datetime) -> Pass:
    """Give `person` a pass with at least this role. One held already keeps a higher role, and its ticket unless it had none."""
    require(policy.can_organise(actor, event))
    held = _pass(event, person, role, at)
    held.ticket = held.ticket or ticket
    if held.role < role:
        _set_role(held, role)
    return held


def invite(actor: Person, event: Event, *, email: str, name: str, role: Role, link_to: LinkTo, next_path: str,
           at: datetime) -> Person:
    """Give whoever has this address a pass and mail them a sign-in link. `name` is used for somebody new to us.

    Raises `Invalid` for a bad address, a missing name, or somebody who is that or more already.
    """
    require(policy.can_organise(actor, event))
    person = accounts.person_for_email(email, name, at=at)
    if policy.role(person, event) >= role:
        raise Invalid(f"{person.name} is {ROLE_WORDS[policy.role(person, event)]} already.", "email")
    give_pass(actor, event, person, role, at=at)
    secret = links.make(INVITATION, email=person.email, next_path=next_path, at=at)
    mail.send(person.email, *letters.invitation(event.name, ROLE_WORDS[role], actor.name, link_to(secret)))
    return person


def change_role(actor: Person, event: Event, held: Pass, role: Role) -> None:
    """Make the holder of a pass this and no other. Raises `Conflict` when nobody would be left to organise the event."""
    require(policy.can_organise(actor, event))
    if held.role == Role.ORGANISER and role < Role.ORGANISER:
        _somebody_left(event, held)
    if held.role != role:
        _set_role(held, role)


def take_pass_away(actor: Person, event: Event, held: Pass) -> None:
    """The holder is a stranger from now on; what they did stays. Raises `Conflict` when nobody would be left to organise."""
    require(policy.can_organise(actor, event))
    if held.role == Role.ORGANISER:
        _somebody_left(event, held)
    db.session.delete(held)
    db.session.flush()
    _access_changed([event.id])


def add_owner(actor: Person, series: Series, *, email: str, name: str, link_to: LinkTo, next_path: str, at: datetime) -> Person:
    """Make whoever has this address an owner too, and mail them a sign-in link. Raises `Invalid` for an owner."""
    require(policy.can_set_up_events(actor, series))
    person = accounts.person_for_email(email, name, at=at)
    if policy.owns(person, series):
        raise Invalid(f"{person.name} is an owner already.", "email")
    db.session.add(SeriesOwner(series_id=series.id, person_id=person.id))
    db.session.flush()
    secret = links.make(INVITATION, email=person.email, next_path=next_path, at=at)
    mail.send(person.email, *letters.ownership(series.name, actor.name, link_to(secret)))
    _access_changed(event_ids_of(series))
    return person


def remove_owner(actor: Person, series: Series, person: Person) -> None:
    """Make somebody an owner no more; passes they hold stay. Raises `Conflict` for the last one."""
    require(policy.can_set_up_events(actor, series))
    owner = db.session.get(SeriesOwner, (series.id, person.id))
    if owner is None:
        return
    if owner_ids(series.id) == {person.id}:
        raise Conflict("A series needs at least one owner. Add another first.")
    db.session.delete(owner)
    db.session.flush()
    _access_changed(event_ids_of(series))


def _pass(event: Event, person: Person, role: Role, at: datetime) -> Pass:
    held = pass_of(event, person)
    if held is None:
        held = Pass(event_id=event.id, person_id=person.id, role=role, joined_at=at)
        db.session.add(held)
        db.session.flush()
    return held


def _set_role(held: Pass, role: Role) -> None:
    held.role = role
    db.session.flush()
    _access_changed([held.event_id])


def _somebody_left(event: Event, held: Pass) -> None:
    others = select(func.count(Pass.id)).where(Pass.event_id == event.id, Pass.role == Role.ORGANISER, Pass.id != held.id)
    if not db.session.scalar(others) and not owner_ids(event.series_id):
        raise Conflict("An event needs somebody to organise it. Make another person organiser first.")


def _access_changed(event_ids: list[int]) -> None:
    def nudge() -> None:
        for event_id in event_ids:
            live.publish(f"access:{event_id}", 0)

    db.after_commit(nudge)
