"""What is findable of each thing, read from the rooms: the rows of `search_entry` as they should be now.

A thing is named by its key, kind and id: "session:12". What has no row here is not findable: a pitch that was withdrawn,
became part of another, or became a session (which is found instead). Every function takes a fixed number of SQL statements
however many things it is asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import exists, select

from app.boards.models import Board
from app.documents.models import Document
from app.events.models import LIVE, READ_ALL, Event, Room, Series, Slot
from app.followups.models import ASK, HOST, OFFER, FollowUp, FollowUpPerson, Offer
from app.followups.models import OPEN as STILL_OPEN
from app.grid.models import Placement, Session
from app.infra import db
from app.notes import policy as notes_policy
from app.notes.models import Note, NoteTaker
from app.pitches.models import MERGED, OPEN, UNMERGED, Leader, Pitch
from app.search import gather_boards, gather_followups
from app.search.engine import ALL, HOLDERS, OTHERS
from app.search.models import SearchEntry
from app.search.row import Row, grouped, key_of, lines, topics_of
from app.search.snippets import plain


def _keys(session_id: int, notes_readers: str) -> set[str]:
    """All the keys that a session may have at an event where these read the notes."""
    may = (ALL,) if notes_readers == READ_ALL else (ALL, HOLDERS, OTHERS)
    return {key_of("session", session_id, readers) for readers in may}


def affected(things: Iterable[tuple[str, int]]) -> list[str]:
    """The keys of all that may have to be found differently when `things` (kind and id, see `infra.findable`) changed.

    An event is always looked at whole: its year and its tag are found with everything in it.
    """
    asked: dict[str, set[int]] = defaultdict(set)
    for kind, thing_id in things:
        asked[kind].add(thing_id)
    whole = asked.pop("whole event", set()) | asked.pop("event", set())
    found = {(kind, one) for kind, ids in asked.items() for one in ids}
    sessions = set(asked["session"])
    found -= {("offer", one) for one in asked["offer"]} | {("ask", one) for one in asked["ask"]}
    offered = asked["offer"] | asked["ask"]
    asked["followup"] |= set(db.session.scalars(select(Offer.followup_id).where(Offer.id.in_(offered)))) if offered else set()
    found |= {("followup", one) for one in asked["followup"]}
    for ids, statement in (
            (asked["pitch"], select(Session.id).where(Session.pitch_id.in_(asked["pitch"]))),
            (asked["followup"], select(FollowUp.session_id).where(FollowUp.id.in_(asked["followup"]),
                                                                  FollowUp.session_id.is_not(None))),
            (whole, select(Session.id).where(Session.event_id.in_(whole)))):
        if ids:
            sessions.update(db.session.scalars(statement))
    # Whatever is said of a board changes what is found of each of its insights; a note that is saved hardly ever does.
    found |= gather_boards.of_boards(Board.id.in_(asked["board"])) if asked["board"] else set()
    if asked["pitch"]:
        found |= gather_boards.of_boards(Board.session_id.in_(select(Session.id).where(Session.pitch_id.in_(asked["pitch"]))))
    found |= gather_boards.of_sessions(sessions) if sessions and not whole else set()
    found |= gather_boards.of_events(whole) if whole else set()
    variants: set[str] = set()
    for session_id, pitch_id, notes_readers in db.session.execute(
            select(Session.id, Session.pitch_id, Event.notes_readers).join(Event, Event.id == Session.event_id)
            .where(Session.id.in_(sessions))) if sessions else ():
        found |= {("session", session_id), ("pitch", pitch_id)}
        variants |= _keys(session_id, notes_readers)
    found |= gather_followups.concerned(found)
    if whole:
        found |= {("followup", one) for one in db.session.scalars(select(FollowUp.id).where(FollowUp.event_id.in_(whole)))}
    keys = gather_boards.variants(one for one in found if one[0] != "followup") | variants
    keys |= gather_followups.keys_of(one for kind, one in found if kind == "followup")
    keys |= {key_of(kind, one, readers) for one in offered for kind in (OFFER, ASK) for readers in gather_followups.OF_OFFERS}
    if whole:
        keys |= {key_of("event", event_id) for event_id in whole}
        keys |= {key_of("pitch", one) for one in db.session.scalars(select(Pitch.id).where(Pitch.event_id.in_(whole)))}
        keys |= set(db.session.scalars(select(SearchEntry.key).where(SearchEntry.event_id.in_(whole))))
    return sorted(keys)


def everything() -> list[str]:
    """The key of everything there is, findable or not."""
    apart = db.session.scalars(select(Session.id).join(Event, Event.id == Session.event_id)
                               .where(Event.notes_readers != READ_ALL).order_by(Session.id))
    return [key_of(kind, thing_id) for kind, column in
            (("event", Event.id), ("pitch", Pitch.id), ("session", Session.id))
            for thing_id in db.session.scalars(select(column).order_by(column))
            ] + [key_of("session", thing_id, readers) for thing_id in apart for readers in (HOLDERS, OTHERS)
                 ] + [*gather_boards.everything(), *gather_followups.everything()]


def rows(keys: Iterable[str]) -> dict[str, Row]:
    """The rows of those of `keys` that are findable, by key."""
    keys = set(keys)
    asked = {(kind, int(thing_id)) for kind, thing_id, *_ in (key.split(":") for key in keys)}
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, thing_id in sorted(asked):
        ids[kind].append(thing_id)
    found = [*_events(ids["event"]), *_pitches(ids["pitch"]), *_sessions(ids["session"]),
             *gather_followups.rows(ids), *gather_boards.rows(ids)]
    return {row.key: row for row in found if row.key in keys}


def _events(ids: Sequence[int]) -> Iterable[Row]:
    if not ids:
        return
    for event, series in db.session.execute(
            select(Event, Series).join(Series, Series.id == Event.series_id).where(Event.id.in_(ids))):
        about = [series.name, f"#{event.hashtag}" if event.hashtag else "", event.venue, plain(event.about)]
        yield Row(key_of("event", event.id), "event", event.id, series.id, event.year, event.name, lines(about))


def _pitches(ids: Sequence[int]) -> Iterable[Row]:
    """Open pitches that are not sessions."""
    if not ids:
        return
    found = db.session.execute(
        select(Pitch, Event.series_id, Event.starts_on).join(Event, Event.id == Pitch.event_id)
        .outerjoin(Session, Session.pitch_id == Pitch.id)
        .where(Pitch.id.in_(ids), Pitch.state == OPEN, Session.id.is_(None))).all()
    leaders, topics = _leaders(p.id for p, *_ in found), topics_of(p.id for p, *_ in found)
    for pitch, series_id, starts_on in found:
        yield Row(key_of("pitch", pitch.id), "pitch", pitch.event_id, series_id, starts_on.year, pitch.title, plain(pitch.about),
                  topics=topics[pitch.id], leaders=leaders[pitch.id])


def _sessions(ids: Sequence[int]) -> Iterable[Row]:
    """Sessions with their notes. One that was merged away is found by its notes, if it has any: its page goes on.

    Notes that not everybody may read are kept apart from what others find of the session.
    """
    if not ids:
        return
    found = db.session.execute(
        select(Session.id, Session.event_id, Session.cancelled, Pitch, Event.series_id, Event.starts_on, Event.hashtag,
               Event.note_template, Room.name, Room.number, Slot.number, Document.text,
               notes_policy.open_to_all())
        .join(Pitch, Pitch.id == Session.pitch_id).join(Event, Event.id == Session.event_id)
        .outerjoin(Placement, (Placement.session_id == Session.id) & (Placement.part == 1) & (Event.grid_state == LIVE))
        .outerjoin(Room, Room.id == Placement.room_id)
        .outerjoin(Slot, Slot.id == Placement.slot_id).outerjoin(Note, Note.session_id == Session.id)
        .outerjoin(Document, Document.id == Note.document_id)
        .where(Session.id.in_(ids), Pitch.state.in_((OPEN, MERGED, UNMERGED)))).all()
    leaders, topics = _leaders(row[3].id for row in found), topics_of(row[3].id for row in found)
    note_takers, looking = _note_takers(row[0] for row in found), _looking(row[0] for row in found)
    for (session_id, event_id, cancelled, pitch, series_id, starts_on, hashtag, template, room, room_number, slot_number,
         text, open_to_all) in found:
        notes = "" if text is None or text.strip() == template.strip() else plain(text)
        if pitch.state != OPEN and not notes:
            continue
        code = f"s{slot_number}r{room_number}" if room_number and slot_number else ""
        for readers in (ALL,) if open_to_all or not notes else (HOLDERS, OTHERS) if pitch.state == OPEN else (HOLDERS,):
            said = [f"Cancelled: {cancelled}" if cancelled else "", plain(pitch.about), notes if readers != OTHERS else "",
                    code and (f"#{hashtag}{code}" if hashtag else code)]
            yield Row(key_of("session", session_id, readers), "session", event_id, series_id, starts_on.year, pitch.title,
                      lines(said), topics=topics[pitch.id], rooms=(room,) if room else (), leaders=leaders[pitch.id],
                      note_takers=note_takers[session_id], looking_for_host=session_id in looking, readers=readers)


def _leaders(pitch_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    return grouped(db.session.execute(select(Leader.pitch_id, Leader.name).where(Leader.pitch_id.in_(list(pitch_ids)))
                                       .order_by(Leader.pitch_id, Leader.position)))


def _note_takers(session_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    return grouped(db.session.execute(select(NoteTaker.session_id, NoteTaker.name)
                                       .where(NoteTaker.session_id.in_(list(session_ids))).order_by(NoteTaker.id)))


def _looking(session_ids: Iterable[int]) -> set[int]:
    """Those sessions whose conversation looks for a host."""
    hosted = exists().where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part == HOST)
    return set(db.session.scalars(select(FollowUp.session_id).where(
        FollowUp.session_id.in_(list(session_ids)), FollowUp.state == STILL_OPEN, ~hosted)))
