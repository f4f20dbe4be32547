"""The real grid in a real browser: mouse, keyboard, dialog, two organisers at once, a watcher's page, a button that stays pressed.

How the script behaves in detail is in tests/front/test_arranging.py; this is the whole wire, once.
"""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import page_of, site_of  # noqa: F401 - page_of is a fixture
from tests.journeys.people import SignedIn

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def camp(tmp_path_factory):
    with site_of(tmp_path_factory.mktemp("camp"), "--demo") as site:
        yield site


def drag(page, source, target):
    """From the middle of one to the middle of the other, in steps, as a hand does."""
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + 14)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=12)
    page.mouse.up()


def test_a_grid_is_arranged_by_hand(camp, page_of):  # noqa: F811
    boss = camp.ask("select id from person where email = 'organiser@camp.example'")[0]
    event = camp.ask("select id from event where slug = 'govcamp-north'")[0]
    attendee = camp.ask("select person_id from pass where event_id = :event and role = 1 order by id limit 1", event=event)[0]
    organiser = page_of(camp, boss, height=1000)
    rival = page_of(camp, boss, height=1000)
    watcher = page_of(camp, attendee)
    rival.route("**/grid/stream", lambda route: route.abort())  # a page that hears nothing
    for page, path in ((organiser, "grid/arrange"), (rival, "grid/arrange"), (watcher, "grid")):
        page.goto(f"/e/govcamp-north/{path}")
    free = [cell.get_attribute("data-place") for cell in organiser.locator("td.free").all()][::-1]  # nearest to those waiting first
    assert len(free) >= 3

    def cell(page, place):
        return page.locator(f'td[data-place="{place}"]')

    def title_in(page, place):
        return cell(page, place).locator("[data-session]").get_attribute("data-title")

    # The mouse takes a pitch from those waiting to a free cell, and everybody sees it.
    first = organiser.locator(".tray .pitch").first
    title = first.get_attribute("data-title")
    drag(organiser, first, cell(organiser, free[0]))
    expect(organiser.locator("#toast")).to_have_text(f"You placed “{title}” in {free[0]}.")
    expect(cell(watcher, free[0])).to_contain_text(title)

    # Somebody whose page is behind is told who was quicker.
    drag(rival, rival.locator(".tray .pitch").nth(1), cell(rival, free[0]))
    expect(rival.locator("#toast-alert")).to_contain_text(f"You put “{title}” there at")
    expect(cell(rival, free[0])).to_contain_text(title)

    # The keyboard lifts, chooses and drops.
    grip = cell(organiser, free[0]).locator("[data-move]")
    grip.focus()
    organiser.keyboard.press("Space")
    for _ in range(3):
        organiser.keyboard.press("ArrowUp")
    expect(organiser.locator("#announce")).to_contain_text("Swaps with")
    organiser.keyboard.press("Enter")
    expect(organiser.locator("#toast")).to_contain_text(f"You swapped “{title}”")
    assert title_in(organiser, free[0]) != title

    # The dialog takes it off again.
    organiser.locator(f'[data-title="{title}"] [data-move]').press("Enter")
    organiser.get_by_role("dialog").get_by_role("button", name="Take off the grid").click()
    expect(organiser.locator("#toast")).to_contain_text("off the grid")
    expect(organiser.locator(".tray")).to_contain_text(title)

    # And without scripts the same is done by forms.
    plain = page_of(camp, boss, java_script_enabled=False)
    plain.goto("/e/govcamp-north/grid/arrange")
    cell(plain, free[1]).get_by_role("link").click()
    plain.get_by_role("button", name="Put it here").first.click()
    expect(plain.locator(".notice.success")).to_contain_text(f"in {free[1]}.")
    expect(cell(watcher, free[1])).not_to_contain_text("Free")


