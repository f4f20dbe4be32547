"""Taking a seat, being dealt out and moved, other groups for later stages."""

import pytest

from app.boards import marks, seating_actions, seating_queries
from app.boards.models import CLOSED, Group, Member
from app.boards.seating import AT_RANDOM, BY_TOPIC, EVENLY
from app.boards.seating_actions import GroupRow
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.infra import db


@pytest.fixture
def seating(scene):
    return scene.board.seatings[0]


def act(scene, do, *args, **more):
    """Do it in a transaction of its own."""
    with db.transaction(scene.event):
        return do(*args, **more)


def places(seating) -> dict:
    return {m.mark: m.group_id and db.session.get(Group, m.group_id).name for m in db.session.query(Member).filter_by(seating_id=seating.id)}


def test_somebody_sits_down_changes_and_stands_up(scene, seating):
    one, two, _ = seating.groups
    for group in (one, one, two):
        act(scene, seating_actions.sit, scene.ann, scene.board, group, mark="ann")
    assert places(seating) == {"ann": "Table 2"}
    assert seating_queries.own_seat(seating, "ann").group == two.id
    act(scene, seating_actions.stand_up, scene.ann, scene.board, seating, mark="ann")
    assert places(seating) == {}
    assert scene.board.version == 1  # a room that sits down makes no phone ask for its board again


def test_a_seat_is_for_who_holds_a_pass_while_the_board_is_open(scene, seating):
    for somebody in (scene.stranger, None):
        with pytest.raises(Forbidden):
            act(scene, seating_actions.sit, somebody, scene.board, seating.groups[0], mark="x")
    with db.transaction():
        scene.board.state = CLOSED
    with pytest.raises(Forbidden, match="closed"):
        act(scene, seating_actions.wait, scene.ann, scene.board, seating, mark="ann")


def test_the_database_does_not_say_who_sits_where(scene, seating):
    mark = marks.of_person("secret", marks.SEAT, scene.board.id, scene.ann.id)
    act(scene, seating_actions.sit, scene.ann, scene.board, seating.groups[0], mark=mark)
    member = db.session.query(Member).one()
    assert {c.name for c in Member.__table__.columns} == {"seating_id", "mark", "group_id", "wants_id"}
    assert member.mark != marks.of_person("another", marks.SEAT, scene.board.id, scene.ann.id)


def test_who_runs_it_sees_names(scene, seating):
    def mark_of(person_id: int) -> str:
        return f"mark of {person_id}"

    act(scene, seating_actions.sit, scene.ben, scene.board, seating.groups[1], mark=mark_of(scene.ben.id))
    act(scene, seating_actions.wait, scene.ann, scene.board, seating, mark=mark_of(scene.ann.id), wish=seating.groups[2])
    act(scene, seating_actions.sit, scene.ann, scene.board, seating.groups[1], mark="of somebody who has left")
    who = seating_queries.sitters(scene.event, seating, mark_of)
    assert [s.name for s in who.groups[seating.groups[1].id]] == ["Ben", seating_queries.SOMEBODY]
    assert [(s.name, s.wish) for s in who.waiting] == [("Ann", "Table 3")]
    assert who.total == 3


def test_all_are_dealt_out_and_those_who_sit_keep_their_seats(scene, seating):
    act(scene, seating_actions.sit, scene.ann, scene.board, seating.groups[2], mark="ann")
    people = {"ann", *(f"p{i}" for i in range(8))}
    dealt = act(scene, seating_actions.deal_out, scene.fay, scene.board, seating, people, EVENLY)
    assert set(dealt) == people
    assert dealt["ann"] == seating.groups[2].id
    assert sorted(seating_queries.seated(seating).values()) == [3, 3, 3]
    assert scene.board.version == scene.board.arranged == 2
    again = act(scene, seating_actions.deal_out, scene.fay, scene.board, seating, people | {"late"}, EVENLY)
    assert {who: again[who] for who in people} == dealt


def test_wishes_stay_for_another_deal(scene, seating):
    for i in range(6):
        act(scene, seating_actions.wait, scene.ann, scene.board, seating, mark=f"p{i}", wish=seating.groups[i % 2])
    for _ in range(2):
        dealt = act(scene, seating_actions.deal_out, scene.fay, scene.board, seating, {f"p{i}" for i in range(6)}, BY_TOPIC, keep=False)
        assert sum(dealt[f"p{i}"] == seating.groups[i % 2].id for i in range(6)) == 4
        assert sorted(seating_queries.seated(seating).values()) == [2, 2, 2]


def test_somebody_not_dealt_keeps_their_place(scene, seating):
    act(scene, seating_actions.sit, scene.ann, scene.board, seating.groups[0], mark="ann")
    act(scene, seating_actions.deal_out, scene.fay, scene.board, seating, {"p1", "p2"}, AT_RANDOM, keep=False)
    assert places(seating)["ann"] == "Table 1"
    assert len(places(seating)) == 3


def test_three_hundred_are_dealt_out_in_as_many_statements_as_three(scene, seating, statements):
    counts = []
    for many in (3, 300):
        with db.transaction(scene.event), statements() as said:
            seating_actions.deal_out(scene.fay, scene.board, seating, {f"p{i}" for i in range(many)}, EVENLY)
        counts.append(len(said))
    assert counts[1] <= counts[0] + 1  # the second takes away the three seats that there were
    assert (scene.event.id, len(seating.groups)) == (1, 3)  # read by now
    with statements() as said:
        assert seating_queries.sitters(scene.event, seating, str).total == 300
    assert len(said) == 2


