"""Writing insights, changing what they say, hiding them, taking them out for good."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.boards import insight_actions, marks, removing, votes
from app.boards.insight_models import HIDDEN, REMOVED, SHOWN, Insight, InsightText, Vote
from app.boards.models import CLOSED, PROJECT, VOTING, BoardStage, Material
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import CHATHAM_HOUSE
from app.infra import db, findable, jobs
from app.infra.db import transaction
from tests.boards.doing import FACILITATOR, add, cluster_of, group, key, said, view
from tests.world import AT


def edit(actor, insight, **fields):
    with transaction(insight.board.event):
        return insight_actions.edit(actor, insight, **fields)


def test_what_is_added_stands_at_the_end_and_counts(scene):
    board = scene.board
    before = board.version
    one, two = add(scene.ann, board, "One"), add(scene.ben, board, "Two", colour="rose", signed=True)
    assert said(view(board))[:3] == [["One", "Two"], [], []]
    assert (two.colour, two.signed, two.by_id, two.mark) == ("rose", "Ben", scene.ben.id, None)
    assert (one.colour, one.signed) == (one.prompt.colour, "")
    assert board.version == before + 2
    assert (one.changed, two.changed) == (before + 1, before + 2)


def test_the_same_key_again_is_the_same_insight(scene):
    its = key()
    first, again = (add(scene.ann, scene.board, text, key=its) for text in ("One", "Another"))
    assert first.id == again.id
    assert again.text == "One"
    assert said(view(scene.board))[0] == ["One"]


def test_a_key_of_another_board_is_nothing_to_this_one(scene, world):
    its, other = key(), world.board(scene.event)
    add(scene.ann, scene.board, "One", key=its)
    assert add(scene.ann, other, "Two", key=its, group=None).text == "Two"


@pytest.mark.parametrize("bad", ["", "x", "1" * 36, "00000000-0000-4000-8000-00000000000G", "00000000-0000-4000-8000-000000000000\n"])
def test_keys_of_another_shape_are_refused(scene, bad):
    with pytest.raises(Invalid):
        add(scene.ann, scene.board, key=bad)


def test_texts_are_tidied_and_counted_as_people_see_them(scene):
    assert add(scene.ann, scene.board, "  a \t b\r\n\r\n\r\n\n c\x07 \n").text == "a b\n\nc"
    assert add(scene.ann, scene.board, "e\u0301" * 500).text == "é" * 500
    for bad in ("", " \n\t", "\u200b", "x" * 501, "a\0b", "\ud800", "\n".join("x" * 31)):
        with pytest.raises(Invalid):
            add(scene.ann, scene.board, bad)


def test_columns_that_are_not_of_this_board_are_refused(scene, world):
    other = world.board(world.event(), groups=1, stage={"material": [Material(position=1, kind=PROJECT, title="Housing")]})
    stage = other.stages[0]
    theirs = {"prompt_id": stage.prompts[0].id}, {"group_id": stage.seating.groups[0].id}, {"material_id": stage.material[0].id}
    for wrong in (*theirs, {"prompt_id": 0}, {"group_id": 0}, {"material_id": 987}):
        with pytest.raises(NotFound):
            add(scene.ann, scene.board, **wrong)
    with pytest.raises(Invalid):
        add(scene.ann, scene.board, group_id=None)  # which table?
    assert db.session.scalar(select(func.count()).select_from(Insight)) == 0


def test_a_stage_with_projects_asks_about_each(scene, world):
    text, project = Material(position=1, kind="text", text="Read"), Material(position=2, kind=PROJECT, title="Housing")
    board = world.board(scene.event, stage={"material": [text, project]})
    with pytest.raises(Invalid):
        add(scene.ann, board, group=None)
    with pytest.raises(NotFound):
        add(scene.ann, board, group=None, material_id=text.id)
    assert add(scene.ann, board, group=None, material_id=project.id).material_id == project.id


def test_who_may_write(scene):
    for nobody in (None, scene.stranger):
        with pytest.raises(Forbidden):
            add(nobody, scene.board)
    with transaction(scene.event):
        scene.board.state = CLOSED
    for actor in (scene.ann, scene.fay):
        with pytest.raises(Forbidden, match="closed"):
            add(actor, scene.board)


def test_a_board_has_an_end(scene, monkeypatch):
    monkeypatch.setattr(insight_actions, "MOST", 2)
    its = key()
    add(scene.ann, scene.board, "One", key=its)
    add(scene.ann, scene.board, "Two")
    with pytest.raises(Conflict, match="full"):
        add(scene.ann, scene.board, "Three")
    assert add(scene.ann, scene.board, "One", key=its).text == "One"  # what is there already is there


def test_nobody_is_stored_on_an_anonymous_board(world):
    event = world.event(attribution=CHATHAM_HOUSE)
    board, ann = world.board(event), world.holder(event, name="Ann")
    its, at = key(), AT + timedelta(minutes=7)
    mark = marks.of_author("k" * 32, its)
    insight = add(ann, board, "Said.", key=its, mark=mark, at=at)
    assert (insight.by_id, insight.mark, insight.at) == (None, mark, at.replace(minute=0))
    with pytest.raises(Forbidden):
        edit(ann, insight, text="Other.", was="Said.", mark=marks.of_author("j" * 32, its))
    edit(ann, insight, text="Other.", was="Said.", mark=mark)
    assert insight.text == "Other."


def test_an_edit_keeps_what_was_said_before(scene):
    insight = add(scene.ann, scene.board, "A bus")
    before = scene.board.version
    assert edit(scene.ann, insight, text="A bus at night", was="A bus") is False
    assert (insight.text, insight.edited, insight.changed) == ("A bus at night", 2, before + 1)
    assert db.session.scalars(select(InsightText.text)).all() == ["A bus"]
    edit(scene.ann, insight, text="A bus at night", was="A bus at night")
    assert (insight.edited, scene.board.version) == (2, before + 1)  # nothing changed


def test_two_who_change_one_note_lose_nothing(scene):
    insight = add(scene.ann, scene.board, "Buses run late at night in town")
    edit(scene.ann, insight, text="Buses often run late at night in town", was="Buses run late at night in town")
    assert edit(scene.fay, insight, text="Buses run late at night in town and beyond", was="Buses run late at night in town") is True
    assert insight.text == "Buses often run late at night in town and beyond"
    with pytest.raises(insight_actions.Clash) as clash:
        edit(scene.fay, insight, text="Trams", was="Buses run late at night in town")
    assert (clash.value.theirs, clash.value.mine) == ("Buses often run late at night in town and beyond", "Trams")
    assert "Trams" in clash.value.both
    assert "Buses" in clash.value.both
    assert insight.text.startswith("Buses often")


def test_a_merge_that_gets_too_long_is_shown_rather_than_cut(scene):
    was = "First of all " + "b" * 300 + " and then that is that"
    insight = add(scene.ann, scene.board, was)
    longer = "First of all " + "b" * 300 + " " + "c" * 120 + " and then that is that"
    edit(scene.ann, insight, text=longer, was=was)
    with pytest.raises(insight_actions.Clash) as clash:
        edit(scene.fay, insight, text="To begin with " + "d" * 90 + was, was=was)
    assert len(clash.value.both) > 500
    assert insight.text == longer


def test_who_may_change_what_it_says(scene):
    insight = add(scene.ann, scene.board, "A bus")
    for other in (scene.ben, scene.stranger, None):
        with pytest.raises(Forbidden):
            edit(other, insight, text="Trams", was="A bus")
    edit(scene.fay, insight, text="A tram", was="A bus", signed=True)
    assert insight.signed == ""  # a facilitator does not sign for the author
    edit(scene.ann, insight, text="A tram", was="A tram", signed=True)
    assert insight.signed == "Ann"
    edit(scene.fay, insight, text="A tram", was="A tram", signed=False)
    assert insight.signed == ""


def test_hidden_ones_are_seen_by_facilitators(scene):
    insight = add(scene.ann, scene.board, "Rude")
    with transaction(scene.event):
        with pytest.raises(Forbidden):
            insight_actions.hide(scene.ann, insight)
        assert insight_actions.hide(scene.fay, insight) is not None
        assert insight_actions.hide(scene.fay, insight) is None
    assert insight.state == HIDDEN
    assert said(view(scene.board))[0] == []
    assert said(view(scene.board, reader=FACILITATOR))[0] == ["Rude"]
    with transaction(scene.event):
        insight_actions.show(scene.fay, insight)
    assert insight.state == SHOWN
    assert said(view(scene.board))[0] == ["Rude"]


def words_anywhere(word: str) -> list[str]:
    """The tables in which a word stands."""
    found = []
    for table in db.Base.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            if any(word in str(value) for value in row):
                found.append(table.name)
    return sorted(set(found))


def test_what_is_removed_is_nowhere(scene, monkeypatch):
    forgotten = []
    monkeypatch.setattr(findable, "_forgetting", [lambda kind, thing: forgotten.append((kind, thing))])
    insight = add(scene.ann, scene.board, "Mandelbrot said so", signed=True)
    other = add(scene.ben, scene.board, "Somebody else")
    edit(scene.ann, insight, text="Mandelbrot did say so", was="Mandelbrot said so")
    group(scene.ben, scene.board, insight, other)
    cluster = cluster_of(insight)
    with transaction(scene.event):
        cluster.title = "Mandelbrot"
    with transaction(scene.event):
        board_stage(scene).voting = VOTING
    with transaction(scene.event):
        votes.vote(scene.ben, insight, dots=2, voter="v" * 64)
    assert words_anywhere("Mandelbrot")
    with transaction(scene.event):
        with pytest.raises(Forbidden):
            removing.remove(scene.stranger, insight, at=AT)
    with transaction(scene.event):
        removing.remove(scene.ben, insight, at=AT)
    assert words_anywhere("Mandelbrot") == []
    assert (insight.state, insight.votes, insight.by_id, insight.signed) == (REMOVED, 0, None, "")
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 0
    assert ("insight", insight.id) in forgotten
    assert db.session.scalar(select(func.count()).select_from(jobs.Job).where(jobs.Job.kind == "database.scrub")) == 1
    assert said(view(scene.board))[0] == ["Somebody else"]  # and it is alone again


def test_what_was_removed_does_not_come_back_with_its_key(scene):
    its = key()
    insight = add(scene.ann, scene.board, "Gone", key=its)
    with transaction(scene.event):
        removing.remove(scene.ann, insight, at=AT)
    assert add(scene.ann, scene.board, "Gone", key=its).state == REMOVED
    assert said(view(scene.board))[0] == []


def board_stage(scene) -> BoardStage:
    return db.session.get_one(BoardStage, scene.stage.id)
