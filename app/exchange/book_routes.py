"""The book of proceedings: its page, the files it is made as, and who is named in it."""

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import NotFound
from app.events import policy as events_policy
from app.events.models import READ_ALL, Event
from app.exchange import board_chapters, books, written
from app.exchange import book_jobs as _jobs  # noqa: F401 - registers the jobs that make books
from app.exchange.answers import base_url
from app.exchange.blueprint import blueprint
from app.exchange.documents_out import NAMES
from app.exchange.models import MADE, MAKING, WAITING
from app.exchange.out_routes import file_answer, source_of
from app.exchange.own_notes import book_of
from app.infra import clock, files
from app.infra.db import transaction
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.limits import limiter
from app.web.panels import Panel
from app.web.templating import dates_of, safe_next


@blueprint.get("/e/<event_slug>/proceedings")
@allow(READER)
def proceedings(event: Event):
    """What there is to take along of all the event's notes."""
    known = books.books_of(event, person())
    fragment = request.headers.get("X-Requested-With") == "fetch"
    named = {held.id: agreed for held, agreed in books.named_events(person())} if person() else {}
    template = "exchange/_books.html" if fragment else "exchange/proceedings.html"
    return render_template(
        template, active="notes", kinds=books.KINDS, names=NAMES, books=known, MADE=MADE, under_way=(WAITING, MAKING),
        named=named.get(event.id), people=written.named_in(event), can_import=events_policy.can_organise(person(), event))


@blueprint.post("/e/<event_slug>/proceedings/<kind>")
@limiter.limit("60 per 10 minutes")
@allow(READER)
def make_book(event: Event, kind: str):
    """Have the book made as a file of this kind."""
    if kind not in books.KINDS:
        raise NotFound()
    with transaction(event):
        books.ask_for_book(person(), event, kind, base_url=base_url(), at=clock.now())
    return redirect(url_for(".proceedings", event_slug=event.slug), 303)


@blueprint.get("/e/<event_slug>/proceedings.<any(md,html,docx,odt,pdf):kind>")
@allow(READER)
def book_file(event: Event, kind: str):
    """The book, if it is made of the notes as they are now; Markdown is made at once."""
    for_all = event.notes_readers == READ_ALL and person() is None
    name = f"{event.slug}-proceedings.{kind}"
    if kind == "md":
        notes = written.notes_out(event, person())
        text = book_of(event, notes, written.named_in(event), dates_of(event), lambda note: source_of(event, note),
                       board_chapters.chapters_of(event, notes, person(), base_url()))
        return file_answer(text.encode(), kind, name, for_all)
    book = books.books_of(event, person()).get(kind)
    try:
        data = files.fetch(book.file_key) if book is not None and book.state == MADE else b""
    except KeyError:
        data = b""
    if not data:
        flash("This file has to be made first. It takes a few seconds.", "info")
        return redirect(url_for(".proceedings", event_slug=event.slug), 303)
    return file_answer(data, kind, name, for_all)


@blueprint.post("/e/<event_slug>/proceedings/named")
@allow(ATTENDEE)
def be_named(event: Event):
    """Agree to be named in the book, or take that back."""
    named = request.form.get("named") == "1"
    with transaction(event):
        books.be_named(person(), event, named)
    flash(f"You are {'now' if named else 'no longer'} named in the book of {event.name}.", "success")
    return redirect(safe_next(request.form.get("next") or url_for(".proceedings", event_slug=event.slug)), 303)


def named_panel(somebody: Person, acting: Person | None) -> Panel | None:
    """On somebody's own page: the events whose books name people, and whether this person agreed to it."""
    held = books.named_events(somebody) if acting is not None and acting.id == somebody.id else []
    return Panel("exchange/_named_panel.html", {"held": held}) if held else None
