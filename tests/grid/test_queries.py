"""What the grid says, and in how many statements it is read."""

from datetime import UTC, datetime

import pytest

from app.errors import NotFound
from app.events.models import Role, Room, Slot
from app.grid import queries
from app.infra import db
from app.pitches.models import MERGED, WITHDRAWN
from tests.grid.arrange import move, place, take_off

ELEVEN_TEN = datetime(2027, 1, 23, 11, 10, tzinfo=UTC)


@pytest.fixture
def event(world):
    return world.event()


def afresh(*things):
    """Things as a new request would have them: themselves loaded, nothing else."""
    keys = [(type(thing), thing.id) for thing in things]
    db.session.remove()
    return [db.session.get_one(kind, key) for kind, key in keys]


def shape(grid):
    """The grid as text: a row of titles for each slot."""
    return [[cell.title if cell else "-" for cell in row.cells] if row.cells is not None else row.slot.label for row in grid.rows]


def test_rows_columns_and_what_is_in_them(event, world):
    me = world.holder(event)
    fans = [world.holder(event) for _ in range(13)]
    world.session(event, "Bins", room=3, slot=2, leaders=["Ann", "Ben"], topics=["Data"], interested=[me, *fans])
    world.session(event, "Mine", room=1, slot=3, leaders=[me])
    world.session(event, "Nowhere")
    grid = queries.grid_of(event, me)
    assert shape(grid) == [["-", "-", "-"], ["-", "-", "Bins"], "Lunch", ["Mine", "-", "-"]]
    assert [room.name for room in grid.rooms] == ["Main hall", "Seacole", "Turing"]
    bins = grid.rows[1].cells[2]
    assert (bins.leaders, bins.topic, bins.topic_key, bins.interest, bins.seats, bins.over, bins.mine, bins.code, bins.room_name, bins.floor) == (
        ["Ann", "Ben"], "Data", "1", 14, 36, 0, True, "s2r3", "Turing", "Ground")
    assert [cell.mine for cell in queries.grid_of(event, fans[0]).cells] == [True, False]
    assert [cell.mine for cell in queries.grid_of(event, None).cells] == [False, False]
    assert (grid.topics, grid.version, grid.waiting) == ([("Data", "1")], 0, [])
    assert [(row.start, row.end, row.state) for row in grid.rows] == [
        ("11:00", "11:45", ""), ("12:00", "12:45", ""), ("13:00", "14:00", ""), ("14:00", "14:45", "")]


def test_the_clock_marks_rows(event):
    grid = queries.grid_of(event, None, at=ELEVEN_TEN)
    assert [row.state for row in grid.rows] == ["now", "next", "", ""]
    assert grid.changes_at == datetime(2027, 1, 23, 11, 45, tzinfo=UTC)


def test_more_interest_than_seats_and_what_other_rooms_know(event, world):
    session = world.session(event, room=3, slot=1, interested=[world.holder(event) for _ in range(3)])
    event.rooms[2].seats = 2
    cell, = queries.grid_of(event, None, facts={session.id: {"needs_notes": True}}).cells
    assert (cell.over, cell.needs_notes) == (1, True)
    event.rooms[2].seats = None
    cell, = queries.grid_of(event, None, facts={}).cells
    assert (cell.over, cell.needs_notes) == (0, False)
    db.session.rollback()


def test_an_imported_grid_without_times(world):
    event = world.event(slots=1)
    world.save(Slot(event_id=event.id, position=2, kind="session", number=2), Slot(event_id=event.id, position=3, kind="session", number=3, label="Late"))
    db.session.expire_all()
    grid = queries.grid_of(event, None, at=ELEVEN_TEN)
    assert [(row.start, row.when, row.state) for row in grid.rows] == [("11:00", "11:00", "now"), ("Session 2", "session 2", ""), ("Late", "Late", "")]


def test_a_room_that_is_no_longer_for_sessions_keeps_its_column_while_one_is_in_it(event, world):
    world.session(event, "Bins", room=2, slot=1)
    room = event.rooms[1]
    with db.transaction(event):
        room.for_sessions, room.number = False, None
        db.session.add(Room(event_id=event.id, position=4, name="Quiet room", for_sessions=False))
    db.session.expire_all()
    grid = queries.grid_of(event, None)
    assert [r.name for r in grid.rooms] == ["Main hall", "Turing", "Seacole"]
    assert shape(grid)[0] == ["-", "-", "Bins"]
    assert grid.cells[0].code == ""


def test_those_waiting_are_the_open_ones_without_a_place_most_wanted_first(event, world):
    fan = world.holder(event)
    world.session(event, "Placed", room=1, slot=1)
    off = world.session(event, "Taken off", interested=[fan])
    new = world.pitch(event, "New", leaders=["Ann"], topics=["Data"])
    world.pitch(event, "Gone", state=WITHDRAWN)
    world.pitch(event, "Part", state=MERGED, merged_into_id=new.id)
    world.pitch(world.event(), "Elsewhere")
    waiting = queries.grid_of(event, None, waiting=True).waiting
    assert [(w.title, w.session_id, w.leaders, w.interest, w.topic_key) for w in waiting] == [
        ("Taken off", off.id, ["Leila Haddad"], 1, ""), ("New", None, ["Ann"], 0, "1")]


