"""How a board of 1,000 notes feels on a phone: `python -m tests.bench.board_page`.

Chromium on a page of 390 px, its CPU slowed down four times, by its own trace: the longest task of the page's main thread (no frame can
be shown before it ends) and the frames, while one swipes through the board, drags a note down it, lifts one and sorts it by arrow
keys, while notes of others arrive, and while the page is opened. A frame over 50 ms is counted as late.
"""

import json
import random
import sys
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import create_engine

from app.boards.insight_models import APART, Insight
from app.boards.models import COLOURS
from app.infra import db
from tests import servers
from tests.journeys.conftest import Site
from tests.journeys.people import SignedIn
from tests.world import AT, World

SLOWDOWN, NOTES, LATE_MS = 4, 1_000, 50
PROMPTS = ("How is your organisation developing services based more on relationships?", "What are the challenges and opportunities?",
           "What tools and methods can help?")
WORDS = ("Legal sign off the PDF, then the web page is “just a copy”", "Cabinet papers need page numbers", "Inspector prints everything",
         "Word track changes is the workflow. Everyone knows how it works, nobody loves it, and the last person to accept all wins.",
         "Freeze and hash each version so that legal can point at one", "No one budgeted for an editor after adoption")
TRACED = "devtools.timeline,disabled-by-default-devtools.timeline.frame,toplevel"
SEEN = "[300, 360, 420, 480, 540].map(y => document.elementFromPoint(150, y)?.closest('.sticky')).find(one => one)"
FRAMES = """() => { window.gaps = []; let last = 0; const look = now => { if (last) gaps.push(now - last); last = now; window.looking = requestAnimationFrame(look); };
  window.looking = requestAnimationFrame(look); }"""


@contextmanager
def site_with_board(folder: Path):
    """A site with one board of `NOTES` notes; gives it, the board's path, an attendee's number and the prompts'."""
    with servers.serving_process(folder) as (address, process):
        url = f"sqlite:///{folder}/served.sqlite3"
        db.configure(url)
        world = World()
        event = world.event(slug="camp")
        people = [world.holder(event).id for _ in range(2)]
        board = world.board(event, "A thousand notes", prompts=PROMPTS)
        number, prompts, chance = board.id, [prompt.id for prompt in board.stages[0].prompts], random.Random(4)
        world.save(*[Insight(board_id=number, prompt_id=prompts[i % 3], key=str(uuid.uuid4()), text=" ".join(chance.sample(WORDS, 1 + (i % 5 == 0))),
                             colour=chance.choice(COLOURS), position=(i + 1) * APART, changed=1, at=AT) for i in range(NOTES)])
        site = Site(address, create_engine(url, module=db.sqlite), process.pid)
        yield site, f"/e/camp/boards/{number}", people, prompts
        db.session.remove()
        site.engine.dispose()


class Traced:
    """Traces a page while something happens on it."""

    def __init__(self, browser, page):
        self.page, self.cdp, self.page_cdp = page, browser.new_browser_cdp_session(), page.context.new_cdp_session(page)
        self.events: list[dict] = []
        self.done = threading.Event()
        self.cdp.on("Tracing.dataCollected", lambda data: self.events.extend(data["value"]))
        self.cdp.on("Tracing.tracingComplete", lambda _: self.done.set())

    def __call__(self, name: str, act) -> None:
        """Do it, and print what the trace says of the main thread meanwhile."""
        self.events.clear()
        self.done.clear()
        self.page.evaluate(FRAMES)
        self.cdp.send("Tracing.start", {"categories": TRACED, "transferMode": "ReportEvents"})
        act()
        gaps = self.page.evaluate("() => { cancelAnimationFrame(looking); return gaps; }")
        self.cdp.send("Tracing.end")
        while not self.done.is_set():
            self.page.wait_for_timeout(50)
        tasks, busy = (sorted(self.tasks(what), reverse=True) or [0] for what in ("dur", "tdur"))
        gaps = sorted(gaps, reverse=True) or [0]
        print(f"{name}: longest task {tasks[0]:.0f} ms ({busy[0]:.0f} ms of CPU), {sum(t > LATE_MS for t in tasks)} over {LATE_MS} ms "
              f"({sum(t > LATE_MS for t in busy)} of CPU); frames: {len(gaps)}, "
              f"slowest {gaps[0]:.0f} ms, 99 of 100 within {gaps[len(gaps) // 100]:.0f} ms, {sum(g > LATE_MS for g in gaps)} late", flush=True)
        if "--trace" in sys.argv:
            Path(f"{tempfile.gettempdir()}/board-{name.split()[0]}.json").write_text(json.dumps(self.events))

    def tasks(self, what: str) -> list[float]:
        """Milliseconds of each task of the main thread of the page's process, by the clock ("dur") or of CPU ("tdur")."""
        mains = {(e["pid"], e["tid"]) for e in self.events if e["name"] == "thread_name" and e["args"].get("name") == "CrRendererMain"}
        busy: dict = {}
        for one in self.events:
            if one["name"] in ("RunTask", "ThreadControllerImpl::RunTask") and one.get("ph") == "X" and (one["pid"], one["tid"]) in mains:
                busy.setdefault((one["pid"], one["tid"]), []).append(one.get(what, 0) / 1000)
        return max(busy.values(), key=sum, default=[])


