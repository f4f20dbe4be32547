"""Offering to carry a conversation on, asking to be kept posted, leaving, and taking it on as a pitch.

Each that changes nothing, because it was done before, does nothing: the same button pressed twice is no mistake, and
imports may say the same again. A conversation is asked for by its source: a session, an insight, an idea or a pledge. `seats` are
the ids of the breakout groups that the actor sits in, for a pledge that is shown to one of them.
"""

from datetime import datetime

from sqlalchemy import exists, select, update

from app.accounts.models import NAME_LENGTH, Person
from app.boards.ideas_sources import of_session
from app.errors import Conflict, Invalid, NotFound, require
from app.events.models import Event
from app.events.words import holds_contact
from app.followups import again, beginning, policy
from app.followups.beginning import begun, part_in, take_part
from app.followups.models import HOST, POSTED, CarriedOn, FollowUp, FollowUpPerson, Offer, Post
from app.followups.posts_actions import not_sent_yet
from app.followups.queries import followup_of
from app.followups.versions import count_change
from app.grid.models import Session
from app.infra import clock, db, findable
from app.pitches import actions as pitches
from app.pitches import policy as pitches_policy
from app.pitches.models import Pitch

NOBODY = policy.NO_SEATS
FOR_HELPERS = "Only campmakers and organisers name hosts. You can offer to host it yourself."
SIGN_IN = "Sign in first, as somebody who can see this event: then one tap is enough."
ELSEWHERE = "A conversation can be taken on at a later event of the same series that you hold a pass for."


def offer_to_host(actor: Person, source: policy.Source, *, at: datetime, seats: frozenset[int] = NOBODY) -> FollowUp:
    """`actor` carries the conversation on. Who was kept posted becomes a host instead."""
    require(policy.can_volunteer(actor, source, seats), SIGN_IN)
    followup = begun(source, at)
    take_part(followup, actor, HOST, at)
    return followup


def keep_me_posted(actor: Person, source: policy.Source, *, at: datetime, seats: frozenset[int] = NOBODY) -> FollowUp:
    """`actor` wants to hear what comes of the conversation. A host hears of it anyway and stays one."""
    require(policy.can_volunteer(actor, source, seats), SIGN_IN)
    followup = begun(source, at)
    take_part(followup, actor, POSTED, at)
    return followup


def ask_for_host(actor: Person, source: policy.Source, *, at: datetime, seats: frozenset[int] = NOBODY) -> FollowUp:
    """Somebody should carry the conversation on: it exists from now on, and looks for a host while it has none."""
    require(policy.can_volunteer(actor, source, seats), SIGN_IN)
    return begun(source, at)


def begin_from_line(actor: Person, session: Session, words: str, part: str, *, at: datetime) -> FollowUp:
    """`actor` hosts the session's conversation (`part` is HOST) or is kept posted, from a line of its notes that says `words`.

    The first line that anybody began from is kept and quoted. Raises NotFound where they do not read the notes, and for
    a line that is not there any more.
    """
    require(policy.can_volunteer(actor, session), SIGN_IN)
    line = of_session(session.event, actor, session.id, said=words).line
    followup = begun(session, at)
    if not followup.line:
        followup.line = line
        count_change(followup)
    take_part(followup, actor, HOST if part == HOST else POSTED, at)
    return followup


