"""How the note editor feels on a phone: `python -m tests.bench.note_editor`.

A note of 200 kB with 20,000 changes of history, in Chromium on a page of 390 px, once as fast as the machine is and once with the
page's CPU slowed down four times: how long until the text is there to be typed in, and how long from a key to the next frame.
"first page of all": a new process of the browser, nothing cached; "first visit": from the session's page, none of the editor's files
cached; "from the server": they are, the text is not; "again": this device has a copy. The server has had the note open before: its
own time to open one is in `tests.bench.notes open`. CPU seconds are those of the page's process, for machines that do other things.
"""

import random
import statistics
import time

from playwright.sync_api import sync_playwright
from pycrdt import Doc, Text, merge_updates
from sqlalchemy import text

from tests import servers
from tests.bench.notes import rows_of, site_with_notes

SLOWDOWNS = (1, 4)
KEYS = 120
BYTES, CHANGES, WRITERS, APART = 200_000, 20_000, 5, 400
WORDS = ("the bins were", "**agreed** by all", "\n- who pays for lids", "\n\n## What next\n\n", "see [the report](https://example.org/r)", "a pilot in May")

# From the key's own time to the first frame after it.
WATCH = """() => { window.waits = []; addEventListener('keydown', event => {
  const at = event.timeStamp; requestAnimationFrame(() => { const tell = new MessageChannel(); tell.port1.onmessage = () => waits.push(performance.now() - at); tell.port2.postMessage(0); });
}, true); }"""
NO_COPIES = """indexedDB.databases().then(all => Promise.all(all.map(one => new Promise(done => { localStorage.clear(); const gone =
  indexedDB.deleteDatabase(one.name); gone.onsuccess = gone.onerror = gone.onblocked = done; }))))"""
OPENED = """() => new Promise(resolve => { const look = () => document.querySelector('.cm-content') && /^(Saved|No changes)/.test(document.querySelector('[data-note-status]').textContent)
  ? resolve(performance.now()) : setTimeout(look, 10); look(); })"""


def main() -> None:
    """Measure, and print a row for each way of opening, at each speed."""
    with site_with_notes(1) as (site, _root, _notes, cookies), sync_playwright() as playwright:
        [(note, document)] = rows_of(site, "select session_id, document_id from note order by session_id desc limit 1")
        long_history(site, document)
        for slowdown in (0, *SLOWDOWNS):  # the first has the server open the note, and is not told
            browser = playwright.chromium.launch(executable_path=servers.find_chromium(), args=servers.CHROMIUM_FLAGS)
            context = browser.new_context(base_url=site.address, viewport={"width": 390, "height": 844}, has_touch=True)
            context.add_cookies([{"name": "folkmoot", "value": cookies[0], "url": site.address}])
            measure(browser, context, f"/e/govcamp-north/sessions/{note}", slowdown)
            browser.close()


def measure(browser, context, session: str, slowdown: int) -> None:
    """Open the notes of a session in each way, and type in them."""
    page, whole = context.new_page(), browser.new_browser_cdp_session()

    def spent() -> float:
        return sum(one["cpuTime"] for one in whole.send("SystemInfo.getProcessInfo")["processInfo"] if one["type"] == "renderer")

    def slow(page):
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": max(1, slowdown)})

    def opening(which: str) -> None:
        before = spent()
        page.goto(f"{session}/note", wait_until="commit")
        took = page.evaluate(OPENED)
        if slowdown:
            print(f"{which}: opened after {took:.0f} ms; {1000 * (spent() - before):.0f} ms of CPU in the page's process", flush=True)

    if slowdown:
        print(f"CPU slowed down {slowdown} times:" if slowdown > 1 else "CPU as it is:")
    slow(page)
    opening("first page of all")
    if not slowdown:
        return
    page.close()
    page = context.new_page()
    slow(page)
    forget(context, page)
    page.goto(session)
    time.sleep(1)
    opening("first visit")
    page.goto("/about")
    page.evaluate(NO_COPIES)
    opening("from the server")
    opening("again")
    time.sleep(2)
    page.evaluate(WATCH)
    for where in ("Control+Home", "Control+End"):
        page.locator(".cm-content").focus()
        page.keyboard.press(where)
        time.sleep(1)
        page.evaluate("() => { waits.length = 0 }")
        before = spent()
        page.keyboard.type("some words typed. " * (KEYS // 18), delay=90)
        took = spent() - before
        time.sleep(1)
        waits = sorted(page.evaluate("waits"))
        print(f"{where}: key to frame {statistics.median(waits):.0f} ms median, {waits[int(len(waits) * .95)]:.0f} ms p95, {waits[-1]:.0f} most; "
              f"{1000 * took / len(waits):.1f} ms of CPU a key", flush=True)


def forget(context, page) -> None:
    """Drop what the browser has of the site but cookies."""
    page.goto("/about")
    page.evaluate(NO_COPIES)
    context.new_cdp_session(page).send("Network.clearBrowserCache")


def long_history(site, document: int) -> None:
    """Give a document the changes of several writers, here and there in lines of ordinary length, behind the server's back."""
    chance, made, met = random.Random(3), [], False
    writers = [Doc({"text": Text()}) for _ in range(WRITERS)]
    known = site.ask("select data from document_update where document_id = :d order by seq", d=document)
    for number, writer in enumerate(writers):
        for data in known:
            writer.apply_update(data)
        writer.observe(lambda event, number=number: None if met else made.append((number, event.update)))
    for i in range(CHANGES):
        writer = writers[i % WRITERS]
        size = len(writer["text"])
        if size > BYTES:
            at = chance.randrange(size - 60)
            del writer["text"][at:at + 50]
        else:
            writer["text"].insert(chance.randrange(size + 1), chance.choice(WORDS) + " ")
        if i % APART == APART - 1:  # they meet now and then, so that most changes are made beside those of others
            met, some = True, made[-APART:]
            for number, doc in enumerate(writers):
                doc.apply_update(merge_updates(*(data for other, data in some if other != number)))
            met = False
    data = [update for _number, update in made]
    seq = site.ask("select seq from document where id = :d", d=document)[0]
    with site.engine.begin() as connection:
        connection.execute(text("insert into document_update (document_id, seq, data, at) values (:d, :s, :data, '2027-01-01')"),
                           [{"d": document, "s": seq + n, "data": one} for n, one in enumerate(data, 1)])
        connection.execute(text("update document set seq = :s where id = :d"), {"s": seq + len(data), "d": document})


if __name__ == "__main__":
    main()
