"""The book of proceedings and the other files: asked for, made by the jobs worker, given to whoever may read what is in them."""

import io
import zipfile
from datetime import timedelta

import pytest

from app.errors import Forbidden, Invalid
from app.events.models import NAMED, READ_ATTENDEES, READ_PUBLISHED, Role
from app.exchange import book_jobs, books, documents_out, written
from app.exchange.models import FAILED, MADE, Book
from app.infra import clock, db, files, jobs
from app.infra.db import transaction
from app.notes import actions, off_record, states
from tests.pages import apart, parsed, text_of
from tests.world import AT


@pytest.fixture
def event(world):
    """An event with two notes, one of them published, whose book names people."""
    event = world.event(attribution=NAMED, slug="camp")
    ada = world.holder(event, name="Ada Byron")
    for number, title in enumerate(("Bins", "Lids"), 1):
        session = world.session(event, title, room=number, slot=number, leaders=["Ada Byron"])
        with transaction():
            actions.save(ada, session, text=f"**Action:** {title} SECRET{number}\n", base_revision=0, at=AT)
    helper = world.holder(event, Role.CAMPMAKER)
    with transaction():
        states.publish(helper, session, at=AT)
    return event


def make(client, event, kind: str = "html"):
    """Ask for it as its page does, let the worker make it, and fetch it."""
    asked = client.send(f"/e/camp/proceedings/{kind}")
    assert asked.status_code == 303
    apart(jobs.work_until_idle)
    return client.get(f"/e/camp/proceedings.{kind}")


def test_it_is_asked_for_made_and_saved(client, event):
    first = client.get("/e/camp/proceedings.pdf")
    assert first.status_code == 303
    assert client.send("/e/camp/proceedings/pdf").status_code == 303
    assert "Waiting for its turn" in client.get("/e/camp/proceedings").text
    apart(jobs.work_until_idle)
    assert "Save the book as PDF" in client.get("/e/camp/proceedings", headers={"X-Requested-With": "fetch"}).text
    made = client.get("/e/camp/proceedings.pdf")
    assert made.status_code == 200
    assert made.data.startswith(b"%PDF")
    assert made.headers["Content-Disposition"] == 'attachment; filename="camp-proceedings.pdf"'
    assert made.headers["X-Content-Type-Options"] == "nosniff"


def test_each_kind_holds_both_notes_in_order(client, event):
    html = make(client, event).data.decode()
    assert 0 < html.index("SECRET1") < html.index("SECRET2")
    markdown = client.get("/e/camp/proceedings.md").text
    assert 0 < markdown.index("# Bins") < markdown.index("SECRET1") < markdown.index("# Lids")
    docx = zipfile.ZipFile(io.BytesIO(make(client, event, "docx").data))
    assert b"SECRET2" in docx.read("word/document.xml")
    assert b"SECRET2" in zipfile.ZipFile(io.BytesIO(make(client, event, "odt").data)).read("content.xml")


def test_asking_again_makes_nothing_again_until_something_changes(client, world, event):
    made = make(client, event)
    client.send("/e/camp/proceedings/html")
    assert db.session.query(Book).one().state == MADE
    session = db.session.get(written.Session, 1)
    ada = world.holder(event)
    with transaction():
        actions.save(ada, session, text="Off the record now.\n", base_revision=2, at=AT)
    assert client.get("/e/camp/proceedings.html").status_code == 303  # the old one is given to nobody
    again = make(client, event)
    assert "SECRET1" in made.text
    assert "SECRET1" not in again.text
    assert "Off the record now" in again.text


@pytest.mark.parametrize(("readers", "seen"), [(READ_ATTENDEES, set()), (READ_PUBLISHED, {"SECRET2"})])
def test_nobody_gets_what_they_may_not_read(client, world, event, readers, seen):
    with transaction():
        event.notes_readers = readers
    attendee = world.holder(event)
    strangers = make(client, event).text
    assert {s for s in ("SECRET1", "SECRET2") if s in strangers} == seen
    assert {s for s in ("SECRET1", "SECRET2") if s in client.get("/e/camp/proceedings.md").text} == seen
    notes = zipfile.ZipFile(io.BytesIO(client.get("/e/camp/notes.zip").data))
    assert len([n for n in notes.namelist() if n.startswith("notes/")]) == len(seen)
    for kind in ("md", "html", "pdf"):
        assert client.get(f"/e/camp/sessions/1/notes.{kind}").status_code == 403
    client.sign_in(attendee)
    assert client.get("/e/camp/proceedings.html").status_code == 303  # theirs is another
    assert "SECRET1" in make(client, event).text
    assert "SECRET1" in client.get("/e/camp/sessions/1/notes.md").text


