"""Notes to take along: one, or all of an event, as Markdown, HTML, Word, LibreOffice, PDF, or everything in a zip."""

import hashlib

from flask import Response, url_for

from app.errors import NotFound
from app.events.models import READ_ALL, Event
from app.exchange import documents_out, event_file_actions, own_boards, own_notes, queries
from app.exchange.answers import base_url
from app.exchange.blueprint import blueprint
from app.exchange.note_pages import page_of_note
from app.exchange.notes_zip import slug, zip_of
from app.exchange.written import WrittenNote, note_out, notes_out
from app.grid.queries import session_in
from app.infra import db
from app.notes import policy as notes_policy
from app.web.guard import READER, allow, person
from app.web.kept import kept
from app.web.limits import limiter
from app.web.templating import absolute

KINDS = "any(md,html,docx,odt,pdf)"


@blueprint.get(f"/e/<event_slug>/sessions/<int:session_id>/notes.<{KINDS}:kind>")
@limiter.limit("600 per 10 minutes")
@allow(READER)
def note_file(event: Event, session_id: int, kind: str):
    """One session's notes as a file, for whoever may read them."""
    session = session_in(event, session_id)
    note = note_out(event, session, person())
    for_all = event.notes_readers == READ_ALL and notes_policy.can_read(None, session)
    name = f"{note.head.code or event.slug}-{slug(note.head.title)}.{kind}"
    if kind == "md":
        return file_answer(own_notes.whole(event, note, source=source_of(event, note)).encode(), kind, name, for_all)
    page = page_of_note(event, note, base_url())
    made_of = hashlib.blake2b(repr((page.title, page.body, page.changed_at)).encode(), digest_size=16).digest()
    db.session.rollback()  # making it may take a while: give the connection back
    data = kept(("note", session_id, kind), made_of, lambda: documents_out.document(page, kind))
    return file_answer(data, kind, name, for_all)


@blueprint.get("/e/<event_slug>/notes.zip")
@limiter.limit("120 per 10 minutes")
@allow(READER)
def notes_zip(event: Event):
    """All notes that the reader may read, with pictures and the grid, to keep or to bring in elsewhere."""
    notes = notes_out(event, person(), versions=True)
    data = zip_of(event, notes, queries.grid_csv_of(event, base_url()), lambda note: source_of(event, note),
                  more={event_file_actions.NAME: event_file_actions.event_file_of(event),
                        **own_boards.files_of(event, person(), base_url())})
    return file_answer(data, "zip", f"{event.slug}-notes.zip", event.notes_readers == READ_ALL and person() is None)


def source_of(event: Event, note: WrittenNote) -> str:
    """Where the note is read, with the site's configured address."""
    return absolute(base_url(), url_for("notes.read", event_slug=event.slug, session_id=note.head.session_id))


def file_answer(data: bytes, kind: str, name: str, for_all: bool) -> Response:
    """The file, to save: it is never shown as a page of this site."""
    if kind not in documents_out.MIMETYPES:
        raise NotFound()
    return Response(data, mimetype=documents_out.MIMETYPES[kind], headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "public, no-cache" if for_all else "private, no-store"})
