"""Pitching as it goes on the day, on the real thing: a clerk at the keyboard, bad wifi, two clerks, the stage screen, phones.

The organisers' story is "60 pitches taken down by one clerk in 20 minutes": what the software takes of that is keys and
requests, which are counted here; how fast a clerk types is not ours. The rest of that story is in tests/grid/test_organisers_day.py.
"""

import re
import threading

import pytest
from playwright.sync_api import expect

from tests.axe import AXE, RUN_AXE
from tests.journeys.conftest import page_of, site_of  # noqa: F401 - page_of is a fixture
from tests.journeys.people import SignedIn
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.once]

AT = "/e/govcamp-north/pitches"
LATE_CLOCK = """(() => { const real = Date.now, off = 3600e3, origin = performance.timeOrigin;
  Date.now = () => real() + off; Object.defineProperty(performance, 'timeOrigin', { value: origin + off }); })()"""


@pytest.fixture(scope="module")
def camp(tmp_path_factory):
    with site_of(tmp_path_factory.mktemp("pitching"), "--demo") as site:
        yield site


@pytest.fixture(scope="module")
def boss(camp):
    return camp.ask("select id from person where email = 'organiser@camp.example'")[0]


@pytest.fixture(scope="module")
def attendee(camp):
    return camp.ask("select person_id from pass join event on event.id = event_id where slug = 'govcamp-north' and role = 1 "
                    "order by person_id desc limit 1")[0]


@pytest.fixture(autouse=True)
def empty(camp):
    """A stage that nobody has touched, and no queue."""
    camp.change("update stage set entry_id = null")
    for table in ("queue_change", "queue_entry", "stage"):
        camp.change(f"delete from {table}")


@pytest.fixture
def station(camp, boss, page_of):  # noqa: F811
    page = page_of(camp, boss, height=1000)
    page.goto(f"{AT}/station")
    page.wait_for_selector("html.js")
    expect(page.locator("#title")).to_be_focused()
    return page


@pytest.fixture
def signed_in(camp):
    """People over plain HTTP: `signed_in(person_id)`."""
    people = []

    def enter(person_id: int) -> SignedIn:
        people.append(SignedIn(camp, person_id, patience=60))
        return people[-1]

    yield enter
    for one in people:
        one.hang_up()


def waiting(page):
    return page.locator("#waiting-h + ol > li")


def type_down(page, title: str, name: str) -> None:
    """As a clerk does: nothing but the keyboard, and the cursor is in the title before and after."""
    page.keyboard.insert_text(title)
    page.keyboard.press("Enter")
    page.keyboard.insert_text(name)
    page.keyboard.press("Enter")


def test_pitches_are_taken_down_and_the_stage_is_run_by_keyboard_only(camp, station, request):
    count = 60 if request.config.getoption("--full") else 15
    sent = []
    station.on("request", lambda request: sent.append(request) if request.method == "POST" and request.url.endswith(
        "/station") else None)
    for n in range(count):
        type_down(station, f"What we learnt about matter {n}", f"Walk-in {n}")
    expect(waiting(station)).to_have_count(count, timeout=60_000)
    expect(station.locator("#title")).to_be_focused()
    assert len(sent) == count, "one request for each, and two keys beside what was typed"
    expect(station.locator("#taken")).to_contain_text(f"number {count} in the queue")
    assert camp.ask("select count(distinct pitch_id) from queue_entry") == [count]
    # And the stage is run by keys alone: next, start, two digits and Enter for the hands.
    station.keyboard.press("Escape")
    expect(station.locator("#controls")).to_be_focused()
    for n in range(3):
        station.keyboard.press("n" if n % 2 else "ArrowRight")
        expect(station.locator("#controls .title")).to_have_text(f"What we learnt about matter {n}")
        station.keyboard.press("Space")
        expect(station.locator("#controls .countdown")).to_have_class("countdown running")
        for key in f"{30 + n}":
            station.keyboard.press(key)
        station.keyboard.press("Enter")
        expect(station.locator("#controls")).to_be_focused()
    assert camp.ask("select hands from pitch where title like 'What we learnt%' and hands is not null order by hands") == [30, 31, 32]
    expect(waiting(station)).to_have_count(count - 3)
    station.keyboard.press("s")
    expect(station.locator("#controls .title")).to_have_text("What we learnt about matter 3")
    expect(waiting(station).last).to_contain_text("What we learnt about matter 2")
    station.keyboard.press("z")
    expect(station.locator("#controls .title")).to_have_text("What we learnt about matter 2")
    station.keyboard.press("t")
    expect(station.locator("#title")).to_be_focused()
    station.keyboard.press("n")
    expect(station.locator("#title")).to_have_value("n")
    expect(station.locator("#controls .title")).to_have_text("What we learnt about matter 2")


