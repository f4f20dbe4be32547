"""Addresses for answering by e-mail, and who deals with what is answered.

The local part names the thing and the person and is signed, so that nobody can guess the address of another, and what comes in
is for one person and one thing only. Mail servers fold local parts to lower case, so it holds lower-case letters, digits and `-`.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Callable, Iterable
from datetime import datetime

from app.accounts.models import Person
from app.infra import db
from app.letters import desk, wishes
from app.letters.models import MailWishes

# person, thing_id, text, message_digest, at. Raises errors.Refused to send the mail back with its words.
Taker = Callable[[Person, int, str, str, datetime], None]

_takers: dict[str, Taker] = {}
_LOCAL = re.compile(r"([a-z]{1,20})-([0-9]{1,10})-([0-9]{1,10})-([a-z2-7]{20})")


def handles(kind: str) -> Callable[[Taker], Taker]:
    """Register the function that deals with answers to letters of `kind` (lower-case letters). It is called inside the
    transaction in which the mail counts as taken: what it raises undoes both, and the sender is told."""

    def register(taker: Taker) -> Taker:
        _takers[kind] = taker
        return taker

    return register


def taker_of(kind: str) -> Taker | None:
    """Who deals with answers of this kind."""
    return _takers.get(kind)


def address(person: Person, thing_id: int, kind: str = "conversation") -> str:
    """The local part of the address at which `person` answers about a thing; empty where this site takes no mail."""
    return _local(wishes.of(person), kind, thing_id) if desk.desk().reply_domain else ""


def addresses(people: Iterable[Person], thing_id: int, kind: str = "conversation") -> dict[int, str]:
    """The same for many, by person's id (at most three statements)."""
    if not desk.desk().reply_domain:
        return {person.id: "" for person in people}
    return {row.person_id: _local(row, kind, thing_id) for row in wishes.of_all(p.id for p in people).values()}


def whose(local: str) -> tuple[str, Person, int] | None:
    """Kind, person and thing of a local part as it came in, in whatever case; None for any that was not made by us."""
    found = _LOCAL.fullmatch(local.lower())
    if found is None:
        return None
    kind, thing_id, person_id = found[1], int(found[2]), int(found[3])
    row = db.session.get(MailWishes, person_id) if max(thing_id, person_id) < 2**31 else None
    if row is None or not hmac.compare_digest(_local(row, kind, thing_id), local.lower()):
        return None
    return kind, db.session.get(Person, person_id), thing_id


def _local(row: MailWishes, kind: str, thing_id: int) -> str:
    signed = b32encode(desk.signature("reply", row.secret, row.person_id, kind, thing_id)[:12]).decode().lower().rstrip("=")
    return f"{kind}-{thing_id}-{row.person_id}-{signed}"
