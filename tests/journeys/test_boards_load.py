"""A room full of people who fill a board: everybody has every note of their group, once, in one order. (The site killed meanwhile:
test_killed.py. The whole size with its figures: `python -m tests.bench.boards`.)"""

import time
from statistics import quantiles

import pytest

from tests.bench.board_room import leave, room_of, settle, sit_down
from tests.bench.boards import delays


@pytest.mark.long
@pytest.mark.once
def test_everybody_has_every_note_once_in_one_order(rough, request):
    full = request.config.getoption("--full")
    groups, people, every, seconds = (12, 8, 10.0, 60.0) if full else (3, 4, 0.5, 2.0)
    room = room_of(rough, groups=groups, every=every, title="Everybody at once")
    members = sit_down(room, people)
    try:
        time.sleep(seconds)
        settle(room, members)
        took = [seconds for _at, seconds in delays(room, members)]
    finally:
        leave(room, members)
    assert len(room.sent) >= groups * people
    assert len(took) == len(room.sent) * (people - 1)
    if full:
        assert quantiles(took, n=100)[98] < 1.0
