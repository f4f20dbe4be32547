"""Boards, insights, ideas and pledges are found by who may read them, and what is hidden, removed or private is nowhere (S16)."""

from html import unescape
from urllib.parse import unquote_plus

import pytest

from app.boards import insight_actions, removing
from app.boards.idea_models import Idea, IdeaJoiner, Pledge
from app.boards.insight_models import HIDDEN, Insight
from app.boards.models import CLOSED, OPEN, Material
from app.events.models import READ_ALL, READ_ATTENDEES, READ_PUBLISHED, Role
from app.events.policy import can_take_part
from app.followups.models import FollowUp
from app.infra import db
from app.notes.models import DRAFT, PUBLISHED
from app.search import gather, jobs
from app.search.models import SearchEntry
from tests.followups.kinds import KINDS, kinds_of
from tests.search.rooms import changed, keys, note, work
from tests.search.test_privacy import be
from tests.world import AT

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def event(world):
    return world.event(world.series(slug="north"), slug="camp", name="Camp")


@pytest.fixture
def session(world, event):
    session = world.session(event, "On marmalade", room=1, slot=1, topics=["Breakfast"])
    note(world, session, "Nothing much")
    return session


@pytest.fixture
def board(world, event, session):
    return world.board(event, "Jam sandwiches", session=session, prompts=("What sticks?",), groups=["Table Orange"], about="Bring *spoons*.")


def find(client, typed, **more) -> str:
    text = client.get("/e/camp/search", query_string={"q": typed, **more}, headers=FETCH).text
    return unquote_plus(unescape(text)).replace(typed, "") if typed else text


def test_found_with_what_it_answers(client, world, event, board):
    world.save(Material(stage_id=board.stages[0].id, position=1, kind="story", title="Paddington", text="He likes **toast**.", source="A bear"))
    insight = world.insight(board, "Pumpernikl holds it all together", group=0, votes=77)
    changed("whole event", event.id)
    assert keys("pumpernikl") == [f"insight:{insight.id}"]
    for word in ("spoons", "Paddington", "toast", "bear"):
        assert keys(word) == [f"board:{board.id}"], word
    assert set(keys("sticks orange sandwiches", kind="insight")) == {f"insight:{insight.id}"}
    assert set(keys("", topic="Breakfast")) == {f"board:{board.id}", f"insight:{insight.id}", f"session:{board.session_id}"}
    assert keys("77") == []
    text = client.get("/e/camp/search?q=pumpernikl").text
    assert "<mark>Pumpernikl</mark> holds it all together" in text
    assert f'/e/camp/boards/{board.id}/insights/{insight.id}"' in text
    assert "Insights <span" in text
    assert "Pledges" not in text


def test_ideas_public_pledges_and_what_carries_them_on(client, world, event, session):
    ada = world.holder(event, name="Ada Byron")
    idea = world.save(Idea(event_id=event.id, name="Toast for all", what="Bring a **toaster**", offered_name="Bo Bread", session_id=session.id,
                           created_at=AT))
    world.save(IdeaJoiner(idea_id=idea.id, person_id=ada.id, since=AT))
    public, private, group = (world.save(Pledge(event_id=event.id, person_id=ada.id, key=shown, text=f"I will bring marmite {shown}",
                                                shown=shown, idea_id=idea.id, created_at=AT)) for shown in ("public", "private", "group"))
    carried = [world.save(FollowUp(event_id=event.id, created_at=AT, **of)) for of in ({"idea_id": idea.id}, {"pledge_id": public.id}, {"pledge_id": private.id})]
    changed("whole event", event.id)
    assert set(keys("toaster")) == {f"idea:{idea.id}"}
    assert f"idea:{idea.id}" in keys("Bo Bread")
    assert f"idea:{idea.id}" in keys("Bread", topic="Breakfast")
    assert f"idea:{idea.id}" not in keys("Byron")  # who joined is for people with a pass
    assert set(keys("marmite")) == {f"pledge:{public.id}", f"followup:{carried[1].id}"}
    assert set(keys("toast", kind="followup")) == {f"followup:{carried[0].id}"}
    text = client.get("/e/camp/search?q=toast").text
    assert f'/e/camp/ideas/{idea.id}"' in text
    assert f'/e/camp/follow-ups/{carried[0].id}"' in text
    assert f'/e/camp/follow-ups/{carried[1].id}"' in client.get("/e/camp/search?q=marmite").text
    with db.transaction():
        db.session.merge(public).shown = "private"  # not said to search yet
    assert "marmite public" not in client.get("/e/camp/search?q=marmite&kind=pledge").text
    changed("pledge", public.id)
    assert keys("marmite") == []
    with db.transaction():
        db.session.merge(idea).withdrawn = True
    changed("idea", idea.id)
    assert keys("toaster") == []
    assert private.text != group.text


@pytest.mark.parametrize(("of_session", "readers", "published", "to_all"), [
    (True, READ_ALL, False, True), (True, READ_PUBLISHED, False, False), (False, READ_PUBLISHED, True, True),
    (False, READ_PUBLISHED, False, False), (False, READ_ATTENDEES, True, False)])
