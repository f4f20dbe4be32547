"""The pages, as two people's browsers see them: with and without scripts, when all is well and when it is not."""

import time

import pytest
from sqlalchemy import select

from app.documents import queries as documents
from app.documents.models import TEXT_BYTES, Revision
from app.errors import Busy
from app.events.models import ATTENDEES_ONLY, DEFAULT_NOTE_TEMPLATE, NAMED, Role
from app.infra import clock, db, markdown
from app.notes import actions, history_routes, queries
from tests.documents.test_actions import NAUGHTY
from tests.infra.slow_markdown import RECIPES
from tests.pages import CheckedClient, parsed, text_of
from tests.world import AT

TEXT = "## Notes\n\n- bins\n\n## Summary\n\nMore *bins*.\n"


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us", room=1, slot=1)


@pytest.fixture
def writer(client, world, session) -> CheckedClient:
    """The browser of somebody with a pass."""
    return client.sign_in(world.holder(session.event, name="Ada Byron"))


@pytest.fixture
def other(app, world, session) -> CheckedClient:
    """The browser of somebody else with a pass."""
    return app.test_client().sign_in(world.holder(session.event, name="Ben Isitt"))


def at(session, tail: str = "/note") -> str:
    return f"/e/{session.event.slug}/sessions/{session.id}{tail}"


def page(client, path: str, status: int = 200):
    """The page as a tree."""
    response = client.get(path)
    assert response.status_code == status, response.text
    return parsed(response.text)[0]


def words(element) -> str:
    """All the text inside, with a space between elements."""
    return " ".join(" ".join(element.itertext()).split())


def main(client, path: str, status: int = 200) -> str:
    return words(page(client, path, status).find(".//main"))


def typed(tree) -> str:
    """What stands in the editor, as the browser would send it back."""
    return next(t for t in tree.iter("textarea") if t.get("name") == "text").text or ""


def base(tree) -> str:
    return next(i for i in tree.iter("input") if i.get("name") == "base_revision").get("value")


def save(client, session, text, base_revision, **more):
    return client.send(at(session), text=text, base_revision=base_revision, **more)


def stored(session) -> str:
    db.session.rollback()
    note = queries.note_of(session)
    return note.document.text if note else ""


# ---- writing --------------------------------------------------------------------------------------------------------


def test_the_editor_begins_with_the_template_and_says_the_rule(writer, session):
    tree = page(writer, at(session))
    assert (typed(tree), base(tree)) == (DEFAULT_NOTE_TEMPLATE, "0")
    said = words(tree.find(".//main"))
    assert "Chatham House Rule: write what was said, not who said it" in said
    assert "don’t write that down" in said
    assert "CC BY 4.0" in said
    assert "Main hall, Ground (s1r1) 11:00 to 11:45 on Saturday 23 January 2027" in said
    assert "Led by Leila Haddad" in said
    form = next(f for f in tree.iter("form") if f.get("data-note") is not None)
    assert (form.get("action"), form.get("data-preview-url"), form.get("data-unsaved")) == (at(session), at(session, "/note/preview"), None)


def test_where_people_are_named_the_editor_says_so(client, world):
    session = world.session(world.event(attribution=NAMED))
    client.sign_in(world.holder(session.event))
    said = main(client, at(session))
    assert "Names may be written here" in said
    assert "Chatham" not in said


def test_saving_goes_back_to_the_editor_and_is_read_on_the_sessions_page(writer, session):
    response = save(writer, session, TEXT.replace("\n", "\r\n"), 0)
    assert (response.status_code, response.location) == (303, at(session))
    tree = page(writer, at(session))
    assert (typed(tree), base(tree)) == (TEXT, "2")
    assert "Saved" in words(tree.find(".//main"))
    tree = page(writer, at(session, ""))
    panel = next(s for s in tree.iter("section") if s.get("aria-labelledby") == "notes")
    summary = next(d for d in panel.iter("div") if d.get("class") == "note-summary")
    assert text_of(summary) == "SummaryMore bins."
    summary_at, notes_at = (list(panel.iter()).index(e) for e in (summary, next(li for li in panel.iter("li") if text_of(li) == "bins")))
    assert summary_at < notes_at
    assert "These notes are shared under CC BY 4.0" in words(panel)


