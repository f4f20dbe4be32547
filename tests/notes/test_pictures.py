"""Pictures in notes: sent from the editor or from a page of their own, shown to whoever may read, never a stranger's bytes."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from app.documents import actions as documents
from app.errors import Forbidden, Invalid
from app.events.models import NAMED, READ_ATTENDEES, Role
from app.infra import clock, db, files, jobs, markdown
from app.infra.db import transaction
from app.infra.jobs import Job
from app.infra.pictures import Made
from app.notes import actions, picture_actions, picture_jobs, picture_queries
from app.notes.models import Note, Picture
from tests.infra.test_pictures import photo
from tests.pages import parsed
from tests.world import AT

ALT = "Flip chart: *three* bins [blue], 1 < 2 & `more`"


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins", room=1, slot=1)


@pytest.fixture
def writer(client, world, session):
    return client.sign_in(world.holder(session.event, name="Ada Byron"))


def at(session, tail: str = "/note/pictures") -> str:
    return f"/e/{session.event.slug}/sessions/{session.id}{tail}"


def send(client, session, data: bytes | None = None, *, json: bool = True, name: str = "a.jpg", **fields):
    return client.send(at(session), json=json, picture=(io.BytesIO(photo() if data is None else data), name), **fields)


def kept(session) -> list[Picture]:
    db.session.rollback()
    return picture_queries.pictures_of(session)


def add(world, session, data: bytes = b"pixels", *, alt: str = "A flip chart", person=None) -> Picture:
    """A picture, without the work of making one."""
    person = person or world.holder(session.event)
    with transaction():
        return picture_actions.add_picture(person, session, made=Made("png", 1, 1, data), alt=alt, at=AT)


def write(session, person, text: str) -> None:
    with transaction():
        actions.save(person, session, text=text, base_revision=0, at=AT)


def test_the_editor_is_told_the_line_that_shows_it(writer, session):
    answer = send(writer, session, alt=ALT)
    assert answer.status_code == 201
    said = answer.get_json()
    assert (said["width"], said["height"]) == (200, 300)
    shown = parsed(str(markdown.render(said["markdown"])))[0].find(".//img")
    assert shown.get("src") == said["url"]
    assert shown.get("alt") == ALT
    picture = writer.get(said["url"])
    assert picture.status_code == 200
    assert Image.open(io.BytesIO(picture.data)).size == (200, 300)
    assert b"SECRET" not in picture.data
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert not said["url"].endswith("/a.jpg"), "what it was called stays outside"
    assert kept(session)[0].by_id is None
    assert kept(session)[0].at.minute == kept(session)[0].at.second == 0


def test_where_people_are_named_it_is_kept_who_sent_it(client, world):
    session = world.session(world.event(attribution=NAMED), "Bins", room=1, slot=1)
    ada = world.holder(session.event, name="Ada")
    assert add(world, session, person=ada).by_id == ada.id


@pytest.mark.parametrize(("fields", "data", "field"), [
    ({"alt": ""}, None, "alt"), ({}, None, "alt"), ({"alt": "  "}, None, "alt"), ({"alt": "x" * 301}, None, "alt"),
    ({"alt": "a\0b"}, None, "alt"), ({"alt": "A chart"}, b"<svg/>", "picture"), ({"alt": "A chart"}, b"", "picture"),
])
def test_what_cannot_be_kept_is_said_at_its_field(writer, session, fields, data, field):
    answer = send(writer, session, data, **fields)
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, field)
    assert kept(session) == []


def test_no_words_are_fine_when_it_is_said_that_none_are_needed(writer, session):
    answer = send(writer, session, alt="", decorative="1")
    assert answer.status_code == 201
    assert answer.get_json()["markdown"].startswith("![](/e/")


def test_without_scripts_it_goes_to_the_end_of_the_notes(writer, session):
    answer = send(writer, session, json=False, alt="A chart", at_end="y")
    assert answer.status_code == 303
    page = writer.get(answer.location)
    [picture] = kept(session)
    line = picture_queries.markdown_of(session.event, picture)
    assert f'value="{line}"' in page.text
    assert writer.get(at(session, "")).text.count(f'src="/e/{session.event.slug}/pictures/{picture.name}"') == 1
    wrong = send(writer, session, b"<svg/>", json=False, alt="Keep these words")
    assert wrong.status_code == 422
    assert "Keep these words" in wrong.text
    assert "It is not a JPEG" in wrong.text


def test_a_note_and_an_event_hold_only_so_many(world, session, monkeypatch):
    ada = world.holder(session.event)
    monkeypatch.setattr(picture_actions, "IN_A_NOTE", 2)
    monkeypatch.setattr(picture_actions, "IN_AN_EVENT", 3)
    for number in range(2):
        add(world, session, b"%d" % number, person=ada)
    with pytest.raises(Invalid, match="2 pictures in these notes"):
        add(world, session, person=ada)
    other = world.session(session.event, "Other", room=2, slot=1)
    add(world, other, person=ada)
    with pytest.raises(Invalid, match="3 pictures in this event"):
        add(world, other, person=ada)


def test_who_may_not_write_adds_none(client, world, session):
    for stranger in (None, world.person()):
        with pytest.raises(Forbidden), transaction():
            picture_actions.add_picture(stranger, session, made=Made("png", 1, 1, b"x"), alt="x", at=AT)
    assert client.get(at(session)).status_code == 302


def test_it_is_shown_to_whoever_may_read_the_notes_and_to_nobody_else(client, world):
    open_to_all = world.session(world.event(), "Bins", room=1, slot=1)
    shy = world.session(world.event(notes_readers=READ_ATTENDEES), "Bins", room=1, slot=1)
    path = {s: picture_queries.path_of(s.event, add(world, s)) for s in (open_to_all, shy)}
    attendee = world.holder(shy.event)
    answer = client.get(path[open_to_all])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public, max-age=604800")
    assert client.get(path[open_to_all], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(path[shy]).status_code == 403
    client.sign_in(attendee)
    answer = client.get(path[shy])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("private, no-cache")
    elsewhere = path[shy].replace(shy.event.slug, open_to_all.event.slug)
    assert client.get(elsewhere).status_code == 404


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "..%5c..%5cx", "x.svg", "x.html", "%00.png", "A.PNG", "x.png%0d%0aX: y"])
def test_no_other_name_is_a_picture(client, session, name):
    assert client.get(f"/e/{session.event.slug}/pictures/{name}").status_code == 404


@pytest.mark.parametrize("address", [
    "/e/x/pictures/a.svg", "https://example.org/e/x/pictures/a.png", "//example.org/e/x/pictures/a.png", "/e/x/pictures/../a.png",
    "/e/x/pictures/a.png?x=1", "/e/x/pictures/a.png#x", "/e/x/note/a.png", "/e/x/pictures/a.pngx",
])
def test_no_other_address_is_loaded_as_a_picture(address):
    assert "<img" not in markdown.render(f"![x]({address})")


def test_what_no_text_shows_is_taken_away_after_a_week(world, session):
    ada = world.holder(session.event)
    shown, forgotten, twin = (add(world, session, data, person=ada) for data in (b"shown", b"same", b"same"))
    words = picture_queries.markdown_of(session.event, shown)
    write(session, ada, f"Look: {words}")
    hour = AT.replace(minute=0)  # under the Chatham House Rule no row says the minute
    assert all(job.run_at == hour + timedelta(days=7) for job in db.session.query(Job).filter_by(kind=picture_actions.JOB))
    picture_jobs.look_again([{"picture": shown.id, "days": 7}, {"picture": forgotten.id, "days": 7}])
    assert [p.id for p in kept(session)] == [shown.id, twin.id]
    assert files.fetch(twin.file) == b"same"  # two pictures had the same bytes
    picture_jobs.look_again([{"picture": twin.id, "days": 7}, {"picture": 999, "days": 7}])
    with pytest.raises(KeyError):
        files.fetch(files.keep(b"x")[:-1] + "0")
    assert [p.id for p in kept(session)] == [shown.id]
    later = [job.payload for job in db.session.query(Job).filter_by(kind=picture_actions.JOB) if job.payload["days"] == 14]
    assert later == [{"picture": shown.id, "days": 14}]


def test_bytes_that_nobody_needs_are_gone(world, session):
    picture = add(world, session, b"only here")
    key = picture.file
    picture_jobs.look_again([{"picture": picture.id, "days": 7}])
    with pytest.raises(KeyError):
        files.fetch(key)


def test_one_that_an_earlier_revision_shows_stays_for_it_may_come_back(world, session):
    ada = world.holder(session.event)
    picture = add(world, session, person=ada)
    write(session, ada, picture_queries.markdown_of(session.event, picture))
    with transaction():
        actions.save(ada, session, text="Taken out.", base_revision=2, at=AT)
    picture_jobs.look_again([{"picture": picture.id, "days": 7}])
    assert [p.id for p in kept(session)] == [picture.id]
    with transaction():
        assert picture_actions.take_away_all_unused(session) == []
        note = db.session.get(Note, session.id)
        for revision in db.session.query(documents.Revision).filter_by(document_id=note.document_id):
            revision.text = "Off the record."
    with transaction():
        assert picture_actions.take_away_all_unused(session) == [picture.file]
    assert kept(session) == []


def test_a_worker_does_this_by_itself(world, session, monkeypatch):
    add(world, session)
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=8))
    jobs.work_until_idle()
    assert db.session.query(Picture).all() == []


def test_campmakers_only_means_pictures_too(world):
    event = world.event(notes_writers="campmakers")
    session = world.session(event, "Bins", room=1, slot=1)
    with pytest.raises(Forbidden):
        add(world, session)
    add(world, session, person=world.holder(event, Role.CAMPMAKER))