def test_a_leader_in_two_places_at_once(event, world):
    wen, namesake = world.holder(event, name="Wen Li"), world.holder(event, name="Wen Li")
    world.session(event, "A", room=1, slot=1, leaders=[wen])
    world.session(event, "B", room=2, slot=1, leaders=["wen li", "Ann"])
    world.session(event, "C", room=3, slot=2, leaders=[wen])
    world.session(event, "D", room=1, slot=2, leaders=[namesake])
    grid = queries.grid_of(event, None)
    assert {cell.title: cell.clash for cell in grid.cells} == {
        "A": "Wen Li also leads “B” in Seacole then", "B": "wen li also leads “A” in Main hall then", "C": None, "D": None}
    clash, = grid.clashes
    assert (clash.name, clash.when, [room for _, room in clash.sessions]) == ("Wen Li", "11:00", ["Main hall", "Seacole"])


def test_what_is_over_clashes_with_nothing_and_needs_no_note_taker(event, world):
    for slot in (1, 2):
        for room in (1, 2):
            world.session(event, room=room, slot=slot, leaders=["Wen Li"])
    facts = {cell.session_id: {"needs_notes": True} for cell in queries.grid_of(event, None).cells}
    grid = queries.grid_of(event, None, at=datetime(2027, 1, 23, 11, 50, tzinfo=UTC), facts=facts)
    assert [bool(cell.clash) for cell in grid.cells] == [cell.needs_notes for cell in grid.cells] == [False, False, True, True]
    assert len(grid.clashes) == 1


def test_somebody_who_changed_their_name_is_still_one_person(event, world):
    wen = world.holder(event, name="Wen Li")
    first, second = world.session(event, "A", room=1, slot=1, leaders=[wen]), world.session(event, "B", room=2, slot=1, leaders=[wen])
    with db.transaction(event):
        second.pitch.leaders[0].name = "Wen Li-Smith"
    assert len(queries.grid_of(event, None).clashes) == 1
    assert first.pitch.leaders[0].name == "Wen Li"


def test_versions_count_for_each_event(event, world):
    organiser = world.holder(event, Role.ORGANISER)
    place(organiser, event, world.pitch(event), 1, 1)
    other = world.event()
    assert (queries.version_of(event), queries.version_of(other)) == (1, 0)


def test_a_session_is_found_in_its_event_only(event, world):
    session = world.session(event)
    assert queries.session_in(event, session.id) is session
    for other, session_id in ((world.event(), session.id), (event, session.id + 1), (event, 2**31), (event, 10**30)):
        with pytest.raises(NotFound):
            queries.session_in(other, session_id)


def test_history_comes_in_pages(event, world, monkeypatch):
    monkeypatch.setattr(queries, "CHANGES_A_PAGE", 2)
    organiser = world.holder(event, Role.ORGANISER)
    session = place(organiser, event, world.pitch(event), 1, 1)
    move(organiser, event, session, 2, 1)
    take_off(organiser, event, session)
    first, pages = queries.changes_of(event)
    assert ([c.version for c in first], pages) == ([3, 2], 2)
    assert [c.version for c in queries.changes_of(event, 2)[0]] == [1]
    assert queries.changes_of(world.event()) == ([], 1)


def many(world, event, how_many):
    fans = [world.holder(event) for _ in range(3)]
    cells = [(r, s) for s in range(1, 6) for r in range(1, 11)][:how_many]
    for i, (room, slot) in enumerate(cells):
        world.session(event, room=room, slot=slot, leaders=[fans[i % 3], "Ann"], topics=[f"T{i % 4}", f"U{i % 3}"][:1 + i % 2], interested=fans[:i % 4])
        world.pitch(event, interested=fans)
    return fans[0]


@pytest.mark.parametrize("how_many", [1, 50])
def test_the_grid_takes_as_many_statements_for_one_session_as_for_fifty(world, statements, how_many):
    event = world.event(rooms=10, slots=5)
    event, me = afresh(event, many(world, event, how_many))
    with statements() as said:
        grid = queries.grid_of(event, me, at=ELEVEN_TEN)
        assert (len(grid.cells), len(said)) == (how_many, 8)
        assert all(cell.leaders and cell.room_name for cell in grid.cells)
    event, me = afresh(event, me)
    with statements() as said:
        assert len(queries.grid_of(event, me, at=ELEVEN_TEN, waiting=True).waiting) == how_many
    assert len(said) == 10


def test_a_session_takes_four_statements(event, world, statements):
    session_id = world.session(event, room=1, slot=1, topics=["a", "b"]).id
    event, = afresh(event)
    with statements() as said:
        session = queries.session_in(event, session_id)
        assert (session.pitch.title, session.placement.room.name, session.placement.slot.number, len(session.pitch.topics),
                len(session.pitch.leaders), session.pitch.origins, session.pitch.merged_into) == (session.pitch.title, "Main hall", 1, 2, 1, [], None)
    assert len(said) == 4