def test_two_people_save_at_once_and_both_are_there(writer, other, session):
    save(writer, session, DEFAULT_NOTE_TEMPLATE.replace("-\n", "- Ada\n", 1), 0)
    response = save(other, session, DEFAULT_NOTE_TEMPLATE.replace("-\n", "- Ben\n", 1), 0)
    assert response.status_code == 303
    assert "together with what others wrote meanwhile" in main(other, at(session))
    assert stored(session) == DEFAULT_NOTE_TEMPLATE.replace("-\n", "- Ada\n- Ben\n", 1)


def test_a_script_gets_what_is_there_now(writer, other, session):
    said = save(writer, session, "one\ntwo\n", 0, json=True)
    assert said.status_code == 200
    assert said.json == {"revision": 2, "text": "one\ntwo\n", "saved_at": said.json["saved_at"], "merged": False}
    assert len(said.json["saved_at"]) == 5
    said = save(other, session, "zero\none\ntwo\n", 2, json=True).json
    assert (said["revision"], said["merged"]) == (3, False)
    said = save(writer, session, "one\ntwo\nthree\n", 2, json=True).json
    assert (said["revision"], said["text"], said["merged"]) == (4, "zero\none\ntwo\nthree\n", True)


def test_saved_at_is_the_events_own_time(client, world):
    session = world.session(world.event(time_zone="Asia/Kolkata"))
    client.sign_in(world.holder(session.event))
    said = save(client, session, "x", 0, json=True).json["saved_at"]
    now = clock.local(clock.now(), "Asia/Kolkata")
    assert said in (f"{now:%H:%M}", f"{now.replace(minute=(now.minute - 1) % 60):%H:%M}")


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_come_back_byte_for_byte(writer, session, text):
    assert save(writer, session, text, 0).status_code == 303
    assert stored(session).encode() == text.encode()
    response = writer.get(at(session))
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    assert f'<textarea id="note-text" name="text" rows="20" spellcheck="true">\n{escaped}</textarea>' in response.text
    for path in ("", "/note/history", "/note/revisions/2", "/note/diff"):
        assert writer.get(at(session, path)).status_code == 200


def test_a_text_that_begins_with_an_empty_line_keeps_it(writer, session):
    save(writer, session, "\n\nlate\n", 0)
    tree = page(writer, at(session))
    assert typed(tree) == "\n\nlate\n"


# ---- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "said"), [("before \0 after", "NUL"), ("ü" * (TEXT_BYTES // 2 + 1), "256 kB")])
def test_a_text_that_cannot_be_kept_stays_in_the_editor(writer, session, text, said):
    response = save(writer, session, text, 0)
    assert response.status_code == 422
    tree, _ = parsed(response.text)
    assert base(tree) == "0"
    assert said in words(tree.find(".//main"))
    assert typed(tree).split("\ufffd") == text.split("\0")  # a page cannot show a NUL: only that is replaced
    link = next(a for a in tree.iter("a") if a.get("href") == "#note-text")
    assert said in text_of(link)
    assert 'data-unsaved' in response.text
    as_json = save(writer, session, text, 0, json=True)
    assert (as_json.status_code, as_json.json["error"]["field"]) == (422, "text")
    assert queries.note_of(session) is None


@pytest.mark.parametrize("fields", [
    {"base_revision": "0"}, {"text": "typed"}, {"text": "typed", "base_revision": ""}, {"text": "typed", "base_revision": "x"},
    {"text": "typed", "base_revision": "99"}, {"text": "typed", "base_revision": "9" * 40}, {"text": "typed", "base_revision": "-1"},
])
def test_a_form_that_did_not_arrive_whole_saves_nothing_and_keeps_the_text(writer, session, fields):
    response = writer.send(at(session), **fields)
    assert response.status_code == 422
    assert typed(parsed(response.text)[0]) == fields.get("text", "")
    assert queries.note_of(session) is None