def test_what_came_before_shows_while_a_title_is_typed_and_stays_out_of_the_keys_way(camp, station):
    before = station.locator("#before")
    station.keyboard.insert_text("Stable addresses for council policies")
    expect(before).to_contain_text("Stable addresses for policies")
    expect(before.get_by_role("link", name="Read its notes")).to_have_count(before.locator("fieldset > .choices .earlier").count())
    for words in ("Marta Nowak", "offered to carry it on"):
        expect(before).to_contain_text(words)
    expect(station.locator("#title")).to_be_focused()
    station.keyboard.press("Enter")
    station.keyboard.insert_text("Ann Nolink")
    station.keyboard.press("Enter")
    expect(waiting(station)).to_have_count(1)
    expect(before).to_be_empty()
    expect(station.locator("#title")).to_be_focused()
    station.keyboard.insert_text("Stable addresses: what next?")
    expect(before).to_contain_text("Stable addresses for policies")
    station.keyboard.press("Enter")
    station.keyboard.insert_text("Ben Links")
    for _ in range(3):  # past what is optional and Save: to "It stands for itself", and on to the first of them
        station.keyboard.press("Tab")
    station.keyboard.press("ArrowDown")
    station.keyboard.press("Enter")
    expect(waiting(station)).to_have_count(2)
    expect(station.locator("#title")).to_be_focused()
    linked = "select pitch.title from carried_on join pitch on pitch.id = pitch_id where pitch.title like 'Stable addresses%?'"
    assert camp.ask(linked) == ["Stable addresses: what next?"]
    assert not camp.ask("select pitch_id from carried_on join pitch on pitch.id = pitch_id where title like '%council policies'")


