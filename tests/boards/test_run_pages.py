"""The page of who runs a board, and its buttons."""

import pytest

from app.boards.practices import IDEA_OWED
from app.infra import db
from tests.pages import parsed, text_of

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions


def page(response) -> str:
    return text_of(parsed(response.text)[0])


def tables(response) -> list[list[str]]:
    """What the page says of each group: its name, people, notes."""
    return [[text_of(cell) for cell in row] for row in parsed(response.text)[0].iter("tr")][1:]


@pytest.fixture
def workshop(scene, world, client):
    """The address of a board of two stages, two groups; the client runs it."""
    board = world.board(scene.event, "Workshop", groups=2, stages=("Look around", "Decide"), stage={"minutes": 20})
    client.sign_in(scene.fay)
    return board, f"/e/{scene.event.slug}/boards/{board.id}"


def test_everyone_is_moved_with_one_button(client, workshop):
    board, at = workshop
    assert "Move everyone to “Decide”" in page(client.get(f"{at}/run"))
    client.send(f"{at}/stage", stage_id=board.stages[1].id, start="1")
    seen = page(client.get(f"{at}/run"))
    assert "Stage 2 of 2 Decide" in seen
    assert "until " in seen  # without scripts
    assert [s.here for s in board.stages] == [False, True]
    earlier = page(client.get(f"{at}?stage={board.stages[0].id}"))
    assert "This is not the stage everybody is in." in earlier


def test_the_timer_s_buttons(client, workshop):
    board, at = workshop
    client.send(f"{at}/timer", do="start")
    ends = board.stages[0].ends_at
    client.send(f"{at}/timer", add="5")
    assert (board.stages[0].ends_at - ends).total_seconds() == 300
    shown = client.get(at)
    assert f'data-ends="{board.stages[0].ends_at.isoformat()}"' in shown.text
    client.send(f"{at}/timer", do="stop")
    assert board.stages[0].paused_left > 1400
    client.send(f"{at}/timer", do="reset")
    assert board.stages[0].paused_left is None
    client.send(f"{at}/timer", minutes="many")
    assert "Give a whole number." in page(client.get(f"{at}/run"))


def test_voting_s_buttons(client, workshop):
    board, at = workshop
    client.send(f"{at}/voting", dots="5", hidden="1")
    assert (board.stages[0].voting, board.stages[0].dots, board.stages[0].votes_hidden) == ("open", 5, True)
    client.send(f"{at}/voting", dots="5")
    assert "stay hidden until voting is closed" in page(client.get(f"{at}/run"))
    client.send(f"{at}/voting", do="close")
    assert "Voting is closed." in page(client.get(f"{at}/run"))


def test_who_is_where_and_what_is_written(client, workshop, scene, world, statements):
    board, at = workshop
    assert tables(client.get(f"{at}/run/fragment")) == [["Table 1", "0", "0"], ["Table 2", "0", "0"]]
    counts = []
    for _ in range(2):
        for i in range(3):
            world.insight(board, group=i % 2)
        with statements() as said:
            seen = client.get(f"{at}/run/fragment")
        counts.append(len(said))
    assert tables(seen) == [["Table 1", "0", "4"], ["Table 2", "0", "2"]]
    assert counts[0] == counts[1]
    client.sign_in(scene.ann).send(f"{at}/join", group=board.seatings[0].groups[1].id)
    assert tables(client.sign_in(scene.fay).get(f"{at}/run/fragment"))[1] == ["Table 2", "1", "2"]
    assert client.sign_in(scene.ann).get(f"{at}/run/fragment").status_code == 403


def test_which_table_still_owes_its_idea(client, scene, world):
    board = world.board(scene.event, groups=2, prompts=(IDEA_OWED,))
    world.insight(board, "Ask the driver", group=0)
    client.sign_in(scene.fay)
    seen = client.get(f"/e/{scene.event.slug}/boards/{board.id}/run")
    assert tables(seen) == [["Table 1", "0", "Has its idea"], ["Table 2", "0", "owes its idea"]]


def test_a_closed_board_is_read_and_not_run(client, workshop):
    board, at = workshop
    client.send(f"{at}/close")
    assert board.state == "closed"
    seen = page(client.get(f"{at}/run"))
    assert "it can be read, and not written on" in seen
    assert "Move everyone" not in seen
    client.send(f"{at}/stage", stage_id=board.stages[1].id)
    db.session.expire_all()
    assert board.stages[0].here
    client.send(f"{at}/reopen")
    assert board.state == "open"


def test_others_are_told_whom_it_is_for(client, workshop, scene):
    _, at = workshop
    client.sign_in(scene.ann)
    for path in ("run", "run/stream", "groups", "codes", "set-up", "plenary/pick"):
        refused = client.get(f"{at}/{path}")
        assert refused.status_code == 403
    assert "who runs this board" in page(refused)
