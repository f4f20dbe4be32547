"""What the grid has to respect: rooms closed, sessions pinned, what is first or apart, leaders away, step-free rooms asked for.

Each function asks who may, and counts the change, so that open pages and kept advice learn of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.errors import Conflict, Invalid, NotFound, require
from app.events import policy as events_policy
from app.events.models import SESSION_SLOT, Event, Pass, Room, RoomClosing, Slot
from app.events.queries import pass_of
from app.events.versions import count_change
from app.grid import places, policy
from app.grid.checks import belong
from app.grid.models import Session
from app.infra import db
from app.pitches.models import Leader, LeaderAway, Pitch, PitchRule

ORGANISERS_ONLY = "Only organisers say what the grid has to respect."
REASON_LENGTH = 200
KINDS = {"before": "comes before", "apart": "is never at the same time as"}


def slots_from(event: Event, at: datetime) -> list[Slot]:
    """The slots for sessions that are not over at `at`: what "from now on" means."""
    over = places.over(event, at)
    return [slot for slot in event.slots if slot.kind == SESSION_SLOT and slot.id not in over]


def close(actor: Person, event: Event, room: Room, slots: Sequence[Slot], because: str) -> int:
    """Close `room` in these slots; a slot in which it is closed already gets the new reason. Returns how many slots.

    What stands there stays until somebody moves it: the arranging page says so. Raises Invalid without slots (`slots`), for a
    slot that is not for sessions, or for a reason over REASON_LENGTH characters (`because`).
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, room, *slots)
    because = " ".join(because.split())
    if not slots:
        raise Invalid("Choose at least one time.", "slots")
    if any(slot.kind != SESSION_SLOT for slot in slots):
        raise Invalid("Only times for sessions can be closed.", "slots")
    if len(because) > REASON_LENGTH:
        raise Invalid(f"Keep the reason to {REASON_LENGTH} characters.", "because")
    closings = db.session.scalars(select(RoomClosing).where(RoomClosing.room_id == room.id))
    known = {closing.slot_id: closing for closing in closings}
    for slot in slots:
        if slot.id in known:
            known[slot.id].because = because
        else:
            db.session.add(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id, because=because))
    db.session.flush()
    count_change(event)
    return len(slots)


def reopen(actor: Person, event: Event, room: Room, slots: Iterable[Slot]) -> None:
    """Open `room` again in these slots; where it is open, nothing happens."""
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    slots = list(slots)
    belong(event, room, *slots)
    db.session.execute(delete(RoomClosing).where(RoomClosing.room_id == room.id, RoomClosing.slot_id.in_([s.id for s in slots])))
    count_change(event)


def pin(actor: Person, event: Event, session: Session, pinned: bool) -> None:
    """Pin a session where it is, or let go of it. Suggestions leave pinned sessions where they are; people may still move them.

    Raises Conflict for a session without a place.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session)
    if pinned and session.placement is None:
        raise Conflict(f"“{session.pitch.title}” has no place to be pinned to. Place it first.")
    if session.pinned != pinned:
        session.pinned = pinned
        db.session.flush()
        count_change(event)


def add_rule(actor: Person, event: Event, kind: str, first: Pitch, second: Pitch) -> PitchRule:
    """Say that `first` comes before `second`, or that the two are never at the same time.

    Raises Invalid for a pitch and itself or an unknown kind, Conflict when it is said already or what comes first would go round
    in a circle.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, first, second)
    if kind not in KINDS:
        raise Invalid("Choose what holds between the two.", "kind")
    if first is second:
        raise Invalid("Choose two different pitches.", "second")
    known = db.session.scalars(select(PitchRule).where(PitchRule.event_id == event.id)).all()
    if kind == "apart" and first.id > second.id:
        first, second = second, first  # said once, whichever way round
    if any((rule.kind, rule.first_id, rule.second_id) == (kind, first.id, second.id) for rule in known):
        raise Conflict("That rule is there already.")
    if kind == "before" and _follows(first.id, second.id, known):
        raise Conflict(f"“{second.title}” comes before “{first.title}” by the rules there are. Remove one of those first.")
    rule = PitchRule(event_id=event.id, kind=kind, first_id=first.id, second_id=second.id)
    db.session.add(rule)
    db.session.flush()
    count_change(event)
    return rule


def _follows(first_id: int, second_id: int, known: Sequence[PitchRule]) -> bool:
    """Whether `first_id` comes after `second_id` already, by however many rules."""
    reached, waiting = {second_id}, [second_id]
    while waiting:
        now = waiting.pop()
        fresh = {rule.second_id for rule in known if rule.kind == "before" and rule.first_id == now} - reached
        reached |= fresh
        waiting += fresh
    return first_id in reached


def remove_rule(actor: Person, event: Event, rule_id: int) -> None:
    """Remove a rule. Raises NotFound for none of this event's."""
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    rule = db.session.get(PitchRule, rule_id)
    if rule is None or rule.event_id != event.id:
        raise NotFound("There is no such rule at this event.")
    db.session.delete(rule)
    db.session.flush()
    count_change(event)


def say_away(actor: Person, event: Event, who: str, slots: Sequence[Slot]) -> None:
    """Say in which slots a leader cannot be there; `who` is as `leaders_of` calls them. In all other slots they can.

    Raises NotFound for nobody who leads here.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, *slots)
    if who not in leaders_of(event):
        raise NotFound("Nobody who leads a session here is called that.")
    person_id, key = (int(who[1:]), "") if who[0] == "p" else (None, who[1:])
    same = LeaderAway.person_id == person_id if person_id else (LeaderAway.person_id.is_(None)) & (LeaderAway.key == key)
    db.session.execute(delete(LeaderAway).where(LeaderAway.event_id == event.id, same))
    for slot in slots:
        db.session.add(LeaderAway(event_id=event.id, slot_id=slot.id, person_id=person_id, key=key))
    db.session.flush()
    count_change(event)


def leaders_of(event: Event) -> dict[str, str]:
    """Who leads something that is pitched: names by "p" and the person's id, or "n" and the folded name (1 statement)."""
    rows = db.session.execute(select(Leader.person_id, Leader.name).join(Pitch, Pitch.id == Leader.pitch_id)
                              .where(Pitch.event_id == event.id, Pitch.state == "open").order_by(Leader.name, Leader.id))
    found: dict[str, str] = {}
    for person_id, name in rows:
        found.setdefault(f"p{person_id}" if person_id else f"n{name.casefold()}"[:121], name)
    return found


def ask_step_free(actor: Person, event: Event, wanted: bool) -> Pass:
    """Say that one needs step-free rooms, or no longer. Organisers see how many do, never who.

    Raises Conflict for somebody without a pass of their own (owners of the series need none).
    """
    require(events_policy.can_take_part(actor, event))
    held = pass_of(event, actor)
    if held is None:
        raise Conflict("Join the event first: this is kept with your pass.")
    if held.step_free != wanted:
        held.step_free = wanted
        db.session.flush()
        count_change(event, nudge=False)  # a nudge to everybody at this moment would be a hint
    return held