def test_people_are_moved(scene, seating):
    act(scene, seating_actions.deal_out, scene.fay, scene.board, seating, {"a", "b", "c"}, EVENLY)
    assert act(scene, seating_actions.move, scene.fay, scene.board, seating, ["a", "b", "nobody"], seating.groups[2]) == 2
    assert places(seating)["a"] == places(seating)["b"] == "Table 3"
    act(scene, seating_actions.move, scene.fay, scene.board, seating, ["a"], None)
    assert places(seating)["a"] is None
    with pytest.raises(Invalid, match="Tick"):
        act(scene, seating_actions.move, scene.fay, scene.board, seating, [], seating.groups[0])


def test_only_who_runs_it_deals_and_moves(scene, seating):
    for do, args in ((seating_actions.deal_out, (seating, {"a"}, EVENLY)), (seating_actions.move, (seating, ["a"], None)),
                     (seating_actions.save_groups, (seating, []))):
        with pytest.raises(Forbidden):
            act(scene, do, scene.ann, scene.board, *args)
    with pytest.raises(Invalid):
        act(scene, seating_actions.deal_out, scene.fay, scene.board, seating, {"a"}, "by height")


# ---- other groups ----------------------------------------------------------------------------------------------------


def test_regrouping_leaves_the_earlier_groups_with_what_they_wrote(world, scene):
    board = world.board(scene.event, groups=2, stages=("One", "Two"))
    first = board.seatings[0]
    insight = world.insight(board, "Written at table 1", group=0)
    made = act(scene, seating_actions.regroup, scene.fay, board, [board.stages[1]], number=4, called="Team", topics=("Bins", "Buses"))
    assert [(g.name, g.topic) for g in made.groups] == [("Team 1", "Bins"), ("Team 2", "Buses"), ("Team 3", ""), ("Team 4", "")]
    assert (board.stages[0].seating_id, board.stages[1].seating_id) == (first.id, made.id)
    assert insight.group.name == "Table 1"
    with pytest.raises(Conflict, match="keeps its groups"):
        act(scene, seating_actions.regroup, scene.fay, board, [board.stages[0]], number=2, called="Team")
    with pytest.raises(Invalid, match="Choose the stages"):
        act(scene, seating_actions.regroup, scene.fay, board, [], number=2, called="Team")


def test_those_who_sat_together_are_spread_over_the_new_groups(world, scene):
    board = world.board(scene.event, groups=3, stages=("One", "Two"))
    old = board.seatings[0]
    people = {f"p{i}" for i in range(9)}
    sat = act(scene, seating_actions.deal_out, scene.fay, board, old, people, EVENLY)
    new = act(scene, seating_actions.regroup, scene.fay, board, [board.stages[1]], number=3, called="Team")
    sits = act(scene, seating_actions.deal_out, scene.fay, board, new, people, EVENLY)
    assert all(len({sits[who] for who in people if sat[who] == table.id}) == 3 for table in old.groups)
    assert places(old) == {who: db.session.get(Group, group).name for who, group in sat.items()}  # earlier seats stay


def test_the_groups_that_matter_now(world, scene):
    board = world.board(scene.event, groups=2, stages=("One", "Two", "Three"))
    seating = board.seatings[0]
    with db.transaction(scene.event):
        for stage, has in zip(board.stages, (False, True, False), strict=True):
            stage.seating = seating if has else None
    assert seating_queries.seating_now(board) == seating  # the next stage that has any
    with db.transaction(scene.event):
        board.stages[0].here = False
        db.session.flush()
        board.stages[2].here = True
    assert seating_queries.seating_now(board) == seating  # the last before
    assert seating_queries.seating_now(world.board(scene.event)) is None


def test_groups_are_renamed_added_and_removed(scene, seating, world):
    one, two, three = seating.groups
    world.insight(scene.board, group=1)
    act(scene, seating_actions.sit, scene.ann, scene.board, three, mark="ann")
    act(scene, seating_actions.save_groups, scene.fay, scene.board, seating, [
        GroupRow(one.id, "Window", "Bins"), GroupRow(three.id, "", remove=True), GroupRow(None, "Door")])
    db.session.expire_all()
    assert [(g.name, g.topic) for g in seating.groups] == [("Window", "Bins"), ("Table 2", ""), ("Door", "")]
    assert places(seating) == {"ann": None}
    assert len({g.code for g in seating.groups}) == 3
    for rows, words in (([GroupRow(two.id, "x", remove=True)], "has written something"), ([GroupRow(one.id, "")], "a name"),
                        ([GroupRow(one.id, "table 2")], "same name"), ([GroupRow(None, f"G{i}") for i in range(60)], "1 to 60")):
        with pytest.raises((Conflict, Invalid), match=words):
            act(scene, seating_actions.save_groups, scene.fay, scene.board, seating, rows)


def test_a_code_finds_its_group_at_its_event_only(scene, seating, world):
    code = seating.groups[0].code
    assert seating_queries.group_called(scene.event, code).id == seating.groups[0].id
    for event, typed in ((world.event(), code), (scene.event, "NOPE"), (scene.event, "")):
        with pytest.raises(NotFound):
            seating_queries.group_called(event, typed)
