"""What was learned: only what the reader may read, as narrowed, dots only where they are shown, and what it became."""

import pytest

from app.boards import ideas_actions, ideas_sources
from app.boards import learned_queries as queries
from app.boards.insight_models import HIDDEN, REMOVED, Cluster
from app.boards.learned_queries import BY_DOTS, BY_TOPIC, NEWEST, Chosen
from app.errors import NotFound
from app.events.models import ATTENDEES_ONLY, READ_ALL, READ_ATTENDEES, READ_PUBLISHED, Role
from app.followups import actions as followups
from app.infra import db
from app.notes.models import PUBLISHED
from tests.boards.test_ideas import noted
from tests.pages import parsed, text_of
from tests.world import AT


def texts(event, person=None, page=1, **chosen) -> list[str]:
    return [one.text for one in queries.learned(event, person, Chosen(**chosen), page).items]


@pytest.mark.parametrize(("readers", "visibility", "draft", "published", "open_event", "closed_event"), [
    (READ_ALL, "public", True, True, True, True), (READ_PUBLISHED, "public", False, True, False, True),
    (READ_ATTENDEES, "public", False, False, False, False), (READ_ALL, ATTENDEES_ONLY, False, False, False, False)])
def test_only_what_the_reader_may_read(world, readers, visibility, draft, published, open_event, closed_event):
    event = world.event(notes_readers=readers, visibility=visibility)
    drafted, done = noted(world.session(event)), noted(world.session(event), state=PUBLISHED)
    for text, named in (("draft", {"session": drafted}), ("published", {"session": done}), ("no note", {"session": world.session(event)}),
                        ("open", {}), ("closed", {"state": "closed"})):
        world.insight(world.board(event, **named), text)
    everything = {"draft", "published", "no note", "open", "closed"}
    shown = {name for name, may in (("draft", draft), ("no note", draft), ("published", published), ("open", open_event),
                                    ("closed", closed_event)) if may}
    for person in (world.holder(event), world.owner(event.series)):
        assert set(texts(event, person)) == everything
    for person in (None, world.holder(world.event(), Role.ORGANISER)):
        assert set(texts(event, person)) == shown
        listing = queries.learned(event, person, Chosen())
        assert sum(one.count for one in listing.boards) == listing.all == len(shown)
        assert queries.most_wanted(event, person)[1] == len(shown)


def test_hidden_and_removed_ones_are_left_out_for_everybody(world, event):
    board = world.board(event)
    world.insight(board, "shown")
    with db.transaction():
        pass
    hidden, removed = world.insight(board, "hidden"), world.insight(board)
    with db.transaction():
        hidden.state = HIDDEN
        removed.state, removed.text = REMOVED, ""
    assert texts(event, world.holder(event, Role.ORGANISER)) == ["shown"]


def test_dots_that_are_not_shown_are_neither_said_nor_used(world, event, ada):
    secret = world.board(event, stage={"voting": "open", "votes_hidden": True})
    shown = world.board(event, stage={"voting": "open", "votes_hidden": False})
    counted = world.board(event, stage={"voting": "closed", "votes_hidden": True})
    for board, text, votes in ((secret, "a", 9), (shown, "b", 2), (counted, "c", 5), (secret, "d", 1)):
        world.insight(board, text, votes=votes)
    assert [(one.text, one.dots) for one in queries.learned(event, ada, Chosen(by=BY_DOTS)).items] == [
        ("c", 5), ("b", 2), ("a", None), ("d", None)]
    assert texts(event, ada, by=NEWEST) == ["d", "c", "b", "a"]


