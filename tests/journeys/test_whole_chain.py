"""The whole chain in a real browser against the real server, from an empty database: set up → join on a phone → pitch →
interest → place → write notes → bring in the seed note → volunteer → search finds each → carried on next year."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import site_of
from tests.waiting import eventually

SEED = "seeds/004_80c7e1b44935c6a1.txt"
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


@pytest.fixture
def site(tmp_path):
    with site_of(tmp_path) as running:
        yield running


def first_link(folder) -> str:
    return re.search(r"http://\S+/first/\S+", (folder / "serve.log").read_text())[0]


def finds(page, words: str, title: str) -> None:
    """Search finds `title` by `words` soon. (Within two seconds on a machine that does nothing else: tests/search/test_jobs.py.)"""
    def found() -> bool:
        page.goto(f"/search?q={words}")
        return page.locator("#results").get_by_role("link", name=title).count() > 0

    eventually(found)


@pytest.mark.browser
@pytest.mark.long
def test_from_the_first_link_to_next_years_pitch(site, page_of, tmp_path, shared):
    # The first keeper sets up an event: series, event, rooms, timetable.
    boss = page_of(site)
    boss.goto(first_link(tmp_path))
    boss.get_by_label("Name").fill("Lorna Pike")
    boss.get_by_label("E-mail").fill("lorna@example.org")
    boss.get_by_role("button", name="Go on").click()
    boss.get_by_label("Name").fill("GovCamp North 2027")
    boss.get_by_label("Day", exact=True).fill("2027-01-23")
    boss.get_by_label("Venue").fill("The Exchange, Leeds")
    boss.get_by_role("button", name="Set it up").click()
    expect(boss.locator("h1")).to_be_visible()
    slug = site.ask("select slug from event")[0]
    event = f"/e/{slug}"
    boss.goto(f"{event}/set-up/rooms")
    for number, (name, seats) in enumerate([("Main hall", "140"), ("Turing", "36"), ("Quiet room", "")], 1):
        boss.get_by_label(f"Name of room {number}", exact=True).fill(name)
        boss.get_by_label(re.compile(f"^Seats of room {number}\\b")).fill(seats)
    boss.get_by_label("For sessions: room 3", exact=True).uncheck()
    boss.get_by_role("button", name="Save", exact=True).last.click()
    boss.goto(f"{event}/set-up/slots")
    boss.get_by_role("button", name="Make the timetable").click()
    assert site.ask("select count(*) from slot where kind = 'session'")[0] >= 3

    # Somebody joins on a phone, with the code and a name, in seconds; nothing is asked that is not needed.
    code = site.ask("select join_code from event")[0]
    phone = page_of(site, **PHONE)
    phone.goto("/")
    began = time.monotonic()
    phone.get_by_label("Join an event").fill(f"{code[:3].lower()} {code[3:]}")
    phone.get_by_role("button", name="Join", exact=True).click()
    phone.get_by_label("Your name").fill("Leila Haddad")
    phone.get_by_role("button", name="Join", exact=True).click()
    expect(phone.get_by_role("link", name=re.compile("Pitch a session")).first).to_be_visible()
    assert time.monotonic() - began < 15

    # …and pitches from it.
    phone.goto(f"{event}/pitches/new")
    phone.get_by_label("What is it called?").fill("Paper forms nobody has dared to switch off")
    phone.get_by_label("What is it about?").fill("Bring **yours**.")
    phone.get_by_label("Topics").fill("Inclusion")
    phone.get_by_role("button", name="Pitch it").click()
    expect(phone.get_by_text("Leila Haddad").first).to_be_visible()

    # Somebody else is interested.
    other = page_of(site, **PHONE)
    other.goto(f"/join/{code}")
    other.get_by_label("Your name").fill("Ben Sutcliffe")
    other.get_by_role("button", name="Join", exact=True).click()
    other.goto(f"{event}/pitches")
    other.get_by_role("button", name=re.compile("interested")).first.click()
    expect(other.get_by_role("button", name=re.compile("interested")).first).to_have_attribute("aria-pressed", "true")
    assert site.ask("select count(*) from interest") == [1]
    finds(other, "paper", "Paper forms nobody has dared to switch off")

    # The organiser places it with the keyboard alone; a page that is open elsewhere shows it without a reload.
    watcher = page_of(site, **PHONE)
    watcher.goto(f"{event}/grid")
    boss.goto(f"{event}/grid/arrange")
    boss.locator(".tray .grip").first.focus()
    boss.keyboard.press("Space")
    boss.keyboard.press("ArrowRight")
    boss.keyboard.press("Enter")
    expect(boss.locator(".arranging td .title")).to_have_text("Paper forms nobody has dared to switch off")
    expect(watcher.locator(".grid .title")).to_have_text("Paper forms nobody has dared to switch off")
    session = f"{event}/sessions/{site.ask('select id from session')[0]}"

    # Notes are written, saved, and read again.
    phone.goto(f"{session}/note")
    phone.locator(".cm-content").focus()
    phone.keyboard.press("Control+End")  # under the template's heading Summary
    phone.keyboard.type("Half of them are for blue badges. Switch off last, ask first.")
    expect(phone.locator("[data-note-status]")).to_contain_text(re.compile(r"Saved \d"))
    eventually(lambda: "ask first" in "".join(site.ask("select text from document")))
    phone.goto(session)
    expect(phone.get_by_text("Switch off last, ask first.")).to_be_visible()

    # Last camp's note is brought in.
    boss.goto(f"{event}/import")
    boss.get_by_label("File", exact=True).set_input_files(str(shared / SEED))
    boss.get_by_role("button", name="Read the file").click()
    expect(boss.get_by_role("link", name="Practical support for Public sector reformers")).to_be_visible()
    boss.get_by_role("link", name="Practical support for Public sector reformers").click()
    expect(boss.get_by_text("Looking for a host")).to_be_visible()
    expect(boss.get_by_text("Gavin Freegard").first).to_be_visible()
    expect(boss.get_by_text("Sarah Slack").first).to_be_visible()
    imported = boss.url

    # Somebody volunteers; it is found as hosted, and listed as such.
    other.goto(imported)
    other.get_by_role("button", name="I’ll carry this on").click()
    expect(other.get_by_text("Hosted by Ben Sutcliffe")).to_be_visible()
    other.goto(f"{event}/follow-ups")

    # Search finds each link of the chain, and what was saved just now.
    finds(other, "blue badge", "Paper forms nobody has dared to switch off")
    finds(other, '"knowledge sharing"', "Practical support for Public sector reformers")
    finds(other, "freegard", "Practical support for Public sector reformers")
    finds(other, "exchange leeds", "GovCamp North 2027")
    other.goto("/search?q=pract")
    expect(other.locator("#results mark").first).to_be_visible()

    # A year later the set-up is copied in one step and the conversation is pitched again, linked to where it came from.
    series = site.ask("select slug from series")[0]
    boss.goto(f"/s/{series}/events/new")
    boss.get_by_label("Name").fill("GovCamp North 2028")
    boss.get_by_label("Day", exact=True).fill("2028-01-22")
    boss.get_by_role("button", name="Set it up").click()
    assert site.ask("select count(*) from room") == [8]  # three and M69, twice
    boss.goto(imported)
    boss.get_by_role("link", name="Take this conversation on at GovCamp North 2028").click()
    boss.get_by_role("button", name=re.compile("Pitch")).last.click()
    expect(boss.get_by_role("link", name="Practical support for Public sector reformers").first).to_be_visible()
    boss.goto(imported)
    expect(boss.get_by_role("link", name="Carrying on: Practical support for Public sector reformers")).to_be_visible()


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.once
def test_without_javascript(demo, page_of):
    """Reading, pitching, marking interest, placing, writing notes and volunteering, with scripts off."""
    boss_id = demo.ask("select id from person where email = 'organiser@camp.example'")[0]
    page = page_of(demo, boss_id, java_script_enabled=False)
    page.goto("/e/govcamp-north/pitches/new")
    page.get_by_label("What is it called?").fill("Without a script")
    page.get_by_role("button", name="Pitch it").click()
    pitch = page.url
    page.get_by_role("button", name=re.compile("interested")).first.click()
    pitch_id = int(pitch.rsplit("/", 1)[1])
    page.goto(f"/e/govcamp-north/pitches/{pitch_id}/place")
    page.locator("button[name=cell]").first.click()
    [session] = demo.ask("select id from session where pitch_id = :id", id=pitch_id)
    page.goto(f"/e/govcamp-north/sessions/{session}/note")
    page.get_by_label("Notes, in Markdown").fill("Written with scripts off.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"/e/govcamp-north/sessions/{session}")
    expect(page.get_by_text("Written with scripts off.")).to_be_visible()
    page.get_by_role("button", name="I’ll carry this on").click()
    expect(page.get_by_text("Hosted by Lorna Pike")).to_be_visible()
    page.goto(f"/e/govcamp-north/sessions/{session}/move")
    page.get_by_role("button", name="Take off the grid").click()
    assert demo.ask("select count(*) from placement where session_id = :id", id=session) == [0]


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.once
def test_pages_are_light(demo, page_of):
    """Under 60 kB compressed on a first visit, style and scripts included (fonts apart, as they are fetched once)."""
    boss_id = demo.ask("select id from person where email = 'organiser@camp.example'")[0]
    session = demo.ask("select session_id from note limit 1")[0]
    weights, sizes, kinds = {}, {}, {}
    page = page_of(demo, boss_id, service_workers="block")
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})  # every visit is a first one
    client.on("Network.responseReceived", lambda e: kinds.__setitem__(e["requestId"], e["type"]))
    client.on("Network.loadingFinished", lambda e: sizes.__setitem__(e["requestId"], e["encodedDataLength"]))
    for path in ("/", "/e/govcamp-north", "/e/govcamp-north/grid", "/e/govcamp-north/grid/arrange", f"/e/govcamp-north/sessions/{session}",
                 "/e/govcamp-north/pitches", "/e/govcamp-north/follow-ups", "/search?q=data", f"/e/govcamp-north/sessions/{session}/note"):
        page.goto(path)
        page.wait_for_load_state("networkidle" if path.endswith("/note") else "load")
        page.wait_for_timeout(150)
        weights[path] = sum(size for request, size in sizes.items() if kinds.get(request) in ("Document", "Stylesheet", "Script", "Image"))
        sizes.clear()
    assert {path: size for path, size in weights.items() if size > 60_000} == {}
    assert all(size > 5_000 for size in weights.values())
