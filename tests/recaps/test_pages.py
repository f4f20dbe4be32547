"""Pages of what came of it: who sees them, where each number leads, and what is left out for a sponsor."""

import csv
import io
from datetime import timedelta

import pytest

from app.boards.idea_models import KEPT, PUBLIC_PLEDGE, TO_GROUP, Idea, Pledge
from app.documents import actions as documents
from app.events.models import ATTENDEES_ONLY, READ_ATTENDEES, Role
from app.followups.models import CAME, CarriedOn
from app.infra import db
from app.notes.models import Note
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def event(world):
    """Buses came to something; an idea of its notes was tried; Ann kept a pledge that everybody sees."""
    event = world.event(name="Riverside Camp", slug="north")
    session = world.session(event, "Buses", room=1, slot=1, leaders=["Lorna Leader"])
    with db.transaction():
        document = documents.create("", AT)
        db.session.add(Note(session_id=session.id, document_id=document.id, created_at=AT))
        documents.save(document, "Ask *Lorna*\n- Twelve streets", 1, AT)
    world.followup(session, hosts=["Hugo Host"], state=CAME, state_at=AT, came_of="=A timetable **that works**", line="Twelve streets")
    world.save(Idea(event_id=event.id, session_id=session.id, line="Twelve streets", name="A street each", tried_at=AT,
                    came_of="Four did", created_at=AT))
    ann = world.holder(event, name="Ann Attendee")
    world.save(Pledge(event_id=event.id, person_id=ann.id, key="k", text="Walk to work", shown=PUBLIC_PLEDGE, state=KEPT, created_at=AT))
    world.save(Pledge(event_id=event.id, person_id=ann.id, key="l", text="Tell my group", shown=TO_GROUP, state=KEPT, created_at=AT))
    return event


def test_each_number_leads_to_a_page_that_is_there(event, client):
    page = client.get("/e/north/came-of-it").text
    tree, _ = parsed(page)
    [numbers] = tree.iterfind(".//table")
    seen = [(text_of(row[0]), text_of(row[1])) for row in numbers.iterfind("tbody/tr")]
    assert ("Sessions held", "1") in seen
    assert ("Conversations that came to something", "1") in seen
    assert ("Ideas tried", "1") in seen
    assert ("Of those, kept", "1") in seen
    for link in numbers.iterfind(".//a"):
        address, _, part = link.get("href").partition("#")
        assert client.get(address).status_code == 200, address
        assert not part or f'id="{part}"' in page


def test_outcomes_in_their_words_with_their_chain(event, client):
    said = text_of(parsed(client.get("/e/north/came-of-it").text)[0])
    for words in ("A timetable that works", "Carried on by Hugo Host", "From the line “Twelve streets”", "Four did", "Walk to work", "Ann Attendee"):
        assert words in said
    assert "Tell my group" not in said
    whole = text_of(parsed(client.get(f"/s/{event.series.slug}/came-of-it").text)[0])
    assert "A timetable that works" in whole


def test_what_was_pitched_again_is_called_as_its_conversation_is(world, client):
    event = world.event(slug="first")
    later = world.event(event.series, slug="second", day=event.starts_on + timedelta(days=300))
    asked, plain = world.session(event, "Bins"), world.session(event, "Buses")
    talk = world.followup(asked, hosts=["Hugo Host"], question="Whose bin is it?")
    for session in (asked, plain):
        world.save(CarriedOn(pitch_id=world.pitch(later, f"{session.pitch.title} again").id, session_id=session.id))
    for path in ("/e/first/came-of-it", "/e/first/came-of-it/summary"):
        tree, _ = parsed(client.get(path).text)
        said = text_of(tree)
        assert "Whose bin is it?" in said
        assert "Buses" in said
        if not path.endswith("summary"):
            there = {a.get("href"): text_of(a) for a in tree.iter("a")}
            assert there[f"/e/first/follow-ups/{talk.id}"] == "Whose bin is it?"
            assert there[f"/e/first/sessions/{plain.id}"] == "Buses"


def test_where_there_is_nothing_yet_one_sentence_says_so(world, client):
    world.event(slug="new")
    tree, _ = parsed(client.get("/e/new/came-of-it").text)
    assert "Nothing to count yet" in text_of(tree)
    assert tree.find(".//table") is None
    assert "Pledges kept" not in text_of(tree)


def test_lines_of_notes_only_for_who_reads_the_notes(world, event, client):
    with db.transaction():
        event.notes_readers = READ_ATTENDEES
    assert "Twelve streets" not in client.get("/e/north/came-of-it").text
    client.sign_in(world.holder(event))
    assert "Twelve streets" in client.get("/e/north/came-of-it").text


def test_for_a_sponsor_no_name_and_no_pledge(event, client):
    paper = client.get("/e/north/came-of-it/summary").text
    table = client.get("/e/north/came-of-it.csv")
    for text in (paper.split("<main")[1], table.text, client.get(f"/s/{event.series.slug}/came-of-it.csv").text):
        for name in ("Hugo", "Ann", "Lorna", "Walk to work", "Tell my group"):
            assert name not in text
    assert "that works" in paper
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert {row["what"]: row["count"] for row in rows}["Ideas tried"] == "1"
    [outcome] = [row for row in rows if row["what"] == "Came to something"]
    assert (outcome["title"], outcome["words"]) == ("Buses", "'=A timetable **that works**"), "no spreadsheet runs it"
    assert outcome["address"].startswith("https://camp.example.org/e/north/follow-ups/")


def test_organisers_choose_who_sees_it(world, event, client):
    boss, owner = world.holder(event, Role.ORGANISER), world.owner(event.series)
    client.sign_in(boss)
    assert client.send("/e/north/came-of-it/shown", shown="no").status_code == 303
    addresses = ("/e/north/came-of-it", "/e/north/came-of-it/summary", "/e/north/came-of-it.csv")
    for somebody, status in ((boss, 200), (owner, 200), (world.holder(event, Role.CAMPMAKER), 403), (world.holder(event), 403), (None, 403)):
        client.sign_out() if somebody is None else client.sign_in(somebody)
        for address in addresses:
            assert client.get(address).status_code == status, (somebody, address)
        whole = client.get(f"/s/{event.series.slug}/came-of-it").text.split("<main")[1]
        assert ("that works" in whole) == (status == 200)


def test_of_an_event_for_attendees_only_the_series_tells_nobody_else(world, event, client):
    with db.transaction():
        event.visibility = ATTENDEES_ONLY
    whole = f"/s/{event.series.slug}/came-of-it"
    assert "Riverside Camp" not in client.get(whole).text
    assert "Riverside Camp" not in client.get(whole + ".csv").text
    client.sign_in(world.holder(event))
    assert "Riverside Camp" in client.get(whole).text
