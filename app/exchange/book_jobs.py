"""Making books of proceedings, note by note, in the jobs worker; and dropping their files a day later."""

import logging
from datetime import timedelta

from sqlalchemy import select

from app.errors import Refused
from app.exchange import documents_out, written
from app.exchange.board_chapters import chapters_of
from app.exchange.books import JOB
from app.exchange.models import FAILED, MADE, MAKING, Book
from app.exchange.note_pages import page_of_book
from app.infra import clock, db, files, jobs
from app.infra.db import transaction
from app.web.templating import dates_of

log = logging.getLogger(__name__)
DROP = "exchange.book_drop"
KEPT = timedelta(days=1)  # then it is made anew for whoever asks
SAY_EVERY = 5  # notes


@jobs.handles(JOB)
def make_books(payloads: list[dict]) -> None:
    """Make the books that were asked for, and say on the way how far they are."""
    for payload in payloads:
        _make(payload["book"], payload["base_url"])


def _make(book_id: int, base_url: str) -> None:
    book = db.session.get(Book, book_id)
    if book is None:
        return
    event, kind, everything = book.event, book.kind, book.everything
    made_of, notes = written.state_of(event), written.notes_out(event, None, everything=everything)
    _say(book_id, state=MAKING, done=0, total=len(notes))

    def progress(done: int, total: int) -> None:
        if done % SAY_EVERY == 0 or done == total:
            _say(book_id, done=done)

    try:
        boards = chapters_of(event, notes, None, base_url, everything=everything)
        page = page_of_book(event, notes, written.named_in(event), base_url, dates=dates_of(event), boards=boards,
                            progress=progress)
        data = documents_out.document(page, kind)
    except Refused as problem:
        log.warning("no book %s: %s", book_id, problem.message)
        _say(book_id, state=FAILED)
        return
    key = files.keep(data)
    with transaction():
        book = db.session.get(Book, book_id)
        before = key if book is None else book.file_key  # no row any more: a passage it may hold went off the record meanwhile
        if book is not None:
            book.state, book.made_of, book.file_key = MADE, made_of, key
            jobs.enqueue(DROP, {"key": key}, clock.now() + KEPT)
            db.session.flush()
        if before is not None and db.session.scalar(select(Book.id).where(Book.file_key == before).limit(1)) is None:
            files.drop(before)


def _say(book_id: int, **what) -> None:
    """How far the book is, for those who wait for it."""
    with transaction():
        book = db.session.get(Book, book_id)
        for name, value in what.items() if book is not None else ():
            setattr(book, name, value)


@jobs.handles(DROP, batch=20)
def drop(payloads: list[dict]) -> None:
    """Drop the files of books made a day ago; a book made since of the same notes keeps its file, which is the same."""
    for payload in payloads:
        with transaction():
            books = db.session.scalars(select(Book).where(Book.file_key == payload["key"])).all()
            if any(clock.now() - book.asked_at < KEPT - timedelta(hours=1) for book in books):
                continue
            for book in books:
                db.session.delete(book)
            files.drop(payload["key"])