def test_when_the_database_is_busy_the_text_is_kept_on_the_page(writer, session, monkeypatch):
    def busy(*_args, **_kwargs):
        raise Busy

    monkeypatch.setattr(actions, "save", busy)
    response = save(writer, session, "all that I typed", 0)
    assert response.status_code == 503
    tree, _ = parsed(response.text)
    assert typed(tree) == "all that I typed"
    assert "Your text is below" in words(tree.find(".//main"))
    as_json = save(writer, session, "x", 0, json=True)
    assert (as_json.status_code, "busy" in as_json.json["error"]["message"]) == (503, True)


def test_a_clash_is_shown_and_finished_without_losing_anything(writer, other, session):
    save(writer, session, "# Title\n\nWe met 30 people\n\n- one\n", 0)
    save(writer, session, "# Title\n\nWe met 40 people\n\n- one\n- two\n", 2)
    response = save(other, session, "# Title, better\n\nWe met 50 people\n\n- one\n", 2)
    assert response.status_code == 409
    tree, _ = parsed(response.text)
    said = words(tree.find(".//main"))
    assert "Both of you changed the same words" in said
    assert "Lines 3 to 4 of the text below" in said
    left, right = (words(s) for s in tree.iter("section") if s.get("aria-label") in ("What they saved", "What you wrote"))
    assert ("40" in left, "50" in right) == (True, True)
    merged = "# Title, better\n\nWe met 40 people\nWe met 50 people\n\n- one\n- two\n"
    assert (typed(tree), base(tree)) == (merged, "3")
    sent, saved = (next(t for t in tree.iter("textarea") if t.get("id") == i).text for i in ("as-sent", "as-saved"))
    assert (sent, saved) == ("# Title, better\n\nWe met 50 people\n\n- one\n", "# Title\n\nWe met 40 people\n\n- one\n- two\n")
    assert stored(session) == "# Title\n\nWe met 40 people\n\n- one\n- two\n"

    finished = typed(tree).replace("We met 40 people\n", "")
    assert save(other, session, finished, base(tree)).status_code == 303
    assert stored(session) == "# Title, better\n\nWe met 50 people\n\n- one\n- two\n"


def test_a_clash_that_clashes_again_is_shown_again(writer, other, session):
    save(writer, session, "We met 30 people\n", 0)
    save(writer, session, "We met 40 people\n", 2)
    tree, _ = parsed(save(other, session, "We met 50 people\n", 2).text)
    save(writer, session, "We met 45 people\n", 3)
    response = save(other, session, typed(tree).replace("We met 40 people\n", ""), base(tree))
    assert response.status_code == 409
    tree, _ = parsed(response.text)
    assert all(f"We met {n} people" in typed(tree) for n in (45, 50))


def test_a_script_is_told_of_a_clash_and_where_to_send_the_form(writer, other, session):
    save(writer, session, "We met 30 people\n", 0)
    save(writer, session, "We met 40 people\n", 2)
    response = save(other, session, "We met 50 people\n", 2, json=True)
    assert response.status_code == 409
    assert response.json["conflict_url"] == at(session)
    assert "changed the same words" in response.json["error"]["message"]


def test_a_person_without_a_pass_writes_nothing(client, world, session):
    client.sign_in(world.person())
    for path in ("/note", "/note/history", "/note/diff", "/note/revisions/1"):
        assert client.get(at(session, path)).status_code == 403
    for path in ("/note", "/note/preview", "/note/take", "/note/stop", "/note/revisions/1/restore"):
        assert client.send(at(session, path), text="x", base_revision="0").status_code == 403
    assert queries.note_of(session) is None


def test_a_stranger_reads_and_is_asked_to_join(client, world, writer, session):
    save(writer, session, TEXT, 0)
    client.sign_out()
    said = main(client, at(session, ""))
    assert ("More bins" in said, "to add to the notes" in said, "History" in said) == (True, True, False)
    assert client.get(at(session)).status_code == 302


def test_nothing_is_told_of_an_event_that_is_for_attendees(client, world):
    session = world.session(world.event(visibility=ATTENDEES_ONLY))
    client.sign_in(world.person())
    for path in (f"/e/{session.event.slug}/notes", at(session), at(session, "/note/history")):
        assert client.get(path).status_code == 403


