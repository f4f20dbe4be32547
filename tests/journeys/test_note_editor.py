"""The shared note editor in browsers, against the real server: what it calls saved is stored, and nothing typed is ever lost (D1, D11, D12, D13)."""

import io
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.axe import AXE, RUN_AXE
from tests.journeys.conftest import Site, site_of
from tests.journeys.people import SignedIn
from tests.journeys.test_killed import kill
from tests.journeys.wire import CUT, UP, wire_to
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.once]
SAVED, UNSAVED = re.compile(r"^Saved \d\d:\d\d$"), "Not yet saved – kept on this device"


class Notes:
    """One session's notes at a site, and tabs that write in them."""

    def __init__(self, site, session: int, wire, page_of):
        self.site, self.session, self.wire, self._page_of = site, session, wire, page_of
        self.path = f"/e/govcamp-north/sessions/{session}/note"
        event = site.ask("select id from event where slug = 'govcamp-north'")[0]
        self.people = site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=event)

    def tab(self, number: int = 0, **more):
        """A tab of a device of its own, of the attendee with this number, with the editor open."""
        tab = self._page_of(Site(self.wire.address, self.site.engine), self.people[number], **more)
        self.open(tab)
        return tab

    def open(self, tab) -> None:
        """Open the notes, until the editor is there."""
        tab.goto(self.path)
        expect(tab.locator(".cm-content")).to_be_visible()

    @property
    def stored(self) -> str:
        """What the server's database says."""
        return "".join(self.site.ask("select d.text from document d join note n on n.document_id = d.id where n.session_id = :s", s=self.session))

    def base(self) -> int:
        """The newest revision."""
        return self.site.ask("select d.revision from document d join note n on n.document_id = d.id where n.session_id = :s", s=self.session)[0]

    def stores(self, *words: str) -> None:
        """Until each of `words` is in the database; fails when one is there twice."""
        eventually(lambda: all(word in self.stored for word in words))
        assert [word for word in words if self.stored.count(word) != 1] == []


def write(tab, words: str) -> None:
    """Type at the end of the text."""
    tab.locator(".cm-content").focus()
    tab.keyboard.press("Control+End")
    tab.keyboard.type(words)


def status(tab):
    return tab.locator("[data-note-status]")


def text(tab) -> str:
    return "\n".join(tab.locator(".cm-line").all_inner_texts())


@pytest.fixture(scope="module")
def sessions(demo):
    """Sessions nobody has written notes of yet, one for each test."""
    event = demo.ask("select id from event where slug = 'govcamp-north'")[0]
    return iter(demo.ask("select session_id from placement p where event_id = :event and part = 1 and not exists "
                         "(select 1 from note where note.session_id = p.session_id) order by session_id desc", event=event))


@pytest.fixture
def notes(demo, sessions, page_of):
    with wire_to(demo.address) as wire:
        yield Notes(demo, next(sessions), wire, page_of)


def test_two_write_together_a_form_merges_in_and_undo_is_ones_own(notes):
    ada, ben = notes.tab(0), notes.tab(1, width=390, height=844)
    write(ada, "\nAda was here")
    expect(status(ada)).to_have_text(SAVED)
    expect(ben.locator(".cm-content")).to_contain_text("Ada was here")
    write(ben, "\nBen as well")
    expect(ada.locator(".cm-content")).to_contain_text("Ben as well")
    # Somebody without scripts saves the form: what it says is put in, and nobody's typing is touched.
    notes.stores("Ada was here", "Ben as well")
    eventually(lambda: notes.site.ask("select 1 from document d join note n on n.document_id = d.id where n.session_id = :s and d.revision > 0", s=notes.session))
    base_text = notes.site.ask("select text from revision r join note n on n.document_id = r.document_id where n.session_id = :s "
                               "order by number desc limit 1", s=notes.session)[0]
    with SignedIn(notes.site, notes.people[2]) as plain:
        assert plain.post(notes.path, text=f"By the form\n\n{base_text}", base_revision=notes.base())[0] == 200
    for tab in (ada, ben):
        expect(tab.locator(".cm-content")).to_contain_text("By the form")
    ada.keyboard.press("Control+z")
    expect(ada.locator(".cm-content")).not_to_contain_text("Ada was here")
    expect(ada.locator(".cm-content")).to_contain_text("Ben as well")
    eventually(lambda: "Ada was here" not in notes.stored and "Ben as well" in notes.stored and "By the form" in notes.stored)
    assert ada.locator(".cm-caret").count() == 0, "under the Chatham House Rule nobody is shown where others are"


