"""Every page, light and dark, on a phone and a desk: no axe violation, nothing wider than 320 px of screen."""

import pytest

from tests.access_rows import ROWS
from tests.axe import AXE, RUN_AXE
from tests.journeys.places import NOT_PAGES, path_of, things_of

PAGES = [row for row in ROWS if row.method == "GET" and row.endpoint not in NOT_PAGES]


@pytest.fixture(scope="module")
def things(demo):
    return things_of(demo)


@pytest.fixture(scope="module")
def tabs(browser, demo, things):
    """A tab of a stranger and one of the organiser, with axe in every page; what goes wrong in them is in `faults`."""
    opened = {}
    for name, person in (("stranger", None), ("organiser", things["organiser"])):
        context = browser.new_context(base_url=demo.address, bypass_csp=True, service_workers="block", reduced_motion="reduce")
        if person:
            context.add_cookies([demo.cookie_of(person)])
        context.add_init_script(path=AXE)
        opened[name] = tab = context.new_page()
        tab.set_default_timeout(15_000)
        tab.faults = []
        tab.on("pageerror", lambda error, tab=tab: tab.faults.append(str(error)))
    yield opened
    for tab in opened.values():
        tab.context.close()


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("row", PAGES, ids=lambda r: r.endpoint)
def test_page(row, whole_app, tabs, things):
    path = path_of(whole_app, row, things)
    stranger = row.endpoint.startswith(("accounts.sign_in", "accounts.password", "accounts.link", "accounts.first", "events.join"))
    page = tabs["stranger" if stranger else "organiser"]
    page.goto("about:blank")  # the page before need not be laid out once more
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.faults.clear()
    response = page.goto(path)
    assert response.status in (200, 410), f"{path} answered {response.status}"
    assert page.evaluate(RUN_AXE) == [], f"{path} in light, on a desk"
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})  # a small phone, and 1280 px at 400 % zoom
    assert page.evaluate(RUN_AXE) == [], f"{path} in dark, on a phone"  # (styles follow; no script asks for the width at first)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"{path} is {wide} px wide on a 320 px screen"
    assert page.faults == [], path
