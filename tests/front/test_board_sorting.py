"""A board full of notes is sorted by keyboard alone, and by single taps alone (200 notes with --full)."""

import pytest
from playwright.sync_api import expect

from tests.front.test_board import PROMPTS, eventually, room  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def full_column(room, request):  # noqa: F811
    """The room with a first column of notes, each of which says in which of the three it belongs, and what the columns are to hold."""
    many = 200 if request.config.getoption("--full") else 6
    belong = [set(), set(), set()]
    for number in range(many):
        text = f"{number}: belongs to {number * 7 % 3 + 1}"
        room.note(text)
        belong[number * 7 % 3].add(text)
    return room, many, belong


def column_of(label: str) -> int:
    return int(label.rpartition(" ")[2]) - 1


# The number of the column that the focused cross of a note is in; -1: something else has the focus.
COLUMN = """() => { const at = document.activeElement; return at.classList.contains('grip')
  ? [...document.querySelectorAll('.lane')].indexOf(at.closest('.lane')) : -1; }"""


def test_by_keyboard_alone(full_column):
    room, many, belong = full_column  # noqa: F811
    page = room.open()
    for _ in range(60):
        if page.evaluate(COLUMN) == 0:
            break
        page.keyboard.press("Tab")
    for _ in range(many):
        for _ in range(page.evaluate(COLUMN)):
            page.keyboard.press("ArrowLeft")
        assert page.evaluate(COLUMN) == 0
        page.keyboard.press("End")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Space")
        for _ in range(column_of(label)):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        expect(page.get_by_label(label, exact=True)).to_be_focused()
    eventually(lambda: [set(room.column(n)) for n in range(3)], belong)


def test_by_single_taps_alone(full_column):
    room, _, belong = full_column  # noqa: F811
    page = room.open(width=390, has_touch=True)
    for number in (1, 2):
        for text in sorted(belong[number]):
            page.get_by_label(f"Move: {text}", exact=True).tap()
            page.locator("#move-dialog").get_by_role("button", name=PROMPTS[number]).tap()
            expect(page.locator("#move-dialog")).to_be_hidden()
    eventually(lambda: [set(room.column(n)) for n in range(3)], belong)
