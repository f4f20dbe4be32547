"""A board by mouse, keyboard and single taps; two pages at once; without a connection. On the site itself, served in this process."""

import re
import threading
import time
from types import SimpleNamespace

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.boards.columns import Column, in_order
from app.boards.insight_models import Insight
from app.events.models import Role
from app.infra import db
from app.web import stream
from tests.axe import AXE, RUN_AXE

pytestmark = [pytest.mark.browser, pytest.mark.once]

PROMPTS = ("What we see", "Why it is so", "What to try")


@pytest.fixture
def room(app, world, browser):
    """An event with a board of three columns and three people; `room.open(person)` opens the board in a browser of theirs."""
    app.config["SESSION_COOKIE_SECURE"] = False
    event = world.event()
    people = [world.holder(event), world.holder(event), world.holder(event, Role.ORGANISER)]
    board = world.board(event, "Getting sign-off", prompts=PROMPTS, kinds=[{"colour": "rose", "label": "Problem"}])
    prompts = [prompt.id for prompt in board.stages[0].prompts]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address, contexts, errors = f"http://127.0.0.1:{server.port}", [], []
    sign = SecureCookieSessionInterface().get_signing_serializer(app).dumps
    cookies = [sign({"_user_id": person.get_id(), "_fresh": True, "_permanent": True}) for person in people]
    path = f"/e/{event.slug}/boards/{board.id}"

    def open_page(person: int = 0, *, width: int = 1280, context=None, ending: str = "", **more):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": 800}, base_url=address,
                                          **({"service_workers": "block"} | more))
            contexts.append(context)
            context.add_cookies([{"name": "folkmoot", "value": cookies[person], "url": address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto(path + ending)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("html.js")
        return page

    def column(number: int) -> list[str]:
        """What the database has in a column, in order; a group as a list of what it holds."""
        db.session.rollback()
        texts = [[one.text for one in db.session.scalars(select(Insight).where(Insight.cluster_id == thing.id).order_by(Insight.position))]
                 if not isinstance(thing, Insight) else thing.text for thing in in_order(Column(prompts[number]))]
        db.session.rollback()
        return [one for one in texts if one != []]

    yield SimpleNamespace(
        open=open_page, column=column, board=board.id, world=world, path=path, event=event.slug,
        note=lambda text, number=0, **more: world.insight(board, text, prompt=number, **more).id)
    for context in contexts:
        context.close()
    server.shutdown()
    stream.stop()
    app.config["SESSION_COOKIE_SECURE"] = True
    assert errors == []


def problems_of(page) -> list[str]:
    page.evaluate(AXE.read_text())
    return page.evaluate(RUN_AXE)


def eventually(ask, wanted, seconds: float = 10):
    ends = time.monotonic() + seconds
    while (found := ask()) != wanted:
        assert time.monotonic() < ends, found
        time.sleep(0.05)


def lane(page, number: int):
    return page.locator(".lane").nth(number)


def words(page, number: int):
    return lane(page, number).locator(".sticky .words")


def middle(locator, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def drag(page, source, target, down: float):
    page.mouse.move(*middle(source, 0.4, 0.3))
    page.mouse.down()
    page.mouse.move(*middle(target, 0.5, down), steps=6)
    page.wait_for_timeout(60)
    page.mouse.up()


def add(page, number: int, text: str):
    box = lane(page, number).locator("textarea")
    if not box.is_visible():
        lane(page, number).locator("summary").click()
    expect(box).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_dragging_by_mouse_between_columns_onto_another_and_taking_it_back(room):
    for text in ("One", "Two", "Three"):
        room.note(text)
    room.note("Four", 1)
    page = room.open()
    drag(page, words(page, 0).nth(0), words(page, 1).nth(0), -0.6)
    expect(words(page, 1)).to_have_text(["One", "Four"])
    eventually(lambda: room.column(1), ["One", "Four"])
    sticky = page.locator(".sticky", has_text="Three")
    drag(page, page.locator(".sticky", has_text="Two"), sticky, 0.5)
    title = page.get_by_label("What these notes have in common")
    expect(title).to_be_focused()
    page.keyboard.type("Numbers")
    page.keyboard.press("Enter")
    expect(page.locator(".cluster-title")).to_have_text("Numbers")
    assert room.column(0) == [["Three", "Two"]]
    drag(page, page.locator(".sticky", has_text="Two"), page.locator(".sticky", has_text="Four"), 0.95)
    expect(words(page, 1)).to_have_text(["One", "Four", "Two"])
    page.locator("#board-toast").get_by_role("button", name="Undo").click()
    expect(words(page, 1)).to_have_text(["One", "Four"])
    eventually(lambda: room.column(0), [["Three", "Two"]])


def test_by_keyboard_alone_notes_are_sorted_and_each_step_is_said(room):
    for text in ("One", "Two", "Three"):
        room.note(text)
    room.note("Four", 1)
    page = room.open()
    said = page.locator("#announce")
    lane(page, 0).locator(".grip").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Move: Two")).to_be_focused()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Lifted “Two”")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("Why it is so: 2 of 2, at the end.")
    page.keyboard.press("ArrowUp")
    expect(said).to_have_text("Why it is so: 1 of 2, before “Four”.")
    page.keyboard.press("Enter")
    expect(words(page, 1)).to_have_text(["Two", "Four"])
    expect(page.get_by_label("Move: Two")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Cancelled. “Two” stays where it was.")
    page.keyboard.press("Space")
    page.keyboard.press("g")
    expect(said).to_have_text("On “Four”: makes a group of both.")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What these notes have in common")).to_be_focused()
    page.keyboard.press("Escape")
    eventually(lambda: room.column(1), [["Four", "Two"]])
    page.keyboard.press("Control+z")
    eventually(lambda: room.column(1), ["Two", "Four"])
    expect(words(page, 1)).to_have_text(["Two", "Four"])


def test_by_single_taps_on_a_phone(room):
    for text in ("One", "Two", "Three"):
        room.note(text)
    page = room.open(width=390, has_touch=True)
    page.get_by_label("Move: One").tap()
    page.locator("#move-dialog").get_by_role("button", name="What to try").tap()
    expect(words(page, 2)).to_have_text(["One"])
    page.get_by_label("Move: Three").tap()
    page.locator("#move-dialog").get_by_role("button", name="To the top").tap()
    expect(words(page, 0)).to_have_text(["Three", "Two"])
    page.get_by_label("Move: Two").tap()
    page.get_by_label("Together with").select_option(label="One")
    page.get_by_role("button", name="Put them together").tap()
    expect(page.locator(".cluster .sticky")).to_have_count(2)
    expect(page.get_by_label("What these notes have in common")).to_be_focused()
    assert room.column(2) == [["One", "Two"]]
    page.keyboard.press("Escape")
    page.get_by_label("Move: Two").tap()
    page.get_by_role("button", name="Take it out of its group").tap()
    eventually(lambda: room.column(2), ["One", "Two"])
    assert room.column(0) == ["Three"]


def test_a_long_press_lifts_and_a_swipe_does_not(room):
    for number in range(12):
        room.note(f"Note {number}")
    page = room.open(width=390, has_touch=True)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *at: float):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]}] if at else []})

    first, third = page.locator("#board .words").nth(0), page.locator("#board .words").nth(2)
    first.scroll_into_view_if_needed()
    x, y = middle(first)
    send("touchStart", x, y)
    send("touchMove", x, y - 40)
    page.wait_for_timeout(450)
    assert page.locator(".is-lifted").count() == 0
    send("touchEnd")
    x, y = middle(first)
    send("touchStart", x, y)
    expect(page.locator(".is-lifted")).to_have_count(1)
    send("touchMove", x, y + 10)
    send("touchMove", *middle(third, 0.5, 2.2))
    expect(page.locator(".board-ghost span")).not_to_be_empty()
    send("touchEnd")
    expect(page.locator("#board .words").nth(0)).to_have_text("Note 1")


