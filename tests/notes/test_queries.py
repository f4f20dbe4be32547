"""Reading notes: what is shown, in a fixed number of statements."""

import pytest

from app.events.models import DEFAULT_NOTE_TEMPLATE, NAMED
from app.infra import clock, db
from app.notes import actions, panels, queries
from app.notes.models import NoteTakerWanted
from app.pitches.models import WITHDRAWN
from tests.world import AT

HOUR = AT.replace(minute=0)  # under the Chatham House Rule only the hour of a change is kept

TEXT = "- bins\n"


def write(world, session, text=TEXT):
    writer = world.holder(session.event)
    with db.transaction(session.event):
        actions.save(writer, session, text=text, base_revision=0, at=AT)


def take(world, session, name):
    taker = world.holder(session.event, name=name)
    with db.transaction(session.event):
        actions.take_notes(taker, session, at=AT)


def test_what_there_is_to_read(world):
    session = world.session(world.event())
    assert queries.written_of(session) == queries.Written("", 0, None, [])
    write(world, session)
    assert queries.written_of(session) == queries.Written(TEXT, 2, HOUR, [])


@pytest.mark.parametrize("text", [DEFAULT_NOTE_TEMPLATE, "", " \n\t\u00a0\n"])
def test_the_template_or_nothing_does_not_count_as_notes(world, text):
    session = world.session(world.event(), room=1, slot=1)
    write(world, session)
    writer = world.holder(session.event)
    with db.transaction(session.event):
        actions.save(writer, session, text=text, base_revision=2, at=AT)
    assert queries.written_of(session).text == ""
    assert queries.needing_note_takers(session.event) == {session.id: False}
    assert [e.saved_at for part in queries.listing_of(session.event) for e in part.entries] == [None]


def test_what_the_editor_begins_with(world):
    session = world.session(world.event(note_template="## Ours\r\n"))
    assert queries.draft_of(session) == queries.Draft("## Ours\n", 0, None)
    write(world, session)
    assert queries.draft_of(session) == queries.Draft(TEXT, 2, HOUR)


def test_who_needs_a_note_taker(world, statements):
    event, other = world.event(rooms=3), world.event()
    alone, taken, written, unplaced = (world.session(event, room=n, slot=1) if n < 4 else world.session(event) for n in (1, 2, 3, 4))
    elsewhere = world.session(other, room=1, slot=1)
    take(world, taken, "Ada")
    write(world, written)
    event.id  # noqa: B018 - loaded before counting
    with statements() as said:
        needing = queries.needing_note_takers(event)
    assert len(said) == 1
    assert needing == {alone.id: False}
    assert queries.needing_note_takers(other) == {elsewhere.id: False}
    assert panels.cell_facts(event) == {alone.id: {"needs_notes": True}}
    world.save(*[NoteTakerWanted(session_id=one.id, asked_at=AT) for one in (alone, taken)])
    assert panels.cell_facts(event) == {alone.id: {"needs_notes": "wanted"}}
    assert unplaced.id not in panels.cell_facts(event)


def test_the_list_is_by_slot_with_the_empty_ones_first(world):
    event = world.event(rooms=3, slots=3)
    late = world.session(event, "Late", room=1, slot=3, leaders=("Wen Li", "Ada"))
    full = world.session(event, "Full", room=1, slot=1)
    empty = world.session(event, "Empty", room=3, slot=1)
    world.session(event, "Empty too", room=2, slot=1)
    off = world.session(event, "Off the grid")
    world.session(world.event(), "Elsewhere", room=1, slot=1)
    gone, kept = world.session(event, "Gone", state=WITHDRAWN), world.session(event, "Gone but written", state=WITHDRAWN)
    for session in (full, kept):
        write(world, session)
    for name in ("Ada", "Ben"):
        take(world, empty, name)
    parts = queries.listing_of(event)
    assert [(part.when, [e.title for e in part.entries]) for part in parts] == [
        ("11:00", ["Empty too", "Empty", "Full"]), ("14:00", ["Late"]), ("Not on the grid", ["Off the grid", "Gone but written"])]
    first = {e.session_id: e for part in parts for e in part.entries}
    assert gone.id not in first
    assert (first[full.id].saved_at, first[full.id].code, first[full.id].room.name) == (HOUR, "s1r1", "Main hall")
    assert (first[empty.id].note_takers, first[late.id].leaders, first[off.id].room) == (("Ada", "Ben"), ("Wen Li", "Ada"), None)


@pytest.mark.parametrize("how_many", [1, 9])
def test_the_list_takes_the_same_statements_for_one_and_many(world, statements, how_many):
    event = world.event(rooms=9)
    for number in range(1, how_many + 1):
        session = world.session(event, room=number, slot=1)
        write(world, session)
        take(world, session, f"Ada {number}")
    db.session.expire_all()
    event.id  # noqa: B018 - loaded before counting
    with statements() as said:
        queries.listing_of(event)
    assert len(said) == 5


@pytest.mark.parametrize("how_many", [1, 6])
def test_the_panels_take_the_same_statements_for_one_and_many(world, statements, how_many):
    session = world.session(world.event(attribution=NAMED))
    person = world.holder(session.event)
    for number in range(how_many):
        with db.transaction(session.event):
            saved = actions.save(person, session, text=f"version {number}", base_revision=number + 1 if number else 0, at=clock.now())
        assert saved.changed
        take(world, session, f"Ada {number}")
    session.event.id, session.event.series, person.id  # noqa: B018 - loaded before counting
    for panel, number in ((panels.session_panel, 3), (panels.note_takers_panel, 2)):
        with statements() as said:
            assert panel(session, person).context["session"] is session
        assert len(said) == number


def test_nobody_is_looked_for_to_take_notes_of_a_cancelled_session(world):
    session = world.session(world.event())
    person = world.holder(session.event)
    with db.transaction(session.event):
        session.cancelled = "The speaker is ill"
    assert panels.note_takers_panel(session, person) is None
    take(world, session, "Ada")
    assert panels.note_takers_panel(session, person) is not None


def test_the_summary_is_apart(world):
    session = world.session(world.event())
    write(world, session, "## Notes\n\n- **bins**\n\n## Summary\n\nMore <b onclick=x>bins</b>.\n")
    context = panels.session_panel(session, None).context
    assert "<strong>bins</strong>" in context["body"]
    assert "Summary" not in context["body"]
    assert "More" in context["summary"]
    assert "onclick" not in context["summary"]
