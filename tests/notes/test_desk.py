"""The coverage desk: what it shows, to whom, as the day goes on; its buttons; the head and the list of notes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.events.models import NAMED, READ_ATTENDEES, READ_PUBLISHED, WRITE_TAKERS, Role
from app.infra import clock, db
from app.notes import actions, states, wanted
from app.notes.desk import desk_of
from app.notes.live import Editors
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note, NoteTakerWanted, WasThere
from tests.notes.test_states import do
from tests.pages import parsed, text_of
from tests.world import AT

TEXT = "## Notes\n\n- bins and more bins\n\n## Actions\n\n- [ ]\n\n## Summary\n\n"
DAY = datetime(2027, 1, 23, tzinfo=UTC)


@pytest.fixture
def event(world):
    return world.event(slug="camp", attribution=NAMED)  # slots at 11:00, 12:00 and, after lunch, 14:00


@pytest.fixture
def sessions(world, event):
    """One in each slot, and one beside the second."""
    found = [world.session(event, f"At {n}", room=1, slot=n) for n in (1, 2, 3)]
    return [*found, world.session(event, "Beside", room=2, slot=2)]


@pytest.fixture
def campmaker(world, event):
    return world.holder(event, Role.CAMPMAKER, name="Cam")


@pytest.fixture
def writer(world, event):
    return world.holder(event, name="Ada Byron")


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: DAY + timedelta(hours=12, minutes=10))


def at(hour, minute=0):
    return DAY + timedelta(hours=hour, minutes=minute)


def words(page) -> str:
    return text_of(parsed(page.text)[0].find(".//main"))


def test_what_is_on_now_comes_first_and_the_count_reaches_zero(event, sessions, writer, campmaker):
    desk = desk_of(event, at(12, 10))
    assert [(part.key, part.when, [one.title for one in part.sessions]) for part in desk.parts] == [
        ("now", "12:00", ["At 2", "Beside"]), ("next", "14:00", ["At 3"]), ("past", "11:00", ["At 1"])]
    assert (desk.missing("now"), desk.missing("next")) == (2, 1)
    do(event, actions.take_notes, writer, sessions[1])
    do(event, actions.save, writer, sessions[3], text=TEXT, base_revision=0)
    desk = desk_of(event, at(12, 10))
    assert (desk.missing("now"), desk.counts["missing"], desk.counts["empty"], desk.counts[DRAFT]) == (0, 2, 3, 1)
    beside = next(one for part in desk.parts for one in part.sessions if one.title == "Beside")
    assert (beside.words, beside.state, beside.missing) == (4, DRAFT, False)
    assert [one.title for part in desk.only("missing") for one in part.sessions] == ["At 3", "At 1"]


def test_who_has_it_open_to_write_covers_it(event, sessions):
    desk = desk_of(event, at(12, 10), {sessions[1].id: Editors(("Ada",), 1, 2)})
    one = next(one for part in desk.parts for one in part.sessions if one.title == "At 2")
    assert (one.missing, one.typing, one.editors, one.names) == (False, 1, 2, ("Ada",))


@pytest.mark.parametrize(("moment", "again"), [
    (at(12, 10), at(12, 10) + timedelta(seconds=15)), (at(12, 44) + timedelta(seconds=50), at(12, 45)),
    (at(5), at(8)), (at(18), None)])
def test_it_looks_again_by_itself_only_while_people_may_type(event, sessions, moment, again):
    assert desk_of(event, moment).again_at == again


def test_words_are_counted_anew_when_the_text_changed(event, sessions, writer):
    def count():
        return desk_of(event, at(12)).parts[0].sessions[0].words

    do(event, actions.save, writer, sessions[1], text=TEXT, base_revision=0)
    db.session.expire_all()
    first = desk_of(event, at(12))
    assert max(one.words for part in first.parts for one in part.sessions) == 4
    do(event, actions.save, writer, sessions[1], text=TEXT + "three more words\n", base_revision=2)
    assert max(one.words for part in desk_of(event, at(12)).parts for one in part.sessions) == 7


def test_it_takes_a_fixed_number_of_statements(world, event, sessions, writer, statements):
    def counted():
        db.session.expire_all()
        _ = event.id, event.rooms, event.slots, event.note_template
        with statements() as said:
            desk_of(event, at(12))
        return len(said)

    do(event, actions.save, writer, sessions[1], text=TEXT, base_revision=0)
    few = counted()
    for n in range(2, 4):
        more = world.session(event, f"More {n}", room=n, slot=3)
        do(event, actions.save, writer, more, text=TEXT, base_revision=0)
        do(event, actions.take_notes, writer, more)
    assert counted() == few + 0
    assert counted() == few - 1  # the words are known by now


# ---- pages -------------------------------------------------------------------------------------------------------

def test_the_desk_and_its_buttons(client, event, sessions, campmaker, writer, noon):
    client.sign_in(campmaker)
    page = client.get("/e/camp/notes/desk")
    assert "2 sessions on now have nobody to take notes" in words(page)
    assert "data-until" in page.text
    assert client.send("/e/camp/notes/desk/ask", time="now").location == "/e/camp/notes/desk"
    assert set(db.session.scalars(select(NoteTakerWanted.session_id))) == {sessions[1].id, sessions[3].id}
    assert "Note-taker wanted" in words(client.get("/e/camp/notes/desk"))
    assert "Note-taker wanted" in client.get("/e/camp/grid").text
    assert client.send("/e/camp/notes/desk/ask", time="tomorrow").status_code == 422
    note = f"/e/camp/sessions/{sessions[1].id}/note"
    client.send(f"{note}/wanted", on="0")
    assert set(db.session.scalars(select(NoteTakerWanted.session_id))) == {sessions[3].id}
    for one in (sessions[1], sessions[3]):
        do(event, actions.save, writer, one, text=TEXT, base_revision=0)
    page = client.get("/e/camp/notes/desk")
    assert "Every session on now has somebody to take notes" in words(page)
    client.send(f"{note}/state", to="written")
    assert "Publish 1 note that is written up" in words(client.get("/e/camp/notes/desk"))
    client.send("/e/camp/notes/desk/publish")
    db.session.expire_all()
    assert dict(db.session.execute(select(Note.session_id, Note.state)).all()) == {sessions[1].id: PUBLISHED, sessions[3].id: DRAFT}
    client.send("/e/camp/notes/desk/publish", drafts="1", next="/e/camp/notes")
    client.send(f"{note}/state", to="unpublished")
    assert client.send(f"{note}/state", to="nonsense").status_code == 422
    db.session.expire_all()
    assert dict(db.session.execute(select(Note.session_id, Note.state)).all()) == {sessions[1].id: WRITTEN_UP, sessions[3].id: PUBLISHED}
    for asked in ("missing", "empty", DRAFT, WRITTEN_UP, PUBLISHED, "nonsense"):
        assert client.get(f"/e/camp/notes/desk?show={asked}").status_code == 200
    assert client.get("/e/camp/notes/desk/fragment", headers={"If-None-Match": client.get("/e/camp/notes/desk/fragment").headers["ETag"]}
                      ).status_code == 304


def test_a_note_taker_says_from_the_page_that_notes_are_written_up_and_that_they_were_there(client, event, sessions, writer):
    do(event, actions.save, writer, sessions[0], text=TEXT, base_revision=0)
    client.sign_in(writer)
    page = f"/e/camp/sessions/{sessions[0].id}"
    assert "Draft Being written, or waiting to be tidied. " in words(client.get(page))
    client.send(f"{page}/note/state", to="written")
    said = words(client.get(page))
    assert "Written up A note-taker says that they can be read." in said
    assert "Publish" not in said
    assert "Your name is then shown with these notes" in said
    client.send(f"{page}/note/was-there", on="1")
    assert "Who was there: Ada Byron" in words(client.get(page))
    assert "There: Ada Byron" in client.get(f"{page}/note/head").text
    client.send(f"{page}/note/was-there", on="0")
    assert db.session.scalar(select(WasThere.person_id)) is None


def test_the_head_is_fetched_as_the_grid_has_it_and_names_only_for_who_reads_the_notes(client, world, event, sessions, writer):
    with db.transaction():
        event.notes_readers = READ_ATTENDEES
        db.session.add(WasThere(session_id=sessions[0].id, person_id=writer.id, since=AT))
    head = f"/e/camp/sessions/{sessions[0].id}/note/head"
    answer = client.get(f"{head}?title=1")
    assert "<h1>At 1</h1>" in answer.text
    assert "Main hall, Ground (s1r1)" in answer.text
    assert "Ada Byron" not in answer.text
    client.sign_in(writer)
    assert "There: Ada Byron" in client.get(head).text


# ---- who reads, on every page ------------------------------------------------------------------------------------

@pytest.mark.parametrize("readers", [READ_PUBLISHED, READ_ATTENDEES])
def test_no_page_shows_a_word_to_who_may_not_read(client, world, event, sessions, writer, readers):
    do(event, actions.save, writer, sessions[0], text="## Pumpernikl\n\nPumpernikl\n\n## Summary\n\nPumpernikl\n", base_revision=0)
    with db.transaction():
        event.notes_readers = readers
    session = f"/e/camp/sessions/{sessions[0].id}"
    pages = (session, f"{session}/notes", f"{session}/notes/fragment", f"{session}/notes/fragment?of=panel", f"{session}/note",
             f"{session}/note/history", f"{session}/note/revisions/2", f"{session}/note/diff", f"{session}/note/head", "/e/camp/notes",
             "/e/camp/notes/marked", "/e/camp/grid", "/e/camp", "/e/camp/search?q=rye", "/api/v1/events/camp/sessions")
    for person in (None, world.person()):
        client.sign_out()
        if person:
            client.sign_in(person)
        assert [path for path in pages if "Pumpernikl" in client.get(path).text] == []
        said = words(client.get(session))
        assert ("not published yet" if readers == READ_PUBLISHED else "for people with a pass") in said
    client.sign_in(writer)
    assert [path for path in pages if "Pumpernikl" in client.get(path).text][:2] == [session, f"{session}/notes"]
    if readers == READ_PUBLISHED:
        do(event, states.publish, world.holder(event, Role.ORGANISER), sessions[0])
        client.sign_out()
        assert "Pumpernikl" in client.get(session).text


def test_the_list_says_how_far_notes_are_and_offers_what_one_may(client, event, sessions, writer, campmaker):
    do(event, wanted.ask_for_note_taker, campmaker, sessions[2])
    for one, state in ((sessions[0], None), (sessions[1], states.written_up), (sessions[3], states.publish)):
        do(event, actions.save, writer, one, text=TEXT, base_revision=0)
        if state:
            do(event, state, campmaker, one)
    with db.transaction():
        event.notes_writers = WRITE_TAKERS
    do(event, actions.take_notes, writer, sessions[1])
    said = words(client.get("/e/camp/notes"))
    assert "3 of 4 sessions have notes." in said
    assert "All sessions (4)Without notes (1)Draft (1)Written up (1)Published (1)" in said
    assert "Note-taker wanted" in said
    assert "Coverage" not in said
    client.sign_in(writer)
    said = words(client.get("/e/camp/notes"))
    assert said.count("Add to the notes") == 1  # only where she takes notes
    assert "I’ll take notes" in said
    client.sign_in(campmaker)
    said = words(client.get("/e/camp/notes?show=written"))
    assert ("At 2" in said, "At 1" in said, "Coverage of notes" in said) == (True, False, True)
