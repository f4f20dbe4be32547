"""How the note editor feels on a phone: `python -m tests.bench.note_editor`.

A note of 200 kB with 20,000 changes of history, in Chromium on a page of 390 px, its CPU slowed down four times: how long until the
text is there to be typed in (navigation started, files in the browser's cache), and how long from a key to the next frame.
"""

import random
import statistics
import time

from playwright.sync_api import sync_playwright
from pycrdt import Doc, Text, merge_updates
from sqlalchemy import text

from tests import servers
from tests.bench.notes import rows_of, site_with_notes

SLOWDOWN = 4
KEYS = 120
BYTES, CHANGES, WRITERS, APART = 200_000, 20_000, 5, 400
WORDS = ("the bins were", "**agreed** by all", "\n- who pays for lids", "\n\n## What next\n\n", "see [the report](https://example.org/r)", "a pilot in May")

# From the key's own time to the first frame after it.
WATCH = """() => { window.waits = []; addEventListener('keydown', event => {
  const at = event.timeStamp; requestAnimationFrame(() => { const tell = new MessageChannel(); tell.port1.onmessage = () => waits.push(performance.now() - at); tell.port2.postMessage(0); });
}, true); }"""
OPENED = """() => new Promise(resolve => { const look = () => document.querySelector('.cm-content') && /^(Saved|No changes)/.test(document.querySelector('[data-note-status]').textContent)
  ? resolve(performance.now()) : setTimeout(look, 10); look(); })"""


def main() -> None:
    """Measure, and print a row for each way of opening."""
    with site_with_notes(1) as (site, _root, _notes, cookies), sync_playwright() as playwright:
        [(note, document)] = rows_of(site, "select session_id, document_id from note order by session_id desc limit 1")
        long_history(site, document)
        browser = playwright.chromium.launch(executable_path=servers.find_chromium(), args=servers.CHROMIUM_FLAGS)
        context = browser.new_context(base_url=site.address, viewport={"width": 390, "height": 844}, has_touch=True)
        context.add_cookies([{"name": "folkmoot", "value": cookies[0], "url": site.address}])
        page, whole = context.new_page(), browser.new_browser_cdp_session()

        def spent() -> float:
            return sum(one["cpuTime"] for one in whole.send("SystemInfo.getProcessInfo")["processInfo"] if one["type"] == "renderer")

        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        path = f"/e/govcamp-north/sessions/{note}/note"
        for which in ("first visit", "from the server", "again"):
            if which == "from the server":  # files are there, the text is not
                page.goto("/about")
                page.evaluate("indexedDB.databases().then(all => Promise.all(all.map(one => new Promise(done => { const gone = "
                              "indexedDB.deleteDatabase(one.name); gone.onsuccess = gone.onerror = gone.onblocked = done; }))))")
            before = spent()
            page.goto(path, wait_until="commit")
            print(f"{which}: opened after {page.evaluate(OPENED):.0f} ms; {1000 * (spent() - before):.0f} ms of CPU in the page's process, "
                  f"the slowdown included", flush=True)
        page.evaluate(WATCH)
        for where in ("Control+Home", "Control+End"):
            page.locator(".cm-content").focus()
            page.keyboard.press(where)
            time.sleep(1)
            page.evaluate("() => { waits.length = 0 }")
            page.keyboard.type("some words typed. " * (KEYS // 18), delay=90)
            time.sleep(1)
            waits = sorted(page.evaluate("waits"))
            print(f"{where}: key to frame {statistics.median(waits):.0f} ms median, {waits[int(len(waits) * .95)]:.0f} ms p95, {waits[-1]:.0f} most")
        browser.close()


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
