"""Boards in what goes out of the whole event."""

import pytest

from app.boards import recording
from app.boards.insight_models import HIDDEN
from app.events.models import READ_PUBLISHED, Role
from app.exchange import written
from app.exchange.board_chapters import chapters_of
from app.exchange.models import MADE, Book
from app.exchange.note_pages import page_of_book
from app.infra import db, files, findable
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(attribution="named", slug="camp")


@pytest.fixture
def board(world, event):
    session = world.session(event, "On marmalade", room=1, slot=1)
    board = world.board(event, "Jam & toast", session=session, groups=["Table 1", "Table 2"])
    world.insight(board, "Thick <b>cut</b>", group=0)
    world.insight(board, "Hidden one", group=0, state=HIDDEN)
    return board


def chapters(event, person=None, **more):
    return chapters_of(event, written.notes_out(event, person, **more), person, "https://x.example", **more)


def test_a_board_that_stands_in_no_notes_has_its_section(client, world, event, board):
    world.board(event, "Nothing on it")
    (one,) = chapters(event)
    assert (one.title, one.where) == ("Jam & toast", "On marmalade")
    assert f"[open it](https://x.example/e/camp/boards/{board.id})" in one.text
    page = page_of_book(event, [], [], "https://x.example", dates="", boards=[one])
    assert f'<li><a href="#n-b{board.id}">Jam &amp; toast</a></li>' in page.body
    assert f'<h2 id="n-b{board.id}">Jam &amp; toast</h2>' in page.body
    assert "Thick &lt;b&gt;cut&lt;/b&gt;" in page.body
    text = client.get("/e/camp/proceedings.md").text
    assert "## Jam & toast" in text.replace("\\&", "&")
    assert "- Thick &lt;b>cut&lt;/b>" in text
    assert "Hidden one" not in text + page.body


def test_one_that_is_in_its_notes_is_not_told_twice(client, world, event, board):
    fay = world.holder(event, Role.CAMPMAKER)
    with db.transaction():
        recording.record(fay, board, at=AT)
    assert chapters(event) == []
    assert client.get("/e/camp/proceedings.md").text.count("Thick &lt;b>cut") == 1


def test_only_what_one_may_read(world, event, board):
    with db.transaction():
        event.notes_readers = READ_PUBLISHED
    assert chapters(event) == []
    assert len(chapters(event, world.holder(event))) == len(chapters(event, everything=True)) == 1


def test_a_book_is_of_the_boards_as_they_are_and_forgets_what_is_removed(world, event, board):
    before = written.state_of(event)
    with db.transaction():
        board.version += 1
    assert written.state_of(event) != before
    key = files.keep(b"a book")
    world.save(Book(event_id=event.id, kind="html", everything=True, made_of="", state=MADE, done=1, total=1, asked_at=AT, file_key=key))
    insight = world.insight(board, "To be removed", group=0)
    with db.transaction():
        findable.forget("insight", insight.id)
    assert db.session.query(Book).count() == 0
    with pytest.raises(KeyError):
        files.fetch(key)
