"""What is findable of each thing, what is not, and what a change touches."""

import pytest
from sqlalchemy import select

from app.documents.models import Document
from app.events.models import DEFAULT_NOTE_TEMPLATE
from app.infra import db
from app.pitches.models import MERGED, OPEN, UNMERGED, WITHDRAWN, Pitch
from app.search import gather, gather_followups
from tests.search.rooms import followup, note


def row(kind, thing):
    key = gather.key_of(kind, thing.id)
    return gather.rows([key]).get(key)


def test_an_event(world):
    event = world.event(name="GovCamp North 2027", venue="The Town Hall", about="Bring **ideas**", hashtag="gcn27")
    found = row("event", event)
    assert (found.title, found.year, found.event_id, found.series_id) == ("GovCamp North 2027", 2027, event.id, event.series_id)
    assert found.body == "GovCamp North\n#gcn27\nThe Town Hall\nBring ideas"


def test_an_open_pitch(world):
    pitch = world.pitch(world.event(), "Bins", about="What *bins* tell us", leaders=["Leila", "Ben"], topics=["Waste", "Data"])
    found = row("pitch", pitch)
    assert (found.title, found.body, found.leaders, found.topics) == ("Bins", "What bins tell us", ("Leila", "Ben"), ("Waste", "Data"))
    assert (found.rooms, found.note_takers, found.looking_for_host) == ((), (), False)


@pytest.mark.parametrize("state", [WITHDRAWN, UNMERGED, MERGED])
def test_a_pitch_that_is_not_open_is_not_findable(world, state):
    event = world.event()
    pitch = world.pitch(event, state=state, merged_into_id=world.pitch(event).id if state == MERGED else None)
    assert row("pitch", pitch) is None


def test_a_pitch_that_became_a_session_is_found_as_the_session_only(world):
    session = world.session(world.event(), "Bins")
    assert row("pitch", session.pitch) is None
    assert row("session", session).title == "Bins"


def test_a_session_with_everything(world):
    event = world.event(hashtag="gcn27")
    session = world.session(event, "Bins", about="Why bins", room=2, slot=1, leaders=["Leila"], topics=["Waste"])
    note(world, session, "## Notes\n\n- They are **full**", note_takers=["Sarah Slack", "Ben"])
    found = row("session", session)
    assert found.body == "Why bins\nNotes\nThey are full\n#gcn27s1r2"
    assert (found.rooms, found.leaders, found.note_takers, found.topics) == (("Seacole",), ("Leila",), ("Sarah Slack", "Ben"), ("Waste",))
    assert not found.looking_for_host


def test_who_was_in_the_room_is_not_findable(world):
    session = world.session(world.event())
    note(world, session, "Words")
    assert "Paula" not in repr(row("session", session))


def test_the_template_alone_is_no_text(world):
    session = world.session(world.event(note_template=DEFAULT_NOTE_TEMPLATE), about="Why")
    note(world, session, DEFAULT_NOTE_TEMPLATE.strip())
    assert row("session", session).body == "Why"


@pytest.mark.parametrize(("state", "with_notes", "without"), [(OPEN, True, True), (MERGED, True, False), (UNMERGED, True, False),
                                                              (WITHDRAWN, False, False)])
def test_a_session_whose_pitch_is_gone_is_found_by_its_notes_only(world, state, with_notes, without):
    event = world.event()
    written, empty = world.session(event), world.session(event)
    note(world, written, "Words")
    into = world.pitch(event).id if state == MERGED else None
    with db.transaction() as current:
        for pitch in current.scalars(select(Pitch).where(Pitch.id.in_([written.pitch_id, empty.pitch_id]))):
            pitch.state, pitch.merged_into_id = state, into
    assert (row("session", written) is not None, row("session", empty) is not None) == (with_notes, without)


def test_conversations(world):
    event = world.event()
    hosted, looking, none = (world.session(event, title, topics=["Waste"]) for title in ("Hosted", "Looking", "None"))
    one = followup(world, hosted, hosts=["Ada", "Ben"], posted=["Paula Posted"])
    two = followup(world, looking, posted=["Paula Posted"])
    found = row("followup", one)
    assert (found.title, found.body, found.topics, found.looking_for_host) == ("Hosted", "Hosted by Ada, Ben", ("Waste",), False)
    found = row("followup", two)
    assert (found.title, found.body, found.looking_for_host) == ("Looking", gather_followups.STANDS["looking"], True)
    assert [row("session", s).looking_for_host for s in (hosted, looking, none)] == [False, True, False]
    assert "Paula" not in repr(gather.rows(gather.everything()))


def test_a_conversation_of_a_withdrawn_session_is_not_findable(world):
    session = world.session(world.event())
    conversation = followup(world, session)
    with db.transaction():
        session.pitch.state = WITHDRAWN
    assert row("followup", conversation) is None


def test_what_a_change_touches(world):
    event = world.event()
    alone, session, other = world.pitch(event), world.session(event), world.session(world.event())
    conversation = followup(world, session)
    of_session = {f"session:{session.id}", f"pitch:{session.pitch_id}", *gather_followups.keys_of([conversation.id])}
    assert set(gather.affected([("pitch", session.pitch_id)])) == of_session
    assert set(gather.affected([("session", session.id)])) == of_session
    assert set(gather.affected([("followup", conversation.id)])) == of_session
    assert set(gather.affected([("pitch", alone.id)])) == {f"pitch:{alone.id}"}
    for kind in ("event", "whole event"):
        assert set(gather.affected([(kind, event.id)])) == of_session | {f"pitch:{alone.id}", f"event:{event.id}"}
    assert set(gather.affected([("session", other.id), ("followup", 999)])) == {
        f"session:{other.id}", f"pitch:{other.pitch_id}", *gather_followups.keys_of([999])}
    assert gather.affected([("session", 999)]) == ["session:999"]


def test_everything_is_everything(world):
    session = world.session(world.event())
    followup(world, session)
    assert set(gather.everything()) == {f"event:{session.event_id}", f"pitch:{session.pitch_id}", f"session:{session.id}", *gather_followups.keys_of([1])}


def test_the_number_of_statements_does_not_grow(world, statements):
    event = world.event()

    def count() -> tuple[int, int]:
        keys = gather.everything()
        db.session.rollback()
        with statements() as gathering:
            assert len(gather.rows(keys)) > 2
        db.session.rollback()
        with statements() as touching:
            gather.affected([("whole event", event.id), ("pitch", 1), ("session", 1), ("followup", 1)])
        return len(gathering), len(touching)

    def add(n: int) -> None:
        session = world.session(event, room=1 + n % 3, slot=1 + n // 3, leaders=["A", "B"], topics=[f"T {n}", "Waste"])
        note(world, session, "Words", note_takers=["C", "D"])
        followup(world, session, hosts=["E"])
        followup(world, world.session(event))
        world.pitch(event, topics=["Waste"])

    add(0)
    at_one = count()
    for n in range(1, 6):
        add(n)
    assert count() == at_one
    assert db.session.query(Document).count() == 6