def test_by_prompt_and_topic_across_sessions_boards_and_groups(world, event, ada):
    bins, bikes = world.session(event, "Bins", topics=["Waste"]), world.session(event, "Bikes", topics=["Roads"])
    one = world.board(event, "One", session=bins, prompts=("What works?", "What is hard?"))
    two = world.board(event, "Two", session=bikes, prompts=("What is  hard?", "what works?"), groups=1)
    with db.transaction():
        two.seatings[0].groups[0].topic = "waste"
    world.insight(one, "works, bins")
    world.insight(one, "hard, bins", prompt=1)
    world.insight(two, "hard, bikes", group=0)
    world.insight(two, "works, bikes", prompt=1)
    world.insight(world.board(event, "Three", prompts=("Else?",)), "else")
    listing = queries.learned(event, ada, Chosen())
    assert [(one.value, one.count) for one in listing.prompts] == [("else?", 1), ("what is hard?", 2), ("what works?", 2)]
    assert [(one.label.casefold(), one.count) for one in listing.topics] == [("roads", 2), ("waste", 3)]
    assert [(one.label, one.count) for one in listing.sessions] == [("Bikes", 2), ("Bins", 2)]
    assert [(one.label, one.count) for one in listing.boards] == [("One", 2), ("Three", 1), ("Two", 2)]
    assert set(texts(event, ada, prompt="what works?")) == {"works, bins", "works, bikes"}
    assert set(texts(event, ada, topic="waste")) == {"works, bins", "hard, bins", "hard, bikes"}
    assert set(texts(event, ada, topic="roads")) == {"hard, bikes", "works, bikes"}
    assert set(texts(event, ada, session=bins.id)) == set(texts(event, ada, board=one.id)) == {"works, bins", "hard, bins"}
    assert texts(event, ada, topic="waste", prompt="what works?") == ["works, bins"]
    assert texts(event, ada, prompt="nobody asked") == []
    assert texts(event, ada, by=BY_TOPIC)[-1] == "else"
    topics = [one.topic for one in queries.learned(event, ada, Chosen(by=BY_TOPIC)).items]
    assert topics == ["Roads", "Waste", "Waste", "waste", ""]


def test_pages_of_fifty(world, event, ada):
    board = world.board(event)
    for number in range(51):
        world.insight(board, f"Number {number}")
    assert len(texts(event, ada)) == 50
    assert len(texts(event, ada, page=2)) == 1
    with pytest.raises(NotFound):
        queries.learned(event, ada, Chosen(), 3)


def test_what_became_of_it(client, world, event, ada):
    session = world.session(event, "Bins")
    board = world.board(event, "Buses", session=session)
    world.insight(board, "Nothing came of it")
    insight = world.insight(board, "Ask the driver")
    cluster = world.save(Cluster(board_id=board.id, prompt_id=insight.prompt_id, title="People", position=1, changed=1))
    with db.transaction():
        insight.cluster_id = cluster.id
        idea = ideas_actions.put_up(ada, event, ideas_sources.of_insight(event, ada, insight.id), name="A seat in front", at=AT)
    path = f"/e/{event.slug}/learned"
    said = text_of(parsed(client.get(f"{path}?ideas=1").text)[0])
    assert "Ask the driver With others: People" in said
    assert "Became an idea A seat in front" in said
    assert "Nothing came of it" not in said
    assert "Looking for someone" not in said
    with db.transaction():
        followups.ask_for_host(ada, idea, at=AT)
    assert "Looking for someone to carry it on" in client.get(path).text
    with db.transaction():
        followups.offer_to_host(ada, idea, at=AT)
    page = client.get(path).text
    assert "Carried on by Ada" in page
    for link in (f"/e/{event.slug}/boards/{board.id}/insights/{insight.id}", f"/e/{event.slug}/boards/{board.id}",
                 f"/e/{event.slug}/sessions/{session.id}", f"/e/{event.slug}/ideas/{idea.id}"):
        assert f'href="{link}"' in page
    with db.transaction():
        ideas_actions.withdraw(ada, idea)
    assert "A seat in front" not in client.get(path).text
    assert queries.learned(event, ada, Chosen()).became == 0


def test_the_page_keeps_what_was_asked_and_takes_as_many_statements(client, world, event, ada, statements):
    board = world.board(event, "Buses", session=world.session(event, topics=["Waste"]))
    world.insight(board, "One")
    path = f"/e/{event.slug}/learned?by=topic&prompt=what+works?&topic=waste"
    client.sign_in(ada)

    def count() -> int:
        with statements() as said:
            assert client.get(path).status_code == 200
        return len(said)

    count()
    at_one = count()
    for number in range(5):
        session = world.session(event, topics=["Waste", f"T {number}"])
        insight = world.insight(world.board(event, session=session, groups=1), f"More {number}", group=0)
        with db.transaction():
            ideas_actions.put_up(ada, event, ideas_sources.of_insight(event, ada, insight.id), name=f"Idea {number}", at=AT)
    assert count() == at_one
    page = client.get(path).text
    assert f'href="/e/{event.slug}/learned?by=dots&amp;prompt=what+works?&amp;topic=waste"' in page.replace("%3F", "?")
    assert "6 insights." not in page
    assert "Show all" in page
    assert client.get(f"/e/{event.slug}/learned?by=odd&session=x&page=-1").status_code == 200
    assert client.get(f"/e/{event.slug}/learned?page=9").status_code == 404


def test_nothing_learned_yet_says_so(client, event):
    assert "Nothing to read here yet" in client.get(f"/e/{event.slug}/learned").text
