"""An event's set-up, pitches and grid, out into `event.json` and back into an event that has none yet."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events import actions as events
from app.events.layout import TOPIC_LENGTH, TopicRow, save_topics
from app.events.models import SESSION_SLOT, Event, Room, Slot, Topic
from app.events.policy import sure_of
from app.exchange import event_file, policy
from app.exchange.actions import ORGANISERS_ONLY
from app.exchange.event_file import EVENT, ROOM, SLOT, TOPIC, BadEventFile, EventFile
from app.exchange.own_parts import brings_back
from app.exchange.reports import FAILED, NEW, SKIPPED, Report
from app.grid import actions as grid
from app.grid.models import ARRANGED, Placement, Session
from app.grid.standings import Standing, cells_of, change, check_cell
from app.infra import clock, db
from app.pitches import actions as pitches
from app.pitches.actions import ABOUT_LENGTH, ABOUT_MERGED_LENGTH
from app.pitches.models import OPEN, Pitch

NAME = "event.json"
NOT_EMPTY = ("This event has pitches already, so its set-up and its grid stay as they are. To bring a whole event back, set up a "
             "new one and bring the zip in there.")


def event_file_of(event: Event) -> bytes:
    """What the event's pages say of it, to be brought back (8 statements). Places of a draft are there only for who sees them."""
    slots = {slot.id: number for number, slot in enumerate(event.slots, 1)}
    standing: dict[int, list[dict]] = {}
    for one in db.session.scalars(select(Session).where(Session.event_id == event.id).order_by(Session.run).options(
            selectinload(Session.placements).options(joinedload(Placement.room)))):
        here = next(iter(one.placements), None)
        standing.setdefault(one.pitch_id, []).append({
            "guid": one.guid, "run": one.run, "length": one.length, "pinned": one.pinned, "cancelled": one.cancelled,
            "room": here.room.name if here else "", "slot": slots[here.slot_id] if here else None})
    told = [{
        "title": one.title, "about": one.about, "withdrawn": one.state != OPEN,
        "leaders": [leader.name for leader in one.leaders],
        "topics": [topic.name for topic in one.topics], "step_free": one.step_free, "hands": one.hands,
        "sessions": standing.get(one.id, [])}
        for one in db.session.scalars(select(Pitch).where(Pitch.event_id == event.id).order_by(Pitch.id).options(
            selectinload(Pitch.leaders), selectinload(Pitch.topics))) if one.state == OPEN or one.id in standing]
    return event_file.written(EventFile(
        {key: getattr(event, key) for key in EVENT}, [{key: getattr(room, key) for key in ROOM} for room in event.rooms],
        [{key: _local(getattr(slot, key), event) for key in SLOT} for slot in event.slots],
        [{key: getattr(topic, key) for key in TOPIC} for topic in event.topics], told))


def _local(value, event: Event):
    return clock.local(value, event.time_zone) if isinstance(value, datetime) else value


@brings_back(NAME)
def bring_in_event(actor: Person, event: Event, data: bytes, at: datetime) -> Report | None:
    """Make the event what the file says: its words, days, rooms, slots, topics, pitches and grid. Who may read and write, the
    attribution rule and the web address stay those of the event. All of it, or nothing.

    An event with pitches keeps what it has. None for a file that is not ours.
    """
    require(policy.can_import(actor, event), ORGANISERS_ONLY)
    try:
        file = event_file.read(data)
    except BadEventFile as problem:
        return Report(NAME, FAILED, warnings=[str(problem)])
    if file is None:
        return None
    if db.session.scalar(select(exists().where(Pitch.event_id == event.id))):
        return Report(NAME, SKIPPED, file.event["name"], warnings=[NOT_EMPTY])
    with sure_of(actor, event):
        event.rooms, event.slots = [], []
        db.session.flush()
        events.edit_event(actor, event, at=at, **file.event)
        rooms, slots = _lay_out(actor, event, file)
        wanted: dict[Session, Standing] = {}
        guids: set[str] = set()
        for said in file.pitches:
            _bring_in_pitch(actor, event, said, rooms, slots, wanted, guids, at)
        _arrange(actor, event, wanted, at)
    sessions = sum(len(said["sessions"]) for said in file.pitches)
    return Report(NAME, NEW, event.name, recognised=[
        f"{len(rooms)} rooms, {len(slots)} slots, {len(file.pitches)} pitches, {sessions} sessions."])