def leave(actor: Person, source: policy.Source, *, names: bool = True, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """`actor` is not in the conversation any longer, if they were. The conversation stays, and their posts.

    `names`: they keep the name that they are signed with. Without, nobody can tell any more whose they were, the author neither.
    """
    require(policy.can_volunteer(actor, source, seats), SIGN_IN)
    followup = followup_of(source)
    if followup is not None and policy.part_of(actor, followup) is not None:
        leave_it(actor, followup, names=names, at=at)


def leave_it(actor: Person, followup: FollowUp, *, names: bool = True, at: datetime) -> None:
    """The same, for who is in it. What they offered or asked for goes."""
    require(policy.can_leave(actor, followup), "You are not in this conversation.")
    followup.people.remove(part_in(followup, actor))
    for offer in db.session.scalars(select(Offer).where(Offer.followup_id == followup.id, Offer.person_id == actor.id)).all():
        findable.forget(offer.kind, offer.id)
        db.session.delete(offer)
    if not names:
        mine = (Post.followup_id == followup.id) & (Post.person_id == actor.id)
        not_sent_yet(set(db.session.scalars(select(Post.id).where(mine))))  # what waits is signed with the name
        db.session.execute(update(Post).where(mine).values(name="", person_id=None))
    count_change(followup)


def name_host(actor: Person, source: policy.Source, name: str, *, at: datetime, seats: frozenset[int] = NOBODY) -> FollowUp:
    """Somebody called `name` carries the conversation on, as a campmaker or imported notes say.

    Raises Invalid for no name, one too long, or one that holds an address or a number to reach somebody by: hosts are
    shown to everybody who may read the event.
    """
    require(policy.can_help(actor, source, seats), FOR_HELPERS)
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the host’s name.", "name")
    if len(name) > NAME_LENGTH:
        raise Invalid(f"Keep the name to {NAME_LENGTH} characters.", "name")
    if holds_contact(name):
        raise Invalid("Give a name only, no address or number: everybody who can see this event will see it.", "name")
    followup = begun(source, at)
    if name.casefold() not in (host.name.casefold() for host in followup.hosts):
        followup.people.append(FollowUpPerson(name=name, part=HOST, since=at))
        count_change(followup)
    return followup


def remove_host(actor: Person, source: policy.Source, host_id: int, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """Take a host off who is only a name here. Raises NotFound for none of that id, Conflict for somebody with an account."""
    require(policy.can_help(actor, source, seats), "Only campmakers and organisers take a host’s name off.")
    followup = followup_of(source)
    host = next((h for h in followup.hosts if h.id == host_id), None) if followup else None
    if host is None:
        raise NotFound("That host is not there any more.")
    if host.person_id is not None:
        raise Conflict(f"{host.name} volunteered, so only they can step down. Nothing was changed.")
    followup.people.remove(host)
    count_change(followup)


def stop_looking(actor: Person, source: policy.Source, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """Take a conversation that nobody is in off the lists. Raises Conflict while somebody hosts it or wants to hear of it."""
    require(policy.can_help(actor, source, seats), "Only campmakers and organisers take a conversation off the lists.")
    followup = followup_of(source)
    if followup is None:
        return
    if followup.people:
        raise Conflict("Somebody hosts this conversation or wants to be kept posted, so it stays. Nothing was changed.")
    if followup.document_id is not None or db.session.scalar(select(exists().where(Post.followup_id == followup.id))):
        raise Conflict("Something was said in this conversation, so it stays. Let it rest instead. Nothing was changed.")
    count_change(followup)
    db.session.delete(followup)


def moved(followup: FollowUp, at: datetime) -> None:
    """Something happened in the conversation: for anybody's writing, once their own policy was asked.

    It is not asked any more whether it goes on; open pages and search look at it again.
    """
    beginning.moved(followup, at)


def pitch_again(actor: Person, past: policy.Past, event: Event, *, title: str, about: str, topics: list[str] = (),
                at: datetime, seats: frozenset[int] = NOBODY) -> Pitch:
    """Take a conversation, or that of a session, on as a new pitch of `actor`'s at `event`, a later one of the same series.

    Who is in the conversation is told.
    """
    require(policy.can_pitch_again(actor, past, event, seats), ELSEWHERE)
    pitch = pitches.pitch(actor, event, title=title, about=about, leaders=[actor], topics=list(topics), at=at)
    db.session.flush()  # the pitch needs its id
    again.link(pitch, past, actor, at)
    return pitch


def carry_on(actor: Person, pitch: Pitch, past: policy.Past, *, at: datetime | None = None,
             seats: frozenset[int] = NOBODY) -> policy.Past:
    """Say that `pitch` carries on a conversation, or that of a session, instead of any other. Doing it twice changes nothing.

    What the person may not read is not there for them: NotFound, as for a session that does not exist. Who is in the
    conversation is told.
    """
    require(pitches_policy.can_change(actor, pitch), pitches.NOT_YOURS)
    if not policy.can_link(actor, pitch, past, seats):
        raise NotFound("There is no such conversation at an earlier event of this series.")
    again.link(pitch, past, actor, at or clock.now())
    return past


def let_go(actor: Person, pitch: Pitch) -> None:
    """Take away the link to what `pitch` carries on. Doing it twice changes nothing."""
    require(pitches_policy.can_change(actor, pitch), pitches.NOT_YOURS)
    link = db.session.get(CarriedOn, pitch.id)
    if link is not None:
        db.session.delete(link)
