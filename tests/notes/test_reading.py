"""Notes as they are read: contents, links to parts, marks, live; by whoever may read them."""

import pytest

from app.events.models import READ_ATTENDEES, READ_PUBLISHED
from app.infra import db
from app.infra.db import transaction
from app.notes import actions
from app.notes.marks_queries import marks_in
from app.notes.models import PUBLISHED, Note
from app.notes.reading import headings_in, reading, with_anchors
from tests.infra.html_check import faults
from tests.pages import parsed, text_of
from tests.world import AT

TEXT = """# Bins

## What was *said*

- [ ] **Action:** ask the depot (Ada, by 2027-03-01)
- [x] **Action:** count lids

## What is next

**Question:** who pays?

# Questions & answers

**Idea:** see [the lids](https://example.org/lids)

## Summary

Bins are <full>.
"""


@pytest.fixture
def session(world):
    session = world.session(world.event(), "Bins and what they tell us", room=1, slot=1)
    write(session, world.holder(session.event), TEXT)
    return session


def write(session, person, text: str) -> None:
    with transaction():
        actions.save(person, session, text=text, base_revision=0, at=AT)


def page(client, session, tail: str = "/notes", status: int = 200):
    response = client.get(f"/e/{session.event.slug}/sessions/{session.id}{tail}")
    assert response.status_code == status, response.text
    return parsed(response.text)[0]


def test_contents_marks_and_links_lead_to_places_in_the_page():
    shown = reading(TEXT, "note-")
    assert [(h.depth, h.words) for h in shown["contents"]] == [
        (0, "Bins"), (1, "What was said"), (1, "What is next"), (0, "Questions & answers")]
    assert shown["marks_said"] == "2 actions, 1 question, 1 idea"
    html = f"{shown['summary']}{shown['body']}"
    for place in [h.id for h in shown["contents"]] + [one.id for one in shown["marks"]]:
        assert html.count(f'id="{place}"') == 1
    assert html.count('class="md-anchor"') == 4


def test_few_headings_need_no_contents():
    assert reading("# One\n\n# Two\n\nText.", "note-")["contents"] == []


def test_what_people_write_stays_harmless():
    html = with_anchors(reading("# <img src=x onerror=alert(1)>\n\n# \" onclick=x\n\n# `</h3>`", "note-")["body"])
    assert not [fault for fault in faults(str(html).replace(' class="md-anchor"', "").replace(' aria-label="Link to this part"', ""))
                if "without rel" not in fault]
    assert [h.words for h in headings_in('<h3 id="n-a">A &amp; <em>B</em></h3><h2 id="n-b">C</h2>')] == ["A & B", "C"]


def test_the_page_says_who_where_and_when_and_shows_the_notes(client, session):
    tree = page(client, session)
    said = text_of(tree.find(".//main/..")) if tree.find(".//main/..") is not None else text_of(tree)
    for words in ("Bins and what they tell us", "Main hall", "11:00", "Leila Haddad", "Bins are <full>.", "2 actions, 1 question, 1 idea",
                  "Shared under", "Chatham House Rule"):
        assert words in said, words
    live = next(e for e in tree.iter("div") if e.get("id") == "note-live")
    fragment = client.get(live.get("data-fragment"))
    assert fragment.status_code == 200
    assert "n-note-what-was-said" in fragment.text
    assert "n-note-what-was-said" in client.get(f"/e/{session.event.slug}/sessions/{session.id}/notes").text


def test_the_panel_has_ids_of_its_own_and_its_fragment_the_same(client, session):
    tree = page(client, session, "")
    live = next(e for e in tree.iter("div") if e.get("id") == "note-live")
    fragment = client.get(live.get("data-fragment")).text
    assert 'id="n-notes-bins"' in fragment
    assert any(e.get("id") == "n-notes-bins" for e in tree.iter())


def test_a_session_without_notes_has_a_page_too(client, world):
    session = world.session(world.event(), "Empty", room=1, slot=1)
    assert "Nobody has written anything yet" in text_of(page(client, session))


@pytest.mark.parametrize("readers", [READ_ATTENDEES, READ_PUBLISHED])
def test_notes_held_back_are_read_by_nobody_else(client, world, readers):
    session = world.session(world.event(notes_readers=readers), "Bins", room=1, slot=1)
    attendee = world.holder(session.event)
    write(session, attendee, "**Action:** SECRET\n")
    for tail in ("/notes", "/notes/fragment", "/notes/stream"):
        page(client, session, tail, 403)
    listed = f"/e/{session.event.slug}/notes/marked"
    assert "SECRET" not in client.get(listed).text
    assert "SECRET" in client.sign_in(attendee).get(listed).text
    client.sign_out()
    with transaction():
        db.session.get(Note, session.id).state = PUBLISHED
    assert ("SECRET" in client.get(listed).text) == (readers == READ_PUBLISHED)
    page(client, session, "/notes", 200 if readers == READ_PUBLISHED else 403)


def test_what_is_marked_in_all_notes_is_one_list(client, world, session):
    other = world.session(session.event, "Lids", room=2, slot=1)
    write(other, world.holder(session.event), "**Idea:** lids for all\n")
    path = f"/e/{session.event.slug}/notes/marked"
    everything = text_of(parsed(client.get(path).text)[0])
    assert "2 actions, 1 question, 2 ideas" in everything
    assert "ask the depot" in everything
    ideas = text_of(parsed(client.get(f"{path}?kind=idea").text)[0])
    assert "lids for all" in ideas
    assert "ask the depot" not in ideas
    assert client.get(f"{path}?kind=nonsense").status_code == 200


def test_the_list_asks_as_often_whatever_there_is(world, session, statements):
    ada = world.holder(session.event)
    marks_in(session.event, ada)
    db.session.rollback()
    with statements() as few:
        marks_in(session.event, ada)
    for number in range(5):
        write(world.session(session.event, f"More {number}", slot=1 + number % 3), ada, "**Idea:** a\n")
    db.session.rollback()
    with statements() as many:
        assert len(marks_in(session.event, ada)) == 6
    assert len(many) <= len(few) + 1
