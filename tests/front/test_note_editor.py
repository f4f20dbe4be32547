"""The note editor in a browser: what it says is saved is saved, and what is not is never lost."""

import pytest
from flask import jsonify
from playwright.sync_api import expect

from tests.waiting import eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def editor(look):
    """The editor's page; `page.area` and `page.status` are its text box and its status line."""
    return with_parts(look("note"))


def with_parts(page):
    page.area, page.status = page.get_by_role("textbox", name="Notes, in Markdown"), page.locator("[data-note-status]")
    return page


def end_of_text(page):
    page.area.focus()
    page.keyboard.press("Control+End")


def until_kept(page, words: str):
    """Until the device keeps a text with `words`."""
    eventually(lambda: page.evaluate("words => Object.values(localStorage).some(kept => kept.includes(words))", words))


def test_saved_is_said_only_after_the_server_answered(editor, stage):
    expect(editor.status).to_have_text("Saved 10:01")
    end_of_text(editor)
    editor.keyboard.type("- two")
    expect(editor.status).to_have_text("Not saved yet")
    stage.gate.clear()
    editor.get_by_role("button", name="Save").click()
    expect(editor.status).to_have_text("Saving…")
    editor.keyboard.press("Control+End")
    stage.gate.set()
    expect(editor.status).to_have_text("Saved 11:52")
    assert stage.text == "# Notes\n\n- one\n- two"
    assert stage.forms("/note")[0]["base_revision"] == "3"
    end_of_text(editor)
    editor.keyboard.type("!")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Saved 11:52")
    assert [f["base_revision"] for f in stage.forms("/note")] == ["3", "4"]


def test_typing_while_saving_is_not_called_saved(editor, stage):
    stage.gate.clear()
    end_of_text(editor)
    editor.keyboard.type("- two")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Saving…")
    editor.keyboard.type(" and more")
    stage.gate.set()
    expect(editor.status).to_have_text("Saved 11:52. Newer typing is not saved yet")
    expect(editor.area).to_have_value("# Notes\n\n- one\n- two and more")


def test_unsaved_text_survives_a_reload_and_is_offered_back(editor, stage):
    end_of_text(editor)
    editor.keyboard.type("- in the basement")
    until_kept(editor, "- in the basement")
    editor.once("dialog", lambda dialog: dialog.accept())
    stage.text, stage.revision = "# Notes\n\n- zero\n- one\n", 5
    editor.reload()
    expect(editor.get_by_text("The note has changed since; saving merges the two.")).to_be_visible()
    expect(editor.area).to_have_js_property("readOnly", True)
    editor.get_by_role("button", name="Put it back").press("Enter")
    expect(editor.area).to_have_value("# Notes\n\n- one\n- in the basement")
    expect(editor.area).to_be_focused()
    merged = "# Notes\n\n- zero\n- one\n- in the basement"
    stage.note = lambda form: jsonify(revision=6, text=merged, saved_at="12:01", merged=True)
    editor.get_by_role("button", name="Save").click()
    expect(editor.status).to_have_text("Saved 12:01, with changes somebody else made")
    assert stage.forms("/note")[-1]["base_revision"] == "3"  # what the typing grew from, so that the server can merge
    expect(editor.area).to_have_value(merged)
    editor.reload()
    expect(editor.locator("[data-note-offer]")).to_be_hidden()


def test_discarded_text_is_gone(editor):
    end_of_text(editor)
    editor.keyboard.type("nonsense")
    until_kept(editor, "nonsense")
    editor.once("dialog", lambda dialog: dialog.accept())
    editor.reload()
    editor.get_by_role("button", name="Discard it").click()
    expect(editor.area).to_have_value("# Notes\n\n- one\n")
    editor.reload()
    expect(editor.locator("[data-note-offer]")).to_be_hidden()


def test_the_next_person_on_the_device_is_not_offered_it(editor):
    end_of_text(editor)
    editor.keyboard.type("mine")
    until_kept(editor, "mine")
    assert editor.evaluate("Object.keys(localStorage)") == ["folkmoot:draft:7:note:12"]
    editor.once("dialog", lambda dialog: dialog.accept())
    editor.reload()
    expect(editor.locator("[data-note-offer]")).to_be_visible()
    editor.evaluate("localStorage.setItem('folkmoot:draft:8:note:12', localStorage.getItem('folkmoot:draft:7:note:12')); localStorage.removeItem('folkmoot:draft:7:note:12')")
    editor.reload()
    expect(editor.locator("[data-note-offer]")).to_be_hidden()


def test_a_merge_comes_in_around_the_caret_while_typing_goes_on(editor, stage):
    stage.note = lambda form: jsonify(revision=9, text="# Notes\n\n- by Marta\n- one\n- tw", saved_at="11:53", merged=True)
    stage.gate.clear()
    end_of_text(editor)
    editor.keyboard.type("- tw")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Saving…")
    editor.keyboard.type("o")
    stage.gate.set()
    expect(editor.area).to_have_value("# Notes\n\n- by Marta\n- one\n- two")
    editor.keyboard.type(" three")
    expect(editor.area).to_have_value("# Notes\n\n- by Marta\n- one\n- two three")
    editor.keyboard.press("Control+s")
    eventually(lambda: len(stage.forms("/note")) == 2)
    assert [f["base_revision"] for f in stage.forms("/note")] == ["3", "9"]


