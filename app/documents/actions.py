"""Writing documents. Who may is asked by the room a document belongs to: documents know no events and name nobody unless told.

Each of these wants an open transaction and holds the document's row until its end, so that one save follows the other.
"""

from datetime import datetime
from typing import NamedTuple

from app.accounts.models import Person
from app.documents import log
from app.documents.crdt import Malformed, Shared, seed
from app.documents.edits import smallest_edits
from app.documents.merging import Clash, both, merge
from app.documents.models import TEXT_BYTES, UPDATE_BYTES, Document, DocumentUpdate, Revision
from app.documents.queries import base_of, is_of_this_epoch, newest_revision, text_at, text_of
from app.errors import Conflict, Invalid, NotFound
from app.infra import db, live


class Saved(NamedTuple):
    """What a document says after a save. `merged`: that is not just what was sent. `changed`: there is a new revision."""

    revision: int
    text: str
    merged: bool
    changed: bool


class MergeConflict(Conflict):
    """Both changed the same words. Nothing was saved; `text` holds everything of both, to be edited and saved on `revision`."""

    said = ("While you were writing, somebody else changed the same words. Nothing was saved yet, and nothing is lost: choose "
            "what to keep, then save again.")
    begun_anew = False

    def __init__(self, *, base: str, theirs: str, mine: str, text: str, clashes: tuple[Clash, ...], revision: int | str):
        super().__init__(self.said)
        self.base, self.theirs, self.mine = base, theirs, mine
        self.text, self.clashes, self.revision = text, clashes, revision


class BegunAnew(MergeConflict):
    """What somebody started from is not kept any more, and must not be: their text is shown with what there is now."""

    said = ("While you were writing, something was taken out of these notes for good, their history with it. Nothing of yours "
            "was saved yet, and nothing is lost: see that your text does not bring back what was taken out, then save again.")
    begun_anew = True


def kept(text: str) -> str:
    """`text` as it is kept: line ends are \\n, nothing else is touched. Raises Invalid for `text` that cannot be."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise Invalid("The text has a character (NUL) that cannot be kept. Take it out and save again.", "text")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as problem:
        raise Invalid("The text has a broken character that cannot be kept. Take it out and save again.", "text") from problem
    if size > TEXT_BYTES:
        raise Invalid(f"The text is too long: {-(-size // 1024)} kB, and {TEXT_BYTES // 1024} kB can be kept. "
                      "Nothing was saved. Shorten it and save again.", "text")
    return text


def create(text: str, at: datetime, by: Person | None = None, remark: str = "") -> Document:
    """A new document that says `text`: its first update, and its revision 1. Raises Invalid for `text`."""
    text = kept(text)
    document = Document(text=text, revision=0, seq=0, created_at=at)
    db.session.add(document)
    db.session.flush()
    _append(document, seed(text), text, at, by)
    _revise(document, at, by, remark)
    return document


def save(document: Document, text: str, base_revision: int | str, at: datetime, by: Person | None = None,
         remark: str = "") -> Saved:
    """Somebody who was shown `base_revision` (see `queries`) made `text` of it: merge that with what others made of it.

    Raises MergeConflict where both changed the same words, BegunAnew where that revision is from before the document was begun
    anew, Invalid for `text` (also when it is too long only together with what others wrote) and for a `base_revision` that is
    not one of this document. Saving what is there already changes nothing.
    """
    text = kept(text)
    _hold(document)
    try:
        if not is_of_this_epoch(document, base_revision):
            base_revision = base_of(document)
            if text != document.text:
                merged = both(document.text, text)
                raise BegunAnew(base="", theirs=document.text, mine=text, text=merged.text, clashes=merged.clashes,
                                revision=base_revision)
        base = text_at(document, base_revision)
    except NotFound as problem:
        raise Invalid("These notes have no such revision to go back to. Copy your text, reload the page and paste it there.",
                      "base_revision") from problem
    return save_upon(document, base, text, at, by, remark)


def save_upon(document: Document, base: str, text: str, at: datetime, by: Person | None = None, remark: str = "") -> Saved:
    """As `save`, where `base` is the text that `text` was made of."""
    mine = kept(text)
    _hold(document)
    theirs = document.text
    merged = merge(base, theirs, mine)
    if merged.clashes:
        raise MergeConflict(base=base, theirs=theirs, mine=mine, text=merged.text, clashes=merged.clashes,
                            revision=base_of(document))
    result = kept(merged.text)
    if result == theirs and newest_revision(document).seq == document.seq:
        return Saved(document.revision, theirs, merged=theirs != mine, changed=False)
    if result != theirs:
        _append(document, Shared(log.all_of(document.id)).edit(smallest_edits(theirs, result)), result, at, by)
    _revise(document, at, by, remark)
    return Saved(document.revision, result, merged=result != mine, changed=True)


def append_update(document: Document, data: bytes, at: datetime, by: Person | None = None) -> int:
    """Add a Yjs update as an editor sent it, and return its number in the log.

    Raises Invalid, naming `data`, for bytes that are no update of this document or would make its text one that cannot be
    kept. Makes no revision: that is for whoever knows when somebody has finished a thought.
    """
    if len(data) > UPDATE_BYTES:
        raise Invalid("That change is too large to be kept.", "data")
    _hold(document)
    shared = Shared(log.all_of(document.id))
    try:
        shared.absorb(data)
    except Malformed as problem:
        raise Invalid("That is not a change to this document.", "data") from problem
    text = shared.text
    if "\0" in text or len(text.encode()) > TEXT_BYTES:
        raise Invalid("That change would make the text too long, or put a character (NUL) into it that cannot be kept.", "data")
    _append(document, data, text, at, by)
    return document.seq


def _hold(document: Document) -> None:
    """Lock the document's row (SQLite has locked the file), read it anew, and write down what people typed until now."""
    db.session.flush()
    db.session.refresh(document, with_for_update=True)
    if document.text_seq < document.seq:
        document.text, document.text_seq = text_of(document), document.seq


def _append(document: Document, data: bytes, text: str, at: datetime, by: Person | None) -> None:
    document.seq += 1
    document.text, document.text_seq = text, document.seq
    db.session.add(DocumentUpdate(document_id=document.id, seq=document.seq, data=data, at=at, by_id=by.id if by else None))
    topic, seq = f"document:{document.id}", document.seq
    db.after_commit(lambda: live.publish(topic, seq))  # who has it open gets the change from the log


def _revise(document: Document, at: datetime, by: Person | None, remark: str) -> None:
    document.revision += 1
    db.session.add(Revision(document_id=document.id, number=document.revision, seq=document.seq, text=document.text, at=at,
                            by_id=by.id if by else None, remark=remark[:200]))
    db.session.flush()
