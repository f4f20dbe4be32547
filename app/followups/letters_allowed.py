"""What the post is told of conversations: what they are called to somebody, and whether they may still get letters of them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person
from app.followups import policy
from app.followups.letters_words import seats_for, subject_of
from app.followups.models import FollowUp
from app.infra import db
from app.letters.models import CONVERSATION
from app.letters.names import allows, names


@names(CONVERSATION)
def called(person: Person, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """What conversations are called and the paths of their pages, for who may see them."""
    return {one.id: (subject_of(one), f"/e/{one.event.slug}/follow-ups/{one.id}") for one in _found(ids)
            if policy.can_read(person, one, seats_for(person, one))}


@allows(CONVERSATION)
def allowed(person: Person, ids: Iterable[int]) -> set[int]:
    """Those of which `person` may get letters that were written before: what they are in still, and may read."""
    # Not by all who are in it: this is asked for each letter, and there may be thousands of both.
    return {one.id for one in _found(ids, policy.takes_part_in(person)) if policy.can_read(person, one, seats_for(person, one))}


def _found(ids: Iterable[int], *where: ColumnElement[bool]) -> list[FollowUp]:
    return list(db.session.scalars(select(FollowUp).where(FollowUp.id.in_(list(ids)), *where)))
