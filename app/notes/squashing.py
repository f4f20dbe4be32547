"""Under the Chatham House Rule a note's history is made one, so that nobody can be told by what came when.

What is left is the template and the text, in one update by a client that never wrote: no earlier version, also none that somebody
gave a name, and no order in which things were written. Done when the time to tidy is over, when the notes are published, when
writing closes, and when the event's rule changes; once more when somebody wrote after that and has been still for an hour or two.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.documents import queries as documents
from app.documents.anew import begin_anew, hold
from app.documents.models import Document, DocumentUpdate, Redaction, Revision
from app.events.models import CHATHAM_HOUSE, Event
from app.events.watched import before_set_up
from app.grid.models import Session
from app.infra import clock, db, findable, jobs, scrub
from app.notes import policy
from app.notes.models import Note, Picture, WasThere
from app.notes.queries import FIRST
from app.notes.tidying import ends_at

log = logging.getLogger(__name__)

JOB = "notes.squash"
EVERY = timedelta(minutes=10)
STILL = timedelta(hours=2)  # since the hour of the last change, before a history that was made one is made one again
STRIPPED = "Names were taken out of the history"


def squash(event: Event, note: Note, *, at: datetime) -> bool:
    """Make the history of the event's note one; whether there was anything to do. Nothing where notes name people."""
    return not policy.names_people(event) and _squash(note, at)


def squash_all(event: Event, notes: Iterable[Note], *, at: datetime) -> int:
    """As `squash`, for several notes of an event; how many that were."""
    return sum(squash(event, note, at=at) for note in notes)


def due_at(event: Event) -> datetime:
    """From when on the histories of the event's notes are made one: the time to tidy is over, or writing has closed."""
    tidied = ends_at(event) + timedelta(hours=event.notes_tidy_hours)
    return tidied if event.notes_close_at is None else min(tidied, event.notes_close_at)


def due_now(at: datetime) -> list[tuple[Event, Note]]:
    """The notes whose history is to be made one (2 statements, one more for each event that may be due)."""
    events = [event for event in db.session.scalars(
        select(Event).where(Event.attribution == CHATHAM_HOUSE, Event.starts_on <= at.date() + timedelta(days=1),
                            exists().where(Session.event_id == Event.id, Note.session_id == Session.id, _grown())))
        if due_at(event) <= at]
    by_id = {event.id: event for event in events}
    last = (select(func.max(DocumentUpdate.at)).where(DocumentUpdate.document_id == Note.document_id).scalar_subquery())
    rows = db.session.execute(
        select(Note, Session.event_id).join(Session, Session.id == Note.session_id)
        .where(Session.event_id.in_(by_id), _grown(), Note.squashed_at.is_(None) | (last <= at - STILL))
        .order_by(Note.session_id).options(joinedload(Note.document)))
    return [(by_id[event_id], note) for note, event_id in rows]


@jobs.at_start
def begin() -> None:
    """See to it that the job is waiting; from then on it asks for itself again."""
    with db.transaction():
        jobs.enqueue_once(JOB, {}, clock.now())


@jobs.handles(JOB, batch=100)
def squash_due(_payloads: list[dict]) -> None:
    """Make those histories one that are due, each in a transaction of its own, and look again in ten minutes."""
    with db.transaction():
        jobs.enqueue_once(JOB, {}, clock.now() + EVERY)
    ids = [(event.id, note.session_id) for event, note in due_now(clock.now())]
    db.session.rollback()
    for event_id, session_id in ids:
        try:
            with db.transaction() as session:
                squash(session.get_one(Event, event_id), session.get_one(Note, session_id), at=clock.now())
        except Exception:  # the others' histories are to be made one all the same; this one is tried again
            log.exception("the history of the notes of session %s could not be made one", session_id)


@before_set_up
def look(_actor: Person, event: Event, at: datetime) -> Callable[[], None]:
    """When the rule changes: switched on, what was kept of people goes; switched off, nothing from before is left to name."""
    was = event.attribution

    def change() -> None:
        if event.attribution == was:
            return
        for note in _notes_of(event):
            if event.attribution == CHATHAM_HOUSE:
                _strip(note)
            else:
                _squash(note, at)
        scrub.ask()

    return change


def _squash(note: Note, at: datetime) -> bool:
    document = note.document
    hold(document)
    updates = db.session.scalar(select(func.count()).where(DocumentUpdate.document_id == document.id))
    note.squashed_at = at
    if updates == 1 and documents.how_many_revisions(document) <= 2:
        return False
    first, when = documents.revision(document, FIRST), _hour(documents.newest_revision(document).at)
    begin_anew(document, documents.text_of(document), when, stays={FIRST: first.text})
    _even_out(document, note)
    findable.changed("session", note.session_id)
    scrub.ask()
    return True


def _strip(note: Note) -> None:
    """Take out who wrote, and when within the hour; versions stay. Browsers that wrote under names begin anew, too."""
    document = note.document
    hold(document)
    kept = {revision.number: revision.text for revision in db.session.scalars(
        select(Revision).where(Revision.document_id == document.id))}
    when = _hour(documents.newest_revision(document).at)
    begin_anew(document, documents.text_of(document), when, stays=kept, remark=STRIPPED)
    _even_out(document, note)
    note.present = []
    db.session.execute(delete(WasThere).where(WasThere.session_id == note.session_id))
    findable.changed("session", note.session_id)


def _even_out(document: Document, note: Note) -> None:
    """What is left names nobody, and says the hour only."""
    for table in (Revision, Redaction):
        for row in db.session.scalars(select(table).where(table.document_id == document.id)):
            row.at = _hour(row.at)
            if table is Revision:
                row.by_id = None
    for picture in db.session.scalars(select(Picture).where(Picture.session_id == note.session_id)):
        picture.at, picture.by_id = _hour(picture.at), None
    document.created_at, note.created_at = _hour(document.created_at), _hour(note.created_at)
    db.session.flush()


def _notes_of(event: Event) -> list[Note]:
    return list(db.session.scalars(select(Note).join(Session, Session.id == Note.session_id).where(Session.event_id == event.id)
                                   .order_by(Note.session_id).options(joinedload(Note.document))))


def _grown():
    """As a condition on `Note`: its history has not been made one, or it has more than one update again."""
    # (Both speak of the note of the statement around them, also two levels up.)
    newest = select(Document.seq).where(Document.id == Note.document_id).correlate(Note).scalar_subquery()
    earlier = exists().where(DocumentUpdate.document_id == Note.document_id, DocumentUpdate.seq < newest).correlate(Note)
    return Note.squashed_at.is_(None) | earlier


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
