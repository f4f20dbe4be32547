"""Hosts change hands: one steps down, hands over to somebody who is in the conversation, and they accept or not."""

from datetime import datetime

from app.accounts.models import Person
from app.errors import Conflict, NotFound, require
from app.followups import policy
from app.followups.actions import NOBODY
from app.followups.beginning import moved, part_in
from app.followups.letters_words import reply_note
from app.followups.models import HOST, POSTED, FollowUp, FollowUpPerson
from app.followups.versions import count_change
from app.followups.words import escaped
from app.letters import replies
from app.letters.actions import write
from app.letters.models import CONVERSATION

FOR_HOSTS = "This is for who hosts the conversation, and for campmakers and organisers."
ASKING = """{name} asks whether you would carry on the conversation **{called}**, of which you are kept posted.

On its page, press “Yes, I’ll carry this on” or “No, thank you”. Until you do, nothing changes.

[Open its page]({link})
"""
NOT_ASKED = "You are not asked to host this conversation, or not any more."


def step_down(actor: Person, followup: FollowUp, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """`actor` does not host it any longer, and is kept posted. Without another host it looks for one again."""
    require(policy.part_of(actor, followup) == HOST and policy.can_read(actor, followup, seats), FOR_HOSTS)
    own = part_in(followup, actor)
    own.part, own.since = POSTED, at
    count_change(followup)


def hand_over(actor: Person, followup: FollowUp, part_id: int, *, link: str, at: datetime,
              seats: frozenset[int] = NOBODY) -> FollowUpPerson:
    """Ask somebody who is kept posted (by the id of their part) to host it; returns whom. Nothing changes until they accept.

    They are written to, once a day at most; `link` is the full address of the conversation. Raises NotFound for nobody of
    that id, Conflict for who hosts it already.
    """
    require(policy.can_see_people(actor, followup, seats), FOR_HOSTS)
    asked = next((one for one in followup.people if one.id == part_id and one.person_id is not None), None)
    if asked is None:
        raise NotFound("They are not in this conversation any more.")
    if asked.part == HOST:
        raise Conflict(f"{asked.name} hosts this conversation already.")
    if asked.asked_at is None or asked.asked_by_id != actor.id:
        asked.asked_at, asked.asked_by_id = at, actor.id
        count_change(followup)
        write(asked.person, kind="followup", about=(CONVERSATION, followup.id), subject=f"Will you host “{followup.called}”?",
              body=ASKING.format(name=escaped(actor.name), called=escaped(followup.called), link=link),
              key=f"hand-over:{followup.id}:{asked.id}:{at:%Y%m%d}", at=at, time_zone=followup.event.time_zone,
              from_name=actor.name, reply_to=replies.address(asked.person, followup.id), reply_note=reply_note(followup))
    return asked


def take_back(actor: Person, followup: FollowUp, part_id: int, *, seats: frozenset[int] = NOBODY) -> None:
    """Ask them no longer. Doing it twice changes nothing."""
    require(policy.can_see_people(actor, followup, seats), FOR_HOSTS)
    asked = next((one for one in followup.people if one.id == part_id and one.asked_at is not None), None)
    if asked is not None:
        asked.asked_at = asked.asked_by_id = None
        count_change(followup)


def answer(actor: Person, followup: FollowUp, yes: bool, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """Whoever was asked hosts it from now on, instead of the host who asked; or says no, and stays kept posted."""
    require(policy.can_be_handed(actor, followup, seats), NOT_ASKED)
    own = part_in(followup, actor)
    before = next((one for one in followup.people if one.part == HOST and one.person_id is not None
                   and one.person_id == own.asked_by_id), None)
    own.asked_at = own.asked_by_id = None
    if not yes:
        count_change(followup)
        return
    own.part, own.since = HOST, at
    if before is not None:
        before.part, before.since = POSTED, at
    moved(followup, at)
