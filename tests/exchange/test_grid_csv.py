"""Grids in the columns of both editions, and in the columns people make of them."""

import contextlib
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.csv_tables import BadTable
from app.exchange.grid_csv import GridRow, read_capacity, read_grid_csv, read_time, write_grid_csv
from app.exchange.people_names import Named

EDITION_2018 = """id,year,day,time,session,capacity,title,leader1,leader2,leader3,sessionnotes,sessionnoteslongurl,hashtag,twitterconversation
1,2018,Saturday,1100,1,50,"Open data, for all",Ada Example,Bo Sample,,example.org/x,https://example.org/document/abc,ukgc18s1r3,https://example.org/q
2,2018,Saturday,1100,1,50ish,,,,,,,ukgc18s1r4,
3,2018,Saturday,1200,2,,"Two
lines",Ada Example & Cy Third,,,,,#ukgc18s2r3,
"""
EDITION_2022 = """year,time,session,room,capacity,title,leader1,leader2,leader3,leader4,notesUrl,hashtag
2022,11:00,1,Main hall,120,Open data,Ada Example,,,Di Fourth,https://example.org/n,ukgc22s1
2022,11:00,1,Attic,,,,,,,,
"""


def test_the_edition_that_hides_the_room_in_the_hashtag():
    grid = read_grid_csv(EDITION_2018.encode())
    first, second, third = grid.rows
    assert (first.slot, first.room, first.starts, first.capacity, first.year) == (1, "3", time(11, 0), 50, 2018)
    assert first.title == "Open data, for all"
    assert [leader.name for leader in first.leaders] == ["Ada Example", "Bo Sample"]
    assert first.notes_url == "https://example.org/document/abc"
    assert (second.title, second.room, second.capacity, second.leaders) == ("", "4", 50, ())
    assert (third.title, third.room, third.number) == ("Two lines", "3", 4)
    assert [leader.name for leader in third.leaders] == ["Ada Example", "Cy Third"]
    assert "Row 3: the capacity “50ish” was read as 50." in grid.warnings
    assert grid.unknown_columns == ()


def test_the_edition_with_rooms():
    grid = read_grid_csv(EDITION_2022.encode())
    assert [(row.room, row.slot, row.title) for row in grid.rows] == [("Main hall", 1, "Open data"), ("Attic", 1, "")]
    assert [leader.name for leader in grid.rows[0].leaders] == ["Ada Example", "Di Fourth"]


def test_columns_in_any_case_order_and_company():
    data = "\ufeff Room ;TIME;Session Title;Leader 1;Theme\nB1;2pm;Open data;Ada Example;food\n"
    grid = read_grid_csv(data.encode())
    [row] = grid.rows
    assert (row.room, row.starts, row.title, row.other) == ("B1", time(14, 0), "Open data", {"Theme": "food"})
    assert grid.unknown_columns == ("Theme",)


@pytest.mark.parametrize(("row", "says"), [
    ("1100,1,B1,Open data,,ukgc18s2r1", "Row 2: the hashtag ukgc18s2r1 says session 2, the column says 1"),
    ("soon,1,B1,Open data,,", "Row 2: the time “soon” could not be read."),
    ("1100,Lunch,B1,Food,,", "Row 2: “Lunch” is not the number of a session"),
    ("1100,1,,Open data,,ukgc18", "Row 2: no room: the hashtag ukgc18 does not hold one."),
    ("1100,1,B1,Open data,somebody I think,", "Row 2: “somebody I think” does not look like a leader's name"),
    ("1100,1,B1,Open data,,x\n1100,1,B1,Other,,x", "Row 3: the same place in the grid as row 2."),
    ("1100,1,B1,Open data,,x\n1100,1,B2,Open data,,x", "Row 3: the same title as row 2."),
    (",,,,Ada Example,x", "Row 2: it says neither when nor where nor what"),
    ("1100,1,B1,Open data,,x,,extra", "Row 2: it has 8 cells where the header has 6"),
    (f"1100,1,B1,{'x' * 400},,", "Row 2: the title is longer"),
])
def test_what_is_odd_is_said_with_its_row(row, says):
    grid = read_grid_csv(f"time,session,room,title,leader1,hashtag\n{row}\n".encode())
    assert any(says in warning for warning in grid.warnings), grid.warnings


def test_a_table_that_is_no_grid():
    with pytest.raises(BadTable, match="Row 1"):
        read_grid_csv(b"colour,shape\nred,round\n")


@pytest.mark.parametrize(("text", "clock"), [("1100", time(11)), ("11:00", time(11)), ("11.00am", time(11)), ("930", time(9, 30)), ("2pm", time(14)),
                                             ("9", time(9)), ("1:30", time(1, 30)), ("11:00-11:45", time(11)), ("0.458333333333", time(11)), ("0.4861", time(11, 40)), ("2500", None), ("x", None), ("3", None)])
def test_times(text, clock):
    assert read_time(text) == clock


def test_capacities():
    assert [read_capacity(text) for text in ("50", "50ish", "c. 50", "40-50", "1,200", "lots", "")] == [50, 50, 50, 40, 1200, None, None]


rows = st.builds(
    GridRow, number=st.just(2), title=st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60).map(lambda text: " ".join(text.split())),
    slot=st.integers(1, 12), starts=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    room=st.sampled_from(["B1", "=1+1", "Main hall", "@home", "-1"]), capacity=st.none() | st.integers(1, 900),
    leaders=st.lists(st.sampled_from(["Ada Example", "Bo Sample", "Cy Third"]), max_size=3, unique=True).map(lambda names: tuple(map(Named, names))),
    notes_url=st.sampled_from(["", "https://example.org/a?b=1"]), year=st.none() | st.integers(2001, 2099))


@settings(deadline=None, max_examples=60)
@given(st.lists(rows, max_size=6))
def test_what_is_written_is_read_back(given_rows):
    back = read_grid_csv(write_grid_csv(given_rows).encode()).rows

    def essence(row):
        return (row.title, row.slot, row.starts, row.room, row.capacity, [leader.name for leader in row.leaders], row.notes_url, row.year)

    assert [essence(row) for row in back] == [essence(row) for row in given_rows]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=20), min_size=4, max_size=4), max_size=5))
def test_any_cells(cells):
    data = "time,session,hashtag,title\n" + "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)
    with contextlib.suppress(BadTable):
        read_grid_csv(data.encode("utf-8", "replace"))