# ---- preview --------------------------------------------------------------------------------------------------------


def test_the_preview_is_a_fragment_that_cannot_do_harm(writer, session):
    response = writer.send(at(session, "/note/preview"), text="# Hi\n\n<script>x</script>[a](javascript:x)\n\n## Summary\n\nShort.")
    assert response.status_code == 200
    assert "<html" not in response.text
    assert ("<script" in response.text, "javascript:" in response.text.replace("javascript:x)", "")) == (False, False)
    assert "Short." in response.text
    assert queries.note_of(session) is None
    assert writer.send(at(session, "/note/preview"), text="nul \0", json=True).status_code == 422


@pytest.mark.parametrize("name", ["links never closed", "nested emphasis", "wide table"])
def test_no_text_holds_the_preview_up(writer, session, name):
    """S14: the slowest texts there are, as long as notes may be: answered within a moment, as they are or with line breaks only."""
    markdown.warm()
    began = time.monotonic()
    response = writer.send(at(session, "/note/preview"), text=RECIPES[name](TEXT_BYTES)[:TEXT_BYTES])
    assert time.monotonic() - began < 4  # 1.2 where nothing else runs; killed after 1.5
    assert response.status_code == 200
    assert response.text.strip()


def test_without_scripts_the_preview_is_a_page_that_keeps_the_text(writer, session):
    tree, _ = parsed(writer.send(at(session, "/note/preview"), text="- *typed*\n", base_revision="0", page="1").text)
    assert (typed(tree), base(tree)) == ("- *typed*\n", "0")
    assert tree.find(".//main//em").text == "typed"
    too_long = writer.send(at(session, "/note/preview"), text="x" * (TEXT_BYTES + 1), base_revision="0", page="1")
    assert too_long.status_code == 422
    assert len(typed(parsed(too_long.text)[0])) == TEXT_BYTES + 1


# ---- history --------------------------------------------------------------------------------------------------------