def test_people_are_named_only_where_they_agreed(client, world, event):
    ada = world.holder(event, name="Grace Hopper")
    assert "Grace Hopper" not in make(client, event).text
    client.sign_in(ada)
    assert "Named in the book of proceedings" in client.get("/me").text
    assert client.send("/e/camp/proceedings/named", named="1", next="/me").location == "/me"
    client.sign_out()
    assert "Grace Hopper" in make(client, event).text
    assert "Grace Hopper" in client.get("/e/camp/proceedings.md").text
    with transaction():
        books.be_named(ada, event, False)
    assert "Grace Hopper" not in make(client, event).text


def test_where_nobody_is_named_nobody_can_be(world):
    event = world.event()
    ada = world.holder(event)
    with pytest.raises(Invalid), transaction():
        books.be_named(ada, event, True)
    db.session.rollback()
    with transaction():
        world.pass_of(event, ada).in_proceedings = True
    assert written.named_in(event) == []
    assert books.named_events(ada) == []
    with pytest.raises(Forbidden), transaction():
        books.be_named(None, event, True)


def test_one_that_cannot_be_made_is_said_so(client, event, monkeypatch):
    def refuse(*_):
        raise documents_out.NotMade("No.")

    monkeypatch.setattr(documents_out, "document", refuse)
    assert make(client, event, "pdf").status_code == 303
    assert db.session.query(Book).one().state == FAILED
    assert "could not be made" in text_of(parsed(client.get("/e/camp/proceedings").text)[0])


def test_its_file_is_dropped_a_day_later(client, event, monkeypatch):
    make(client, event)
    key = db.session.query(Book).one().file_key
    db.session.rollback()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=26))
    apart(jobs.work_until_idle)
    with pytest.raises(KeyError):
        files.fetch(key)
    assert db.session.query(Book).all() == []
    book_jobs.make_books([{"book": 77, "base_url": ""}])  # one that is gone


def test_no_file_says_what_went_off_the_record(client, world, event, monkeypatch):
    """Neither a book that was made, nor one that was being made of the notes as they were."""
    make(client, event)
    client.send("/e/camp/proceedings/odt")
    made = [db.session.query(Book).filter(Book.kind == "html").one().file_key]
    session, ada = db.session.get(written.Session, 1), world.holder(event)
    document = documents_out.document

    def meanwhile(*wanted):
        with transaction():
            off_record.take_off(ada, session, passage="Bins SECRET1", at=AT)
        return document(*wanted)

    def kept(data, keep=files.keep):
        made.append(keep(data))
        return made[-1]

    monkeypatch.setattr(documents_out, "document", meanwhile)
    monkeypatch.setattr(files, "keep", kept)
    db.session.rollback()
    apart(jobs.work_until_idle)
    assert len(made) == 2
    for key in made:
        with pytest.raises(KeyError):
            files.fetch(key)
    assert db.session.query(Book).all() == []


def test_a_book_made_anew_takes_the_place_of_the_one_before(client, world, event):
    make(client, event)
    before = db.session.query(Book).one().file_key
    session, ada = db.session.get(written.Session, 1), world.holder(event)
    with transaction():
        actions.save(ada, session, text="Another text.\n", base_revision=2, at=AT)
    assert "Another text" in make(client, event).text
    with pytest.raises(KeyError):
        files.fetch(before)


def test_the_files_of_one_note(client, event):
    for kind, sign in (("md", b"---\nfolkmoot: 1\n"), ("html", b"<!doctype html>"), ("docx", b"PK"), ("odt", b"PK"), ("pdf", b"%PDF")):
        answer = client.get(f"/e/camp/sessions/1/notes.{kind}")
        assert answer.status_code == 200
        assert answer.data.startswith(sign)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="s1r1-bins.{kind}"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert client.get(f"/e/camp/sessions/1/notes.{kind}").data == answer.data
    assert client.get("/e/camp/sessions/1/notes.exe").status_code == 404
    assert client.get("/e/camp/sessions/99/notes.md").status_code == 404


def test_all_notes_are_read_by_as_many_statements_as_two(event, world, statements):
    ada = world.holder(event)
    with statements() as few:
        written.notes_out(event, ada)
    for number in range(4):
        session = world.session(event, f"More {number}")
        with transaction():
            actions.save(ada, session, text="**Idea:** x\n", base_revision=0, at=AT)
    db.session.rollback()
    with statements() as many:
        assert len(written.notes_out(event, ada)) == 6
    assert len(many) <= len(few) + 3
