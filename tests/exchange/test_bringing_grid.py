"""Grids and attendee lists in and out, both editions of the columns."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.events.models import Pass, Role
from app.exchange import importing, queries
from app.exchange.models import SessionLink
from app.exchange.reports import CHANGED, FAILED, NEW, SAME, SKIPPED
from app.grid.models import Session
from app.grid.queries import code_of
from app.infra import db
from tests.exchange.bringing import SITE, bring, rows

EDITION_2018 = b"""id,year,day,time,session,capacity,title,leader1,leader2,leader3,sessionnotes,sessionnoteslongurl,hashtag,twitterconversation
1,2018,Saturday,1100,1,60,Open data for all,Leila Haddad,Ben Sutcliffe,,bit.ly/a,https://docs.example.org/a,ukgc18s1r1,https://talk.example.org/a
2,2018,Saturday,1100,1,40,=HYPERLINK(1),Marta Nowak,,,,,ukgc18s1r2,
3,2018,Saturday,1200,2,60,,,,,,,ukgc18s2r1,
"""
EDITION_2022 = b"""year,time,session,room,capacity,title,leader1,leader2,leader3,leader4,notesUrl,hashtag
2022,1000,1,Main hall,140,Bins,Leila Haddad,,,,https://docs.example.org/b,ukgc22s1r1
2022,1000,1,Attic,20,Forms,Marta Nowak,Ben Sutcliffe,Ada Osei,Jo Hartley,,ukgc22s1r2
2022,1100,2,Attic,20,Phones,,,,,,ukgc22s2r2
"""


def brought(organiser, event, data, **more):
    return {r.name: r for r in bring(organiser, event, data, **more)}


def grid():
    return {s.pitch.title: (code_of(s), [x.name for x in s.pitch.leaders]) for s in db.session.scalars(select(Session))}


def test_the_2018_edition_makes_rooms_slots_sessions_leaders_and_links(event, organiser):
    reports = brought(organiser, event, EDITION_2018)
    assert [reports[f"row {n}"].outcome for n in (2, 3)] == [NEW, NEW]
    assert "no title" in reports["row 4"].warnings[0]
    assert grid() == {"Open data for all": ("s1r1", ["Leila Haddad", "Ben Sutcliffe"]), "=HYPERLINK(1)": ("s1r2", ["Marta Nowak"])}
    assert [(r.name, r.number, r.seats) for r in event.rooms] == [("Room 1", 1, 60), ("Room 2", 2, 40)]
    assert [s.number for s in event.slots] == [1, 2]
    assert event.slots[0].starts_at.strftime("%H:%M") == "11:00"
    assert db.session.scalars(select(SessionLink.url).order_by(SessionLink.url)).all() == [
        "https://docs.example.org/a", "https://talk.example.org/a"]


def test_the_2022_edition(event, organiser):
    bring(organiser, event, EDITION_2022)
    assert grid()["Forms"] == ("s1r2", ["Marta Nowak", "Ben Sutcliffe", "Ada Osei", "Jo Hartley"])
    assert grid()["Phones"] == ("s2r2", [])
    assert [r.name for r in event.rooms] == ["Main hall", "Attic"]


@pytest.mark.parametrize("edition", [EDITION_2018, EDITION_2022])
def test_bringing_it_in_again_changes_nothing(edition, event, organiser):
    bring(organiser, event, edition)
    before = rows()
    outcomes = {r.outcome for r in brought(organiser, event, edition).values()}
    assert outcomes <= {SAME, SKIPPED}
    assert rows() == before


def test_only_trying_changes_nothing(event, organiser):
    bring(organiser, event, EDITION_2022, only_try=True)
    assert grid() == {}
    assert event.rooms == []


def test_what_goes_out_comes_back_the_same_and_harmless(event, organiser, world):
    bring(organiser, event, EDITION_2018)
    out = queries.grid_csv_of(event, SITE)
    assert "\n=HYPERLINK" not in out
    assert ",=HYPERLINK" not in out
    other = world.event(rooms=0, slots=0)
    bring(world.holder(other, Role.ORGANISER), other, out.encode())
    first = grid()
    again = queries.grid_csv_of(other, SITE)
    assert len(first) == 2  # by title: both events hold the same two
    assert [line.split(",")[:7] for line in again.splitlines()] == [line.split(",")[:7] for line in out.splitlines()]


def test_a_row_for_a_taken_place_is_said(world, organiser, event):
    bring(organiser, event, EDITION_2022)
    reports = brought(organiser, event, EDITION_2022.replace(b"Bins,", b"Boxes,"))
    assert any("“Bins” is in Main hall" in line for line in reports["row 2"].unsure)
    assert grid()["Boxes"][0] == ""


def test_a_file_that_is_no_grid_is_refused_in_words(organiser, event):
    [report] = bring(organiser, event, b"shopping,price\nmilk,1\n")
    assert report.outcome == FAILED
    assert "names no column of a grid" in report.warnings[0]


TICKETS = b"First Name,Last Name,Email,Ticket Type\nLeila,Haddad,Leila@Example.org,Early bird\nBen,O'Brien,ben@example.org,Late\nNo,Address,,Door\n"


def attendees(organiser, event, data=TICKETS):
    return [r.outcome for r in importing.import_attendees(organiser, event, data) if r.name.startswith("row")]


def test_ticket_holders_get_a_pass_they_can_sign_in_to(organiser, event):
    assert attendees(organiser, event) == [NEW, NEW, NEW]
    people = db.session.scalars(select(Person).join(Pass).where(Pass.event_id == event.id, Pass.role == Role.ATTENDEE).order_by(Person.id)).all()
    assert [(p.name, p.email) for p in people] == [("Leila Haddad", "leila@example.org"), ("Ben O'Brien", "ben@example.org"), ("No Address", None)]
    assert attendees(organiser, event) == [SAME, SAME, SAME]
    assert attendees(organiser, event, TICKETS.replace(b"Late", b"Door")) == [SAME, CHANGED, SAME]
    assert db.session.scalar(select(func.count()).select_from(Pass)) == 4


def test_an_organiser_on_the_list_stays_one(world, event, organiser):
    boss = world.holder(event, Role.ORGANISER, email="leila@example.org")
    boss_id = boss.id
    attendees(organiser, event)
    assert db.session.query(Pass).filter_by(event_id=event.id, person_id=boss_id).one().role == Role.ORGANISER


def test_names_like_formulas_leave_harmless(world, event, organiser):
    world.holder(event, name="=cmd|' /C calc'!A0", email="x@example.org")
    out = queries.attendees_csv_of(event)
    assert "=cmd" in out
    assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@")) for line in out.splitlines() for cell in line.split(","))
