"""How far notes are, who says so, what is published; who was there; the head that the grid fills."""

import pytest
from sqlalchemy import select

from app.documents import actions as documents
from app.errors import Conflict, Forbidden
from app.events import actions as events
from app.events.models import CHATHAM_HOUSE, NAMED, READ_PUBLISHED, Role
from app.grid import actions as grid
from app.grid.queries import session_in
from app.infra import db, live
from app.notes import actions, policy, presence, queries, states
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note, WasThere
from tests.followups.kinds import kinds_of, those_who
from tests.world import AT

TEXT = "## Notes\n\n- bins\n"


@pytest.fixture
def event(world):
    return world.event(notes_readers=READ_PUBLISHED)


@pytest.fixture
def session(world, event):
    return world.session(event, "Bins", room=1, slot=1)


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER, name="Lorna Pike")


@pytest.fixture
def writer(world, event):
    return world.holder(event, name="Ada Byron")


def do(event, action, *said, **more):
    with db.transaction(event):
        return action(*said, **{"at": AT} | more)


def write(session, text=TEXT):
    with db.transaction():
        db.session.add(Note(session_id=session.id, document_id=_document(session, text), created_at=AT))


def _document(session, text):
    document = documents.create(session.event.note_template, AT)
    documents.save(document, text, 1, AT, None)
    return document.id


def state_of(session):
    return db.session.scalar(select(Note.state).where(Note.session_id == session.id))


