"""Boards as a facilitator runs them, in a browser on the real server: the same three prompts for six groups; the afternoon of the
Public Office with its stories, themes, teams and plenary; an Ideas Bazaar; and an insight found again, with its pledge."""

import re
import time
import uuid

import pytest
from playwright.sync_api import expect

from tests.axe import AXE, RUN_AXE
from tests.journeys.people import SignedIn
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.once]
BOARDS = "/e/govcamp-north/boards"
FAMILIES = ("A bereavement nobody told the council about", "A father who cares for two parents", "A school that moved the stop",
            "Eleven forms for one chair", "A flat with damp and a landlord abroad")
THEMES = {"Mentoring": "Family buddies", "Advocacy": "One advocate for all", "Early help": "Doors that are open", "Money": "A purse to spend at once",
          "Listening": "The stories wall"}
# The smallest letters that somebody can see, in px.
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main *, body > *')].filter(e => e.checkVisibility() && e.getClientRects().length
  && e.getBoundingClientRect().width > 2 && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture
def boss(rough):
    return rough.ask("select id from person where email = 'organiser@camp.example'")[0]


@pytest.fixture
def people(rough):
    return rough.ask("select person_id from pass p join event e on e.id = p.event_id where e.slug = 'govcamp-north' and role = 1 order by p.id limit 8")


def made(page, title: str) -> str:
    """Press the button; the address of the new board."""
    page.get_by_label("Title").first.fill(title)
    page.get_by_role("button", name="Make the board").click()
    page.wait_for_url("**/codes")
    return page.url.removesuffix("/codes").partition("/e/")[2].join(["/e/", ""])


def test_the_three_london_prompts_for_six_groups_in_under_two_minutes(rough, page_of, boss):
    page, began = page_of(rough, boss), time.monotonic()
    page.goto(BOARDS)
    page.get_by_role("link", name=re.compile("Set up a board|New board|Make a board")).first.click()
    page.get_by_role("link", name="Fill in an example").click()
    at = made(page, "Relational services")
    assert time.monotonic() - began < 60, "three taps and a title"
    board = int(at.rsplit("/", 1)[1])
    assert rough.ask("select count(*) from board_group where board_id = :b", b=board) == [6]
    prompts = rough.ask("select words from board_prompt p join board_stage s on s.id = p.stage_id where s.board_id = :b order by p.position", b=board)
    assert [words.split()[0] for words in prompts] == ["How", "What", "What"]
    codes = rough.ask("select code from board_group where board_id = :b", b=board)
    assert all(code[:3] in page.inner_text("main") for code in codes)
    page.goto(f"{at}?group=all")
    assert page.locator(".notes[data-column]").count() == 18


