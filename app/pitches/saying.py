"""What a pitch says, checked before it is kept. Each raises Invalid naming the field at fault.

For actions, which have asked who may.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.accounts.models import NAME_LENGTH, Person
from app.errors import Invalid
from app.events import actions as events
from app.events.models import Event, Pass
from app.infra import db
from app.pitches import policy
from app.pitches.models import TITLE_LENGTH, Leader

LEADERS_BROUGHT_IN_MOST = 20  # in files of other camps; also keeps a file from filling a page with names


def title_of(text: str) -> str:
    """A title as it can be kept."""
    text = " ".join(text.split())
    if not text:
        raise Invalid("Give it a title.", "title")
    if len(text) > TITLE_LENGTH:
        raise Invalid(f"Keep the title to {TITLE_LENGTH} characters.", "title")
    return text


def about_of(text: str, most: int) -> str:
    """What it is about, in at most `most` characters."""
    text = text.strip()
    if len(text) > most:
        raise Invalid(f"Keep it to {most:,} characters.", "about")
    return text


def once(leaders: Iterable[Person | str]) -> list[Person | str]:
    """Each leader once. A plain name that one of the people also has is that person."""
    leaders = list(leaders)
    people = list(dict.fromkeys(x for x in leaders if isinstance(x, Person)))
    names = {person.name.casefold() for person in people}
    kept: list[Person | str] = []
    for one in leaders:
        if isinstance(one, Person):
            if one not in kept:
                kept.append(one)
        elif (name := " ".join(one.split())) and name.casefold() not in names:
            names.add(name.casefold())
            kept.append(name)
    return kept


def leaders_of(actor: Person, event: Event, leaders: Iterable[Person | str], *, most: int,
               known: Sequence[int] = ()) -> list[Person | str]:
    """Who leads it: at most `most`, people with a pass or of those `known`, or names."""
    wanted = once(leaders)
    if policy.can_bring_in(actor, event):
        most = max(most, LEADERS_BROUGHT_IN_MOST)
    elif not wanted:
        raise Invalid("Say who leads it.", "leaders")
    if len(wanted) > most:
        raise Invalid(f"Name at most {most} leaders.", "leaders")
    if any(isinstance(one, str) and len(one) > NAME_LENGTH for one in wanted):
        raise Invalid(f"Keep each name to {NAME_LENGTH} characters.", "leaders")
    strangers = {one.id for one in wanted if isinstance(one, Person)} - {actor.id, *known}
    if strangers:
        held = db.session.scalars(select(Pass.person_id).where(Pass.event_id == event.id, Pass.person_id.in_(strangers)))
        if strangers - set(held):
            raise Invalid("Somebody named as leader has no pass to this event. Write their name instead.", "leaders")
    return wanted


def numbered(leaders: Iterable[Person | str]) -> list[Leader]:
    """Rows for these leaders, in order."""
    return [Leader(position=i, name=one if isinstance(one, str) else one.name, person_id=None if isinstance(one, str) else one.id)
            for i, one in enumerate(leaders, 1)]


def who(leader: Leader) -> tuple:
    """What tells a leader from another."""
    return (leader.person_id, None if leader.person_id else leader.name)


def topics_of(event: Event, names: Iterable[str], most: int) -> list:
    """The event's topics of these names, at most `most`, made where there is none."""
    called = events.topics_called(event, [name for name in names if name.strip()])
    if len(called) > most:
        raise Invalid(f"Choose at most {most} topics.", "topics")
    return called
