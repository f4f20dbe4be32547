"""Dots: as many as the facilitator says, whose they are known to nobody, and hidden until voting is closed."""

import pytest
from sqlalchemy import select

from app.boards import insight_actions, votes
from app.boards.insight_models import Vote
from app.boards.models import CLOSED, NO_VOTING, VOTED, VOTING
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.infra import db
from app.infra.db import transaction
from tests.boards.doing import FACILITATOR, add, said, view

MINE, THEIRS = "a" * 64, "b" * 64


def vote(actor, insight, dots, voter=MINE):
    with transaction(insight.board.event):
        return votes.vote(actor, insight, dots=dots, voter=voter)


def voting(scene, state, *, hidden=True, dots=3):
    with transaction(scene.event):
        scene.stage.voting, scene.stage.votes_hidden, scene.stage.dots = state, hidden, dots


@pytest.fixture
def two(scene):
    """Two notes, while voting is open and hidden."""
    voting(scene, VOTING)
    return [add(scene.ann, scene.board, text) for text in ("One", "Two")]


def test_as_many_as_one_says_and_again_is_the_same(scene, two):
    assert vote(scene.ann, two[0], 2) == (1, None)
    assert vote(scene.ann, two[0], 2) == (1, None)
    assert vote(scene.ann, two[1], 1) == (0, None)
    with pytest.raises(Conflict, match="left"):
        vote(scene.ann, two[1], 2)
    assert vote(scene.ben, two[0], 3, THEIRS) == (0, None)
    assert (two[0].votes, two[1].votes) == (5, 1)
    assert vote(scene.ann, two[0], 0) == (2, None)
    assert two[0].votes == 3
    assert sorted(map(tuple, db.session.execute(select(Vote.voter, Vote.dots)))) == [(MINE, 1), (THEIRS, 3)]


def test_hidden_dots_are_in_nobodys_page(scene, two):
    version = scene.board.version
    vote(scene.ann, two[0], 2)
    assert scene.board.version == version  # that it changed would tell where dots are
    for reader in (FACILITATOR,):
        shown = view(scene.board, reader=reader, by_votes=True)
        assert not shown.by_votes
        assert {thing.votes for part in shown.parts for lane in part.lanes for thing in lane.things} == {None}
    voting(scene, VOTED)
    shown = view(scene.board, by_votes=True)
    assert [thing.votes for thing in shown.parts[0].lanes[0].things] == [2, 0]


def test_shown_dots_are_live_and_rank(scene, two):
    voting(scene, VOTING, hidden=False)
    version = scene.board.version
    assert vote(scene.ann, two[1], 2) == (1, 2)
    assert (scene.board.version, two[1].changed) == (version + 1, version + 1)
    assert said(view(scene.board))[0] == ["One", "Two"]
    assert said(view(scene.board, by_votes=True))[0] == ["Two", "One"]


@pytest.mark.parametrize(("state", "hidden", "shown"), [
    (NO_VOTING, True, False), (NO_VOTING, False, False), (VOTING, True, False), (VOTING, False, True), (VOTED, True, True),
    (VOTED, False, True)])
def test_when_dots_are_shown(scene, state, hidden, shown):
    voting(scene, state, hidden=hidden)
    assert votes.shown(scene.stage) is shown


def test_refusals(scene, two):
    for wrong in (-1, 4):
        with pytest.raises(Invalid):
            vote(scene.ann, two[0], wrong)
    for nobody in (None, scene.stranger):
        with pytest.raises(Forbidden):
            vote(nobody, two[0], 1)
    with transaction(scene.event):
        insight_actions.hide(scene.fay, two[0])
    with pytest.raises(NotFound):
        vote(scene.ann, two[0], 1)
    for state in (NO_VOTING, VOTED):
        voting(scene, state)
        with pytest.raises(Conflict):
            vote(scene.ann, two[1], 1)
    voting(scene, VOTING)
    with transaction(scene.event):
        scene.board.state = CLOSED
    with pytest.raises(Forbidden):
        vote(scene.ann, two[1], 1)
