"""What an event is laid out of: its rooms, slots and topics. These are actions too; `actions.py` offers those others call.

A number is what people say (`s1r3`) and tag, so once something was placed numbers stay as they are and new rooms and slots
get the next free one. Until then numbers follow the order. Slots stand in order of time; those without times come last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events import policy
from app.events.models import SESSION_SLOT, Event, Room, Slot, Topic
from app.events.queries import rooms_in_use, slots_in_use
from app.events.versions import count_change
from app.events.watched import watched
from app.infra import clock, db, findable, live

TOPIC_LENGTH, TOPIC_ABOUT_LENGTH = 40, 300


@dataclass(frozen=True)
class RoomRow:
    """A room as somebody filled it in; `id` is None for a new one, `order` the number they want it sorted by."""

    id: int | None
    order: int | None
    name: str
    seats: int | None = None
    floor: str = ""
    step_free: bool = False
    equipment: str = ""
    notes: str = ""
    for_sessions: bool = True
    remove: bool = False


@dataclass(frozen=True)
class SlotRow:
    """A slot as somebody filled it in, in the event's own time."""

    id: int | None
    kind: str
    day: date
    starts: time | None = None
    ends: time | None = None
    label: str = ""
    notes: str = ""
    remove: bool = False


@dataclass(frozen=True)
class TopicRow:
    """A topic as somebody filled it in."""

    id: int | None
    name: str
    about: str = ""  # what it asks for, as a theme of pitches
    remove: bool = False


Thing = Room | Slot | Topic
# What is there (None: new) and what its columns shall hold (nothing: leave it as it is).
Planned = tuple[Thing | None, dict]


def changed(event: Event) -> None:
    """Count a change of the event's set-up in this transaction, and nudge pages that show it."""
    event.set_up_version += 1
    count_change(event, nudge=False)
    event_id, version = event.id, event.set_up_version
    db.after_commit(lambda: live.publish(f"set-up:{event_id}", version))


def save_rooms(actor: Person, event: Event, rows: Sequence[RoomRow], *, seen: int | None = None,
               at: datetime | None = None) -> None:
    """Make the event's rooms what `rows` say; rooms that no row speaks of stay. All or nothing. `at` is when: now if not said.

    Raises `Conflict` if the set-up is not at version `seen` any more; `Invalid` for two rooms of one name and for taking away
    (or off the grid) a room that a session stands in.
    """
    require(policy.can_organise(actor, event))
    _as_seen(event, seen)
    keep, go = _split(rows, event.rooms)
    used = rooms_in_use(event)
    _refuse_used(go + [room for room, row in keep if room and row and not row.for_sessions], used)
    _refuse_doubles([row.name if row else room.name for room, row in keep], "rooms")
    _remove(go)
    keep.sort(key=lambda pair: _room_order(*pair))
    plan = [(room, {} if row is None else {
        "name": row.name, "seats": row.seats, "floor": row.floor, "step_free": row.step_free, "equipment": row.equipment,
        "notes": row.notes, "for_sessions": row.for_sessions}) for room, row in keep]
    holds = [row.for_sessions if row else room.for_sessions for room, row in keep]
    with watched(actor, event, at):
        _write(event, Room, plan, _numbers(keep, holds, anew=not used and not slots_in_use(event)))


def _room_order(room: Room | None, row: RoomRow | None) -> tuple:
    """By the number typed: a room given another's number stands before it; without a number it comes last."""
    order = row.order if row else room.position
    return order is None, order or 0, room is not None and order == room.position


def save_slots(actor: Person, event: Event, rows: Sequence[SlotRow], *, seen: int | None = None,
               at: datetime | None = None) -> None:
    """Make the event's slots what `rows` say; slots that no row speaks of stay. All or nothing. `at` is when: now if not said.

    Raises `Conflict` like `save_rooms`; `Invalid` for times that do not follow each other, a day outside the event, and for
    taking away (or making a break of) a slot that a session stands in.
    """
    require(policy.can_organise(actor, event))
    _as_seen(event, seen)
    keep, go = _split(rows, event.slots)
    used = slots_in_use(event)
    _refuse_used(go + [slot for slot, row in keep if slot and row and row.kind != SESSION_SLOT], used)
    _remove(go)
    plan = [(slot, _times(event, row) if row else {}) for slot, row in keep]
    with watched(actor, event, at):
        write_slots(event, plan, anew=not used and not rooms_in_use(event))