def test_two_pages_see_each_others_notes_within_a_second(room):
    room.note("There before")
    here, there = room.open(0), room.open(1)
    lane(there, 1).locator("summary").click()
    there.keyboard.type("Half typed")
    began = time.monotonic()
    add(here, 0, "Written just now")
    expect(words(there, 0)).to_have_text(["There before", "Written just now"])
    assert time.monotonic() - began < 2.5  # a second in life (tests/bench); test machines are busy
    expect(lane(there, 1).locator("textarea")).to_be_focused()
    expect(lane(there, 1).locator("textarea")).to_have_value("Half typed")
    expect(words(here, 0)).to_have_text(["There before", "Written just now"])
    expect(here.locator(".waiting")).to_have_count(0)
    expect(lane(here, 0).locator("textarea")).to_be_focused()
    drag(here, words(here, 0).nth(0), lane(here, 2).locator(".notes"), 0.5)
    expect(words(there, 2)).to_have_text(["There before"])
    expect(lane(there, 0).locator(".count")).to_contain_text("1")


def test_what_is_added_without_a_connection_is_sent_after_the_tab_was_closed(room):
    page = room.open()
    page.context.set_offline(True)
    add(page, 0, "From the basement")
    page.keyboard.type("And half of ano")
    expect(page.locator(".waiting .state")).to_contain_text("Kept on this device")
    page.close()
    page.context.set_offline(False)
    again = room.open(context=page.context)
    expect(words(again, 0)).to_have_text(["From the basement"])
    expect(again.locator(".waiting")).to_have_count(0)
    expect(lane(again, 0).locator("textarea")).to_have_value("And half of ano")
    again.reload()
    assert room.column(0) == ["From the basement"]


