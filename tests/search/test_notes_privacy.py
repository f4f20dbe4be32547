"""Notes that not everybody may read: to others there is no hit, count, filter, snippet or suggestion that comes of them."""

from html import unescape
from urllib.parse import unquote_plus

import pytest

from app.events.models import READ_ALL, READ_ATTENDEES, READ_PUBLISHED, Role
from app.events.policy import can_take_part
from app.infra import db
from app.notes.models import DRAFT, PUBLISHED
from app.search.models import SearchEntry
from tests.followups.kinds import KINDS, kinds_of
from tests.search.rooms import changed, note, work
from tests.search.test_privacy import be

SEARCHES = ("/search", "/e/camp/search", "/s/north/search")
TYPED = ("Pumpernikl", "Pumpernikel", '"says Pumpernikl"', "pumpern", "marmalade Pumpernikl", "marmalade", "")
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def session(world):
    event = world.event(world.series(slug="north"), slug="camp", name="Camp")
    session = world.session(event, "On marmalade", room=1, slot=1, leaders=["Leila Haddad"])
    note(world, session, "Marmalade, says Pumpernikl", note_takers=["Ada Byron"])
    changed("whole event", event.id)
    return session


def set_up(session, readers, state=DRAFT):
    """As the set-up page and publishing do, and search hears of it."""
    with db.transaction() as here:
        here.merge(session.event).notes_readers = readers
        here.execute(db.Base.metadata.tables["note"].update().values(state=state))
    changed("whole event", session.event_id)


def find(client, typed, where="/e/camp/search", **more) -> str:
    """The results, without what was typed."""
    text = client.get(where, query_string={"q": typed, **more}, headers=FETCH).text
    return unquote_plus(unescape(text)).replace(typed, "") if typed else text


@pytest.mark.parametrize(("readers", "state", "to_all"), [
    (READ_ALL, DRAFT, True), (READ_PUBLISHED, PUBLISHED, True), (READ_PUBLISHED, DRAFT, False), (READ_ATTENDEES, PUBLISHED, False)])
def test_canary(client, world, session, readers, state, to_all):
    people = kinds_of(world, session.event)
    set_up(session, readers, state)
    for kind in KINDS:
        be(client, people[kind])
        if to_all or can_take_part(people[kind], session.event):
            assert "<mark>Pumpernikl</mark>" in client.get("/e/camp/search?q=Pumpernikl", headers=FETCH).text
            assert ">1 result" in find(client, "Pumpernikel")
            assert ">1 result" in find(client, "marmalade", kind="session")  # once, not twice
            continue
        for where in SEARCHES:
            for typed in TYPED if kind == "stranger" else TYPED[:2]:
                text = find(client, typed, where)
                assert "pumpern" not in text.casefold(), (kind, where, typed)
                other = find(client, typed.replace("Pumpern", "Kxqwvjz").replace("pumpern", "kxqwvjz"), where)
                assert ("Nothing found" in text) == ("Nothing found" in other), "the same answer as for a word that there is not"
        # The session itself is found all the same, once, with its leaders and who takes notes.
        found = find(client, "marmalade", kind="session")
        assert ">1 result" in found
        assert "Leila Haddad" in found
        assert "Ada Byron" in found


def test_what_the_index_has_not_heard_of_yet_is_not_shown(client, session):
    with db.transaction() as here:
        here.merge(session.event).notes_readers = READ_ATTENDEES
    assert "<mark>Pumpernikl" not in client.get("/e/camp/search?q=Pumpernikl").text
    changed("whole event", session.event_id)
    assert {row.key for row in db.session.query(SearchEntry).filter_by(kind="session")} == {
        f"session:{session.id}:holders", f"session:{session.id}:others"}
    with db.transaction() as here:
        here.merge(session.event).notes_readers = READ_ALL
    changed("whole event", session.event_id)
    assert [row.key for row in db.session.query(SearchEntry).filter_by(kind="session")] == [f"session:{session.id}"]
    assert "<mark>Pumpernikl" in client.get("/e/camp/search?q=Pumpernikl").text


def test_building_the_index_anew_keeps_them_apart(client, world, session, app):
    set_up(session, READ_PUBLISHED)
    before = {row.key: row.body for row in db.session.query(SearchEntry)}
    result = app.test_cli_runner().invoke(args=["search", "rebuild"], catch_exceptions=False)
    assert result.exit_code == 0
    work()
    assert {row.key: row.body for row in db.session.query(SearchEntry)} == before
    assert "<mark>Pumpernikl" not in client.get("/e/camp/search?q=Pumpernikl").text
    client.sign_in(world.holder(session.event, Role.ATTENDEE))
    assert "<mark>Pumpernikl" in client.get("/e/camp/search?q=Pumpernikl").text