def test_bad_wifi_loses_nothing_and_doubles_nothing(camp, station):
    there = lambda: camp.ask("select title from pitch where title like 'Wifi%' order by id")  # noqa: E731
    lost = []

    def answer_lost(route):
        if route.request.method == "POST":
            route.fetch()  # the server takes it
            lost.append(route.request)
            route.abort()
        else:
            route.fallback()

    station.route(f"**{AT}/station", answer_lost)
    type_down(station, "Wifi one", "Ann")
    expect(station.locator("#title")).to_be_focused()
    expect(station.locator("#unsent")).to_contain_text("1 not sent yet")
    assert (len(lost), there()) == (1, ["Wifi one"])
    station.unroute(f"**{AT}/station")
    station.route(f"**{AT}/station", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    type_down(station, "Wifi two", "Ben")
    expect(station.locator("#unsent")).to_contain_text("2 not sent yet")
    expect(station.locator("#unsent")).to_contain_text("“Wifi two”, Ben.")
    station.reload()
    expect(station.locator("#unsent")).to_contain_text("It is kept on this device")
    station.unroute(f"**{AT}/station")
    station.evaluate("dispatchEvent(new Event('online'))")
    expect(station.locator("#unsent")).to_be_hidden()
    expect(waiting(station)).to_have_count(2)
    assert there() == ["Wifi one", "Wifi two"]
    station.reload()
    expect(station.locator("#unsent")).to_be_hidden()
    # What the server will not have is shown with what to do, and does not stop the others.
    station.evaluate("document.querySelector('#title').maxLength = 500")
    type_down(station, "Wifi " + "x" * 130, "Cy")
    type_down(station, "Wifi three", "Di")
    expect(station.locator("#unsent")).to_contain_text("Keep it to 120 characters.")
    expect(waiting(station)).to_have_count(3)
    station.get_by_role("button", name="Change it").click()
    expect(station.locator("#title")).to_be_focused()
    expect(station.locator("#name")).to_have_value("Cy")
    expect(station.locator("#unsent")).to_be_hidden()


def test_two_clerks_and_a_page_that_hears_nothing(camp, boss, station, page_of):  # noqa: F811
    deaf = page_of(camp, boss, height=1000)
    deaf.route("**/stream", lambda route: route.abort())
    for n in range(3):
        type_down(station, f"Clerks {n}", f"Walk-in {n}")
    expect(waiting(station)).to_have_count(3)
    deaf.goto(f"{AT}/station")
    station.keyboard.press("Escape")
    station.keyboard.press("n")
    expect(station.locator("#controls .title")).to_have_text("Clerks 0")
    deaf.keyboard.press("Escape")
    deaf.keyboard.press("n")
    expect(deaf.locator("#toast-alert")).to_contain_text("called “Clerks 0”")
    expect(deaf.locator("#controls .title")).to_have_text("Clerks 0")
    deaf.keyboard.press("n")
    expect(deaf.locator("#controls .title")).to_have_text("Clerks 1")
    expect(station.locator("#controls .title")).to_have_text("Clerks 1")
    station.locator("#hands-" + str(camp.ask("select entry_id from stage")[0])).fill("12")
    deaf.get_by_role("button", name="move “Clerks 2” up").wait_for(state="detached")
    type_down_from(deaf, "Clerks 3", "Somebody")
    expect(waiting(station)).to_have_count(2)
    expect(station.locator("[data-hands]")).to_have_value("12"), "what is being typed stays when the queue changes"


def type_down_from(page, title, name):
    page.locator("#title").focus()
    type_down(page, title, name)


def test_fifty_nexts_at_once_call_one(camp, boss, signed_in):
    clerk = signed_in(boss)
    for n in range(4):
        assert clerk.post(f"{AT}/station", title=f"At once {n}", name=f"Walk-in {n}")[0] == 200
    for round_ in range(2):
        seen, answers, gate = camp.ask("select version from stage")[0], [], threading.Barrier(50)

        def press(seen=seen, answers=answers, gate=gate):
            one = SignedIn(camp, boss, patience=60)
            gate.wait()
            answers.append(one.post(f"{AT}/station/stage", do="next", seen=seen))
            one.hang_up()

        threads = [threading.Thread(target=press) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(status for status, _ in answers) == [200] + [409] * 49, {text[:200] for _, text in answers}
        assert all(f"At once {round_}" in text for status, text in answers if status == 409), "each is told what was done"
        assert camp.ask("select title from stage join queue_entry e on e.id = entry_id join pitch on pitch.id = pitch_id") == [f"At once {round_}"]


def test_the_stage_screen_follows_without_a_touch_and_never_scrolls(camp, boss, attendee, page_of, signed_in):  # noqa: F811
    clerk, somebody = signed_in(boss), signed_in(attendee)
    screen = page_of(camp, boss, width=1280, height=720)
    screen.goto(f"{AT}/stage")
    expect(screen.locator(".coming")).to_contain_text("Nobody is waiting")
    phone = page_of(camp, attendee, width=390, height=800)
    phone.add_init_script(LATE_CLOCK)
    phone.goto(f"{AT}/queue")

    def run(do, **more):
        status, said = clerk.post(f"{AT}/station/stage", do=do, seen=camp.ask("select version from stage")[0], **more)
        assert status == 200, said

    long_title, long_name = "Who pays for standards " * 5 + "now", "Wilhelmina " * 7 + "Featherstonehaugh"
    for title, name in ((long_title, long_name), ("Bins", "Ann"), ("Boxes", "Ben"), ("Cranes", "Cy"), ("Docks", "Di")):
        assert clerk.post(f"{AT}/station", title=title, name=name)[0] == 200
    expect(screen.locator(".stage .waiting")).to_contain_text("5 waiting")
    run("open")
    run("next")
    expect(screen.locator(".who-is-up h2")).to_have_text(long_title)
    expect(screen.locator(".coming li")).to_have_text(["Ann Bins", "Ben Boxes", "Cy Cranes"])
    for width, height in ((1280, 720), (1920, 1080)):
        screen.set_viewport_size({"width": width, "height": height})
        fits = screen.evaluate("""() => [document.documentElement.scrollHeight <= innerHeight, document.documentElement.scrollWidth <= innerWidth,
          ...['.who-is-up', '.joining', '.coming', '.beside'].map(s => { const e = document.querySelector(s), r = e.getBoundingClientRect();
            return r.bottom <= innerHeight + 1 && r.right <= innerWidth + 1 && e.scrollHeight <= e.clientHeight + 1 ? true : s; })]""")
        assert fits == [True] * 6, f"{width} × {height}: {fits}"
    run("start")
    number = screen.locator("[data-left]")
    run("seconds", seconds=120)
    run("start")
    eventually(lambda: 60 < int(number.inner_text()) < 120)  # (before that, it was sixty at most)
    expect(phone.locator(".countdown")).to_have_class("countdown running")
    assert 80 <= int(phone.locator("[data-left]").inner_text()) <= 120, "a phone whose clock is an hour fast counts with the others"
    screen.reload()
    assert 60 <= int(number.inner_text()) < 120, "a reload does not start it again"
    phone.get_by_role("button", name="I’d come").click()
    expect(phone.get_by_role("button", name="I’d come")).to_have_attribute("aria-pressed", "true")
    expect(screen.locator(".beside .come")).to_contain_text("1 would come")
    pitch = camp.ask("select pitch_id from stage join queue_entry e on e.id = entry_id")[0]
    assert somebody.post(f"{AT}/{pitch}/interest", on="0")[0] == 200
    expect(screen.locator(".beside .come")).to_have_text(""), "nobody has to see a nought behind them"
    run("stop")
    run("seconds", seconds=5)
    run("start")
    expect(number).to_have_text("Time")
    expect(screen.locator(".countdown")).to_have_class("countdown running ending over")
    run("next")
    expect(phone.locator("#up-h")).to_contain_text("Bins")
    phone.fill("#title", "From my phone")
    run("start")
    expect(phone.locator(".countdown")).to_have_class(re.compile("running"))
    expect(phone.locator("#title")).to_have_value("From my phone"), "what is half typed stays"
    phone.get_by_role("button", name="Join the queue").click()
    expect(phone.locator(".notice.success").first).to_contain_text("“From my phone” is in the queue.")
    expect(screen.locator(".stage .waiting")).to_contain_text("4 waiting")


@pytest.mark.parametrize("where", ["queue", "station", "stage"])
def test_pages_with_people_in_the_queue_are_accessible(camp, boss, page_of, signed_in, where):  # noqa: F811
    clerk = signed_in(boss)
    for title, name in (("Bins", "Ann"), ("Boxes", "Ann"), ("Cranes", "Cy")):
        clerk.post(f"{AT}/station", title=title, name=name)
    for do in ("open", "next", "next", "start"):
        clerk.post(f"{AT}/station/stage", do=do, seen=camp.ask("select version from stage")[0])
    clerk.post(f"{AT}/queue/join", title="My own")
    page = page_of(camp, boss, bypass_csp=True, service_workers="block")
    page.add_init_script(path=AXE)
    page.goto(f"{AT}/{where}")
    for theme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(RUN_AXE) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
