"""A conversation goes on as a pitch at a later event: the link between the two, and telling those who are in the conversation."""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.events import policy as events_policy
from app.followups.letters_words import bare, link_to, seats_for
from app.followups.models import CarriedOn, FollowUp
from app.followups.policy import Past, can_read
from app.grid.models import Session
from app.infra import clock, db, jobs
from app.letters import desk
from app.letters.actions import Letter, write_all
from app.letters.models import CONVERSATION
from app.pitches.models import OPEN, Pitch

JOB = "followups.pitched-again"
KIND = "followup"


def link(pitch: Pitch, past: Past, actor: Person, at: datetime) -> None:
    """`pitch` carries on `past` from now on, and nothing else. For this room's actions, which have asked whether that may be.

    The conversation of a session is kept as the session, which may have begun none.
    """
    if isinstance(past, FollowUp) and past.session_id is not None:
        past = past.session
    of_session = isinstance(past, Session)
    kept = {"session_id": past.id if of_session else None, "followup_id": None if of_session else past.id}
    row = db.session.get(CarriedOn, pitch.id)
    if row is None:
        db.session.add(CarriedOn(pitch_id=pitch.id, **kept))
    elif (row.session_id, row.followup_id) == (kept["session_id"], kept["followup_id"]):
        return
    else:
        row.session_id, row.followup_id = kept["session_id"], kept["followup_id"]
    if _conversation(kept) is not None:
        jobs.enqueue(JOB, {"pitch": pitch.id, "by": actor.id}, at)


@jobs.handles(JOB, batch=20)
def tell(payloads: list[dict]) -> None:
    """Write to who is in each conversation that was pitched again."""
    for payload in payloads:
        with db.transaction():
            tell_of(payload["pitch"], payload["by"], clock.now())


def tell_of(pitch_id: int, by_id: int, at: datetime) -> int:
    """Write to everybody in the conversation that the pitch carries on who sees both, but for whoever said so; how many letters
    will be sent. In the caller's transaction; said twice it is written once, and not at all once the pitch is gone."""
    row = db.session.get(CarriedOn, pitch_id)
    pitch = row.pitch if row is not None else None
    followup = _conversation({"session_id": row.session_id, "followup_id": row.followup_id}) if row is not None else None
    if followup is None or pitch.state != OPEN:
        return 0
    there = pitch.event
    people = [one.person for one in followup.people
              if one.person is not None and one.person_id != by_id and events_policy.can_find(one.person, there)
              and can_read(one.person, followup, seats_for(one.person, followup))]
    text = (f"{link_to(followup)}, a conversation that you are in, was pitched again at {bare(there.name)}: "
            f"[{bare(pitch.title)}]({desk.url(f'e/{there.slug}/pitches/{pitch.id}')}).\n\nIf you will be there, mark that you "
            "are interested, or offer to lead it together.")
    subject = f"Pitched again at {there.name}: {pitch.title}"
    return write_all([
        Letter(person, KIND, (CONVERSATION, followup.id), subject, text, f"again:{followup.id}:{pitch.id}:{person.id}",
               time_zone=there.time_zone, from_name=there.name) for person in people], at=at)


def _conversation(kept: dict[str, int | None]) -> FollowUp | None:
    if kept["followup_id"] is not None:
        return db.session.get(FollowUp, kept["followup_id"])
    return db.session.scalar(select(FollowUp).where(FollowUp.session_id == kept["session_id"]))
