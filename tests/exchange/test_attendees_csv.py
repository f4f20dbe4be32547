"""Lists of attendees as ticket shops write them. All people are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.attendees_csv import AttendeeRow, read_attendees_csv, write_attendees_csv
from app.exchange.csv_tables import BadTable


def read(text: str):
    return read_attendees_csv(text.encode())


@pytest.mark.parametrize("header", [
    "given_name,family_name,email", "First Name,Last Name,Email", "FIRST NAME,Surname,E-mail address", "Ticket First Name,Ticket Last Name,Ticket Email",
    "Buyer First Name,Buyer Last Name,Buyer Email", "Forename;Family Name;Email Address",
])
def test_names_in_two_columns(header):
    separator = ";" if ";" in header else ","
    [row] = read(f"{header}\n" + separator.join(["Ada", "Example", "ada@example.org"])).rows
    assert (row.name, row.given_name, row.email, row.number) == ("Ada Example", "Ada", "ada@example.org", 2)


@pytest.mark.parametrize("header", ["Name,Email,Company", "Full name,Attendee Email,Organisation", "Attendee,email,Organisation/Company"])
def test_names_in_one_column(header):
    [row] = read(f"{header}\nAda Example,ada@example.org,Foogle").rows
    assert (row.name, row.organisation) == ("Ada Example", "Foogle")
    assert read(f"{header}\n\"Example, Ada\",ada@example.org,").rows[0].name == "Ada Example"


def test_who_is_not_coming_is_passed_over_and_said():
    people = read("First Name,Last Name,Email,Ticket Type,Order Status,Refunded?\nAda,Example,a@example.org,General,Completed,No\n"
                  "Bo,Sample,b@example.org,General,Cancelled,No\nCy,Third,c@example.org,General,Completed,Yes\nDi,Fourth,d@example.org,,Refunded,\n")
    assert [row.name for row in people.rows] == ["Ada Example"]
    assert [warning.split(":")[0] for warning in people.warnings] == ["Row 3", "Row 4", "Row 5"]


def test_rows_that_are_odd():
    people = read("Name,Email\n,nobody@example.org\nAda Example,not an address\nBo Sample,bo@example.org\nBo Sample,BO@example.org\n=cmd(),\n")
    assert [(row.name, row.email) for row in people.rows] == [("Ada Example", ""), ("Bo Sample", "bo@example.org"), ("=cmd()", "")]
    assert [warning.split(":")[0] for warning in people.warnings] == ["Row 2", "Row 3", "Row 5"]


def test_a_table_without_names():
    with pytest.raises(BadTable, match="Row 1"):
        read("Email,Ticket\na@example.org,General")


people = st.builds(AttendeeRow, number=st.just(2), name=st.text(st.characters(categories=("L",)), min_size=1, max_size=12).map(lambda word: f"{word} X"),
                   email=st.sampled_from(["", "a@example.org"]), organisation=st.sampled_from(["", "=Foogle", "+Bar", "@baz", "Foo, Bar"]))


@settings(deadline=None, max_examples=60)
@given(st.lists(people, max_size=6, unique_by=lambda row: row.name.casefold()))
def test_what_is_written_is_read_back(rows):
    text = write_attendees_csv(rows)
    assert not any(cell.startswith(("=", "+", "@")) for line in text.split("\r\n") for cell in line.split(","))
    back = read_attendees_csv(text.encode()).rows
    assert [(row.name, row.email, row.organisation) for row in back] == [(row.name, row.email, row.organisation) for row in rows]
