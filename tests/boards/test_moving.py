"""Moving, grouping, taking apart, titles, undo: one order for everybody, and nothing lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.boards import insight_actions, moving, removing, undoing
from app.boards.columns import Column
from app.boards.insight_models import APART, BoardChange, Cluster, Insight
from app.boards.models import CLOSED
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.events.models import Role
from app.infra import db
from app.infra.db import transaction
from tests.boards.doing import EVERYBODY, FACILITATOR, Page, add, cluster_of, delta, group, move, said, view
from tests.world import AT, World


def undo(actor, board, number):
    with transaction(board.event):
        return undoing.undo(actor, board, number)


def take_out(actor, insight):
    with transaction(insight.board.event):
        return moving.take_out(actor, insight.board, insight)


@pytest.fixture
def three(scene):
    """Three notes in one column."""
    return [add(scene.ann, scene.board, text) for text in ("One", "Two", "Three")]


def test_within_a_column(scene, three):
    one, two, three_ = three
    assert move(scene.ben, scene.board, three_, before=one) == 1
    assert said(view(scene.board))[0] == ["Three", "One", "Two"]
    move(scene.ben, scene.board, three_, before=two)
    assert said(view(scene.board))[0] == ["One", "Three", "Two"]
    move(scene.ben, scene.board, one)
    assert said(view(scene.board))[0] == ["Three", "Two", "One"]


def test_to_another_column(scene, three):
    column = Column(scene.stage.prompts[1].id, scene.stage.seating.groups[2].id)
    move(scene.ben, scene.board, three[1], column)
    shown = said(view(scene.board))
    assert shown[0] == ["One", "Three"]
    assert shown[5] == ["Two"]


def test_what_it_should_stand_before_may_have_gone_meanwhile(scene, three):
    one, two, three_ = three
    move(scene.ann, scene.board, two, Column(scene.stage.prompts[1].id, two.group_id))
    move(scene.ben, scene.board, one, Column.of(three_), before=two)
    assert said(view(scene.board))[0] == ["Three", "One"]


def test_there_is_always_room_between_two(scene, three):
    one, two, three_ = three
    for turn in range(24):  # each halves the room that is left
        move(scene.ann, scene.board, (three_, two)[turn % 2], before=(two, three_)[turn % 2])
        assert said(view(scene.board))[0] == ["One", *[("Three", "Two"), ("Two", "Three")][turn % 2]]
    assert one.position == APART


def test_two_make_a_cluster_and_a_third_joins(scene, three):
    one, two, three_ = three
    number = group(scene.ben, scene.board, three_, one)
    assert said(view(scene.board))[0] == [("", ["One", "Three"]), "Two"]
    group(scene.ben, scene.board, two, cluster_of(one), before=three_)
    assert said(view(scene.board))[0] == [("", ["One", "Two", "Three"])]
    with pytest.raises(Invalid):
        group(scene.ben, scene.board, one, one)
    assert number == 1


def test_one_that_leaves_stands_after_its_cluster(scene, three):
    one, two, three_ = three
    group(scene.ben, scene.board, two, one)
    group(scene.ben, scene.board, three_, one)
    add(scene.ann, scene.board, "Four")
    take_out(scene.ben, one)
    assert said(view(scene.board))[0] == [("", ["Two", "Three"]), "One", "Four"]
    take_out(scene.ben, two)  # two are too few for a group without a title
    assert said(view(scene.board))[0] == ["Three", "Two", "One", "Four"]
    assert take_out(scene.ben, two) is None


def test_a_titled_cluster_keeps_its_last_note(scene, three):
    one, two, _ = three
    group(scene.ben, scene.board, two, one)
    with transaction(scene.event):
        assert moving.entitle(scene.ben, scene.board, one.cluster, title=" Buses\n ", was="") == "Buses"
    take_out(scene.ben, two)
    assert said(view(scene.board))[0] == [("Buses", ["One"]), "Two", "Three"]


def test_titles_are_merged_or_refused_with_both(scene, three):
    group(scene.ben, scene.board, three[1], three[0])
    with transaction(scene.event):
        cluster = three[0].cluster
        moving.entitle(scene.ben, scene.board, cluster, title="Late buses", was="")
        assert moving.entitle(scene.ann, scene.board, cluster, title="Late buses", was="") == "Late buses"
        with pytest.raises(Conflict, match="Late buses.*Trams"):
            moving.entitle(scene.ann, scene.board, cluster, title="Trams", was="")
        with pytest.raises(Invalid):
            moving.entitle(scene.ann, scene.board, cluster, title="x" * 121, was="Late buses")


def test_a_cluster_moves_with_all_it_holds(scene, three):
    one, two, _ = three
    group(scene.ben, scene.board, two, one)
    column = Column(scene.stage.prompts[1].id, scene.stage.seating.groups[1].id)
    number = move(scene.ben, scene.board, cluster_of(one), column)
    shown = said(view(scene.board))
    assert shown[0] == ["Three"]
    assert shown[4] == [("", ["One", "Two"])]
    assert said(view(scene.board, scene.stage.seating.groups[1].id)) == [[], [("", ["One", "Two"])]]
    undo(scene.ben, scene.board, number)
    assert said(view(scene.board))[0] == [("", ["One", "Two"]), "Three"]


def test_undo_restores_what_was(scene, three):
    one, two, three_ = three
    was = said(view(scene.board))
    for act in (lambda: move(scene.ben, scene.board, three_, before=one), lambda: group(scene.ben, scene.board, one, two),
                lambda: move(scene.ben, scene.board, one, Column(scene.stage.prompts[1].id, one.group_id))):
        number = act()
        assert said(view(scene.board)) != was
        undo(scene.ann, scene.board, number)
        assert said(view(scene.board)) == was
        with pytest.raises(Conflict, match="already"):
            undo(scene.ann, scene.board, number)


def test_undo_is_refused_once_things_moved_since(scene, three):
    one, _, three_ = three
    number = move(scene.ben, scene.board, three_, before=one)
    move(scene.ann, scene.board, three_)
    with pytest.raises(Conflict, match="since"):
        undo(scene.ben, scene.board, number)
    with pytest.raises(NotFound):
        undo(scene.ben, scene.board, 99)


def test_hiding_is_undone_by_facilitators(scene, three):
    with transaction(scene.event):
        number = insight_actions.hide(scene.fay, three[0])
    with pytest.raises(Forbidden):
        undo(scene.ann, scene.board, number)
    undo(scene.fay, scene.board, number)
    assert said(view(scene.board))[0] == ["One", "Two", "Three"]


def test_words_are_in_no_history_of_moves(scene, three):
    move(scene.ben, scene.board, three[2], before=three[0])
    group(scene.ben, scene.board, three[0], three[1])
    for change in db.session.scalars(select(BoardChange)):
        assert not any(word in str(change.steps) for word in ("One", "Two", "Three"))


def test_who_may_sort(scene, three):
    one, two, _ = three
    for nobody in (None, scene.stranger):
        for act in (lambda who: move(who, scene.board, one), lambda who: group(who, scene.board, one, two),
                    lambda who: take_out(who, one), lambda who: undo(who, scene.board, 1)):
            with pytest.raises(Forbidden):
                act(nobody)
    with transaction(scene.event):
        scene.board.state = CLOSED
    with pytest.raises(Forbidden, match="closed"):
        move(scene.fay, scene.board, one)


def test_what_was_removed_is_not_moved(scene, three):
    with transaction(scene.event):
        removing.remove(scene.ann, three[0], at=AT)
    with pytest.raises(Conflict):
        move(scene.ben, scene.board, three[0])
    with pytest.raises(Conflict):
        group(scene.ben, scene.board, three[1], three[0])


ACTS = st.lists(st.tuples(st.sampled_from(["move", "group", "out", "add", "undo", "title", "hide", "remove", "gather"]),
                          st.integers(0, 30), st.integers(0, 30), st.integers(0, 3)), max_size=10)


@pytest.mark.once
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_moved_all_have_one_order_and_deltas_keep_up(world, acts):
    """Any sequence: a page brought up to date by deltas shows what a new one does, for everybody and for facilitators, of one
    group and of all; nothing is lost or there twice; and undoing the last change leads back."""
    board, who, columns = fresh_board(world)
    group_id = columns[0].group_id
    looks = [("all", EVERYBODY), ("all", FACILITATOR), (group_id, EVERYBODY)]
    pages = [Page(view(board, of, reader)) for of, reader in looks]
    for what, a, b, c in acts:
        before = pages[1].shows()
        made = act(board, who, columns, (what, a, b, c))
        for page, (of, reader) in zip(pages, looks, strict=True):
            page.apply(delta(board, page.version, of, reader))
            new = Page(view(board, of, reader))
            assert page.shows() == new.shows()
            assert page.version == new.version
        if made and what in ("move", "group", "out", "gather", "hide"):
            undo(who, board, made)
            assert Page(view(board, "all", FACILITATOR)).shows() == before
            for page, (of, reader) in zip(pages, looks, strict=True):
                page.apply(delta(board, page.version, of, reader))
                assert page.shows() == Page(view(board, of, reader)).shows()
    shown = Page(view(board, "all", FACILITATOR))
    there = set(db.session.scalars(select(Insight.id).where(Insight.board_id == board.id, Insight.state != "removed")))
    listed = [i for things in shown.shows().values() for thing in things
              for i in ([thing[0]] if thing[1] == "i" else [one[1] for one in thing[3]])]
    assert sorted(listed) == sorted(there)


def fresh_board(world: World):
    event = world.event(attribution="named")
    board, who = world.board(event, groups=2), world.holder(event, Role.ORGANISER)
    stage = board.stages[0]
    columns = [Column(prompt.id, one.id) for prompt in stage.prompts for one in stage.seating.groups]
    for number in range(5):
        add(who, board, f"Note {number}", prompt=number % 2, group=0)
    return board, who, columns


def act(board, who, columns, chosen) -> int | None:
    what, a, b, c = chosen
    some = db.session.scalars(select(Insight).where(Insight.board_id == board.id).order_by(Insight.id)).all()
    clusters = db.session.scalars(select(Cluster).where(Cluster.board_id == board.id).order_by(Cluster.id)).all()
    one, other = some[a % len(some)], some[b % len(some)]
    bunch = clusters[b % len(clusters)] if clusters else None
    try:
        if what == "add":
            add(who, board, f"Note {len(some)}", prompt=c % 2, group=c // 2)
        elif what == "move":
            return move(who, board, bunch if bunch and a % 3 == 0 else one, columns[c], other if b % 2 else bunch)
        elif what == "group":
            return group(who, board, one, bunch if bunch and c % 2 else other)
        elif what == "out":
            return take_out(who, one)
        elif what == "gather":
            with transaction(board.event):
                return moving.gather(who, board, [one, other], "Both")
        elif what == "title" and bunch:
            with transaction(board.event):
                moving.entitle(who, board, bunch, title=f"Title {c}", was=bunch.title)
        elif what == "hide":
            with transaction(board.event):
                return insight_actions.hide(who, one) if one.state == "shown" else None
        elif what == "remove":
            with transaction(board.event):
                removing.remove(who, one, at=AT)
    except Refused:
        return None
    return None