def test_a_page_marks_what_is_its_readers_own(camp, page_of):  # noqa: F811
    """What open pages fetch is the same for all; they mark it. A draft is fetched for whom it is."""
    event = camp.ask("select id from event where slug = 'govcamp-north'")[0]
    reader = camp.ask("select person_id from pass where event_id = :event and role = 1 order by id limit 1", event=event)[0]
    boss = camp.ask("select id from person where email = 'organiser@camp.example'")[0]
    page = page_of(camp, reader)
    page.add_init_script("Math.random = () => 0")  # pages wait up to 5 seconds before they ask what is theirs
    asked = []
    page.on("request", lambda request: asked.append(request) if "/grid/" in request.url else None)
    mine = page.locator(".cell.mine:has(svg.mark-mine[aria-label='In my day']) .title")
    page.goto("/e/govcamp-north/grid?view=grid")
    before = mine.all_inner_texts()
    assert before
    with SignedIn(camp, reader) as own, SignedIn(camp, boss) as organiser:
        name = camp.ask("select name from person where id = :id", id=reader)[0]
        assert own.post("/e/govcamp-north/pitches/new", **{"title": "Sheds for everybody", "leaders-0": name})[0] == 303
        pitch = camp.ask("select max(id) from pitch where event_id = :event", event=event)[0]
        taken = "select placement.room_id || ' ' || placement.slot_id from placement where event_id = :event"
        cells = [f"{room} {slot}" for slot in camp.ask("select id from slot where event_id = :event and number is not null", event=event)
                 for room in camp.ask("select id from room where event_id = :event and number is not null", event=event)]
        room, slot = next(cell for cell in reversed(cells) if cell not in camp.ask(taken, event=event)).split()
        assert organiser.post(f"/e/govcamp-north/pitches/{pitch}/place", room=room, slot=slot)[0] == 200
        expect(page.locator(".cell .title", has_text="Sheds for everybody")).to_be_attached()
        expect(mine).to_have_count(len(before) + 1)  # a pitch that it did not know: it asked
        assert {*before, "Sheds for everybody"} == set(mine.all_inner_texts())
        shared = [request for request in asked if "/grid/shared/" in request.url]
        assert shared
        assert not any("cookie" in request.all_headers() for request in shared)
        assert any("cookie" in request.all_headers() for request in asked if request.url.endswith("/grid/own"))
        asked.clear()
        assert organiser.post("/e/govcamp-north/grid/publish", state="draft")[0] in (200, 303)
        expect(page.locator("#grid .cell .title")).to_have_count(0)
        expect(page.locator("#stale")).to_be_hidden()
        assert organiser.post("/e/govcamp-north/grid/publish", state="live")[0] in (200, 303)
        expect(mine).to_have_count(len(before) + 1)
        page.reload()
        assert {*before, "Sheds for everybody"} == set(mine.all_inner_texts())


def test_interest_stays_pressed_without_a_page_load(camp, page_of):  # noqa: F811
    event = camp.ask("select id from event where slug = 'govcamp-north'")[0]
    attendee = camp.ask("select person_id from pass where event_id = :event and role = 1 order by id limit 1", event=event)[0]
    page = page_of(camp, attendee)
    page.goto("/e/govcamp-north/pitches")
    card = page.locator(".card", has=page.locator('[aria-pressed="false"]')).last
    card = page.locator(f"#{card.get_attribute('id')}")
    before = int(card.locator("[data-count-of]").inner_text())
    page.evaluate("window.same = true")
    card.get_by_role("button", name=re.compile("I’m interested")).click()
    expect(card.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(card.locator("[data-count-of]")).to_have_text(str(before + 1))
    card.get_by_role("button").click()
    expect(card.locator("[data-count-of]")).to_have_text(str(before))
    assert page.evaluate("window.same"), "the page was not loaded again"


def test_a_lost_room_is_mended_and_the_grid_is_built_while_one_watches(camp, page_of):  # noqa: F811
    boss = camp.ask("select id from person where email = 'organiser@camp.example'")[0]
    event = camp.ask("select id from event where slug = 'govcamp-north'")[0]
    changes = "select count(*) from grid_change where event_id = :event"
    before = camp.ask(changes, event=event)[0]
    page = page_of(camp, boss, height=1000)

    # A room is lost: rooms and rules, the room, do it all.
    page.goto("/e/govcamp-north/grid/arrange")
    page.get_by_role("link", name="Rooms and rules").click()
    page.get_by_role("button", name=re.compile("^Pankhurst")).click()
    page.get_by_role("button", name=re.compile("^Do (all|it)")).click()
    expect(page.locator("#toast")).to_have_text(re.compile("new place"))
    expect(page.locator(".repair")).to_have_count(0)
    assert camp.ask(changes, event=event)[0] == before + 1

    # Better and better grids stream in; nothing is touched until one is accepted.
    page.goto("/e/govcamp-north/grid/suggest")
    page.get_by_text("Everything but what is pinned").click()
    page.get_by_role("button", name="Build it").click()
    expect(page.locator("#suggest-lost")).to_have_text(re.compile(r"^\d+ → \d+$"), timeout=15_000)
    expect(page.get_by_role("button", name="Accept all of it")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#suggest-said")).to_contain_text("Stopped.")
    assert camp.ask(changes, event=event)[0] == before + 1
    page.get_by_role("button", name="Accept all of it").click()
    expect(page.locator(".notice.success")).to_contain_text("sessions are in their new places")
    assert camp.ask(changes, event=event)[0] == before + 2

    # The dialog says what a move would cost, and where it is best.
    page.goto("/e/govcamp-north/grid/arrange")
    for _ in range(5):  # news of what was accepted may come in under the key press; then one presses again
        page.locator("td [data-move]").first.press("Enter")
        with suppress(AssertionError):
            expect(page.get_by_role("dialog")).to_be_visible(timeout=2_000)
            break
    expect(page.locator("#mv-best button").first).to_be_visible()
    page.locator("#mv-best button").first.click()
    expect(page.locator("#mv-cost")).to_have_text(re.compile(r"\w"))
    page.keyboard.press("Escape")
