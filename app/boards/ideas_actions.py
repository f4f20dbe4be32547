"""Putting an idea up, changing and withdrawing it, offering it, joining it.

Who puts an idea up may change it. Of an anonymous source (an anonymous board, the Chatham House Rule) that is kept only with
their own word: whoever says "I offer it" is named with it, and nobody else is known to have had to do with it.
What changes nothing, because it was done before, does nothing: the same button pressed twice is no mistake.
"""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import NAME_LENGTH, Person
from app.boards import policy
from app.boards.idea_models import IDEA_NAME_LENGTH, PLEDGE_LENGTH, Idea, IdeaJoiner
from app.boards.ideas_sources import NOWHERE, Source, made_of
from app.errors import Conflict, Invalid, require
from app.events import policy as events_policy
from app.events.models import CHATHAM_HOUSE, Event
from app.events.words import holds_contact
from app.infra import db, findable

WHAT_LENGTH = 5_000
JOIN_FIRST = "Ideas are for people with a pass to the event: join it first."
NOT_YOURS = "An idea is changed by who put it up or offers it, campmakers and organisers."
FOR_JOINERS = "Whether an idea was tried is said by those who joined it. Join it first."
NAMES_ONLY = "Give a name only, no address or number: everybody who can see this event will see it."
WITHDRAWN = "This idea was withdrawn. It can be put up again first."


class Changed(Conflict):
    """Somebody changed the idea since it was opened for changing."""


def put_up(actor: Person, event: Event, source: Source = NOWHERE, *, name: str, what: str = "", offers: bool = False,
           offered_by: str = "", at: datetime) -> Idea:
    """A new idea, made of `source`; `offers`: the actor offers it. The idea that is there already where it was made before.

    `offered_by` names somebody else who offers it, for campmakers and organisers. Raises Invalid for what cannot be shown.
    """
    require(policy.can_offer(actor, event), JOIN_FIRST)
    if source.insight is not None:
        require(policy.can_read(actor, source.insight.board))
    found = made_of(event, source)
    if found is not None:
        return found
    name, what = _named(name), _told(what)
    offered = actor.name if offers else _offerer(actor, event, offered_by)
    again = _same(event, source, name, what)
    if again is not None:
        return again
    kept = offers or not (source.unsigned or event.attribution == CHATHAM_HOUSE)
    idea = Idea(event_id=event.id, name=name, what=what, insight_id=source.insight.id if source.insight else None,
                session_id=source.session.id if source.session else None, line=source.line, offered_name=offered,
                offered_by_id=actor.id if kept else None,
                created_at=at if kept else at.replace(minute=0, second=0, microsecond=0))
    db.session.add(idea)
    db.session.flush()
    _tell(idea)
    return idea


def change(actor: Person, idea: Idea, *, name: str, what: str, offered_by: str | None = None, seen: int) -> Idea:
    """Change what an idea says. `offered_by` (for campmakers and organisers, None: as it is) names who offers it.

    Raises Changed when it is not at version `seen` any more, Invalid for what cannot be shown.
    """
    require(policy.can_change_idea(actor, idea), NOT_YOURS)
    if idea.version != seen:
        raise Changed("Somebody changed this idea meanwhile. Nothing is lost: see what it says now, and what you wrote.")
    name, what = _named(name), _told(what)
    offered = idea.offered_name
    if offered_by is not None and " ".join(offered_by.split()) != offered:
        offered = _offerer(actor, idea.event, offered_by)
    if (name, what, offered) != (idea.name, idea.what, idea.offered_name):
        idea.name, idea.what, idea.offered_name, idea.version = name, what, offered, idea.version + 1
        _tell(idea)
    return idea


def withdraw(actor: Person, idea: Idea) -> None:
    """Take an idea off the lists. Who joined it and what was pledged stays with it."""
    require(policy.can_change_idea(actor, idea), NOT_YOURS)
    if not idea.withdrawn:
        idea.withdrawn, idea.version = True, idea.version + 1
        _tell(idea)


def put_up_again(actor: Person, idea: Idea) -> None:
    """Put a withdrawn idea on the lists again."""
    require(policy.can_change_idea(actor, idea), NOT_YOURS)
    if idea.withdrawn:
        idea.withdrawn, idea.version = False, idea.version + 1
        _tell(idea)


def offer(actor: Person, idea: Idea) -> None:
    """`actor` offers the idea: they are named with it, and may change it. Raises Conflict where somebody else offers it."""
    require(policy.can_offer(actor, idea.event), JOIN_FIRST)
    _standing(idea)
    if idea.offered_name and idea.offered_by_id != actor.id:
        raise Conflict(f"{idea.offered_name} offers this idea already. You can join it.")
    if not idea.offered_name:
        idea.offered_by_id, idea.offered_name, idea.version = actor.id, actor.name, idea.version + 1
        _tell(idea)


