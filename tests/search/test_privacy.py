"""What a person may not read never appears: not as a result, a count, a filter, a snippet or a suggestion.

Everything hidden is made of invented words (canaries) that stand nowhere else, beside words that stand in public too.
"""

from html import unescape
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import delete

from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Event, Pass
from app.infra import db, findable
from tests.followups.kinds import KINDS, kinds_of
from tests.search.rooms import changed, followup, note, work

CANARIES = ("Zanzibarro", "Quibblewick", "Flummoxia", "Grizzelda", "Wobblethorpe", "Snickerfritz", "Hullabaloom", "Pumpernikl",
            "Mugwumpish", "Bamboozlio")
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def hidden(world):
    """An event full of canaries, indexed while it was public, and a public one with the same plain words."""
    open_event = world.event(name="Open camp", slug="open-camp")
    world.session(open_event, "Marmalade in public", room=1, slot=1, topics=["Jam"], leaders=["Leila Haddad"])
    event = world.event(name="Zanzibarro marmalade camp", slug="zanzibarro", venue="Quibblewick House", about="Marmalade")
    event.rooms[0].name = "Flummoxia room"
    world.save(event)
    session = world.session(event, "Grizzelda marmalade", about="Marmalade and Wobblethorpe", room=1, slot=1,
                            leaders=["Snickerfritz"], topics=["Hullabaloom"])
    note(world, session, "Marmalade, says Pumpernikl", note_takers=["Mugwumpish"])
    followup(world, session, hosts=["Bamboozlio"])
    world.pitch(event, "More Grizzelda marmalade", leaders=["Snickerfritz"])
    for one in (open_event, event):
        changed("whole event", one.id)
    return event


def be(client, person):
    client.sign_out()
    if person is not None:
        client.sign_in(person)


def show(event, visibility) -> None:
    with db.transaction() as session:
        session.get(Event, event.id).visibility = visibility


def leaked(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary.casefold() in text.casefold()]


QUESTIONS = ["", "?q=marmalade", "?q=marmalade&kind=session", "?q=marmalade&kind=event", "?q=marmalade&kind=followup",
             "?kind=pitch", "?year=2027", "?looking_for_host=1", "?q=marmalad", "?q=%22marmalade%20says%22", "?page=2"]


@pytest.mark.parametrize("visibility", [PUBLIC, UNLISTED, ATTENDEES_ONLY])
def test_canaries(client, world, hidden, visibility):
    """Across seven kinds of people; visibility changed after indexing, and nothing indexed again."""
    people = kinds_of(world, hidden)
    show(hidden, visibility)
    for kind in KINDS:
        be(client, people[kind])
        may = visibility == PUBLIC or kind in ("attendee", "campmaker", "organiser", "owner")
        for question in QUESTIONS:
            for headers in ({}, FETCH):
                text = client.get(f"/search{question}", headers=headers).text
                if may:
                    continue
                assert leaked(text) == [], (kind, question)
        text = client.get("/search?q=marmalade", headers=FETCH).text
        assert (">1 result" in text) == (not may), kind
        assert bool(leaked(text)) == may, kind


@pytest.mark.parametrize("visibility", [UNLISTED, ATTENDEES_ONLY])
def test_hidden_words_are_neither_found_nor_suggested_nor_counted(client, world, hidden, visibility):
    show(hidden, visibility)
    be(client, None)
    for canary in CANARIES:
        swapped = canary[:3] + canary[4] + canary[3] + canary[5:]
        for typed in (canary, canary[:6], swapped, f"{swapped} marmalade", f'"{canary}"', f"marmalade {canary}"):
            text = client.get("/search", query_string={"q": typed}, headers=FETCH).text
            assert leaked(unquote_plus(unescape(text)).replace(typed, "")) == [], typed
            nothing = client.get("/search", query_string={"q": typed.replace(canary, "Kxqwvjzzk").replace(canary[:6], "Kxqwvj")
                                                          .replace(swapped, "Kxqwvjzzk")}, headers=FETCH).text
            assert ("Nothing found" in text) == ("Nothing found" in nothing), "the same answer as for a word that there is not"
    be(client, world.holder(hidden))
    assert "Nothing found" not in client.get("/search?q=Wobblethorpe", headers=FETCH).text
    assert "Wobblethorpe".casefold() in client.get("/search?q=Woblbethorpe", headers=FETCH).text.casefold(), "suggested to who may know"


