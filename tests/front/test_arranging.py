"""Arranging the grid by mouse, touch, keyboard and dialog; everyone else's page follows."""

import pytest
from playwright.sync_api import expect

from tests.waiting import eventually

pytestmark = pytest.mark.browser


def cell(room: int, slot: int) -> str:
    return f'td[data-room="{room}"][data-slot="{slot}"]'


def middle(page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, source: str, target: str):
    x, y = middle(page, source)
    page.mouse.move(x - 10, y - 8)
    page.mouse.down()
    page.mouse.move(*middle(page, target), steps=8)
    page.mouse.up()


def test_a_drag_posts_where_to_and_what_was_seen(look, stage):
    page = look("arrange")
    drag(page, "#s11", cell(3, 2))
    expect(page.locator(f"{cell(3, 2)} #s11")).to_be_visible()
    expect(page.locator("#toast")).to_have_text("Moved.")
    [form] = stage.forms("/move/11")
    assert form.pop("csrf_token")
    assert form == {"room": "3", "slot": "2", "seen": "1"}
    drag(page, "#s11", cell(2, 1))
    expect(page.locator(f"{cell(3, 2)} #s12")).to_be_visible()  # swapped
    assert stage.forms("/move/11")[1]["seen"] == "2"


def test_a_pitch_is_placed_and_taken_off_again(look, stage):
    page = look("arrange")
    drag(page, "#p21", cell(3, 1))
    expect(page.locator(f"{cell(3, 1)} .title")).to_have_text("Walking discussion")
    expect(page.locator(".tray li")).to_have_count(0)
    drag(page, f"{cell(3, 1)} .cell", ".tray")
    expect(page.locator(".tray li")).to_have_count(1)
    assert stage.forms("/move/40")[0]["take_off"] == "1"
    expect(page.locator('.tray [data-move="p31"]')).to_be_focused()


def test_a_pitch_is_never_dropped_on_a_session(look, stage):
    page = look("arrange")
    drag(page, "#p21", cell(1, 1))
    expect(page.locator("#toast-alert")).to_contain_text("Taken by “Local Plan, live”")
    assert stage.sent == []


def test_a_refused_move_says_why_and_leaves_nothing_half_moved(look, stage):
    page = look("arrange")
    stage.move_refused = "Bea put “Bin collection APIs” there a moment ago."
    stage.placed[("3", "2")] = stage.placed.pop(("2", "2"))  # what Bea did, without a nudge
    drag(page, "#s11", cell(3, 2))
    expect(page.locator("#toast-alert")).to_have_text(stage.move_refused)
    expect(page.locator(f"{cell(1, 1)} #s11")).to_be_visible()
    expect(page.locator(f"{cell(3, 2)} #s13")).to_be_visible()
    expect(page.locator(".is-lifted, .sending, .is-over, .drag-ghost")).to_have_count(0)


def test_without_a_connection_nothing_moves(look, stage):
    page = look("arrange")
    page.context.set_offline(True)
    drag(page, "#s11", cell(3, 2))
    expect(page.locator("#toast-alert")).to_contain_text("No answer from the server")
    expect(page.locator(f"{cell(1, 1)} #s11")).to_be_visible()


def test_by_keyboard_every_step_is_said(look, stage):
    page = look("arrange")
    said = page.locator("#announce")
    page.locator('[data-move="11"]').focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Lifted “Local Plan, live” from Main hall at 10:45")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("Bazalgette at 10:45. Swaps with “Easy Read by default”.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Seacole at 11:40. Free.")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Cancelled. “Local Plan, live” stays in Main hall at 10:45.")
    assert stage.sent == []
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"{cell(1, 2)} #s11")).to_be_visible()
    expect(page.locator('[data-move="11"]')).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    expect(said).to_have_text("Not placed yet. Takes it off the grid.")
    page.keyboard.press("Enter")
    expect(page.locator('.tray [data-move="p31"]')).to_be_focused()