def test_history_lists_every_version_and_names_nobody(writer, session):
    save(writer, session, TEXT, 0)
    save(writer, session, TEXT + "PS\n", 2)
    said = main(writer, at(session, "/note/history"))
    assert [f"Revision {n}" in said for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert "no author is kept" in said
    assert "Ada Byron" not in said


def test_where_people_are_named_history_says_who(client, world):
    session = world.session(world.event(attribution=NAMED))
    person = world.holder(session.event, name="Ada Byron")
    client.sign_in(person)
    save(client, session, TEXT, 0)
    for path in ("/note/history", "/note/revisions/2", "/note/diff"):
        tree = page(client, at(session, path))
        assert "Ada Byron" in words(tree.find(".//main"))
    # Turned off later, nobody is shown any more, whatever was kept.
    with db.transaction():
        session.event.attribution = "chatham"
    for path in ("/note/history", "/note/revisions/2", "/note/diff"):
        assert "Ada Byron" not in main(client, at(session, path))


def test_long_histories_have_pages(writer, world, session, monkeypatch):
    monkeypatch.setattr(history_routes, "REVISIONS_A_PAGE", 2)
    for number in range(4):
        save(writer, session, f"version {number}", number + 1 if number else 0)
    assert [f"Revision {n}" in main(writer, at(session, "/note/history")) for n in (5, 4, 3)] == [True, True, False]
    assert [f"Revision {n}" in main(writer, at(session, "/note/history?page=3")) for n in (2, 1)] == [False, True]
    assert "Revision 1" in main(writer, at(session, "/note/history?page=999"))
    assert "Revision 5" in main(writer, at(session, "/note/history?page=x"))


def test_pages_take_the_same_statements_for_few_and_many_versions(writer, session, statements):
    paths = [at(session, tail) for tail in ("/note/history", "/note/diff", "/note/revisions/1", "/note", "")]
    counts = []
    for how_many in (1, 30):
        for number in range(how_many):
            assert save(writer, session, f"version {how_many}.{number}", base(page(writer, paths[3]))).status_code == 303
        for path in paths:
            with statements() as said:
                assert writer.get(path).status_code == 200
            counts.append(len(said))
    few, many = counts[:len(paths)], counts[len(paths):]
    assert few == many
    assert max(few[:4]) <= 22


def test_a_version_as_it_was(writer, session):
    save(writer, session, TEXT, 0)
    save(writer, session, "", 2)
    tree = page(writer, at(session, "/note/revisions/2"))
    said = words(tree.find(".//main"))
    assert "The notes have changed since" in said
    assert "More bins" in said
    assert next(t for t in tree.iter("textarea")).text == TEXT
    assert "There is nothing in these notes yet" in main(writer, at(session, "/note/revisions/3"))


def test_the_difference_between_any_two(writer, session):
    for number, text in enumerate(["one two three\n", "one 2 three\n", "one 2 three\nfour\n"]):
        save(writer, session, text, number + 1 if number else 0)
    tree = page(writer, at(session, "/note/diff?from=2&to=4"))
    assert [text_of(e) for e in tree.iter("ins")] == ["[added: 2]", "[added: four]"]
    assert [text_of(e) for e in tree.iter("del")] == ["[removed: two]"]
    assert "2 words put in, 1 taken out" in words(tree.find(".//main"))
    newest = page(writer, at(session, "/note/diff"))
    assert [text_of(e) for e in newest.iter("ins")] == ["[added: four]"]
    backwards = page(writer, at(session, "/note/diff?from=4&to=2"))
    assert [text_of(e) for e in backwards.iter("ins")] == ["[added: two]"]
    assert "The two say the same" in main(writer, at(session, "/note/diff?from=3&to=3"))


@pytest.mark.parametrize("path", [
    "/note/diff?from=9", "/note/diff?to=0", "/note/diff?to=x", "/note/diff?from=-1", "/note/diff?to=99999999999999999999",
    "/note/revisions/0", "/note/revisions/9", "/note/revisions/99999999999999999999",
])
def test_versions_that_never_were(writer, session, path):
    save(writer, session, TEXT, 0)
    assert "There is no such revision" in main(writer, at(session, path), 404)


def test_before_anything_is_written_there_is_no_history(writer, session):
    for path in ("/note/history", "/note/diff", "/note/revisions/1"):
        assert "Nobody has written notes" in main(writer, at(session, path), 404)
    assert writer.send(at(session, "/note/revisions/1/restore"), base_revision="1").status_code == 404


def test_restoring_is_a_new_version(writer, session):
    save(writer, session, TEXT, 0)
    save(writer, session, "all gone\n", 2)
    tree = page(writer, at(session, "/note/history"))
    form = next(f for f in tree.iter("form") if f.get("action") == at(session, "/note/revisions/2/restore"))
    seen = next(i for i in form.iter("input") if i.get("name") == "base_revision").get("value")
    response = writer.send(form.get("action"), base_revision=seen)
    assert (response.status_code, response.location) == (303, at(session, "/note/history"))
    assert "is back, as revision 4" in main(writer, at(session, "/note/history"))
    assert stored(session) == TEXT
    response = writer.send(form.get("action"), base_revision="4")
    assert "say already what revision 2 said" in main(writer, at(session, "/note/history"))
    assert writer.send(form.get("action")).status_code == 422


def test_restoring_over_a_change_that_was_not_seen_shows_both(writer, session):
    save(writer, session, "We met 30 people\n", 0)
    save(writer, session, "We met 40 people\n", 2)
    save(writer, session, "We met 45 people\n", 3)
    response = writer.send(at(session, "/note/revisions/2/restore"), base_revision="3")
    assert response.status_code == 409
    tree, _ = parsed(response.text)
    assert (typed(tree), base(tree)) == ("We met 45 people\nWe met 30 people\n", "4")


def test_another_events_notes_are_not_there(writer, world, app, session):
    theirs = world.session(world.event(), room=1, slot=1)
    elsewhere = app.test_client().sign_in(world.holder(theirs.event))
    save(elsewhere, theirs, TEXT, 0)
    here = f"/e/{session.event.slug}/sessions/{theirs.id}"
    for path in ("/note", "/note/history", "/note/diff", "/note/revisions/1"):
        assert writer.get(here + path).status_code == 404
    for path in ("/note", "/note/preview", "/note/take", "/note/stop", "/note/revisions/1/restore"):
        assert writer.send(here + path, text="x", base_revision="1").status_code == 404
    assert stored(theirs) == TEXT
    assert writer.get(f"/e/{session.event.slug}/sessions/{10**30}/note").status_code == 404


def test_a_revision_belongs_to_its_note(writer, world, session):
    second = world.session(session.event, room=2, slot=1)
    save(writer, session, "one\n", 0)
    save(writer, session, "one\ntwo\n", 2)
    save(writer, second, "other\n", 0)
    assert documents.how_many_revisions(queries.note_of(second).document) == 2
    assert writer.get(at(second, "/note/revisions/3")).status_code == 404
    assert writer.get(at(second, "/note/diff?from=1&to=3")).status_code == 404
    assert writer.send(at(second, "/note/revisions/3/restore"), base_revision="2").status_code == 404
    assert save(writer, second, "x", 3).status_code == 422


# ---- taking notes, and the list -------------------------------------------------------------------------------------


def test_taking_notes_by_the_button(writer, session):
    assert "Nobody yet" in main(writer, at(session, ""))
    response = writer.send(at(session, "/note/take"))
    assert (response.status_code, response.location) == (303, at(session, ""))
    tree = page(writer, at(session, ""))
    panel = words(next(s for s in tree.iter("section") if s.get("aria-labelledby") == "note-takers"))
    assert ("Ada Byron" in panel, "Stop taking notes" in panel, "I’ll take notes" in panel) == (True, True, False)
    assert writer.send(at(session, "/note/stop")).status_code == 303
    assert "Nobody yet" in main(writer, at(session, ""))
    elsewhere = writer.send(at(session, "/note/take"), next="https://evil.example/")
    assert elsewhere.location == "/"


def test_the_list_shows_what_is_missing_first(writer, world, session):
    empty = world.session(session.event, "Empty so far", room=2, slot=1)
    save(writer, session, TEXT, 0)
    listing = f"/e/{session.event.slug}/notes"
    said = main(writer, listing)
    assert "1 of 2 sessions have notes." in said
    assert said.index("Empty so far") < said.index("Bins and what they tell us")
    only = main(writer, f"{listing}?show=empty")
    assert ("Empty so far" in only, "Bins and what" in only) == (True, False)
    response = writer.send(at(empty, "/note/take"), next=f"{listing}?show=empty")
    assert response.location == f"{listing}?show=empty"
    assert "Ada Byron" in main(writer, listing)
    save(writer, empty, TEXT, 0)
    assert "Every session has notes" in main(writer, f"{listing}?show=empty")


def test_the_list_of_an_event_without_sessions(client, world):
    assert "There are no sessions yet" in main(client, f"/e/{world.event().slug}/notes")


def test_the_list_takes_the_same_statements_for_one_and_many(client, world, statements):
    event = world.event(rooms=8)
    client.sign_in(world.holder(event))
    listing, counts = f"/e/{event.slug}/notes", []
    for rooms in (range(1, 2), range(2, 9)):
        for number in rooms:
            session = world.session(event, room=number, slot=1)
            save(client, session, TEXT, 0)
            client.send(at(session, "/note/take"))
        with statements() as said:
            assert client.get(listing).status_code == 200
        counts.append(len(said))
    assert counts[0] == counts[1] <= 9


def test_names_of_who_was_there_are_shown_only_where_people_are_named(client, world):
    for attribution, shown in ((NAMED, True), ("chatham", False)):
        session = world.session(world.event(attribution=attribution))
        organiser = world.holder(session.event, Role.ORGANISER)
        with db.transaction(session.event):
            actions.bring_in(organiser, session, text=TEXT, note_takers=[], present=["Wen Li"], remark="x", at=AT)
        assert ("Wen Li" in main(client, at(session, ""))) == shown


def test_nothing_of_the_authors_is_stored_by_the_pages(writer, session):
    save(writer, session, TEXT, 0)
    writer.send(at(session, "/note/revisions/1/restore"), base_revision="2")
    assert set(db.session.scalars(select(Revision.by_id))) == {None}
