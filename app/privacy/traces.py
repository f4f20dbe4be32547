"""What somebody can be known by, and taking it out of texts: their addresses, and the names they went by here.

An address is nobody else's, so it goes wherever it stands. A name may be somebody else's, too: one that another account has is
left in texts, and so is one of a single word where it is part of a longer name.
"""

import json
import re
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import Link, Person
from app.boards.insight_models import Insight
from app.followups.models import FollowUpPerson, Post
from app.infra import db
from app.infra.mail import Mail
from app.notes.models import NoteTaker
from app.pitches.models import Leader
from app.pitches.queue_models import QueueEntry

NO_NAME, NO_ADDRESS = "somebody", "(removed)"
NAMED = ((Leader.name, Leader.person_id), (NoteTaker.name, NoteTaker.person_id), (FollowUpPerson.name, FollowUpPerson.person_id),
         (Post.name, Post.person_id), (Insight.signed, Insight.by_id), (QueueEntry.pitcher_name, QueueEntry.pitcher_id))


@dataclass(frozen=True)
class Traces:
    """`names` are all they went by, `own` those of them that no other account has."""

    person_id: int
    names: frozenset[str]
    own: frozenset[str]
    addresses: frozenset[str]

    def needles(self, *, names: bool) -> list[str]:
        """What to look for, as it is and as JSON writes it."""
        plain = sorted(self.addresses | (self.own if names else frozenset()))
        return list(dict.fromkeys([*plain, *(json.dumps(one)[1:-1] for one in plain)]))

    def stands_in(self, text: str, *, names: bool) -> bool:
        """Whether any of it stands in `text`."""
        return self.without(text, names=names) != text

    def without(self, text: str, *, names: bool) -> str:
        """`text` with their addresses, and (if so wanted) their names, replaced."""
        for address in self.addresses:
            text = re.sub(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", NO_ADDRESS, text, flags=re.IGNORECASE)
        for name in sorted(self.own, key=len, reverse=True) if names else ():
            text = _pattern(name).sub(NO_NAME, text)
        return text

    def without_in(self, value: object, *, names: bool) -> object:
        """The same for what JSON holds, keys included."""
        if isinstance(value, str):
            return self.without(value, names=names)
        if isinstance(value, list):
            return [self.without_in(one, names=names) for one in value]
        if isinstance(value, dict):
            return {self.without(key, names=names): self.without_in(one, names=names) for key, one in value.items()}
        return value


def traces_of(person: Person) -> Traces:
    """What `person` can be known by (9 statements)."""
    names = {" ".join(person.name.split())}
    for name, whose in NAMED:
        names |= {" ".join(one.split()) for one in db.session.scalars(select(name).where(whose == person.id).distinct())}
    names.discard("")
    folded = {name: name.casefold() for name in names}
    others = {" ".join(one.split()).casefold() for one in db.session.scalars(
        select(Person.name).where(Person.id != person.id, func.lower(Person.name).in_({n.lower() for n in names})))}
    addresses = {person.email, *db.session.scalars(select(Link.email).where(Link.person_id == person.id)),
                 *db.session.scalars(select(Mail.recipient).where(Mail.person_id == person.id).distinct())} - {None, ""}
    return Traces(person.id, frozenset(names), frozenset(name for name in names if folded[name] not in others),
                  frozenset(addresses))


def _pattern(name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, name.split()))
    alone = "" if " " in name else r"(?!\s+[A-Z])"  # "Ann" in "Ann Smith" is somebody else
    return re.compile(rf"(?<!\w){words}(?!\w){alone}", re.IGNORECASE if " " in name else 0)
