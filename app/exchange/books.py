"""The book of proceedings: asking for one, saying whether one is named in it. Making it is `book_jobs.py`."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import Invalid, NotFound, require
from app.events import policy as events_policy
from app.events.models import NAMED, Event, Pass
from app.exchange import written
from app.exchange.models import FAILED, MADE, MAKING, WAITING, Book
from app.infra import db, jobs
from app.notes import policy as notes_policy

KINDS = ("pdf", "docx", "odt", "html")
JOB = "exchange.book"
GIVEN_UP = timedelta(minutes=10)  # after which one that is not made yet may be asked for again
FOR_NAMED = "At this event notes name nobody, so there is no list of people in its book."


def ask_for_book(actor: Person | None, event: Event, kind: str, *, base_url: str, at: datetime) -> Book:
    """Have the book made as a file of this kind, of the notes as they are now and as far as the actor may read them.

    Asking again for one that is made of these very notes, or being made, changes nothing. Raises Invalid for another kind.
    `base_url` is where the site is: links in the book begin with it.
    """
    require(events_policy.can_read(actor, event))
    if kind not in KINDS:
        raise Invalid("There is no such kind of book.")
    everything = notes_policy.can_read_all(actor, event)
    book = db.session.scalar(_books(event, everything).where(Book.kind == kind))
    if book is None:
        book = Book(event_id=event.id, kind=kind, everything=everything, made_of="", state=FAILED, done=0, total=0, asked_at=at)
        db.session.add(book)
    under_way = book.state in (WAITING, MAKING) and at - book.asked_at < GIVEN_UP
    if not under_way and not (book.state == MADE and book.made_of == written.state_of(event)):
        book.state, book.done, book.total, book.asked_at = WAITING, 0, 0, at
        db.session.flush()
        jobs.enqueue(JOB, {"book": book.id, "base_url": base_url})
    return book


def be_named(actor: Person | None, event: Event, named: bool) -> None:
    """Agree to be named in the event's book, or take that back. Raises NotFound for who holds no pass."""
    require(events_policy.can_take_part(actor, event))
    if event.attribution != NAMED:
        raise Invalid(FOR_NAMED)
    held = db.session.scalar(select(Pass).where(Pass.event_id == event.id, Pass.person_id == actor.id))
    if held is None:
        raise NotFound("You hold no pass to this event.")
    held.in_proceedings = named


def books_of(event: Event, person: Person | None) -> dict[str, Book]:
    """What there is of the book, by kind, for who is asking: made of the notes as they are now, or on the way (3 statements)."""
    now = written.state_of(event)
    found = db.session.scalars(_books(event, notes_policy.can_read_all(person, event)))
    return {book.kind: book for book in found if book.state in (WAITING, MAKING, FAILED) or book.made_of == now}


def named_events(person: Person) -> list[tuple[Event, bool]]:
    """Events whose books name people, that this person holds a pass to, and whether they agreed to it (1 statement)."""
    rows = db.session.execute(select(Event, Pass.in_proceedings).join(Pass, Pass.event_id == Event.id)
                              .where(Pass.person_id == person.id, Event.attribution == NAMED)
                              .order_by(Event.starts_on.desc(), Event.id))
    return [(event, named) for event, named in rows]


def _books(event: Event, everything: bool):
    return select(Book).where(Book.event_id == event.id, Book.everything == everything)
