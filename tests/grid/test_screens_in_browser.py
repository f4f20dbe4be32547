"""How screens and prints come out: type that can be read across a hall, nothing cut off, one sheet of paper where one is meant.

The pages come straight from the app, at a moment of the test's choosing.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.events.models import Role, Room, Slot, Topic
from app.grid.models import Placement, Session
from app.infra import db
from app.pitches.models import Leader, Pitch
from tests.world import AT

pytestmark = [pytest.mark.browser, pytest.mark.once]
LONG = "What would you stop doing first in local government, and how did you find out that nobody had ever asked for it?"
SIZE = "e => parseFloat(getComputedStyle(e).fontSize)"
CUT_OFF = """() => [...document.querySelectorAll('.berth')].filter(row => [...row.children].some(cell =>
  cell.getBoundingClientRect().bottom > row.getBoundingClientRect().bottom + 1
  || cell.getBoundingClientRect().top < row.getBoundingClientRect().top - 1)).length
  + [...document.querySelectorAll('.berth .t')].filter(t => t.scrollHeight > t.clientHeight + 6).length"""


@pytest.fixture
def full(world, client):
    """Makes an event whose every cell is taken, one title in five very long, and signs its organiser in."""
    def fill(rooms: int, slots: int):
        event = world.event(slug="full", rooms=min(rooms, 10), slots=slots)
        with db.transaction(event) as session:  # in one go: one commit for each of so many takes seconds
            event.rooms += [Room(position=i, number=i, name=f"Committee room {i}", seats=20, floor="Second") for i in range(11, rooms + 1)]
            topics = [Topic(event_id=event.id, name=f"Topic {i}", key=f"topic {i}") for i in range(4)]
            cells = [(room, slot) for slot in event.slots if slot.number for room in event.rooms]
            for i, (room, slot) in enumerate(cells):
                pitch = Pitch(event_id=event.id, title=LONG if i % 5 == 3 else f"After reorganisation: who owns website {i}?",
                              about="", created_at=AT, updated_at=AT, topics=[topics[i % 4]],
                              leaders=[Leader(position=1, name="Ngozi Okonkwo-Boyle"), Leader(position=2, name="Bethan Ahmed")])
                session.add(pitch)
                session.flush()
                session.add(Session(event_id=event.id, pitch_id=pitch.id, created_at=AT, placements=[
                    Placement(event_id=event.id, room_id=room.id, slot_id=slot.id)]))
        client.sign_in(world.holder(event, Role.ORGANISER))
        return event

    return fill


@pytest.mark.parametrize(("rooms", "least"), [(10, 25), (20, 12)])
def test_the_board_fits_every_screen_and_can_be_read(tab, full, clock_at, rooms, least):
    """`least` is the size in pixels that ordinary titles have at least on the smaller screen; at 1080 lines half as much again."""
    full(rooms, 2)
    clock_at("2027-01-23T11:10")
    for width, height in ((1920, 1080), (1280, 720)):
        tab.set_viewport_size({"width": width, "height": height})
        tab.goto("/e/full/now")
        assert tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height]
        assert tab.evaluate(CUT_OFF) == 0
        assert tab.locator(".berth").count() == rooms
        assert tab.locator(".berth .now .t:not(.long, .longer)").first.evaluate(SIZE) >= least * height / 720
        last, strip = tab.locator(".berth").last.bounding_box(), tab.locator(".bottom").bounding_box()
        assert last["y"] + last["height"] <= strip["y"] + 1
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") == 390


def pages_of(tab, path: str) -> tuple[int, tuple[int, int]]:
    """How many pages it prints on, and their size in millimetres."""
    tab.goto(path)
    printed = tab.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    return len(re.findall(rb"/Type\s*/Page\b", printed)), tuple(round(float(points) / 72 * 25.4) for points in box.groups())


def test_paper(tab, full, world):
    event = full(10, 6)
    last = event.slots[-1].ends_at
    world.save(Slot(event_id=event.id, position=20, kind="plenary", label="Closing", starts_at=last, ends_at=last + timedelta(minutes=20)),
               Slot(event_id=event.id, position=0, kind="plenary", label="Welcome", starts_at=datetime(2027, 1, 23, 10, tzinfo=UTC)))
    assert pages_of(tab, "/e/full/grid") == (1, (420, 297)), "the wall: one A3, landscape"
    assert tab.locator(".cell .title").first.evaluate(SIZE) >= 13 - 1
    assert pages_of(tab, "/e/full/grid?view=grid") == (1, (420, 297))
    assert pages_of(tab, "/e/full/cards") == (8, (210, 297)), "60 cards, eight to an A4"
    assert pages_of(tab, f"/e/full/rooms/{event.rooms[0].id}/sign") == (1, (210, 297))
    assert pages_of(tab, "/e/full/signs") == (10, (210, 297))