def test_canary(client, world, event, session, of_session, readers, published, to_all):
    board = world.board(event, "Boardpumpern", session=session if of_session else None, prompts=("Promptpumpern?",), groups=["Grouppumpern"])
    insight = world.insight(board, "Insightpumpern says no", group=0)
    world.insight(board, "Hiddenpumpern", group=0, state=HIDDEN)
    people = kinds_of(world, event)
    with db.transaction() as here:
        here.merge(event).notes_readers = readers
        here.execute(db.Base.metadata.tables["note"].update().values(state=PUBLISHED if published else DRAFT))
        here.merge(board).state = CLOSED if published else OPEN
    changed("whole event", event.id)
    for kind in KINDS:
        be(client, people[kind])
        at = f"/e/camp/boards/{board.id}"
        if to_all or can_take_part(people[kind], event):
            assert "<mark>Insightpumpern</mark>" in client.get("/e/camp/search?q=Insightpumpern", headers=FETCH).text, kind
            assert ">1 result" in find(client, "Insightpumpern", kind="insight")
            assert ">1 result" in find(client, "Boardpumpern", kind="board")
            assert "Insightpumpern" in client.get(f"{at}.csv").text
        else:
            for typed in ("Insightpumpern", "Boardpumpern", "Promptpumpern", "Grouppumpern", "Insightpumpen", "Insightp"):
                text = find(client, typed)
                assert "pumpern" not in text.casefold(), (kind, typed)
                assert ("Nothing found" in text) == ("Nothing found" in find(client, typed.replace("pump", "kxqw")))
            assert {client.get(f"{at}{one}").status_code for one in (".md", ".csv", "/print", "/take-along")} == {404}, kind
        seen = [client.get(where).text for where in (
            "/e/camp/search", "/e/camp/search?q=Hiddenpumpern", "/search?q=Hiddenpumper", f"{at}.md", f"{at}/print", "/e/camp/grid.ics",
            "/e/camp/schedule.json", "/api/v1/events/camp/sessions", "/e/camp/proceedings.md", "/e/camp")]
        facilitates = kind in ("campmaker", "organiser", "owner")
        hidden = "".join(seen).replace('value="Hiddenpumpern"', "").replace("Hiddenpumpern – Search", "").replace("q=Hiddenpumper", "")
        if not facilitates:
            assert "Hiddenpumpern" not in hidden, kind
    assert insight.text


def test_what_the_index_has_not_heard_of_yet_is_not_shown(client, world, event, board):
    insight = world.insight(board, "Pumpernikl holds it all together", group=0)
    changed("board", board.id)
    assert "<mark>Pumpernikl" in client.get("/e/camp/search?q=Pumpernikl").text
    with db.transaction():
        db.session.merge(insight).state = HIDDEN
    assert "<mark>Pumpernikl" not in client.get("/e/camp/search?q=Pumpernikl").text
    with db.transaction():
        db.session.merge(insight).state = "shown"
        db.session.merge(event).notes_readers = READ_ATTENDEES
    assert "<mark>Pumpernikl" not in client.get("/e/camp/search?q=Pumpernikl").text
    changed("whole event", event.id)
    assert {row.key for row in db.session.query(SearchEntry) if row.kind in ("board", "insight")} == {
        f"board:{board.id}:holders", f"insight:{insight.id}:holders"}


def test_a_note_that_is_published_opens_its_boards(world, event, session, board):
    insight = world.insight(board, "Pumpernikl", group=0)
    with db.transaction():
        db.session.merge(event).notes_readers = READ_PUBLISHED
    changed("whole event", event.id)
    assert f"insight:{insight.id}:holders" in keys("pumpernikl")
    with db.transaction() as here:
        here.execute(db.Base.metadata.tables["note"].update().values(state=PUBLISHED))
    changed("session", session.id)
    assert keys("pumpernikl") == [f"insight:{insight.id}"]
    assert {row.key for row in db.session.query(SearchEntry).filter_by(kind="board")} == {f"board:{board.id}"}


def test_a_note_that_is_saved_does_not_look_at_every_insight_beside_it(world, session, board):
    insights = [world.insight(board, group=0) for _ in range(5)]
    changed("board", board.id)
    asked = gather.affected([("session", session.id)])
    assert f"board:{board.id}" in asked
    assert [key for key in asked if key.startswith("insight")] == []
    assert len([key for key in gather.affected([("board", board.id)]) if key.startswith("insight")]) == 2 * len(insights)


def test_the_chain_through_actions(world, event, board):
    ben, fay = world.holder(event), world.holder(event, Role.CAMPMAKER)
    with db.transaction(event):
        added = insight_actions.add(ben, board, key="00000000-0000-4000-8000-000000000001", prompt_id=board.stages[0].prompts[0].id,
                                    group_id=board.stages[0].seating.groups[0].id, text="Marmite forever", at=AT)
    work()
    assert keys("marmite") == [f"insight:{added.id}"]
    with db.transaction(event):
        insight_actions.hide(fay, db.session.get(Insight, added.id))
    assert db.session.query(SearchEntry).filter_by(kind="insight").count() == 0
    with db.transaction(event):
        insight_actions.show(fay, db.session.get(Insight, added.id))
    work()
    assert keys("marmite") == [f"insight:{added.id}"]
    with db.transaction(event):
        removing.remove(ben, db.session.get(Insight, added.id), at=AT)
    assert db.session.query(SearchEntry).filter_by(kind="insight").count() == 0
    work()
    assert keys("marmite") == keys("forever") == []


def test_many_are_read_with_few_statements(world, board, statements):
    for _ in range(30):
        world.insight(board, group=0)
    some = gather.affected([("board", board.id)])
    with statements() as few:
        gather.rows(some)
    assert len(few) < 12
    with statements() as said:
        jobs.update(some)
    assert len(said) < 50  # some rows are written by themselves: new ones get their ids
