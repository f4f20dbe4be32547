"""Taking somebody's names and addresses out of shared texts: what they wrote stays as part of the record, and nobody's.

Where their name or address stood in a text they had a part in, at any moment of its history, its log is begun anew
(`documents/anew.py`), so that neither an earlier version nor the log says it. An address goes from every text.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from app.documents import log
from app.documents import queries as documents
from app.documents.anew import begin_anew, hold
from app.documents.beside import beside
from app.documents.crdt import Malformed, Open
from app.documents.models import Document, DocumentUpdate, Revision
from app.events.versions import count_change
from app.exchange.forgetting import forget_books, forget_files
from app.followups.models import FollowUp, FollowUpPerson, Post
from app.grid.models import Session
from app.infra import db, findable, live
from app.notes.models import Note, NoteTaker, WasThere
from app.pitches.models import Leader
from app.privacy.traces import Traces

REMARK = "A name was taken out"
REPLAYED = 20_000  # updates of a log that are looked through; a longer one is begun anew unseen


def take_out(traces: Traces, at: datetime) -> list[int]:
    """Take the names out of the texts they had a part in, and the addresses out of all. The ids of those that were begun anew."""
    theirs = _theirs(traces.person_id)
    changed = []
    for document_id in sorted(theirs | _with_address(traces)):
        document = db.session.get(Document, document_id)
        if document is not None and _take_out(document, traces, names=document_id in theirs, at=at):
            changed.append(document_id)
    return changed


def of_conversation(followup: FollowUp) -> None:
    """Forget the shared note of a conversation that is about to be gone."""
    document_id, followup.document_id = followup.document_id, None
    if document_id is not None:
        db.session.flush()
        db.session.delete(db.session.get(Document, document_id))


def _theirs(person_id: int) -> set[int]:
    """The texts they wrote in, took notes of, led the session of, were in the conversation of (6 statements)."""
    took = [select(NoteTaker.session_id).where(NoteTaker.person_id == person_id),
            select(WasThere.session_id).where(WasThere.person_id == person_id)]
    statements = [
        select(DocumentUpdate.document_id).where(DocumentUpdate.by_id == person_id).distinct(),
        select(Revision.document_id).where(Revision.by_id == person_id).distinct(),
        *(select(Note.document_id).where(Note.session_id.in_(sessions)) for sessions in took),
        select(Note.document_id).join(Session, Session.id == Note.session_id).join(Leader, Leader.pitch_id == Session.pitch_id)
        .where(Leader.person_id == person_id),
        select(FollowUp.document_id).where(FollowUp.document_id.is_not(None), or_(
            FollowUp.id.in_(select(FollowUpPerson.followup_id).where(FollowUpPerson.person_id == person_id)),
            FollowUp.id.in_(select(Post.followup_id).where(Post.person_id == person_id)))),
    ]
    return {one for statement in statements for one in db.session.scalars(statement)}


def _with_address(traces: Traces) -> set[int]:
    found: set[int] = set()
    for address in traces.addresses:
        found |= set(db.session.scalars(select(Document.id).where(Document.text.icontains(address, autoescape=True))))
        found |= set(db.session.scalars(select(Revision.document_id).where(Revision.text.icontains(address, autoescape=True))))
        found |= set(db.session.scalars(select(Note.document_id).where(Note.imported_text.icontains(address, autoescape=True))))
    return found


def _take_out(document: Document, traces: Traces, *, names: bool, at: datetime) -> bool:
    hold(document)
    note = db.session.scalar(select(Note).where(Note.document_id == document.id))
    touched = note is not None and _imported(note, traces, names)
    revisions = list(db.session.scalars(select(Revision).where(Revision.document_id == document.id)))
    text = documents.text_of(document)
    now, *before = beside(_without_all, traces, [text, *(revision.text for revision in revisions)], names)
    same = now == text and all(old == revision.text for old, revision in zip(before, revisions, strict=True))
    if not same or _log_says(document, traces, names):
        newest = begin_anew(document, now, at, stays=dict(zip((r.number for r in revisions), before, strict=True)), remark=REMARK)
        _tell(document, note, newest.number)
        return True
    if touched:
        _tell(document, note, document.revision)
    return touched


def _without_all(traces: Traces, texts: Sequence[str], names: bool) -> list[str]:
    return [traces.without(text, names=names) for text in texts]


def _imported(note: Note, traces: Traces, names: bool) -> bool:
    """What was brought in with the notes: who was there, the text as it came, and the files it came in."""
    present = [name for name in note.present if not traces.stands_in(name, names=names)]
    text = traces.without(note.imported_text, names=names) if note.imported_text is not None else None
    changed = (present, text) != (note.present, note.imported_text)
    note.present, note.imported_text = present, text
    return changed


def _log_says(document: Document, traces: Traces, names: bool) -> bool:
    """Whether the names or addresses stood in the text at some moment, though in none of its versions."""
    if document.seq > REPLAYED:
        return True
    wanted = [one.casefold() for one in traces.needles(names=names)]
    return bool(wanted) and beside(_said, [data for _seq, data in log.updates_after(document.id, 0)], wanted)


def _said(updates: Iterable[bytes], wanted: Sequence[str]) -> bool:
    replayed = Open()
    for update in updates:
        try:
            replayed.apply(update)
        except Malformed:
            continue
        text = replayed.text.casefold()
        if any(one in text for one in wanted):
            return True
    return False


def _tell(document: Document, note: Note | None, revision: int) -> None:
    if note is not None:
        session = note.session
        count_change(session.event, nudge=False)
        forget_files(session)
        forget_books(session)
        findable.forget("session", session.id)
        topic = f"note:{session.id}"
        db.after_commit(lambda: live.publish(topic, revision))
        return
    followup = db.session.scalar(select(FollowUp).where(FollowUp.document_id == document.id))
    if followup is not None:
        followup.version += 1
        findable.forget("followup", followup.id)
        topic, version = f"followup:{followup.id}", followup.version
        db.after_commit(lambda: live.publish(topic, version))
