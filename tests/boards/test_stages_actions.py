"""Moving everyone, the timer, voting, closing: what who runs a board does."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.boards import stages_actions
from app.boards.models import CLOSED, OPEN, VOTED, VOTING, Board, BoardStage
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Event
from app.infra import db
from tests.world import AT


def act(scene, do, *args, **more):
    with db.transaction(scene.event):
        return do(scene.fay, *args, **more)


@pytest.fixture
def board(scene, world):
    return world.board(scene.event, groups=2, stages=("One", "Two", "Three"), stage={"minutes": 20})


def where(board) -> list[str]:
    db.session.expire_all()
    return [stage.title for stage in board.stages if stage.here]


def test_everyone_is_moved_and_the_timer_starts_with_it(scene, board):
    act(scene, stages_actions.start_timer, board.stages[0], at=AT)
    assert act(scene, stages_actions.move_everyone, board, board.stages[1], start_timer=True, at=AT)
    assert where(board) == ["Two"]
    assert board.stages[0].ends_at is None
    assert board.stages[1].ends_at == AT + timedelta(minutes=20)
    assert board.arranged == board.version == 3
    assert not act(scene, stages_actions.move_everyone, board, board.stages[1], start_timer=True, at=AT + timedelta(minutes=5))
    assert board.stages[1].ends_at == AT + timedelta(minutes=20)  # a second tap starts nothing again


def test_exactly_one_stage_is_here_whoever_moves_at_once(app, scene, board):
    """Two facilitators tap different buttons at the same moment, again and again."""
    event_id, board_id, stages = scene.event.id, board.id, [stage.id for stage in board.stages]
    fay_id, seen, faults = scene.fay.id, [], []
    ready = threading.Barrier(3)

    def move(offset: int) -> None:
        with app.app_context():
            ready.wait()
            for n in range(5):
                try:
                    with db.transaction(db.session.get(Event, event_id)):
                        stages_actions.move_everyone(db.session.get(Person, fay_id), db.session.get(Board, board_id),
                                                     db.session.get(BoardStage, stages[(n + offset) % 3]), at=AT)
                except Exception as problem:
                    faults.append(problem)
                db.session.rollback()
                seen.append(len(db.session.scalars(select(BoardStage.id).where(BoardStage.board_id == board_id, BoardStage.here)).all()))
            db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=move, args=(offset,)) for offset in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert set(seen) == {1}


def test_the_timer_starts_stops_goes_on_and_is_put_back(scene, board):
    stage = board.stages[0]
    act(scene, stages_actions.start_timer, stage, at=AT)
    act(scene, stages_actions.start_timer, stage, at=AT + timedelta(minutes=3))  # runs already
    assert stage.ends_at == AT + timedelta(minutes=20)
    act(scene, stages_actions.stop_timer, stage, at=AT + timedelta(minutes=5, seconds=30))
    assert (stage.ends_at, stage.paused_left) == (None, 870)
    act(scene, stages_actions.start_timer, stage, at=AT + timedelta(hours=1))
    assert (stage.ends_at, stage.paused_left) == (AT + timedelta(hours=1, seconds=870), None)
    act(scene, stages_actions.stop_timer, stage, at=AT + timedelta(hours=2))  # over by then: nothing is left of it
    assert (stage.ends_at, stage.paused_left) == (None, None)
    act(scene, stages_actions.start_timer, stage, minutes=2, at=AT)
    act(scene, stages_actions.reset_timer, stage)
    assert (stage.ends_at, stage.paused_left) == (None, None)


@pytest.mark.parametrize(("before", "more", "ends_at", "left"), [
    ({"ends_at": AT + timedelta(minutes=4)}, 5, AT + timedelta(minutes=9), None),
    ({"ends_at": AT - timedelta(minutes=4)}, 5, AT + timedelta(minutes=5), None),  # over: five from now
    ({"paused_left": 30}, 1, None, 90), ({}, 1, None, 21 * 60), ({"minutes": None}, 5, None, 300),
    ({"ends_at": AT + timedelta(minutes=599)}, 5, AT + timedelta(minutes=600), None),
])
def test_minutes_are_added(scene, board, before, more, ends_at, left):
    stage = board.stages[0]
    with db.transaction(scene.event):
        for name, value in before.items():
            setattr(stage, name, value)
    act(scene, stages_actions.add_minutes, stage, more, at=AT)
    assert (stage.ends_at, stage.paused_left) == (ends_at, left)


def test_a_timer_needs_to_know_how_long(scene):
    for minutes in (None, 0, 601):
        with pytest.raises(Invalid) as refused:
            act(scene, stages_actions.start_timer, scene.stage, minutes=minutes, at=AT)
        assert refused.value.field == "minutes"


def test_voting_is_opened_and_closed(scene):
    act(scene, stages_actions.open_voting, scene.stage, dots=5, hidden=True)
    assert (scene.stage.voting, scene.stage.dots, scene.stage.votes_hidden) == (VOTING, 5, True)
    assert "5 dots. How many anything has is shown when voting is closed" in stages_actions.voting_said(scene.stage)
    act(scene, stages_actions.close_voting, scene.stage)
    act(scene, stages_actions.close_voting, scene.stage)
    assert scene.stage.voting == VOTED
    act(scene, stages_actions.open_voting, scene.stage, dots=1, hidden=False)
    assert stages_actions.voting_said(scene.stage) == "Voting is open: everybody has one dot."
    for dots in (0, 21):
        with pytest.raises(Invalid):
            act(scene, stages_actions.open_voting, scene.stage, dots=dots, hidden=False)


def test_what_people_were_promised_to_be_hidden_stays_so_until_voting_is_closed(scene):
    act(scene, stages_actions.open_voting, scene.stage, dots=3, hidden=True)
    with pytest.raises(Conflict, match="stay hidden until voting is closed"):
        act(scene, stages_actions.open_voting, scene.stage, dots=3, hidden=False)
    assert scene.stage.votes_hidden


def test_closing_ends_voting_and_timers_and_opening_opens(scene, board):
    act(scene, stages_actions.start_timer, board.stages[0], at=AT)
    act(scene, stages_actions.open_voting, board.stages[0], dots=3, hidden=True)
    act(scene, stages_actions.close, board)
    assert (board.state, board.stages[0].voting, board.stages[0].ends_at) == (CLOSED, VOTED, None)
    for do, args in ((stages_actions.move_everyone, (board, board.stages[1])), (stages_actions.start_timer, (board.stages[0],)),
                     (stages_actions.add_minutes, (board.stages[0], 1))):
        with pytest.raises(Conflict, match="closed"):
            act(scene, do, *args, at=AT)
    act(scene, stages_actions.reopen, board)
    assert board.state == OPEN


def test_only_who_runs_it_does_any_of_it(scene, board):
    stage = board.stages[0]
    for do, args, more in ((stages_actions.move_everyone, (board, stage), {"at": AT}), (stages_actions.start_timer, (stage,), {"at": AT}),
                           (stages_actions.stop_timer, (stage,), {"at": AT}), (stages_actions.reset_timer, (stage,), {}),
                           (stages_actions.add_minutes, (stage, 1), {"at": AT}), (stages_actions.open_voting, (stage,), {"dots": 3, "hidden": True}),
                           (stages_actions.close_voting, (stage,), {}), (stages_actions.close, (board,), {}), (stages_actions.reopen, (board,), {})):
        for somebody in (scene.ann, scene.stranger, None):
            with pytest.raises(Forbidden), db.transaction(scene.event):
                do(somebody, *args, **more)
    assert board.version == 1