def test_typed_without_a_connection_closed_and_opened_again(notes):
    ada, ben = notes.tab(0), notes.tab(1)
    notes.open(ada)  # the second time there is a service worker that keeps the page
    eventually(lambda: ada.evaluate("caches.open('seen-pages').then(c => c.keys()).then(all => all.some(one => one.url.endsWith('/note')))"))
    write(ada, "\nbefore the tunnel")
    expect(status(ada)).to_have_text(SAVED)
    notes.wire.be(CUT)
    write(ada, "\nin the tunnel")
    expect(status(ada)).to_have_text(UNSAVED)
    ada.wait_for_timeout(300)
    ada.close(run_before_unload=False)
    again = ada.context.new_page()
    again.set_default_timeout(15_000)
    again.goto(notes.path)
    expect(again.locator(".cm-content")).to_contain_text("in the tunnel")
    expect(status(again)).to_have_text(UNSAVED)
    write(again, "\nstill in it")
    with SignedIn(notes.site, notes.people[2]) as plain:
        assert plain.post(notes.path, text="meanwhile\n\n" + notes.site.ask(
            "select text from revision r join note n on n.document_id = r.document_id where n.session_id = :s order by number desc limit 1",
            s=notes.session)[0], base_revision=notes.base())[0] == 200
    notes.wire.be(UP)
    expect(status(again)).to_have_text(SAVED, timeout=8_000)
    expect(again.locator(".seen")).to_have_count(0)
    notes.stores("before the tunnel", "in the tunnel", "still in it", "meanwhile")
    expect(ben.locator(".cm-content")).to_contain_text("still in it")
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('folkmoot:unsent'))") == []


def test_begun_anew_while_away_what_was_typed_is_put_back_and_what_was_taken_out_stays_out(notes):
    ada, ben = notes.tab(0), notes.tab(1)
    write(ada, "\nplain words\nthe secret of the depot\nmore words")
    expect(status(ada)).to_have_text(SAVED)
    notes.stores("the secret of the depot")
    notes.wire.be(CUT)
    write(ada, "\nwritten while away")
    expect(status(ada)).to_have_text(UNSAVED)
    with SignedIn(notes.site, notes.people[2]) as other:
        answer, said = other.post(f"{notes.path}/off-record", passage="the secret of the depot")
        assert answer == 200, said
    notes.wire.be(UP)
    for tab in (ada, ben):
        expect(tab.locator(".cm-content")).not_to_contain_text("secret")
        expect(tab.locator(".cm-content")).to_contain_text("written while away")
    expect(status(ada)).to_have_text(SAVED)
    write(ben, "\nand on")
    notes.stores("plain words", "written while away", "and on")
    assert "secret" not in notes.stored
    names = ada.evaluate("indexedDB.databases().then(all => all.map(one => one.name))")
    assert [name for name in names if name.endswith(":1")] == [], "the old copy is gone from the device"


def test_revoked_while_away_says_so_and_lets_the_text_be_taken_along(notes):
    ada = notes.tab(3)
    write(ada, "\nkept by the server")
    expect(status(ada)).to_have_text(SAVED)
    notes.stores("kept by the server")
    notes.wire.be(CUT)
    write(ada, "\ntyped without leave")
    expect(status(ada)).to_have_text(UNSAVED)
    with only_campmakers_write(notes.site):
        notes.wire.be(UP)
        told = ada.get_by_role("group", name="About your text")
        expect(told).to_contain_text("was not saved. It is kept on this device")
        expect(told.locator("pre")).to_have_text("typed without leave")
        expect(status(ada)).to_have_text("Not saved – kept on this device")
        expect(ada.locator(".cm-content")).to_have_attribute("aria-readonly", "true")
        with ada.expect_download() as download:
            told.get_by_role("button", name="Download it").click()
        assert "typed without leave" in download.value.path().read_text()
        assert "typed without leave" not in notes.stored


