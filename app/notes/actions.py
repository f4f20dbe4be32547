"""Writing notes and taking them. Under the Chatham House Rule (the default) no author is given to the document at all."""

from collections.abc import Iterable
from datetime import datetime

from app.accounts.models import Person
from app.documents import actions as documents
from app.documents import queries as document_queries
from app.documents.actions import Saved
from app.errors import Conflict, Invalid, require
from app.events.versions import count_change
from app.grid.models import Session
from app.infra import db, findable, live
from app.notes import policy, reminding, wanted
from app.notes.beginning import begun
from app.notes.models import Note, NoteTaker
from app.notes.policy import FOR_HOLDERS
from app.notes.queries import FIRST, existing_note, note_of, note_takers_of

NAME_LENGTH = 100


def save(actor: Person | None, session: Session, *, text: str, base_revision: int | str, at: datetime) -> Saved:
    """Somebody who was shown `base_revision` (0: the event's template) made `text` of it.

    What others wrote meanwhile is merged in. Raises MergeConflict where both changed the same words, and Invalid for `text`
    or a `base_revision` that cannot be used. Saving the template as it was makes no note.
    """
    require(policy.can_write(actor, session, at), policy.who_writes(session.event, at))
    at = policy.kept_moment(session.event, at)
    note, base_revision = note_of(session), base_revision if str(base_revision) != "0" else 0
    if note is None:
        if base_revision != 0:
            raise Invalid("These notes have no such revision to go back to. Copy your text, reload the page and paste it there.",
                          "base_revision")
        template = documents.kept(session.event.note_template)
        if documents.kept(text) == template:
            return Saved(0, template, merged=False, changed=False)
        note = begun(session, at)
    saved = documents.save(note.document, text, base_revision or FIRST, at, _author(actor, session))
    if saved.changed:
        _tell(session, saved.revision)
    return saved


def revert(actor: Person | None, session: Session, *, number: int | str, base_revision: int | str, at: datetime) -> Saved:
    """Bring the text of revision `number` back as a new revision, for somebody who was shown `base_revision`.

    What was written since `base_revision` stays, or raises MergeConflict. Raises NotFound when there is no such revision.
    """
    require(policy.can_write(actor, session, at), policy.who_writes(session.event, at))
    at = policy.kept_moment(session.event, at)
    document = existing_note(session).document
    text = document_queries.text_at(document, number)
    remark = f"Restored from revision {number}" if str(number).isdigit() else "Restored from a moment between two versions"
    saved = documents.save(document, text, base_revision or FIRST, at, _author(actor, session), remark)
    if saved.changed:
        _tell(session, saved.revision)
    return saved


def begin(actor: Person | None, session: Session, *, at: datetime) -> Note:
    """The session's note, begun from the event's template if nobody has: for somebody who opens it to write."""
    require(policy.can_write(actor, session, at), policy.who_writes(session.event, at))
    return note_of(session) or begun(session, at)


def take_notes(actor: Person | None, session: Session, *, at: datetime) -> NoteTaker:
    """I'll take notes. Saying so twice is saying so once; a name brought in that is the actor's own becomes theirs."""
    require(policy.can_take_notes(actor, session), policy.FOR_TAKING)
    takers = note_takers_of(session)
    taker = next((t for t in takers if t.person_id == actor.id), None)
    if taker is not None:
        return taker
    taker = next((t for t in takers if t.person_id is None and t.name.casefold() == actor.name.casefold()), None)
    if taker is None:
        taker = NoteTaker(session_id=session.id, name=actor.name, since=at)
        db.session.add(taker)
    taker.person_id = actor.id
    db.session.flush()
    wanted.take_back_nudges(session, at)
    reminding.plan(session.event, at)
    _tell(session, _revision_of(session), nudge_grid=True)
    return taker


def stop_taking_notes(actor: Person | None, session: Session, *, at: datetime) -> None:
    """No longer take notes; nothing that was written changes."""
    require(policy.can_stop_taking_notes(actor, session), FOR_HOLDERS)
    own = [taker for taker in note_takers_of(session) if taker.person_id == actor.id]
    for taker in own:
        db.session.delete(taker)
    if own:
        db.session.flush()
        wanted.plan(session.event, at)
        _tell(session, _revision_of(session), nudge_grid=True)
        access = f"access:{session.event_id}"  # where note-takers write, the editor of one who stops is closed
        db.after_commit(lambda: live.publish(access, 0))


def bring_in(actor: Person | None, session: Session, *, text: str, note_takers: Iterable[str], present: Iterable[str],
             remark: str, at: datetime) -> Saved:
    """Notes from a file. `remark` is kept with the revision and says which file it was: the same for the same file.

    A newer version of the file is merged with what people wrote here since the last; the same version changes nothing.
    Raises Conflict where the two changed the same words, and where there are notes that did not come from this file. Names
    of who was present are not kept under the Chatham House Rule.
    """
    require(policy.can_bring_in(actor, session), "Only organisers bring notes in.")
    at = policy.kept_moment(session.event, at)
    text, remark = documents.kept(text), remark[:200]
    note = note_of(session)
    before = _revision_of(session)
    if note is None:
        note = begun(session, at)
    saved = _saved_import(note, text, _author(actor, session), remark, at)
    note.imported_text, note.imported_as = text, remark
    here = _names(present) if policy.names_people(session.event) else []
    named = _name_note_takers(session, _names(note_takers), at)
    if here != note.present:
        note.present = here
        named = True
    db.session.flush()
    if named or saved.revision != before:
        _tell(session, saved.revision)
    return saved


def _saved_import(note: Note, text: str, by: Person | None, remark: str, at: datetime) -> Saved:
    document = note.document
    if document.text == text:
        return Saved(document.revision, text, merged=False, changed=False)
    first = document_queries.revision(document, FIRST).text
    if document.text in (first, ""):
        return documents.save(document, text, document.revision, at, by, remark)
    if note.imported_text is None or note.imported_as != remark:
        raise Conflict("This session has other notes already. They were left as they are.")
    try:
        return documents.save_upon(document, note.imported_text, text, at, by, remark)
    except documents.MergeConflict as clash:
        raise Conflict("The file and the notes here were changed in the same places. The notes were left as they are.") from clash


def _author(actor: Person | None, session: Session) -> Person | None:
    return actor if policy.names_people(session.event) else None


def _names(names: Iterable[str]) -> list[str]:
    """`names` as they are kept: on one line, not too long, each once."""
    found: dict[str, str] = {}
    for name in names:
        tidy = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:NAME_LENGTH].strip()
        if tidy:
            found.setdefault(tidy.casefold(), tidy)
    return list(found.values())


def _name_note_takers(session: Session, names: list[str], at: datetime) -> bool:
    known = {taker.name.casefold() for taker in note_takers_of(session)}
    new = [name for name in names if name.casefold() not in known]
    db.session.add_all(NoteTaker(session_id=session.id, name=name, since=at) for name in new)
    return bool(new)


def _revision_of(session: Session) -> int:
    note = note_of(session)
    return note.document.revision if note else 0


def _tell(session: Session, revision: int, *, nudge_grid: bool = False) -> None:
    topic = f"note:{session.id}"
    count_change(session.event, nudge=nudge_grid)  # the grid shows which sessions still need a note-taker
    findable.changed("session", session.id)
    db.after_commit(lambda: live.publish(topic, revision))
