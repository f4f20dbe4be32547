"""What is taken off the record of notes, or out of an insight, goes from the idea made of it, and from nothing else."""

from sqlalchemy import select

from app.boards import ideas_actions, ideas_record, ideas_sources
from app.boards.idea_models import Idea
from app.infra import db
from app.notes import off_record
from tests.boards.test_ideas import noted
from tests.world import AT


def of_line(ada, event, session, line, **more):
    with db.transaction():
        source = ideas_sources.of_session(event, ada, session.id, line)
        return ideas_actions.put_up(ada, event, source, **{"name": source.line} | more, at=AT)


def take_off(ada, session, passage):
    with db.transaction():
        off_record.take_off(ada, session, passage=passage, at=AT)


def test_a_passage_of_the_notes_goes_from_the_idea(world, ada, event):
    session = noted(world.session(event))
    idea = of_line(ada, event, session, 4, name="Late lorries", what="Because somebody said lorries come late, ask them.")
    take_off(ada, session, "Somebody said *lorries* come late")
    idea = db.session.get(Idea, idea.id)
    assert (idea.name, idea.line, idea.withdrawn) == ("Late lorries", "", False)
    assert "come late" not in idea.what
    assert "ask them" in idea.what


def test_an_idea_that_was_nothing_else_is_withdrawn_under_another_name(world, ada, event):
    session = noted(world.session(event))
    idea = of_line(ada, event, session, 4)
    take_off(ada, session, "Somebody said *lorries* come late")
    idea = db.session.get(Idea, idea.id)
    assert (idea.name, idea.line, idea.withdrawn) == (ideas_record.NAMELESS, "", True)


def test_what_has_nothing_to_do_with_it_stays(world, ada, event):
    session = noted(world.session(event))
    idea, other = of_line(ada, event, session, 3), world.session(event)
    noted(other)
    elsewhere = of_line(ada, event, other, 4)
    take_off(ada, session, "Somebody said *lorries* come late")
    assert {(one.name, one.version) for one in db.session.scalars(select(Idea))} == {
        (idea.name, 1), (elsewhere.name, 1)}


def test_a_longer_passage_takes_the_line_in_it_along(world, ada, event):
    session = noted(world.session(event))
    idea = of_line(ada, event, session, 3)
    take_off(ada, session, "a street each, for a month\n- Somebody said *lorries* come late")
    assert db.session.get(Idea, idea.id).name == ideas_record.NAMELESS


def test_a_removed_insights_words_go_from_its_idea(client, world, ada, event):
    insight = world.insight(world.board(event), "Our director " + "really " * 30 + "hates buses", by=ada)
    with db.transaction():
        source = ideas_sources.of_insight(event, ada, insight.id)
        name, what = ideas_sources.suggestion(source)
        idea = ideas_actions.put_up(ada, event, source, name=name, what=what, at=AT)
    client.sign_in(ada)
    assert client.send(f"/e/{event.slug}/boards/{insight.board_id}/insights/{insight.id}/remove").status_code == 303
    idea = db.session.get(Idea, idea.id)
    assert (idea.name, idea.what, idea.withdrawn) == (ideas_record.NAMELESS, "", True)
    assert "director" not in client.get(f"/e/{event.slug}/ideas/{idea.id}").text