def test_typed_over_the_same_words_the_server_merges_next_time(editor, stage):
    stage.note = lambda form: jsonify(revision=9, text="# Notes\n\n- only Marta's words\n", saved_at="11:53", merged=True)
    stage.gate.clear()
    editor.area.focus()
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Saving…")
    editor.area.fill("# Notes\n\n- my own words\n")
    stage.gate.set()
    expect(editor.status).to_have_text("Saved 11:53. Newer typing is not saved yet")
    expect(editor.area).to_have_value("# Notes\n\n- my own words\n")
    editor.keyboard.press("Control+s")
    eventually(lambda: len(stage.forms("/note")) == 2)
    assert [f["base_revision"] for f in stage.forms("/note")] == ["3", "3"]


def test_a_conflict_keeps_the_text_and_leads_to_both_versions(editor, stage):
    stage.note = lambda form: (jsonify(error={"message": "Marta changed the same words at 11:50."}, conflict_url="/both"), 409)
    end_of_text(editor)
    editor.keyboard.type("- mine")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Marta changed the same words at 11:50. Your text is kept here. See both versions")
    expect(editor.area).to_have_value("# Notes\n\n- one\n- mine")
    editor.get_by_role("button", name="See both versions").click()
    expect(editor.get_by_role("heading", name="Both versions")).to_be_visible()
    assert [(f["text"], f["base_revision"]) for f in stage.forms("/both")] == [("# Notes\r\n\r\n- one\r\n- mine", "3")]
    # The page that brings both versions is the unsaved state: no draft is offered over it, and leaving it is asked about.
    expect(editor.locator("[data-note-offer]")).to_be_hidden()
    expect(editor.locator("[data-note-status]")).to_have_text("Not saved yet")
    stage.note = None
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("heading", name="Elsewhere")).to_be_visible()


def test_a_failing_server_is_asked_again_until_it_saves(editor, stage):
    answers = [(jsonify, 503), (jsonify, 503)]

    def answer(form):
        if answers:
            answers.pop()
            return jsonify(error={"message": "Too many people are saving just now."}), 503
        stage.text = form["text"].replace("\r\n", "\n")
        return jsonify(revision=4, text=stage.text, saved_at="11:59", merged=False)

    stage.note = answer
    editor.clock.install()
    end_of_text(editor)
    editor.keyboard.type("- two")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Not saved: Too many people are saving just now. Your text is kept on this device. Trying again.")
    for tries in (2, 3):
        editor.clock.run_for(9000)
        eventually(lambda tries=tries: len(stage.forms("/note")) >= tries)
    expect(editor.status).to_have_text("Saved 11:59")
    assert stage.text.endswith("- two")


def test_without_a_connection_the_text_is_kept_and_sent_on_return(editor, stage):
    end_of_text(editor)
    editor.context.set_offline(True)
    editor.keyboard.type("- two")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_contain_text("Not saved: no connection. Your text is kept on this device.")
    editor.context.set_offline(False)
    expect(editor.status).to_have_text("Saved 11:52")
    assert stage.text.endswith("- two")


def test_a_refusal_is_not_asked_again(editor, stage):
    stage.note = lambda form: (jsonify(error={"message": "A note holds at most 256 kB."}), 413)
    end_of_text(editor)
    editor.keyboard.type("x")
    editor.keyboard.press("Control+s")
    expect(editor.status).to_have_text("Not saved: A note holds at most 256 kB. Your text is kept on this device.")
    editor.clock.install()
    editor.clock.run_for(60_000)
    assert len(stage.forms("/note")) == 1


def test_leaving_with_unsaved_text_asks_first(editor):
    asked = []
    editor.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    end_of_text(editor)
    editor.keyboard.type("x")
    editor.get_by_role("link", name="Done").click()
    eventually(lambda: editor.evaluate("1") and asked)  # (asking the page anything lets its dialogues through)
    assert asked == ["beforeunload"]
    expect(editor.area).to_be_visible()


def test_keys_and_buttons_write_markdown_and_can_be_undone(editor):
    end_of_text(editor)
    editor.keyboard.type("- two")
    editor.keyboard.press("Enter")
    editor.keyboard.type("thr")
    editor.keyboard.press("Shift+Control+ArrowLeft")
    editor.keyboard.press("Control+b")
    expect(editor.area).to_have_value("# Notes\n\n- one\n- two\n- **thr**")
    editor.keyboard.press("Control+z")
    expect(editor.area).to_have_value("# Notes\n\n- one\n- two\n- thr")
    editor.get_by_role("button", name="Bold").focus()
    editor.keyboard.press("ArrowRight")
    expect(editor.get_by_role("button", name="Italic")).to_be_focused()
    editor.get_by_role("button", name="Check box").click()
    expect(editor.area).to_have_value("# Notes\n\n- one\n- two\n- [ ] thr")
    expect(editor.area).to_be_focused()
    editor.keyboard.press("Tab")
    expect(editor.area).not_to_be_focused()


def test_preview_shows_what_the_server_makes_of_it(editor):
    end_of_text(editor)
    editor.keyboard.type("- two")
    editor.get_by_role("button", name="Preview").click()
    expect(editor.get_by_role("region", name="Preview")).to_contain_text("- two")
    expect(editor.area).to_be_hidden()
    editor.get_by_role("button", name="Write").click()
    expect(editor.area).to_have_value("# Notes\n\n- one\n- two")


def test_without_scripts_the_form_saves(look, stage):
    page = with_parts(look("note", java_script_enabled=False))
    page.area.fill("# Notes\n\n- by hand\n")
    page.get_by_role("button", name="Save").click()
    assert stage.text == "# Notes\n\n- by hand\n"
    expect(page.get_by_role("button", name="Preview")).to_be_hidden()