def write_slots(event: Event, plan: list[Planned], *, anew: bool) -> None:
    """Put planned slots in order of time, number and store them. Its caller has asked whether that may be."""
    def start(planned: Planned) -> tuple:
        slot, values = planned
        return *_by_time(values["starts_at"] if values else slot.starts_at), slot.position if slot else len(plan)

    plan = sorted(plan, key=start)
    holds = [(values["kind"] if values else slot.kind) == SESSION_SLOT for slot, values in plan]
    _write(event, Slot, plan, _numbers(plan, holds, anew=anew))


def _times(event: Event, row: SlotRow) -> dict:
    if not event.starts_on <= row.day <= event.ends_on:
        raise Invalid(f"{row.day:%A} {row.day.day} {row.day:%B} is not a day of the event.")
    starts = clock.instant(row.day, row.starts, event.time_zone) if row.starts else None
    ends = clock.instant(row.day, row.ends, event.time_zone) if row.ends else None
    if ends and not starts:
        raise Invalid("A slot that ends needs a start.")
    if ends and ends <= starts:
        raise Invalid(f"A slot that starts at {row.starts:%H:%M} cannot end at {row.ends:%H:%M}.")
    return {"kind": row.kind, "label": row.label, "notes": row.notes, "starts_at": starts, "ends_at": ends}


def save_topics(actor: Person, event: Event, rows: Sequence[TopicRow], *, seen: int | None = None) -> None:
    """Make the event's topics what `rows` say; one that is taken away leaves the pitches it was on. All or nothing."""
    require(policy.can_organise(actor, event))
    _as_seen(event, seen)
    keep, go = _split(rows, event.topics)
    _refuse_doubles([row.name if row else topic.name for topic, row in keep], "topics")
    _remove(go)
    for topic, row in keep:
        if topic and row and topic.key != _key(row.name):
            topic.key = f"~{topic.id}"  # keys are unique, and two may be swapped
    db.session.flush()
    for topic, row in keep:
        if topic is None:
            db.session.add(Topic(event_id=event.id, name=row.name, key=_key(row.name), about=row.about))
        elif row:
            topic.name, topic.key, topic.about = row.name, _key(row.name), row.about
    _done(event)


def topics_called(event: Event, names: Iterable[str]) -> list[Topic]:
    """The event's topics with these names, made where there is none; "Open Data" and "open data" are one. In the order given.

    For callers that have asked their own policy. Raises `Invalid` (field `topics`) for a name that is too long.
    """
    known = {topic.key: topic for topic in event.topics}
    there, found = len(known), {}
    for name in (" ".join(n.split()) for n in names):
        if len(name) > TOPIC_LENGTH:
            raise Invalid(f"Keep each topic to {TOPIC_LENGTH} characters.", "topics")
        if name and _key(name) not in known:
            topic = known[_key(name)] = Topic(event_id=event.id, name=name, key=_key(name))
            event.topics.append(topic)
        if name:
            found.setdefault(_key(name), known[_key(name)])
    if len(known) > there:
        db.session.flush()
    return list(found.values())


def add_room(actor: Person, event: Event, *, name: str, number: int | None = None, seats: int | None = None, floor: str = "",
             step_free: bool = False, equipment: str = "", notes: str = "", for_sessions: bool = True) -> Room:
    """One more room, last in order. Without a `number` it gets the next free one, unless it is not for sessions."""
    require(policy.can_organise(actor, event))
    if for_sessions and number is None:
        number = 1 + max((r.number for r in event.rooms if r.number), default=0)
    room = Room(event_id=event.id, position=1 + max((r.position for r in event.rooms), default=0), number=number, name=name,
                seats=seats, floor=floor, step_free=step_free, equipment=equipment, notes=notes, for_sessions=for_sessions)
    event.rooms.append(room)
    db.session.flush()
    changed(event)
    return room