def main() -> None:
    """Measure, and print a row for each thing one does."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-board-") as folder, site_with_board(Path(folder)) as (site, path, people, prompts), \
            sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.find_chromium(), args=servers.CHROMIUM_FLAGS)
        context = browser.new_context(base_url=site.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
                                      device_scale_factor=2, service_workers="block")
        context.add_cookies([site.cookie_of(people[0])])
        page = context.new_page()
        page.goto("/about")
        trace = Traced(browser, page)
        trace.page_cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        trace("opening", lambda: (page.goto(path), page.wait_for_selector("html.js"), page.wait_for_timeout(3000), page.evaluate("window.gaps ??= []; window.looking ??= 0")))
        weigh(page)

        def swipe(distance: int, speed: int):
            trace.page_cdp.send("Input.synthesizeScrollGesture", {"x": 200, "y": 500, "yDistance": -distance, "speed": speed, "gestureSourceType": "touch"})

        trace("swiping through notes never seen", lambda: [swipe(4_000, 2_500) for _ in range(4)])
        trace("swiping back", lambda: [swipe(-4_000, 2_500) for _ in range(3)])
        trace("dragging a note, to the edge and on", lambda: drag(trace.page_cdp, page))
        trace("sorting by keys", lambda: by_keys(page))
        with SignedIn(site, people[1]) as other:
            trace("notes of others arriving, 20 in 10 s", lambda: [arrive(page, other, path, prompts[i % 3], i) for i in range(20)])
        print(f"notes on the page: {page.locator('.sticky[data-insight]').count()}")
        browser.close()


def weigh(page) -> None:
    """Bytes as sent, first visit."""
    sizes = page.evaluate("""() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(e => [e.name.replace(/.*\\//, ''), e.encodedBodySize])""")
    print("sent: " + ", ".join(f"{name} {size}" for name, size in sizes if size))


def drag(touch, page) -> None:
    """Hold a note until it is lifted, take it up and down, keep it at the lower edge for a while, put it down."""
    left, top = page.evaluate(f"() => {{ const r = ({SEEN}).getBoundingClientRect(); return [r.left, r.top]; }}")
    sticky = left + 60, top + 20

    def send(kind: str, *at: float):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]}] if at else []})

    send("touchStart", *sticky)
    page.wait_for_selector(".is-lifted")
    for i in range(60):
        send("touchMove", 120 + i % 40, 300 + 5 * i if i < 60 else 600)
        page.wait_for_timeout(16)
    for i in range(90):
        send("touchMove", 150 + i % 3, 820)
        page.wait_for_timeout(16)
    send("touchMove", 150, 420)
    page.wait_for_timeout(50)
    send("touchEnd")
    page.wait_for_selector(".sending", state="detached")


def by_keys(page) -> None:
    """Lift, ten places down, to the next column, drop."""
    page.evaluate(f"({SEEN}).querySelector('.grip').focus()")
    page.keyboard.press("Space")
    for key in ["ArrowDown"] * 10 + ["ArrowRight", "ArrowUp"]:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)


def arrive(page, other, path: str, prompt: int, number: int) -> None:
    """Somebody else writes a note."""
    status, said = other.post(f"{path}/insights", key=str(uuid.uuid4()), prompt=str(prompt), text=f"From somebody else {number}")
    assert status == 200, said
    page.wait_for_timeout(500)


if __name__ == "__main__":
    began = time.time()
    main()
    print(f"{time.time() - began:.0f} s")
