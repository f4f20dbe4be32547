"""Saying what one can offer to a conversation, or what one asks for; changing it, saying that it was met, taking it away."""

import re
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Person
from app.errors import Conflict, Invalid, NotFound, require
from app.followups import policy
from app.followups.actions import NOBODY, SIGN_IN
from app.followups.beginning import begun, moved, take_part
from app.followups.models import ASK, MET, OFFER, OFFER_LENGTH, POSTED, STANDING, FollowUp, Offer
from app.followups.versions import count_change
from app.followups.words import line_of
from app.infra import db, findable

MOST = 10  # that one person says in one conversation
KEY = re.compile(r"[0-9A-Za-z-]{8,36}")
MISSING = {OFFER: "Say what you can offer, in a few words.", ASK: "Say what you are looking for, in a few words."}
NOT_YOURS = "Only who said it can change it."


def add(actor: Person, source: policy.Source, kind: str, text: str, *, key: str, at: datetime,
        seats: frozenset[int] = NOBODY) -> Offer:
    """`actor` offers something (`kind` OFFER) or asks for it, and is kept posted of the conversation from then on.

    With a key that they sent before, what they said then. Raises Invalid for a text that cannot be kept, Conflict for too many.
    """
    require(policy.can_volunteer(actor, source, seats), SIGN_IN)
    if not KEY.fullmatch(key):
        raise Invalid("This page is too old: reload it. Copy what you wrote first.", "key")
    if kind not in MISSING:
        raise Invalid("Say whether you offer it or ask for it.", "kind")
    text = line_of(text, OFFER_LENGTH, "text", missing=MISSING[kind])
    there = db.session.scalar(select(Offer).where(Offer.person_id == actor.id, Offer.key == key))
    if there is not None:
        return there
    followup = begun(source, at)
    if db.session.scalar(select(func.count()).where(Offer.followup_id == followup.id, Offer.person_id == actor.id)) >= MOST:
        raise Conflict(f"You say {MOST} things in this conversation already. Take one away first.")
    take_part(followup, actor, POSTED, at)
    offer = Offer(followup=followup, person_id=actor.id, kind=kind, text=text, key=key, at=at)
    db.session.add(offer)
    db.session.flush()
    moved(followup, at)
    findable.changed(kind, offer.id)
    return offer


def change(actor: Person, offer: Offer, text: str, *, seats: frozenset[int] = NOBODY) -> None:
    """Say it in other words."""
    require(policy.can_change_offer(actor, offer, seats), NOT_YOURS)
    offer.text = line_of(text, OFFER_LENGTH, "text", missing=MISSING[offer.kind])
    _changed(offer)


def say_met(actor: Person, offer: Offer, met: bool, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """It was met: somebody took it, or gave it. Or it stands again."""
    require(policy.can_change_offer(actor, offer, seats), NOT_YOURS)
    state = MET if met else STANDING
    if offer.state != state:
        offer.state = state
        moved(offer.followup, at)
        findable.changed(offer.kind, offer.id)


def take_away(actor: Person, offer: Offer, *, seats: frozenset[int] = NOBODY) -> None:
    """It is not said any more, nor kept anywhere."""
    require(policy.can_take_away_offer(actor, offer, seats), NOT_YOURS)
    db.session.delete(offer)
    count_change(offer.followup)
    findable.forget("followup", offer.followup_id)  # what stood there is gone with this transaction, not only to be looked for


def offer_in(followup: FollowUp, offer_id: int) -> Offer:
    """What somebody offers or asks for in this conversation: for anybody who sees it. Raises NotFound."""
    offer = db.session.scalar(select(Offer).where(Offer.id == offer_id, Offer.followup_id == followup.id))
    if offer is None:
        raise NotFound("That is not said here any more.")
    return offer


def _changed(offer: Offer) -> None:
    count_change(offer.followup)
    findable.changed(offer.kind, offer.id)