STEPS = {
    "written": (states.written_up, "--++++-"), "draft": (states.draft_again, "--++++-"),
    "publish": (states.publish, "---+++-"), "unpublish": (states.unpublish, "---+++-"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("closed", [False, True])
def test_who_may_say_how_far_notes_are(world, session, step, closed):
    write(session)
    action, row = STEPS[step]
    with db.transaction():
        session.event.notes_close_at = AT if closed else None
    people = kinds_of(world, session.event)
    row = "---+++-" if closed else row

    def may(person):
        try:
            with db.transaction(session.event):
                action(person, session, at=AT)
        except Forbidden:
            return False
        except Conflict:
            pass
        return True

    assert those_who(people, may) == row


def test_from_draft_to_published_and_back(event, session, writer, organiser):
    write(session)
    was = event.version
    do(event, states.written_up, writer, session)
    do(event, states.written_up, writer, session)
    assert (state_of(session), event.version) == (WRITTEN_UP, was + 1)
    assert not policy.can_read(None, session)
    with live.relay.listen(f"head:{session.id}", f"access:{event.id}") as inbox:
        do(event, states.publish, organiser, session)
        assert inbox.get(0.5)[0] == f"head:{session.id}"
        assert inbox.get(0.02) is None
        assert policy.can_read(None, session)
        with pytest.raises(Conflict, match="are published"):
            do(event, states.draft_again, writer, session)
        do(event, states.unpublish, organiser, session)
        assert {inbox.get(0.5)[0], inbox.get(0.5)[0]} == {f"head:{session.id}", f"access:{event.id}"}  # others are asked anew
    assert state_of(session) == WRITTEN_UP
    assert not policy.can_read(None, session)
    do(event, states.draft_again, writer, session)
    assert state_of(session) == DRAFT


def test_nothing_is_neither_written_up_nor_published(event, session, writer, organiser):
    for action, actor in ((states.written_up, writer), (states.publish, organiser)):
        with pytest.raises(Conflict, match="nothing in these notes"):
            do(event, action, actor, session)
    do(event, actions.begin, writer, session)  # the template alone is nothing
    with pytest.raises(Conflict, match="nothing in these notes"):
        do(event, states.publish, organiser, session)
    do(event, states.draft_again, writer, session)
    do(event, states.unpublish, organiser, session)
    assert state_of(session) == DRAFT


def test_published_notes_are_still_added_to_and_stay_published(event, session, writer, organiser):
    write(session)
    do(event, states.publish, organiser, session)
    do(event, actions.save, writer, session, text=TEXT + "- more\n", base_revision=queries.draft_of(session).base)
    assert state_of(session) == PUBLISHED


def test_all_at_once(world, event, session, writer, organiser, statements):
    sessions = [session, *(world.session(event, f"S{n}", room=n, slot=2) for n in range(1, 4)), world.session(event)]
    for one in sessions[:4]:
        write(one)
    do(event, actions.begin, writer, sessions[4])
    for one in sessions[:2]:
        do(event, states.written_up, writer, one)
    other = world.session(world.event(event.series), "Elsewhere")
    write(other)
    with pytest.raises(Forbidden):
        do(event, states.publish_all, writer, event)
    assert do(event, states.publish_all, organiser, event) == 2
    assert [state_of(one) for one in sessions] == [PUBLISHED, PUBLISHED, DRAFT, DRAFT, DRAFT]
    assert do(event, states.publish_all, organiser, event, drafts=True) == 2
    assert [state_of(one) for one in sessions] == [PUBLISHED, PUBLISHED, PUBLISHED, PUBLISHED, DRAFT]
    assert do(event, states.publish_all, organiser, event, drafts=True) == 0
    assert state_of(other) == DRAFT


# ---- who was there -----------------------------------------------------------------------------------------------

def there(session):
    return list(db.session.scalars(select(WasThere.person_id).where(WasThere.session_id == session.id)))


def test_who_was_there_says_so_for_themselves_where_names_are_kept(world, writer, organiser, session, event):
    with pytest.raises(Forbidden, match="Chatham House"):
        do(event, presence.was_there, writer, session)
    with db.transaction():
        event.attribution = NAMED
    with pytest.raises(Forbidden, match="pass"):
        do(event, presence.was_there, world.person(), session)
    for _ in range(2):
        do(event, presence.was_there, writer, session)
    do(event, presence.was_there, organiser, session)
    assert there(session) == [writer.id, organiser.id]
    assert queries.head_of(session).present == ("Ada Byron", "Lorna Pike")
    do(event, presence.was_not_there, writer, session)
    assert there(session) == [organiser.id]
    # When the event takes up the Chatham House Rule nobody is kept any more.
    with db.transaction(event):
        events.edit_event(organiser, event, at=AT, attribution=CHATHAM_HOUSE)
    assert there(session) == []
    assert queries.head_of(session).present == ()


# ---- the head ----------------------------------------------------------------------------------------------------

def head(session):
    db.session.expire_all()
    return queries.head_of(session_in(session.event, session.id))


def test_the_head_says_what_the_grid_says_now(world, event, session, writer, organiser):
    do(event, actions.take_notes, writer, session)
    first = head(session)
    assert first.lines == [("Event", event.name), ("Session", "s1r1"), ("Room", "Main hall, Ground"),
                           ("Time", "11:00 to 11:45 on Saturday 23 January 2027"), ("Led by", "Leila Haddad"), ("Notes by", "Ada Byron")]
    assert (first.title, first.tag, first.state) == ("Bins", f"#{event.hashtag}s1r1", DRAFT)
    do(event, grid.move, organiser, event, session, event.rooms[1], event.slots[1], seen=None)
    assert (head(session).code, head(session).room, head(session).when[:14]) == ("s2r2", "Seacole, Ground", "12:00 to 12:45")
    do(event, grid.take_off, organiser, event, session, seen=None)
    assert [label for label, _ in head(session).lines] == ["Event", "Led by", "Notes by"]


def test_heads_of_an_event_take_a_fixed_number_of_statements(world, event, session, statements):
    def count():
        db.session.expire_all()
        _ = event.id, event.rooms, event.slots
        with statements() as said:
            heads = queries.heads_of(event)
        return len(said), heads

    one, heads = count()
    for n in range(2, 4):
        write(world.session(event, f"S{n}", room=n, slot=n, leaders=["A", "B"]))
    many, heads = count()
    assert many == one
    assert heads[session.id] == head(session)
    assert {one.title for one in heads.values()} == {"Bins", "S2", "S3"}
