"""What rows that are taken out call the things they point to: names instead of numbers.

A private pledge and what it began are called nothing, but by who made it; nor is an insight that was taken out.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Column, Row, select

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import SHOWN, Insight
from app.boards.models import Board, Group
from app.events.models import Event, Room, Series, Slot
from app.followups.models import FollowUp
from app.grid.models import Session
from app.infra import db
from app.notes.models import Note
from app.pitches.models import Pitch
from app.rounds.models import Round

CLOSED = "(not open to you)"
NAMES = {"event": Event.name, "series": Series.name, "pitch": Pitch.title, "room": Room.name, "board": Board.title,
         "board_group": Group.name, "idea": Idea.name, "round": Round.name, "person": Person.name}


def heading(column: Column) -> str:
    """What a column is called: without the `_id` where names stand in it."""
    return column.name.removesuffix("_id").replace("_", " ") if _table_of(column) else column.name.replace("_", " ")


def of(columns: Sequence[Column], rows: Sequence[Row], person: Person) -> Callable[[Column, object], object]:
    """A function that says a value of one of `columns`, after one statement for each kind of thing that `rows` point to."""
    wanted: dict[str, set[int]] = {}
    for place, column in enumerate(columns):
        kind = _table_of(column)
        if kind:
            wanted.setdefault(kind, set()).update(row[place] for row in rows if row[place] is not None)
    names = {kind: _names(kind, ids, person) for kind, ids in wanted.items()}

    def say(column: Column, value: object) -> object:
        kind = _table_of(column)
        if value is not None and kind:
            return "you" if kind == "person" and value == person.id else names[kind].get(value, value)
        return value.isoformat() if isinstance(value, date | datetime) else value

    return say


def of_documents(ids: Iterable[int], person: Person) -> dict[int, str]:
    """What each of these shared texts belongs to (3 statements)."""
    ids = list(ids)
    found = dict(db.session.execute(select(Note.document_id, Pitch.title).join(Session, Session.id == Note.session_id)
                                    .join(Pitch, Pitch.id == Session.pitch_id).where(Note.document_id.in_(ids))).all())
    talks = dict(db.session.execute(select(FollowUp.id, FollowUp.document_id).where(FollowUp.document_id.in_(ids))).all())
    return found | {talks[one]: name for one, name in _names("followup", talks, person).items()}


def _table_of(column: Column) -> str | None:
    key = next(iter(column.foreign_keys), None)
    return key.column.table.name if key is not None and key.column.table.name in {
        *NAMES, "session", "followup", "insight", "pledge", "slot"} else None


def _names(kind: str, ids: Iterable[int], person: Person) -> dict[int, str]:
    ids = list(ids)
    if not ids:
        return {}
    if kind in NAMES:
        key = NAMES[kind].class_.id
        return dict(db.session.execute(select(key, NAMES[kind]).where(key.in_(ids))).all())
    if kind == "session":
        return dict(db.session.execute(select(Session.id, Pitch.title).join(Pitch, Pitch.id == Session.pitch_id)
                                       .where(Session.id.in_(ids))).all())
    if kind == "slot":
        return {one: label or f"session {number}" for one, number, label in db.session.execute(
            select(Slot.id, Slot.number, Slot.label).where(Slot.id.in_(ids)))}
    if kind == "insight":
        return {one: text if state == SHOWN else CLOSED for one, text, state in db.session.execute(
            select(Insight.id, Insight.text, Insight.state).where(Insight.id.in_(ids)))}
    if kind == "pledge":
        return {one.id: _pledge(one, person) for one in db.session.scalars(select(Pledge).where(Pledge.id.in_(ids)))}
    return {one.id: _conversation(one, person) for one in db.session.scalars(select(FollowUp).where(FollowUp.id.in_(ids)))}


def _pledge(pledge: Pledge, person: Person) -> str:
    return pledge.text if pledge.person_id == person.id or pledge.shown == PUBLIC_PLEDGE else CLOSED


def _conversation(followup: FollowUp, person: Person) -> str:
    if followup.pledge is not None and _pledge(followup.pledge, person) == CLOSED:
        return CLOSED
    if followup.insight is not None and followup.insight.state != SHOWN and not followup.question:
        return CLOSED
    return followup.called
