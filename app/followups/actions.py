"""Offering to carry a conversation on, asking to be kept posted, leaving, and taking it on as a pitch.

Each that changes nothing, because it was done before, does nothing: the same button pressed twice is no mistake, and
imports may say the same again.
"""

import re
from datetime import datetime

from app.accounts.models import NAME_LENGTH, Person
from app.errors import Conflict, Invalid, NotFound, require
from app.events.models import Event
from app.followups import policy
from app.followups.models import HOST, POSTED, CarriedOn, FollowUp, FollowUpPerson
from app.followups.queries import followup_of
from app.grid.models import Session
from app.infra import db, findable
from app.pitches import actions as pitches
from app.pitches import policy as pitches_policy
from app.pitches.models import Pitch

JOIN_FIRST = "This is for people with a pass to the event: join it first."
ELSEWHERE = "A conversation can be taken on at a later event of the same series that you hold a pass for."
CONTACT = re.compile(r"\S@\S|https?://|\bwww\.|(\d[\s().-]*){7}")


def offer_to_host(actor: Person, session: Session, *, at: datetime) -> FollowUp:
    """`actor` carries the conversation on. Who was kept posted becomes a host instead."""
    require(policy.can_volunteer(actor, session), JOIN_FIRST)
    return _take_part(actor, session, HOST, at)


def keep_me_posted(actor: Person, session: Session, *, at: datetime) -> FollowUp:
    """`actor` wants to hear what comes of the conversation. A host hears of it anyway and stays one."""
    require(policy.can_volunteer(actor, session), JOIN_FIRST)
    return _take_part(actor, session, POSTED, at)


def ask_for_host(actor: Person, session: Session, *, at: datetime) -> FollowUp:
    """Somebody should carry the conversation on: it exists from now on, and looks for a host while it has none."""
    require(policy.can_volunteer(actor, session), JOIN_FIRST)
    return _followup(session, at)


def leave(actor: Person, session: Session, *, at: datetime) -> None:
    """`actor` neither hosts the conversation nor is kept posted any longer. The conversation stays."""
    require(policy.can_volunteer(actor, session), JOIN_FIRST)
    followup = followup_of(session)
    own = _part_of(actor, followup) if followup else None
    if own:
        followup.people.remove(own)
        _changed(followup)


def name_host(actor: Person, session: Session, name: str, *, at: datetime) -> FollowUp:
    """Somebody called `name` carries the conversation on, as a campmaker or imported notes say.

    Raises Invalid for no name, one too long, or one that holds an address or a number to reach somebody by: hosts are
    shown to everybody who may read the event.
    """
    require(policy.can_help(actor, session), "Only campmakers and organisers name hosts. You can offer to host it yourself.")
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the host’s name.", "name")
    if len(name) > NAME_LENGTH:
        raise Invalid(f"Keep the name to {NAME_LENGTH} characters.", "name")
    if CONTACT.search(name):
        raise Invalid("Give a name only, no address or number: everybody who can see this event will see it.", "name")
    followup = _followup(session, at)
    if name.casefold() not in (host.name.casefold() for host in followup.hosts):
        followup.people.append(FollowUpPerson(name=name, part=HOST, since=at))
        _changed(followup)
    return followup


def remove_host(actor: Person, session: Session, host_id: int, *, at: datetime) -> None:
    """Take a host off who is only a name here. Raises NotFound for none of that id, Conflict for somebody with an account."""
    require(policy.can_help(actor, session), "Only campmakers and organisers take a host’s name off.")
    followup = followup_of(session)
    host = next((h for h in followup.hosts if h.id == host_id), None) if followup else None
    if host is None:
        raise NotFound("That host is not there any more.")
    if host.person_id is not None:
        raise Conflict(f"{host.name} volunteered, so only they can step down. Nothing was changed.")
    followup.people.remove(host)
    _changed(followup)


def stop_looking(actor: Person, session: Session, *, at: datetime) -> None:
    """Take a conversation that nobody is in off the lists. Raises Conflict while somebody hosts it or wants to hear of it."""
    require(policy.can_help(actor, session), "Only campmakers and organisers take a conversation off the lists.")
    followup = followup_of(session)
    if followup is None:
        return
    if followup.people:
        raise Conflict("Somebody hosts this conversation or wants to be kept posted, so it stays. Nothing was changed.")
    _changed(followup)
    db.session.delete(followup)


def pitch_again(actor: Person, session: Session, event: Event, *, title: str, about: str, topics: list[str] = (),
                at: datetime) -> Pitch:
    """Take the conversation of `session` on as a new pitch of `actor`'s at `event`, a later one of the same series."""
    require(policy.can_pitch_again(actor, session, event), ELSEWHERE)
    pitch = pitches.pitch(actor, event, title=title, about=about, leaders=[actor], topics=list(topics), at=at)
    db.session.flush()  # the pitch needs its id
    db.session.add(CarriedOn(pitch_id=pitch.id, session_id=session.id))
    return pitch


def carry_on(actor: Person, pitch: Pitch, session: Session) -> Session:
    """Say that `pitch` carries on the conversation of `session`, instead of any other. Doing it twice changes nothing.

    What the person may not read is not there for them: NotFound, as for a session that does not exist.
    """
    require(pitches_policy.can_change(actor, pitch), pitches.NOT_YOURS)
    if not policy.can_link(actor, pitch, session):
        raise NotFound("There is no such session at an earlier event of this series.")
    link = db.session.get(CarriedOn, pitch.id)
    if link is None:
        db.session.add(CarriedOn(pitch_id=pitch.id, session_id=session.id))
    else:
        link.session_id = session.id
    return session


def let_go(actor: Person, pitch: Pitch) -> None:
    """Take away the link to what `pitch` carries on. Doing it twice changes nothing."""
    require(pitches_policy.can_change(actor, pitch), pitches.NOT_YOURS)
    link = db.session.get(CarriedOn, pitch.id)
    if link is not None:
        db.session.delete(link)


def _take_part(actor: Person, session: Session, part: str, at: datetime) -> FollowUp:
    followup = _followup(session, at)
    own = _part_of(actor, followup)
    if own is None:
        followup.people.append(FollowUpPerson(person_id=actor.id, name=actor.name, part=part, since=at))
    elif own.part == POSTED and part == HOST:
        own.part, own.since = HOST, at
    else:
        return followup
    _changed(followup)
    return followup


def _part_of(actor: Person, followup: FollowUp) -> FollowUpPerson | None:
    return next((one for one in followup.people if one.person_id == actor.id), None)


def _followup(session: Session, at: datetime) -> FollowUp:
    followup = followup_of(session)
    if followup is None:
        followup = FollowUp(session_id=session.id, created_at=at)
        db.session.add(followup)
        db.session.flush()
        _changed(followup)
    return followup


def _changed(followup: FollowUp) -> None:
    findable.changed("session", followup.session_id)
    findable.changed("followup", followup.id)