def test_the_afternoon_of_the_public_office(rough, page_of, boss, people):
    page = page_of(rough, boss)
    page.goto(f"{BOARDS}/new?practice=staged")
    at = made(page, "The Public Office")
    board = int(at.rsplit("/", 1)[1])
    stages = rough.ask("select id from board_stage where board_id = :b order by position", b=board)
    with SignedIn(rough, boss) as organiser:
        for number, family in enumerate(FAMILIES, 1):
            assert organiser.post(f"{at}/stages/{stages[0]}/material?kind=story", title=f"Family {number}", text=family, source="Public Office")[0] == 303
        for theme, project in THEMES.items():
            assert organiser.post(f"{at}/stages/{stages[1]}/material?kind=project", theme=theme, title=project, text="As told.")[0] == 303
    for person in people[1:6]:
        with SignedIn(rough, person) as somebody:
            assert somebody.post(f"{at}/join", wait="1")[0] == 303

    # Everybody reads the stories; somebody writes down what struck them, on a phone.
    phone = page_of(rough, people[0], width=390, height=844, has_touch=True)
    phone.goto(f"{at}/join")
    phone.locator("button[name=wait]").first.tap()
    expect(phone.get_by_text("You are at the board.").first).to_be_visible()
    phone.goto(at)
    for family in FAMILIES:
        expect(phone.get_by_text(family).first).to_be_attached()
    stick(phone, "Families tell the zanzibarine story again and again", lane=0)

    # Everybody is moved to the projects: the phone hears of it, and shows the five themes.
    def move_on(number: int, title: str) -> None:
        page.goto(f"{at}/run")
        page.get_by_role("button", name=f"Move everyone to “{title}”").click()
        eventually(lambda: rough.ask("select id from board_stage where board_id = :b and here", b=board) == [stages[number]])
        page.wait_for_load_state("load")

    move_on(1, "Examine the projects")
    phone.locator("#moved-on a").tap()
    for theme in THEMES:
        expect(phone.locator(".project-head").get_by_text(theme, exact=True).first).to_be_attached()
    stick(phone, "It works where somebody stays for years", lane=0)

    # Teams are dealt out, and design.
    page.goto(f"{at}/groups")
    page.get_by_role("button", name=re.compile("^Deal")).first.click()
    eventually(lambda: rough.ask("select count(*) from board_member m join board_seating s on s.id = m.seating_id where s.board_id = :b "
                                 "and m.group_id is not null", b=board) == [6])
    page.wait_for_load_state("load")
    move_on(2, "Design in teams")
    phone.goto(at)
    expect(phone.locator(".groups [aria-current]")).to_contain_text("yours")
    stick(phone, "One advocate may sign for every service", lane=0)
    phone.goto(f"{at}?stage={stages[0]}")
    expect(phone.get_by_text("zanzibarine")).to_be_visible()  # earlier stages stay readable

    # They come together; the plenary can be read at ten metres.
    move_on(3, "Come together")
    screen = page_of(rough, boss, width=1920, height=1080)
    screen.goto(f"{at}/plenary")
    expect(screen.get_by_text("zanzibarine").or_(screen.get_by_text("advocate may sign")).first).to_be_attached()
    assert screen.evaluate(SMALLEST) >= 0.025 * 1080
    screen.goto("/e/govcamp-north/ideas/screen")
    assert screen.evaluate(SMALLEST) >= 0.025 * 1080

    # The Ideas Bazaar: what a team wrote becomes an idea, somebody pledges.
    insight = rough.ask("select id from insight where board_id = :b and text like 'One advocate%'", b=board)[0]
    page.goto(f"{at}/insights/{insight}")
    page.get_by_role("link", name="Make it an idea").click()
    page.get_by_label("What is the idea called?").fill("A quixotrine advocate")
    page.get_by_role("button", name="Put it up").click()
    expect(page.locator("h1")).to_have_text("A quixotrine advocate")
    phone.goto(page.url)
    phone.get_by_role("link", name="Make a pledge").first.tap()
    phone.get_by_label("What will you do?").fill("By March I will sit with one family")
    phone.get_by_label(re.compile("Everybody|Public|public")).first.check()
    phone.get_by_role("button", name="Make this pledge").tap()
    expect(phone.get_by_text("By March I will sit with one family").first).to_be_visible()

    # Months later: found by its words, and from there to the pledge.
    reader = page_of(rough, people[7])

    def found() -> bool:
        reader.goto("/e/govcamp-north/search?q=advocate+sign+service")
        return reader.locator(f"#results a[href*='insights/{insight}']").count() > 0

    eventually(found)
    reader.locator(f"#results a[href*='insights/{insight}']").first.click()
    reader.get_by_role("link", name="A quixotrine advocate").first.click()
    expect(reader.get_by_text("By March I will sit with one family").first).to_be_visible()


def test_axe_finds_nothing_whatever_state_a_board_is_in(rough, browser, boss):
    context = browser.new_context(base_url=rough.address, bypass_csp=True, service_workers="block", reduced_motion="reduce")
    context.add_cookies([rough.cookie_of(boss)])
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.set_default_timeout(15_000)
    with SignedIn(rough, boss) as organiser:
        status, headers = organiser.post_for_headers(f"{BOARDS}/new?practice=plain", **{
            "title": "In every state", "groups": 0, "called": "Table", "stages-0-prompts": "What works?\nWhat is hard?"})
        assert status == 303
        at = headers["Location"].rsplit("/", 1)[0].partition("/e/")[2].join(["/e/", ""])
        board = int(at.rsplit("/", 1)[1])
        prompt = rough.ask("select p.id from board_prompt p join board_stage s on s.id = p.stage_id where s.board_id = :b order by p.id", b=board)[0]
        ids = []
        for number in range(4):
            organiser.post(f"{at}/insights", key=str(uuid.uuid4()), prompt=prompt, text=f"Note number {number}")
        ids = rough.ask("select id from insight where board_id = :b order by id", b=board)
        stage = rough.ask("select id from board_stage where board_id = :b", b=board)[0]
        for path, fields in ((f"insights/{ids[0]}/move", {"onto": f"i{ids[1]}"}), (f"insights/{ids[3]}/hide", {}),
                             ("voting", {"do": "open", "stage_id": stage, "dots": 3}), (f"insights/{ids[2]}/vote", {"dots": 2}),
                             ("voting", {"do": "close", "stage_id": stage}), ("close", {})):
            assert organiser.post(f"{at}/{path}", **fields)[0] in (200, 303), path
            if path in ("voting", "close") or path.endswith("hide"):
                for theme, width in (("light", 1280), ("dark", 390)):
                    page.emulate_media(color_scheme=theme)
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(at)
                    assert page.evaluate(RUN_AXE) == [], (path, fields, theme)
    context.close()


def stick(page, words: str, *, lane: int) -> None:
    """Write a note in a column, and see it there."""
    adding = page.locator("details.addnote").nth(lane)
    page.wait_for_load_state("load")

    def opened() -> bool:  # (scripts that come to the page just now may close it once)
        if not adding.evaluate("e => e.open"):
            adding.locator("summary").tap()
        return adding.locator("textarea").is_visible()

    eventually(opened)
    adding.locator("textarea").fill(words)
    adding.get_by_role("button", name="Stick it up").tap()
    expect(page.locator(".sticky[data-insight]").get_by_text(words)).to_be_visible()