def add_slot(actor: Person, event: Event, *, kind: str, number: int | None = None, starts_at: datetime | None = None,
             ends_at: datetime | None = None, label: str = "", notes: str = "") -> Slot:
    """One more slot, put in order of time. A session slot without a `number` gets the next free one."""
    require(policy.can_organise(actor, event))
    if kind == SESSION_SLOT and number is None:
        number = 1 + max((s.number for s in event.slots if s.number), default=0)
    slot = Slot(event_id=event.id, position=1 + len(event.slots), kind=kind, number=number, starts_at=starts_at, ends_at=ends_at,
                label=label, notes=notes)
    event.slots.append(slot)
    for position, other in enumerate(sorted(event.slots, key=lambda s: (*_by_time(s.starts_at), s.position)), 1):
        other.position = position
    db.session.flush()
    db.session.expire(event, ["slots"])
    changed(event)
    return slot


def _by_time(at: datetime | None) -> tuple[bool, datetime]:
    return at is None, at or datetime.max.replace(tzinfo=UTC)


def _key(name: str) -> str:
    return name.casefold()


def _as_seen(event: Event, seen: int | None) -> None:
    if seen is not None and seen != event.set_up_version:
        raise Conflict("Somebody else changed the set-up while this page was open. Nothing of yours was saved yet.")


def _split(rows: Sequence, there: Iterable[Thing]) -> tuple[list, list[Thing]]:
    """`rows` as (pairs of what is there, or None, and its row) and (what shall go). Raises `Conflict` for what is gone."""
    by_id = {thing.id: thing for thing in there}
    keep, go = [], []
    for row in rows:
        if row.id is not None and row.id not in by_id:
            raise Conflict("Somebody else took one of these away while this page was open. Nothing of yours was saved.")
        thing = by_id.pop(row.id) if row.id is not None else None
        if not row.remove:
            keep.append((thing, row))
        elif thing is not None:
            go.append(thing)
    return keep + [(thing, None) for thing in by_id.values()], go


def _refuse_used(things: list[Room | Slot], used: set[int]) -> None:
    stuck = [t.name if isinstance(t, Room) else t.label or f"Session {t.number}" for t in things if t.id in used]
    if stuck:
        raise Invalid(f"There are sessions in {' and '.join(stuck)}. Take them off the grid first. Nothing was saved.")


def _refuse_doubles(names: list[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if _key(name) in seen:
            raise Invalid(f"Two {what} cannot both be called {name}.")
        seen.add(_key(name))


def _remove(things: list[Thing]) -> None:
    for thing in things:
        db.session.delete(thing)
    db.session.flush()  # before anything new takes their names and numbers


def _numbers(plan: Sequence[tuple], holds: list[bool], *, anew: bool) -> list[int | None]:
    """The number of each planned thing in order; None where `holds` says it is not for sessions."""
    old = [thing.number if thing is not None else None for thing, _ in plan]
    free = 1 if anew else 1 + max((n for n in old if n), default=0)
    numbers: list[int | None] = []
    for number, held in zip(old, holds, strict=True):
        if not held or (number is not None and not anew):
            numbers.append(number if held else None)
        else:
            numbers.append(free)
            free += 1
    return numbers


def _write(event: Event, model: type[Room] | type[Slot], plan: Sequence[Planned], numbers: list[int | None]) -> None:
    """Store the plan in two steps, because names and numbers are unique and two may be swapped."""
    for (thing, values), number in zip(plan, numbers, strict=True):
        if thing is not None and thing.number not in (None, number):
            thing.number = -thing.id
        if isinstance(thing, Room) and values and thing.name != values["name"]:
            thing.name = f"~{thing.id}"
    db.session.flush()
    for position, ((thing, values), number) in enumerate(zip(plan, numbers, strict=True), 1):
        if thing is None:
            db.session.add(model(event_id=event.id, position=position, number=number, **values))
            continue
        for column, value in (values | {"position": position, "number": number}).items():
            setattr(thing, column, value)
    _done(event)


def _done(event: Event) -> None:
    db.session.flush()
    db.session.expire(event, ["rooms", "slots", "topics"])
    changed(event)
    findable.changed("whole event", event.id)
