"""What scripts add to every page: sending once, drafts, counts, colours, search as you type, the service worker."""

import pytest
from playwright.sync_api import expect

from tests.waiting import eventually

pytestmark = pytest.mark.browser


def test_pressing_twice_sends_once(look, stage):
    page = look("drafts")
    stage.gate.clear()
    page.get_by_label("About").fill("a walk")
    page.evaluate("() => { const button = document.querySelector('[name=way]'); button.click(); setTimeout(() => button.click(), 100); }")
    eventually(lambda: stage.forms("/drafts"))
    page.wait_for_timeout(300)
    stage.gate.set()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    forms = stage.forms("/drafts")
    assert [form["way"] for form in forms] == ["pitch"]  # once, and the button's own value went with it


def test_a_draft_stays_until_the_server_says_it_has_the_text(look, stage):
    page = look("drafts")
    page.get_by_label("About").fill("fail: a walk")
    page.reload()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("About")).to_have_value("fail: a walk")
    page.get_by_role("button", name="Pitch it").click()  # refused: the form comes back
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()
    page.get_by_label("About").fill("typed before answering")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("About")).to_have_value("fail: a walk\n\ntyped before answering")
    page.get_by_label("About").fill("a walk")
    page.get_by_role("button", name="Pitch it").click()
    expect(page.get_by_text("Pitched.")).to_be_visible()
    eventually(lambda: page.evaluate("localStorage.length === 0"))  # the page's script runs after its text is there
    page.goto("/drafts")
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def test_signing_out_leaves_nothing_on_the_device(look):
    page = look("drafts")
    page.get_by_label("About").fill("private thoughts")
    assert page.evaluate("localStorage.length") == 1
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert page.evaluate("localStorage.length") == 0


def test_a_limit_is_counted_down_in_characters(look):
    page = look("drafts")
    count = page.locator("#title-count")
    page.get_by_label("Title").fill("a😀")
    expect(count).to_have_text("3 characters left.")
    page.get_by_label("Title").fill("abcdefg")
    expect(count).to_have_text("2 too many.")


def test_colours_change_at_once_and_stay(look, stage):
    page = look("drafts")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 22, 20)"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Match device").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_colours_without_scripts(look):
    page = look("drafts", java_script_enabled=False)
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/drafts")


def test_search_as_you_type(look, stage):
    page = look("search")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type("local/plan", delay=20)
    expect(page.locator("#results")).to_contain_text("local/plan")
    expect(page.locator("#murmur")).to_have_text("10 results")
    assert page.url.endswith("/search?q=local%2Fplan")
    page.keyboard.press("Tab")
    toggle = page.get_by_role("button", name="Shortcut: /")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("/")
    expect(box).not_to_be_focused()


def test_the_service_worker_keeps_files_and_never_a_page(look, stage):
    page = look("drafts", service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready")
    page.goto("/elsewhere")
    eventually(lambda: page.evaluate("caches.match('/offline').then(Boolean)"))
    kept = page.evaluate("""async () => (await Promise.all((await caches.keys()).map(async k => (await (await caches.open(k)).keys()).map(r => new URL(r.url).pathname)))).flat()""")
    assert "/offline" in kept
    assert [path for path in kept if path != "/offline" and not path.startswith("/static/dist/")] == []
    assert page.evaluate("async () => (await (await caches.match('/offline')).text())").count("Lorna Pike") == 0
    page.context.set_offline(True)
    page.goto("/elsewhere")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.band')).backgroundColor") == "rgb(19, 74, 61)"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
