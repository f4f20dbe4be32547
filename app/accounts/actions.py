"""Signing in, joining an address to a device's pass, and changing one's own account.

Time-consuming work (hashing a password) is done before these are called. `link_to` turns a link's secret into the address
that stands in the mail, from BASE_URL.
"""

from collections.abc import Callable
from datetime import datetime

from app.accounts import addresses, letters, links, policy
from app.accounts.merging import merge
from app.accounts.models import FIRST_KEEPER, NAME_LENGTH, SIGN_IN, TIE_ADDRESS, Link, Person, new_session_key
from app.accounts.queries import has_keeper, person_called
from app.errors import Conflict, Forbidden, Invalid, require
from app.infra import db, mail

LinkTo = Callable[[str], str]


def ask_to_sign_in(email: str, *, next_path: str, link_to: LinkTo, at: datetime) -> None:
    """Anybody may have a sign-in link sent to an address, three times an hour; after that nothing is sent and nothing said.

    Whether the address is known is not looked up here, so it can be told neither from the answer nor from the time it takes.
    """
    email = addresses.normal(email)
    if links.strangers_may_write_to(email, at=at):
        secret = links.make(SIGN_IN, email=email, next_path=next_path, at=at)
        mail.send(email, *letters.sign_in(link_to(secret)))


def use_sign_in_link(secret: str, *, name: str, organisation: str, bring: Person | None, at: datetime) -> tuple[Person, str]:
    """Anybody who holds the link becomes the person with its address: (person, where they wanted to go).

    An address seen for the first time makes an account, which needs a `name` (`Invalid` without one, and the link still
    works). `bring` is the person of a device's pass without an address, whose things come along. Raises `links.Spent`.
    """
    link = links.use(secret, links.SIGNS_IN, at=at)
    person = person_called(link.email) or new_person(name, organisation, link.email, at)
    if bring is not None and bring.id != person.id:
        require(not policy.can_come_back(bring), "Only a pass without an address can be brought along.")
        next_path = link.next_path
        merge(bring, into=person)
        return person, next_path
    return person, link.next_path


def ask_to_tie(actor: Person, email: str, *, next_path: str, link_to: LinkTo, at: datetime) -> None:
    """Send a link to `email` that makes it the address of `actor`. Nothing changes until it is opened.

    Like sign-in links at most three an hour go to one address; after that nothing is sent and nothing said.
    """
    require(policy.can_change(actor, actor))
    email = addresses.normal(email)
    if email == actor.email:
        raise Invalid("That is your address already.", "email")
    if links.strangers_may_write_to(email, at=at):
        secret = links.make(TIE_ADDRESS, email=email, person_id=actor.id, next_path=next_path, at=at)
        mail.send(email, *letters.tie_address(link_to(secret)))


def use_tie_link(opener: Person | None, secret: str, *, stay: bool, at: datetime) -> tuple[Person, str]:
    """Anybody who holds the link confirms the address it was sent to: (the person they now are, where to go).

    For a pass without an address: the address becomes its own; or, when an account has that address, everything of the pass
    goes to that account. The device that asked is signed out unless `opener` is on it or says that it may `stay`: it may
    belong to somebody who typed another's address. For an account that has an address already `opener` must be that account.
    Raises `links.Spent`, `Forbidden`, `Conflict`.
    """
    link = links.use(secret, (TIE_ADDRESS,), at=at)
    person, email, next_path = db.session.get(Person, link.person_id), link.email, link.next_path
    account = person_called(email)
    if person.email is not None:
        _change_address(opener, person, email, account)
        return person, next_path
    links.forget(Link.person_id == person.id)  # another address asked for from that device must not take this one's place
    if account is not None:
        merge(person, into=account)
        return account, next_path
    person.email = email
    if not stay and (opener is None or opener.id != person.id):
        person.session_key = new_session_key()
    return person, next_path


def _change_address(opener: Person | None, person: Person, email: str, account: Person | None) -> None:
    if opener is None or opener.id != person.id:
        raise Forbidden("Open this link in the browser where you are signed in and asked for the change. It still works there.")
    if account is not None:
        raise Conflict("Another account has that address. Sign in with it instead. Your address was not changed.")
    links.forget(Link.person_id == person.id)
    mail.send(person.email, *letters.address_changed())
    person.email = email


def person_for_email(email: str, name: str, *, organisation: str = "", at: datetime) -> Person:
    """The person with this address, made (not signed in) if there is none. Not for anybody: the caller has asked its own policy.

    `name` and `organisation` are used only for somebody new. Raises `Invalid` for a bad address or, needing one, no name.
    """
    email = addresses.normal(email)
    return person_called(email) or new_person(name, organisation, email, at)


def new_person(name: str, organisation: str, email: str | None, at: datetime) -> Person:
    """Somebody new, not signed in. Not for anybody: the caller has asked its own policy, and that nobody has `email` yet.

    Raises `Invalid` naming the field for no name, or a name or organisation that is too long.
    """
    name, organisation = " ".join(name.split()), " ".join(organisation.split())
    if not name:
        raise Invalid("Give your name.", "name")
    if len(name) > NAME_LENGTH or len(organisation) > NAME_LENGTH:
        raise Invalid(f"Keep it to {NAME_LENGTH} characters.", "name" if len(name) > NAME_LENGTH else "organisation")
    person = Person(name=name, organisation=organisation, email=email, created_at=at)
    db.session.add(person)
    db.session.flush()
    return person


def first_keeper_link(*, at: datetime) -> str | None:
    """Anybody at the command line gets the secret of a link that makes the first keeper; None once there is one.

    An earlier link of this kind stops working.
    """
    if has_keeper():
        return None
    links.forget(Link.purpose == FIRST_KEEPER)
    return links.make(FIRST_KEEPER, at=at)


def become_first_keeper(secret: str, *, name: str, email: str, password_hash: str | None, at: datetime) -> Person:
    """Anybody who holds the link becomes the first keeper of the site. Raises `links.Spent`, `Conflict`, `Invalid`."""
    links.use(secret, (FIRST_KEEPER,), at=at)
    if has_keeper():
        raise Conflict("This site has a keeper already. Sign in instead.")
    person = person_for_email(email, name, at=at)
    person.keeper, person.session_key = True, new_session_key()
    person.password_hash = password_hash or person.password_hash
    return person


def change_name(actor: Person, person: Person, *, name: str, organisation: str) -> None:
    """Be called something else from now on. What was pitched or noted under the old name keeps it."""
    require(policy.can_change(actor, person))
    if not name:
        raise Invalid("Give your name.", "name")
    person.name, person.organisation = name, organisation


def set_password(actor: Person, person: Person, password_hash: str | None) -> None:
    """Have a password, another one, or (None) none. Every signed-in device is signed out, and links sent before stop working."""
    require(policy.can_change(actor, person))
    require(policy.can_have_password(person), "Give an e-mail address first: a password goes with one.")
    person.password_hash = password_hash
    _end_sessions(person)


def end_sessions(actor: Person, person: Person) -> None:
    """Sign out everywhere, here too, and let no link sent before sign in."""
    require(policy.can_change(actor, person))
    require(policy.can_come_back(person), "Give an e-mail address first: without one you could not come back.")
    _end_sessions(person)


def _end_sessions(person: Person) -> None:
    person.session_key = new_session_key()
    links.forget((Link.email == person.email) | (Link.person_id == person.id))