def test_a_refused_note_is_shown_with_its_words_and_the_reason(room):
    page = room.open()
    page.route("**/insights", lambda route: route.fulfill(status=409, json={"error": {"message": "This board is full."}}))
    add(page, 1, "One too many")
    note = lane(page, 1).locator(".refused")
    expect(note).to_contain_text("One too many")
    expect(note).to_contain_text("This board is full.")
    page.unroute("**/insights")
    note.get_by_role("button", name="Try again").click()
    expect(words(page, 1)).to_have_text(["One too many"])


def edit(page, sticky):
    sticky.get_by_label(re.compile("^More")).click()
    page.get_by_role("button", name="Change what it says").click()


def test_two_who_change_one_note_lose_nothing(room):
    room.note("The bins are red\nThe lids are green")
    here, there = room.open(2), room.open(2)
    for page in (here, there):
        edit(page, page.locator(".sticky"))
    here.keyboard.press("Control+a")
    here.keyboard.type("The bins are blue")
    here.keyboard.press("Shift+Enter")
    here.keyboard.type("The lids are green")
    here.keyboard.press("Enter")
    expect(there.locator(".editing blockquote")).to_contain_text("The bins are blue")
    there.keyboard.press("Control+End")
    there.keyboard.type(" and heavy")
    there.keyboard.press("Enter")
    eventually(lambda: room.column(0), ["The bins are blue\nThe lids are green and heavy"])
    for page in (here, there):
        expect(words(page, 0)).to_have_text(["The bins are blue\nThe lids are green and heavy"], use_inner_text=True)
    edit(here, here.locator(".sticky"))
    there.wait_for_selector(".editing", state="detached")
    edit(there, there.locator(".sticky"))
    for page, text in ((here, "Purple"), (there, "Orange")):
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        eventually(lambda: room.column(0), ["Purple"])
    expect(there.locator(".editing .clash")).to_be_visible()
    expect(there.locator(".editing blockquote")).to_have_text("Purple")
    expect(there.locator(".editing textarea")).to_have_value("Orange")
    there.get_by_role("button", name="Keep mine").click()
    eventually(lambda: room.column(0), ["Orange"])


def test_many_notes_stand_in_slabs_that_nobody_notices(room):
    ids = [room.note(f"Note {number:02}") for number in range(60)]
    here, there = room.open(0), room.open(1, width=390)
    assert there.locator(".slab").count() > 3
    there.get_by_label("Move: Note 30").click()
    there.locator("#move-dialog").get_by_role("button", name="To the top").click()
    add(here, 0, "Last")
    for number in (5, 17, 29):
        page = there if number == 17 else here
        page.get_by_label(f"Move: Note {number:02}").focus()
        for key in ("Space", "ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".sending")).to_have_count(0)
    eventually(lambda: words(here, 0).all_text_contents(), room.column(0))
    eventually(lambda: words(there, 0).all_text_contents(), room.column(0))
    kept = room.column(0)
    assert (kept[0], kept[-1], len(kept)) == ("Note 30", "Last", len(ids) + 1)
    expect(there.locator("#board-toast button")).to_be_visible()
    there.evaluate("document.getElementById('board-toast').remove(); scrollTo(0, 0)")  # it covers half a button just now
    assert problems_of(there) == []


def test_without_scripts_and_for_everybody(room):
    room.note("One", colour="rose")
    plain = room.open(java_script_enabled=False, width=390)
    plain.locator("summary").first.click()
    plain.get_by_label("Your note").first.fill("By form")
    plain.get_by_role("button", name="Stick it up").first.click()
    expect(words(plain, 0)).to_have_text(["One", "By form"])
    page = room.open(2, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.locator(".sticky .kind").first).to_have_text("Problem")
    lane(page, 0).locator("summary").click()
    assert problems_of(page) == []
    page.get_by_label("Move: One").click()
    assert problems_of(page) == []
