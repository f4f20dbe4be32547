"""The last grid seen stays readable when the venue's wifi is not: against the real server, over a network that dies."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site
from tests.journeys.people import SignedIn
from tests.journeys.wire import CUT, DEAD, UP, wire_to

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.once]
AT = "/e/govcamp-north"
KEPT = "caches.open('seen-pages').then(c => c.keys()).then(all => all.map(one => new URL(one.url).pathname + new URL(one.url).search).sort())"
SEEN = re.compile(r"Seen at \d\d:\d\d\. No connection\.")


@pytest.fixture
def wire(demo):
    with wire_to(demo.address) as wire:
        yield wire


@pytest.fixture
def phone(demo, wire, page_of):
    """Opens a tab of a new device behind the wire, signed in as somebody or as nobody."""
    def open_tab(person=None):
        return page_of(Site(wire.address, demo.engine), person, width=390, height=844)

    return open_tab


@pytest.fixture
def attendee(demo):
    event = demo.ask("select id from event where slug = 'govcamp-north'")[0]
    return demo.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=event)[3]


def look_at(tab, *paths):
    """Open pages until each is kept."""
    for path in paths:
        tab.goto(AT + path)
        deadline = time.monotonic() + 10
        while AT + path not in tab.evaluate(KEPT):
            assert time.monotonic() < deadline, f"{path} is not kept: {tab.evaluate(KEPT)}"
            time.sleep(0.05)


def test_pages_seen_stay_readable_and_say_how_old_they_are(wire, phone, attendee):
    tab = phone(attendee)
    look_at(tab, "/grid", "/grid?view=list", "/my-day", "/now")
    titles = tab.locator(".t").all_inner_texts()
    wire.be(CUT)
    tab.reload()
    expect(tab.locator(".seen")).to_contain_text(SEEN)
    assert tab.locator(".t").all_inner_texts() == titles
    tab.goto(f"{AT}/grid?view=list")
    expect(tab.locator(".seen")).to_contain_text(SEEN)
    expect(tab.locator(".cell .title").first).to_be_attached()
    assert tab.locator("main").evaluate("e => getComputedStyle(e).flexGrow") == "1", "with its styles"
    tab.goto(f"{AT}/my-day")
    expect(tab.locator(".stops")).to_be_visible()
    # What was not kept says so, and names what was.
    tab.goto(f"{AT}/notes")
    expect(tab.get_by_role("heading", name="No connection")).to_be_visible()
    expect(tab.get_by_role("link", name="My day – GovCamp North")).to_be_visible()
    tab.get_by_role("link", name="Now and next – GovCamp North").click()
    expect(tab.locator(".seen")).to_contain_text(SEEN)
    # The connection is back: the page brings itself up to date and says no more that it is old.
    wire.be(UP)
    expect(tab.locator(".seen")).to_have_count(0, timeout=15_000)


def test_a_network_that_is_up_and_dead(wire, phone, attendee):
    tab = phone(attendee)
    look_at(tab, "/grid")
    wire.be(DEAD)
    began = time.monotonic()
    tab.goto(f"{AT}/grid", wait_until="commit")
    expect(tab.locator(".seen")).to_contain_text("The network does not answer.")
    assert 3.5 < time.monotonic() - began < 12  # 4 s where nothing else runs; browsers themselves wait for minutes
    wire.be(UP)
    tab.get_by_role("link", name="Try again").click()
    expect(tab.locator(".seen")).to_have_count(0)
    expect(tab.locator("#grid")).to_be_visible()


def test_what_is_kept_follows_the_grid(demo, wire, phone, attendee):
    tab = phone(attendee)
    look_at(tab, "/grid")
    boss = SignedIn(demo, demo.ask("select id from person where email = 'organiser@camp.example'")[0])
    assert boss.post(f"{AT}/screens", message="Lunch is late", screen_text="")[0] == 303
    try:
        expect(tab.get_by_text("Lunch is late")).to_be_visible()
        deadline = time.monotonic() + 10
        while "Lunch is late" not in tab.evaluate("caches.match(location.href, { cacheName: 'seen-pages' }).then(a => a.text())"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        tab.context.set_offline(True)
        wire.be(CUT)
        tab.reload()
        expect(tab.locator(".seen")).to_contain_text(SEEN)
        expect(tab.get_by_text("Lunch is late")).to_be_visible()
    finally:
        boss.post(f"{AT}/screens", message="", screen_text="")


def test_the_next_person_on_a_shared_device_sees_nothing_of_it(demo, wire, phone, attendee):
    tab = phone(attendee)
    look_at(tab, "/my-day", "/grid")
    tab.goto("/me")
    tab.get_by_role("button", name="Sign out", exact=True).click()
    if tab.get_by_role("button", name=re.compile("sign me out|Sign out", re.I)).count():
        tab.get_by_role("button", name=re.compile("sign me out|Sign out", re.I)).first.click()
    expect(tab.get_by_text("You are signed out.")).to_be_visible()
    assert tab.evaluate(KEPT) == []
    wire.be(CUT)
    tab.goto(f"{AT}/my-day")
    expect(tab.get_by_role("heading", name="No connection")).to_be_visible()
    wire.be(UP)
    # Signed in as somebody else without a sign-out between: the first page for them ends what was kept for the one before.
    look_at(tab, "/grid")
    other = demo.ask("select id from person where email = 'organiser@camp.example'")[0]
    tab.context.add_cookies([Site(wire.address, demo.engine).cookie_of(other)])
    tab.goto("/about")
    deadline = time.monotonic() + 10
    while tab.evaluate(KEPT):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_who_loses_access_keeps_nothing(demo, wire, phone, attendee):
    event = demo.ask("select id from event where slug = 'govcamp-north'")[0]
    tab = phone()
    look_at(tab, "/grid", "/now")
    demo.change(f"update event set visibility = 'attendees', version = version + 1 where id = {event}")
    try:
        tab.goto(f"{AT}/now")
        expect(tab).to_have_url(re.compile("/sign-in"))
        assert tab.evaluate(KEPT) == []
        wire.be(CUT)
        tab.goto(f"{AT}/grid")
        expect(tab.get_by_role("heading", name="No connection")).to_be_visible()
    finally:
        demo.change(f"update event set visibility = 'public', version = version + 1 where id = {event}")


def test_a_few_pages_and_no_more(wire, phone, attendee):
    tab = phone(attendee)
    look_at(tab, "/grid")
    tab.evaluate("""async () => { const cache = await caches.open('seen-pages'); const like = await cache.match(location.href);
      const [html, headers] = [await like.text(), like.headers];
      for (let i = 0; i < 12; i++) await cache.put(`/e/other-${i}/grid`, new Response(html, { headers })); }""")
    look_at(tab, "/now")
    deadline = time.monotonic() + 10
    while len(tab.evaluate(KEPT)) > 8:
        assert time.monotonic() < deadline
        time.sleep(0.05)


AS_OF = re.compile(r"As of \d\d:\d\d, reconnecting")


def after(tab, right):
    """Let the page's time run until what it says of its connection is `right`."""
    deadline = time.monotonic() + 20
    while not right(tab.locator("#stale").text_content()):
        assert time.monotonic() < deadline, tab.locator("#stale").text_content()
        tab.clock.run_for(3_000)
        time.sleep(0.1)


def test_a_screen_follows_at_once_and_says_since_when_it_has_heard_nothing(demo, wire, phone):
    tab = phone()
    tab.clock.install()
    tab.goto(f"{AT}/now")
    boss = SignedIn(demo, demo.ask("select id from person where email = 'organiser@camp.example'")[0])
    tab.clock.resume()
    boss.post(f"{AT}/screens", message="Lunch is late", screen_text="")
    try:
        expect(tab.get_by_text("Lunch is late")).to_be_visible()
        wire.be(CUT)
        after(tab, lambda text: AS_OF.fullmatch(text))
        expect(tab.get_by_text("Lunch is late")).to_be_visible()
        wire.be(UP)
        after(tab, lambda text: text == "")
        # Up and dead: the browser notices nothing, the page does, because the server is not heard any more.
        wire.be(DEAD)
        after(tab, lambda text: AS_OF.fullmatch(text))
    finally:
        wire.be(UP)
        boss.post(f"{AT}/screens", message="", screen_text="")
