"""The kept grid: never an old one, never somebody else's, and the same HTML as one made for the reader alone."""

import re

import pytest
from flask import render_template

from app.events.layout import changed
from app.events.models import DRAFT, Role
from app.grid import kept_grid, pages
from app.grid.actions import take_off
from app.infra import db
from app.pitches import actions as pitches
from tests.grid.arrange import LATER, place

pytestmark = pytest.mark.usefixtures("organiser")
AT_GRID = ("/e/camp/grid", "/e/camp/grid/fragment/auto")


CELL = re.compile(r'<div class="(cell[^"]*)" id="s\d+".*?<a class="title"[^>]*>(.*?)</a>(.*?)</div>\s*</td>', re.DOTALL)


def mine(client, path) -> list[str]:
    """The titles of the sessions marked as in my day, by class and by sign alike."""
    cells = CELL.findall(client.get(path).text)
    by_class = [title for classes, title, _ in cells if "mine" in classes.split()]
    assert by_class == [title for _, title, rest in cells if "mark-mine" in rest]
    return by_class


@pytest.mark.parametrize("path", AT_GRID)
def test_everybody_sees_their_own_day(app, client, event, world, path):
    ada, ben, cy = (world.holder(event, name=name) for name in ("Ada", "Ben", "Cy"))
    world.session(event, "Bins", room=1, slot=1, leaders=[ada], interested=[ben])
    world.session(event, "Boxes", room=2, slot=1, interested=[ben])
    expected = {ada: ["Bins"], ben: ["Bins", "Boxes"], cy: []}
    for person in (ada, ben, cy, ada, ben):
        assert mine(client.sign_in(person), path) == expected[person]
    assert mine(client.sign_out(), path) == []


@pytest.mark.parametrize("path", AT_GRID)
def test_every_change_is_there_at_once(client, event, ann, world, path):
    pitch = world.pitch(event, "Bins", leaders=["Zed"])
    assert "Bins" not in client.get(path).text
    session = place(ann, event, pitch, 1, 1)
    assert "Bins" in client.get(path).text
    with db.transaction(event):
        pitches.edit(ann, pitch, title="Boxes", about="", leaders=["Zed"], topics=["Waste"], seen=pitch.version, at=LATER)
    text = client.get(path).text
    assert "Boxes" in text
    assert "Waste" in text
    assert "Bins" not in text
    with db.transaction(event):
        pitches.mark_interest(ann, pitch, at=LATER)
    assert mine(client, path) == ["Boxes"]
    assert "1<" in client.get(path).text
    with db.transaction(event):
        event.rooms[0].name = "Renamed"
        changed(event)
    assert "Renamed" in client.get(path).text
    with db.transaction(event):
        take_off(ann, event, session, seen=None, at=LATER)
    assert "Boxes" not in client.get(path).text


@pytest.mark.parametrize("path", AT_GRID)
def test_the_clock_changes_it_too(client, event, world, clock_at, path):
    world.session(event, "Bins", room=1, slot=1)
    clock_at("2027-01-23 10:59")
    before = client.get(path).text
    clock_at("2027-01-23 11:01")
    after = client.get(path).text
    assert "Now" not in before.split("<tbody")[1].split("</tbody")[0]
    assert "Now" in after.split("<tbody")[1].split("</tbody")[0]


@pytest.mark.parametrize("path", AT_GRID)
def test_a_draft_is_kept_apart(client, event, ann, world, path):
    world.session(event, "Bins", room=1, slot=1)
    with db.transaction(event):
        event.grid_state = DRAFT
    world.person()  # counts a change
    assert "Bins" in client.sign_in(ann).get(path).text
    assert "Bins" not in client.sign_in(world.holder(event)).get(path).text
    assert "Bins" not in client.sign_out().get(path).text
    assert "Bins" in client.sign_in(ann).get(path).text


def test_it_is_what_would_be_made_for_the_reader_alone(client, event, world, monkeypatch):
    ada = world.holder(event, name="Ada")
    for slot in (1, 2):
        world.session(event, f"Bins {slot}", room=slot, slot=slot, leaders=[ada, "Zed"], topics=["Waste"], interested=[ada])
    world.session(event, "Boxes", room=2, slot=1)
    client.sign_in(ada)
    kept = [client.get("/e/camp/grid/fragment/auto").text for _ in range(2)]
    monkeypatch.setattr(kept_grid, "grid_for", lambda event, _somebody, mode, *_rest: (
        render_template("grid/_live.html", **pages._grid(event, mode)), None))
    assert kept == [client.get("/e/camp/grid/fragment/auto").text] * 2


def test_what_is_kept_takes_few_statements(client, event, world, statements):
    world.session(event, "Bins", room=1, slot=1)
    client.sign_in(world.holder(event, Role.ATTENDEE))
    client.get("/e/camp/grid/fragment/auto")
    with statements() as said:
        client.get("/e/camp/grid/fragment/auto")
    assert len(said) <= 4