def test_by_dialog(look, stage):
    page = look("arrange", width=390, height=844)
    page.locator('[data-move="11"]').click()
    dialog = page.get_by_role("dialog", name="Move session")
    expect(dialog.locator("#mv-effect")).to_have_text("It is here already.")
    expect(dialog.get_by_role("button", name="Move", exact=True)).to_be_disabled()
    dialog.get_by_label("Room").select_option("3")
    expect(dialog.locator("#mv-effect")).to_have_text("Seacole at 10:45 is free.")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(f"{cell(3, 1)} #s11")).to_be_visible()
    page.locator('[data-move="12"]').press("Enter")
    dialog.get_by_role("button", name="Take off the grid").click()
    expect(page.locator(".tray li")).to_have_count(2)
    page.locator('[data-move="p21"]').click()
    expect(dialog.get_by_role("button", name="Take off the grid")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator('[data-move="p21"]')).to_be_focused()
    assert [path for path, _ in stage.sent] == ["/move/11", "/move/12"]


def touch(page, start, end, hold_ms: int):
    """A finger down at `start`, held, drawn to `end`, lifted."""
    session = page.context.new_cdp_session(page)

    def send(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", start)
    page.wait_for_timeout(hold_ms)
    for step in range(1, 11):
        send("touchMove", (start[0] + (end[0] - start[0]) * step / 10, start[1] + (end[1] - start[1]) * step / 10))
        page.wait_for_timeout(16)
    send("touchEnd")


def test_a_held_finger_drags_and_a_swipe_scrolls(look, stage):
    page = look("arrange", width=1024, height=420, has_touch=True)
    start = middle(page, "#s12 .title")
    touch(page, start, (start[0], start[1] - 150), 0)
    eventually(lambda: page.evaluate("scrollY + document.querySelector('.gridscroll').scrollTop") > 50)
    assert stage.sent == []
    page.evaluate("scrollTo(0, 0); document.querySelector('.gridscroll').scrollTo(0, 0)")
    page.wait_for_timeout(200)
    touch(page, middle(page, "#s12 .title"), middle(page, cell(3, 1)), 500)
    expect(page.locator(f"{cell(3, 1)} #s12")).to_be_visible()


def test_every_open_page_follows(look, stage):
    watcher, organiser = look("grid"), look("arrange")
    watcher.get_by_label("Find").fill("half typ")
    watcher.get_by_text("More").click()
    watcher.get_by_role("link", name="Easy Read by default").focus()
    drag(organiser, "#s12", cell(3, 2))
    expect(watcher.locator(f"{cell(3, 2)} #s12")).to_be_visible()
    expect(watcher.locator("#toast")).to_have_text("“Easy Read by default” is now in Seacole at 11:40.")  # it is in my day
    expect(watcher.get_by_label("Find")).to_have_value("half typ")
    expect(watcher.get_by_text("Said before.")).to_be_visible()
    expect(watcher.get_by_role("link", name="Easy Read by default")).to_be_focused()
    drag(organiser, "#s13", cell(1, 2))
    expect(watcher.locator(f"{cell(1, 2)} #s13")).to_be_visible()
    expect(watcher.locator("#toast")).not_to_contain_text("Bin collection")  # that is not


def test_nudges_about_other_things_or_old_versions_cost_nothing(look, stage):
    page = look("grid")
    eventually(lambda: stage.listeners)
    stage.nudge("notes:1", 99)
    stage.nudge("grid:1", 1)
    stage.nudge("gridlock:1", 99)
    page.wait_for_timeout(900)
    assert stage.fragments == 0
    stage.nudge("grid:1", 2)
    eventually(lambda: stage.fragments)
    assert stage.fragments == 1


def test_nothing_moves_under_somebodys_hand(look, stage):
    page = look("arrange")
    eventually(lambda: stage.listeners)
    page.locator('[data-move="11"]').focus()
    page.keyboard.press("Space")
    stage.placed[("3", "2")] = stage.placed.pop(("2", "2"))
    stage.version = 5
    stage.nudge("grid:1", 5)
    page.wait_for_timeout(900)
    expect(page.locator(f"{cell(2, 2)} #s13")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(f"{cell(3, 2)} #s13")).to_be_visible()