@pytest.mark.parametrize("visibility", [UNLISTED, ATTENDEES_ONLY])
def test_filters_by_hidden_values_answer_as_for_values_that_there_are_not(client, hidden, visibility):
    show(hidden, visibility)
    for name, value in (("event", "zanzibarro"), ("leader", "Snickerfritz"), ("topic", "Hullabaloom"), ("room", "Flummoxia room"),
                        ("note_taker", "Mugwumpish"), ("series", hidden.series.slug)):
        answer = client.get("/search", query_string={"q": "marmalade", name: value}, headers=FETCH).text
        other = client.get("/search", query_string={"q": "marmalade", name: "kxqwvj"}, headers=FETCH).text
        assert answer.replace(value, "kxqwvj").replace(value.replace(" ", "+"), "kxqwvj") == other, name


def test_an_unlisted_event_is_searched_on_its_own_page_by_whoever_may_read_it(client, hidden):
    show(hidden, UNLISTED)
    assert "Grizzelda" in client.get("/e/zanzibarro/search?q=marmalade").text
    assert "Marmalade in public" not in client.get("/e/zanzibarro/search?q=marmalade").text
    assert leaked(client.get(f"/s/{hidden.series.slug}/search?q=marmalade", headers=FETCH).text) == []
    show(hidden, ATTENDEES_ONLY)
    response = client.get("/e/zanzibarro/search?q=marmalade")
    assert response.status_code == 302
    assert leaked(response.text.replace("zanzibarro", "")) == []


def test_a_pass_taken_away_takes_the_results_away(client, world, hidden):
    show(hidden, ATTENDEES_ONLY)
    holder = world.holder(hidden)
    be(client, holder)
    assert leaked(client.get("/search?q=marmalade").text)
    with db.transaction() as session:
        session.query(Pass).filter_by(person_id=holder.id).delete()
    assert leaked(client.get("/search?q=marmalade").text) == []


def test_a_deleted_event_is_gone_at_once_and_for_good(client, world, hidden):
    be(client, None)
    event_id = hidden.id
    with db.transaction() as session:
        session.execute(delete(Event).where(Event.id == event_id))
        findable.changed("whole event", event_id)
    before = client.get("/search?q=marmalade", headers=FETCH).text
    assert leaked(before) == []
    assert ">1 result" in before
    work()
    world.event(name="A new camp")  # SQLite may give it the id of the old one
    assert ">1 result" in client.get("/search?q=marmalade", headers=FETCH).text
    assert "Nothing found" in client.get("/search?q=Grizzelda", headers=FETCH).text


def test_what_was_rewritten_is_gone_for_good(client, world, hidden):
    """Also for those who may read the event: words that were taken out of the notes are found nowhere."""
    session = next(s for s in hidden_sessions(hidden))
    with db.transaction():
        session.pitch.title, session.pitch.about = "Plain", ""
        findable.changed("pitch", session.pitch_id)
    work()
    be(client, world.holder(hidden))
    assert "Nothing found" in client.get("/search?q=Wobblethorpe", headers=FETCH).text
    assert "wobblethorpe" not in client.get("/search?q=Woblethorpe", headers=FETCH).text.casefold().replace("woblethorpe", "")


def hidden_sessions(event):
    from app.grid.models import Session

    return db.session.query(Session).filter_by(event_id=event.id)


def test_who_wants_to_be_kept_posted_and_who_was_there_are_found_by_nobody(client, world, hidden):
    session = world.session(hidden, "Another one")
    followup(world, session, posted=["Tiddlywink"])
    note(world, session, "Words")
    changed("session", session.id)
    be(client, world.owner(hidden.series))
    for name in ("Tiddlywink", "Paula"):
        assert "Nothing found" in client.get(f"/search?q={name}", headers=FETCH).text


def test_addresses_of_people_are_not_findable(client, world, hidden):
    world.holder(hidden, email="tiddlywink@example.org", organisation="Splendiferous")
    changed("whole event", hidden.id)
    for name in ("tiddlywink", "Splendiferous"):
        assert "Nothing found" in client.get(f"/search?q={name}", headers=FETCH).text