def _lay_out(actor: Person, event: Event, file: EventFile) -> tuple[dict[str, Room], list[Slot]]:
    rooms = {}
    for said in file.rooms:
        name = " ".join(said["name"].split())[:60].rstrip()
        if not name or name.casefold() in rooms:
            raise Invalid("Two rooms of the file have the same name, or one has none.")
        said = {**said, "name": name, "floor": said["floor"][:40], "equipment": said["equipment"][:200],
                "notes": said["notes"][:300], "seats": said["seats"] or None,
                "number": (said["number"] or None) if said["for_sessions"] else None}
        rooms[name.casefold()] = events.add_room(actor, event, **said)
    slots = []
    for said in file.slots:
        if said["kind"] not in ("session", "break", "plenary") or (said["ends_at"] and (
                not said["starts_at"] or said["ends_at"] <= said["starts_at"])):
            raise Invalid("A slot of the file is of no kind there is, or ends before it starts.")
        slots.append(events.add_slot(actor, event, **{
            **said, "label": said["label"][:60], "notes": said["notes"][:300],
            "number": (said["number"] or None) if said["kind"] == SESSION_SLOT else None}))
    save_topics(actor, event, [TopicRow(topic.id, topic.name, remove=True) for topic in event.topics])
    save_topics(actor, event, [TopicRow(None, name, said["about"][:300]) for said in file.topics
                               if (name := " ".join(said["name"].split())[:TOPIC_LENGTH])])
    return rooms, slots


def _bring_in_pitch(actor: Person, event: Event, said: dict, rooms: dict[str, Room], slots: list[Slot],
                    wanted: dict[Session, Standing], guids: set[str], at: datetime) -> None:
    known = {topic.key: topic for topic in event.topics}
    pitch = pitches.pitch(actor, event, title=said["title"], about=said["about"] if len(said["about"]) <= ABOUT_LENGTH else "",
                          leaders=said["leaders"][:200], step_free=said["step_free"], at=at)
    pitch.about = pitch.about or said["about"][:ABOUT_MERGED_LENGTH]  # a merged pitch says more than others may
    pitch.topics = _sorted({known[key].id: known[key] for name in said["topics"] if (key := name.casefold()) in known})
    pitch.hands = said["hands"]
    run = 0
    for one in sorted(said["sessions"], key=lambda each: each["run"]):
        run = max(run + 1, one["run"])
        if one["guid"] in guids:
            raise Conflict("Two sessions of the file are called by the same guid.")
        guids |= {one["guid"]} - {""}
        session = grid.open_session(actor, pitch, fresh=True, guid=one["guid"][:200], run=run, at=at)
        session.pinned = one["pinned"]
        room, place = rooms.get(one["room"].casefold()), one["slot"]
        if one["room"] and (room is None or place is None or not 0 < place <= len(slots)):
            raise Conflict(f"“{pitch.title}” is in a room or a slot that the file does not have.")
        standing = Standing(room, slots[place - 1] if room else None, 2 if one["length"] == 2 else 1, one["cancelled"][:200])
        if standing != Standing():
            wanted[session] = standing
    if said["withdrawn"]:
        pitches.withdraw(actor, pitch, at=at)


def _sorted(topics: dict[int, Topic]) -> list[Topic]:
    return [topics[number] for number in sorted(topics)]


def _arrange(actor: Person, event: Event, wanted: dict[Session, Standing], at: datetime) -> None:
    taken: dict[tuple[int, int], Session] = {}
    for session, standing in wanted.items():
        for room, slot in cells_of(event, standing):
            check_cell(room, slot)
            if (room.id, slot.id) in taken:
                other = taken[room.id, slot.id].pitch.title
                raise Conflict(f"“{session.pitch.title}” and “{other}” are in one place in the file.")
            taken[room.id, slot.id] = session
    if wanted:
        change(actor, event, ARRANGED, wanted, f"brought the grid back from a file: {len(wanted)} sessions", at)