def stop_offering(actor: Person, idea: Idea) -> None:
    """Nobody offers the idea any longer; it stays. Where nobody is named, who had to do with it is forgotten, too."""
    require(policy.can_change_idea(actor, idea), NOT_YOURS)
    if idea.offered_name:
        idea.offered_name, idea.version = "", idea.version + 1
        if idea.event.attribution == CHATHAM_HOUSE or (idea.insight is not None and policy.anonymous(idea.insight.board)):
            idea.offered_by_id = None
        _tell(idea)


def join(actor: Person, idea: Idea, *, at: datetime) -> None:
    """`actor` wants to try it, too, and is named with it. Raises Conflict for an idea that was withdrawn."""
    require(policy.can_offer(actor, idea.event), JOIN_FIRST)
    _standing(idea)
    if db.session.get(IdeaJoiner, (idea.id, actor.id)) is None:
        db.session.add(IdeaJoiner(idea_id=idea.id, person_id=actor.id, since=at))
        _tell(idea)


def leave(actor: Person, idea: Idea) -> None:
    """`actor` has not joined the idea any longer. Pledges shown to those who joined are not shown to them any more."""
    require(policy.can_offer(actor, idea.event), JOIN_FIRST)
    own = db.session.get(IdeaJoiner, (idea.id, actor.id))
    if own is not None:
        db.session.delete(own)
        _tell(idea)


def say_tried(actor: Person, idea: Idea, *, tried: bool, came_of: str, seen: int, at: datetime) -> Idea:
    """Say that the idea was tried and what came of it, or that it was not after all: nobody is named for that.

    Raises Changed when the idea is not at version `seen` any more, Invalid for too many words, or some without its being tried.
    """
    require(policy.can_say_tried(actor, idea), FOR_JOINERS)
    if idea.version != seen:
        raise Changed("Somebody changed this idea meanwhile. Nothing is lost: see what it says now, and what you wrote.")
    came_of = " ".join(came_of.split())
    if len(came_of) > PLEDGE_LENGTH:
        raise Invalid(f"Keep it to {PLEDGE_LENGTH} characters.", "came_of")
    if came_of and not tried:
        raise Invalid("Say that it was tried, too, or leave this empty.", "came_of")
    if (tried, came_of) != (idea.tried_at is not None, idea.came_of):
        idea.tried_at = (idea.tried_at or _kept_moment(idea, at)) if tried else None
        idea.came_of, idea.version = came_of, idea.version + 1
        _tell(idea)
    return idea


def _kept_moment(idea: Idea, at: datetime) -> datetime:
    """Where nobody is named only the hour is kept, so that nobody is known by the minute."""
    return at.replace(minute=0, second=0, microsecond=0) if idea.event.attribution == CHATHAM_HOUSE else at


def _same(event: Event, source: Source, name: str, what: str) -> Idea | None:
    """The very same idea, of no insight and no line: a form that was sent twice."""
    if source.words:
        return None
    session = Idea.session_id == source.session.id if source.session else Idea.session_id.is_(None)
    return db.session.scalar(select(Idea).where(
        Idea.event_id == event.id, session, Idea.line == "", Idea.insight_id.is_(None), Idea.name == name, Idea.what == what,
        ~Idea.withdrawn).order_by(Idea.id).limit(1))


def _standing(idea: Idea) -> None:
    if idea.withdrawn:
        raise Conflict(WITHDRAWN)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the idea a name.", "name")
    if len(name) > IDEA_NAME_LENGTH:
        raise Invalid(f"Keep the name to {IDEA_NAME_LENGTH} characters.", "name")
    return name


def _told(what: str) -> str:
    what = what.strip()
    if len(what) > WHAT_LENGTH:
        raise Invalid(f"Keep it to {WHAT_LENGTH:,} characters.", "what")
    return what


def _offerer(actor: Person, event: Event, name: str) -> str:
    """The name of somebody else who offers an idea, as a campmaker gives it; "" for nobody."""
    name = " ".join(name.split())
    if not name:
        return ""
    if not events_policy.can_help(actor, event):
        raise Invalid("Only campmakers and organisers name somebody else. Who offers it can say so on its page.", "offered_by")
    if len(name) > NAME_LENGTH:
        raise Invalid(f"Keep the name to {NAME_LENGTH} characters.", "offered_by")
    if holds_contact(name):
        raise Invalid(NAMES_ONLY, "offered_by")
    return name


def _tell(idea: Idea) -> None:
    findable.changed("idea", idea.id)
