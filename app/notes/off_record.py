"""Off the record: a passage goes from a session's notes and from everything that is kept of them.

From the text, every version of it, the log of changes, the snapshot, what was imported, pictures' words, and search; pictures
that only the passage showed go with it. What stays is that something was taken out, and when. Rooms further down that keep a
copy of notes register what forgets theirs (`when_off_record`), or takes the words out of it (`when_words_go`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.documents import queries as documents
from app.documents.anew import begin_anew, hold
from app.documents.beside import beside
from app.documents.models import TEXT_BYTES, Document, Redaction, Revision
from app.documents.redacting import Likeness, cut, joined, places_of, says_anything, without
from app.documents.words import says_something, words_of
from app.errors import Conflict, Invalid, NotFound, require
from app.events.versions import count_change
from app.grid.models import Session
from app.infra import db, findable, live, scrub
from app.notes import picture_actions, picture_queries, policy
from app.notes.models import Note
from app.notes.queries import existing_note, note_of

REMARK = "A passage was taken off the record"
WORDS_ENOUGH = 3  # fewer words are taken out only where they stand once, or when asked for everywhere

_forgetting: list[Callable[[Session], None]] = []
_rewording: list[Callable[[Session, str], None]] = []


def when_off_record(forget: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register what, in the same transaction, forgets a room's own copies of a session's notes."""
    _forgetting.append(forget)
    return forget


def when_words_go(reword: Callable[[Session, str], None]) -> Callable[[Session, str], None]:
    """Register what, in the same transaction, takes the passage out of what a room made of a session's notes."""
    _rewording.append(reword)
    return reword


def take_off(actor: Person | None, session: Session, *, passage: str, base: int | str | None = None, everywhere: bool = False,
             at: datetime) -> list[str]:
    """Take `passage` out of the notes and of all that is kept of them. The keys of files to drop after the commit.

    The passage stands in the text, or in an earlier version (`base` names one that was shown between revisions). Raises
    Invalid for a passage without words, and for one of few words that stands in several places unless `everywhere`; Conflict
    when it stands nowhere.
    """
    require(policy.can_write(actor, session, at), policy.why_not_write(actor, session, at))
    passage = _judged(passage)
    note = existing_note(session)
    document = note.document
    hold(document)
    text, at = documents.text_of(document), policy.kept_moment(session.event, at)
    revisions = _revisions(document)
    shown = _shown(document, base)
    texts = [note.imported_text or "", *(r.text for r in revisions), *shown, text]
    if not any(places_of(passage, one, within=True) for one in texts):
        raise Conflict("Those words are not in these notes any more. Somebody may have changed them just now: reload the page "
                       "and select them again.")
    found = beside(cut, passage, texts)
    if found.places > 1 and not everywhere and sum(map(says_something, words_of(passage))) < WORDS_ENOUGH:
        raise Invalid(f"Those words stand in {found.places} places. Select a longer passage, so that it is clear which one goes.",
                      "passage")
    return _taken(note, revisions, [passage], found.texts, at)


def take_out(session: Session, passages: Sequence[str], cutting: Callable[[Sequence[str]], list[str]], *,
             at: datetime) -> list[str]:
    """Take out what came into the notes from another room, which has asked whether that may be, and what was made of it.

    `cutting` takes it out of texts (it must not use the database); passages of more than a few words go wherever they stand.
    Nothing happens where there are no notes, or nothing of it in them. The keys of files to drop after the commit.
    """
    note = note_of(session)
    if note is None:
        return []
    hold(note.document)
    revisions = _revisions(note.document)
    texts = [note.imported_text or "", *(r.text for r in revisions), documents.text_of(note.document)]
    telling = [passage for passage in passages if sum(map(says_something, words_of(passage))) >= WORDS_ENOUGH]
    made = beside(_cut_all, cutting, telling, texts)
    return _taken(note, revisions, telling, made, policy.kept_moment(session.event, at)) if made != texts else []


def _cut_all(cutting: Callable[[Sequence[str]], list[str]], passages: Sequence[str], texts: Sequence[str]) -> list[str]:
    texts = cutting(texts)
    for passage in passages:
        texts = cut(passage, texts).texts
    return texts


def _taken(note: Note, revisions: list[Revision], passages: Sequence[str], texts: list[str], at: datetime) -> list[str]:
    """Have the note, its imported text and its revisions say `texts` from now on, and nobody know what they said before."""
    document, session, newest_text = note.document, note.session, texts[-1]
    for passage in passages:
        _reword(revisions, note, passage, newest_text)
    imported, *stay = texts[:len(revisions) + 1]
    newest = begin_anew(document, newest_text, at, stays=dict(zip((r.number for r in revisions), stay, strict=True)),
                        remark=REMARK)
    note.imported_text = imported if note.imported_text is not None else None
    db.session.add(Redaction(document_id=document.id, at=at))
    for passage in passages:
        _reword_pictures(session, passage, newest_text)
    db.session.flush()
    keys = picture_actions.take_away_all_unused(session)
    for forget in _forgetting:
        forget(session)
    for reword in _rewording:
        for passage in passages:
            reword(session, passage)
    _tell(session, newest.number)
    return keys


def redactions_of(document: Document) -> list[Redaction]:
    """When passages were taken off the record, oldest first (1 statement)."""
    return list(db.session.scalars(
        select(Redaction).where(Redaction.document_id == document.id).order_by(Redaction.at, Redaction.id)))


def _judged(passage: str) -> str:
    passage = passage.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not says_anything(passage):
        raise Invalid("Select the words that are to be off the record.", "passage")
    if len(passage.encode(errors="replace")) > TEXT_BYTES:
        raise Invalid("That is more than these notes can hold.", "passage")
    return passage


def _revisions(document: Document) -> list[Revision]:
    return list(db.session.scalars(
        select(Revision).where(Revision.document_id == document.id).order_by(Revision.number)))


def _shown(document: Document, base: int | str | None) -> list[str]:
    if base is None or not documents.is_of_this_epoch(document, base):
        return []
    try:
        return [documents.text_at(document, base)]
    except NotFound:
        return []


def _reword(revisions: list[Revision], note: Note, passage: str, rest: str) -> None:
    likeness = Likeness(passage, rest)
    for revision in revisions:
        revision.name = _clean(revision.name, passage, likeness)
    if note.present:
        note.present = [name for name in note.present if _clean(name, passage, likeness) == name]


def _reword_pictures(session: Session, passage: str, rest: str) -> None:
    likeness = Likeness(passage, rest)
    for picture in picture_queries.pictures_of(session):
        picture.alt = _clean(picture.alt, passage, likeness)


def _clean(words: str, passage: str, likeness: Likeness) -> str:
    if not words or words == REMARK:
        return words
    ranges = joined([*places_of(passage, words), *likeness.in_text(words)])
    return " ".join(without(words, ranges).split()) if ranges else words


def _tell(session: Session, revision: int) -> None:
    topic = f"note:{session.id}"
    count_change(session.event, nudge=False)
    findable.forget("session", session.id)
    scrub.ask()
    db.after_commit(lambda: live.publish(topic, revision))