@contextmanager
def only_campmakers_write(site):
    """For as long as the block."""
    site.change("update event set notes_writers = 'campmakers' where slug = 'govcamp-north'")
    try:
        yield
    finally:
        site.change("update event set notes_writers = 'attendees' where slug = 'govcamp-north'")


PASTE = """html => { const data = new DataTransfer(); data.setData('text/html', html); data.setData('text/plain', html.replace(/<[^>]+>/g, ''));
  document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"""


def test_tools_by_keyboard_paste_and_pictures(notes):
    ada = notes.tab(0)
    write(ada, "\n\n/")
    ada.evaluate(AXE.read_text("utf-8"))
    assert ada.evaluate(RUN_AXE) == [], "with the slash menu open"
    ada.keyboard.type("que")
    ada.keyboard.press("Enter")
    ada.keyboard.type("Who pays?\n")
    ada.get_by_role("button", name="Action", exact=True).click()
    ada.get_by_label("What is to be done?").fill("ask the depot")
    ada.get_by_label("Who does it? (optional)").fill("the clerk")
    ada.get_by_label("By when? (optional)").fill("2027-03-01")
    ada.get_by_role("button", name="Put it in").click()
    ada.keyboard.press("Enter")
    ada.keyboard.press("Enter")
    ada.evaluate(PASTE, "<h2>From Docs</h2><ul><li><b>one</b></li></ul><p style='color:red'><a href='https://example.org/?utm_source=x'>link</a></p>")
    ada.keyboard.press("Tab")
    expect(ada.locator(".cm-content")).not_to_be_focused()
    notes.stores("- **Question:** Who pays?", "- [ ] **Action:** ask the depot (the clerk, by 2027-03-01)", "## From Docs\n\n- **one**\n\n[link](https://example.org/)")
    ada.locator(".cm-content").focus()
    ada.keyboard.press("Control+End")
    chart = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(chart, "PNG")
    with ada.expect_file_chooser() as chooser:
        ada.get_by_role("button", name="Picture", exact=True).click()
    chooser.value.set_files({"name": "chart.png", "mimeType": "image/png", "buffer": chart.getvalue()})
    ada.get_by_label("What does it show?").fill("The flip chart")
    ada.get_by_role("button", name="Add it").click()
    expect(ada.locator(".cm-content")).to_contain_text("![The flip chart](/e/govcamp-north/pictures/")
    ada.get_by_role("button", name="Preview").click()
    expect(ada.get_by_role("region", name="Preview").get_by_role("img", name="The flip chart")).to_be_visible()


PHONE = """const seen = Object.assign(new EventTarget(), { height: innerHeight, width: innerWidth, offsetTop: 0, offsetLeft: 0, scale: 1 });
  Object.defineProperty(window, 'visualViewport', { value: seen });
  window.keyboard = height => { seen.height = innerHeight - height; seen.dispatchEvent(new Event('resize')); };"""
LOWEST = """() => { const of = name => document.querySelector(name).getBoundingClientRect(), caret = getSelection().getRangeAt(0).getBoundingClientRect();
  return { tools: of('.note-tools'), caret: caret.height ? caret : of('.cm-activeLine, .cm-line:last-child') }; }"""


def test_on_a_phone_the_tools_stand_above_the_keyboard_and_never_over_the_caret(notes):
    tab = notes._page_of(notes.site, notes.people[0], width=390, height=844)
    tab.add_init_script(PHONE)
    notes.open(tab)
    write(tab, "".join(f"\nline {number}" for number in range(30)))
    for height in (330, 400, 260):  # up; with a row of suggestions; another language
        tab.evaluate("height => keyboard(height)", height)
        for words in ("", "\nand on"):
            tab.keyboard.type(words)
            eventually(lambda: tab.evaluate(LOWEST)["caret"]["bottom"] <= tab.evaluate(LOWEST)["tools"]["top"])
        at = tab.evaluate(LOWEST)
        assert at["tools"]["bottom"] == pytest.approx(844 - height, abs=1)
        assert at["caret"]["top"] > tab.locator(".note-head").bounding_box()["height"]
    expect(status(tab)).to_be_in_viewport()  # whether it is saved is seen however long the text is
    tab.evaluate("keyboard(0)")
    assert tab.evaluate(LOWEST)["tools"]["bottom"] < 844 - 330 or not tab.evaluate("document.querySelector('.note.keyboard')")


