"""Formula marks go harmless out and come back as they were."""

import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.csv_cells import neutral, restored
from app.exchange.csv_tables import BadTable, read_table, write_table

cell = st.text(alphabet=st.one_of(st.sampled_from("=+-@'\t\r\n ＝＋－＠,;\"a"), st.characters(blacklist_categories=("Cs",))), max_size=30)


@settings(deadline=None)
@given(cell)
def test_the_round_trip_is_exact(text):
    assert restored(neutral(text)) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\xa0="])
def test_what_a_spreadsheet_would_run_is_neutral(start):
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral(f"'{start}1") == f"''{start}1"


@pytest.mark.parametrize("text", ["", "Ada Example", "10-12", "a=b", "it's", "'quoted'", "M69"])
def test_ordinary_cells_stay(text):
    assert neutral(text) == text == restored(text)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(cell, min_size=2, max_size=2), max_size=5))
def test_no_cell_written_begins_a_formula_and_all_come_back(rows):
    text = write_table(["one", "two"], rows)
    for row in csv.reader(io.StringIO(text, newline="")):
        for written in row:
            assert not written.lstrip(" \xa0").startswith(tuple("=+-@\t\r\n＝＋－＠"))
    clean = [[value.strip(" \xa0") for value in row] for row in rows]
    if all(char.isprintable() for row in clean for value in row for char in value):
        kept = [row for row in clean if any(value.strip() for value in row)]
        assert [list(row.cells) for row in read_table(text.encode()).rows] == [
            [restored(neutral(value)).strip(" \xa0") for value in row] for row in kept]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator):
    data = separator.join(["title", "room"]) + "\n" + separator.join(["\"Open, data; for\tall\"", "B1"])
    assert read_table(data.encode()).rows[0].cells == ("Open, data; for\tall", "B1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    assert read_table("título,sala\nCafé,B1".encode(encoding)).rows[0].cells == ("Café", "B1")


def test_row_numbers_are_those_of_the_spreadsheet():
    table = read_table(b'title,room\n"two\nlines",B1\n\n,\nlast,B2\n')
    assert [row.number for row in table.rows] == [2, 5]


@pytest.mark.parametrize(("data", "says"), [(b"", "empty"), (b"PK\x03\x04", "CSV"), (bytes(range(256)) * 40, "CSV"),
                                            (b'a,b\n"' + b"x" * 200_000, "Row 2"), (b"a" * 9_000_000, "larger"), (b"a," * 300, "Row 1")])
def test_what_is_no_table_says_so(data, says):
    with pytest.raises(BadTable, match=says):
        read_table(data)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes(data):
    with contextlib.suppress(BadTable):
        read_table(data)