def test_left_while_it_opens_and_opened_by_half_no_blank_is_ever_stored(notes):
    """D13: the page goes while it loads, while it saves, or its scripts never come."""
    tab = notes.tab(0)
    write(tab, "\nKept words")
    notes.stores("Kept words")
    for until in ("commit", "commit", "domcontentloaded", "load"):
        tab.goto(notes.path, wait_until=until)
        tab.goto("about:blank")
    notes.open(tab)
    write(tab, "\nand the last")
    again = tab.context.new_page()
    tab.close()  # before the server has said that it has it
    notes.open(again)
    notes.stores("Kept words", "and the last")
    again.close()
    half = notes._page_of(notes.site, notes.people[1])
    half.route("**/note_together*.js", lambda route: route.abort())
    half.goto(notes.path)
    area = half.get_by_role("textbox", name="Notes, in Markdown")
    expect(area).to_be_visible()
    assert "and the last" in area.input_value()
    area.press("Control+End")
    half.keyboard.type("\nfrom half an editor")
    half.get_by_role("button", name="Save").click()
    notes.stores("Kept words", "and the last", "from half an editor")


NO_SOCKETS = "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.(new CloseEvent('close', { code: 1006 }))); } send() {} close() {} };"


def test_where_sockets_are_blocked_the_simple_editor_saves(notes):
    tab = notes._page_of(notes.site, notes.people[0])
    tab.add_init_script(NO_SOCKETS)
    tab.goto(notes.path)
    expect(tab.get_by_text("The shared editor cannot connect from this network.")).to_be_visible()
    tab.get_by_role("textbox", name="Notes, in Markdown").fill("From behind the wall")
    tab.get_by_role("button", name="Save").click()
    expect(status(tab)).to_have_text(SAVED)
    notes.stores("From behind the wall")
    tab.get_by_role("link", name="Pictures").click()  # what the shared editor has buttons for
    chart = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(chart, "PNG")
    tab.get_by_label("Picture", exact=True).set_input_files({"name": "chart.png", "mimeType": "image/png", "buffer": chart.getvalue()})
    tab.get_by_label("What it shows").fill("The flip chart")
    tab.get_by_role("button", name="Add the picture").click()
    notes.stores("![The flip chart](/e/govcamp-north/pictures/")
    tab.goto(notes.path)
    tab.get_by_role("link", name="Off the record").click()
    tab.get_by_label("From behind the wall").check()
    tab.get_by_role("button", name="Take it off the record").click()
    expect(tab.get_by_text("It is off the record")).to_be_visible()
    assert "From behind the wall" not in notes.stored


def test_the_server_killed_while_typing_nothing_called_saved_is_lost(tmp_path, page_of):
    """Killed with no chance to tidy up, and started again on the same database, while somebody types."""
    with site_of(tmp_path, "--demo") as site, wire_to(site.address) as wire:
        session = site.ask("select min(session_id) from placement where event_id = (select id from event where slug = 'govcamp-north')")[0]
        notes = Notes(site, session, wire, page_of)
        tab = notes.tab(0)
        typed, called_saved = [], 0
        for number in range(12):
            typed.append(f"word{number:02}")
            write(tab, f"\n{typed[-1]}")
            if SAVED.match(status(tab).inner_text()):
                called_saved = len(typed)
        kill(site.process)
        expect(status(tab)).to_have_text(UNSAVED)
        write(tab, "\nwhile it is down")
        assert [word for word in typed[:called_saved] if word not in rebuilt(site, session)] == []
        with site_of(tmp_path, again=True) as site:
            to = urlsplit(site.address)
            wire._to = (to.hostname, to.port)
            expect(status(tab)).to_have_text(SAVED, timeout=15_000)
            Notes(site, session, wire, page_of).stores(*typed, "while it is down")


def rebuilt(site, session: int) -> str:
    """What the stored changes make, read from the database of a site that is down."""
    from app.documents.crdt import Shared

    return Shared(site.ask("select u.data from document_update u join note n on n.document_id = u.document_id where n.session_id = :s "
                           "order by u.seq", s=session)).text


