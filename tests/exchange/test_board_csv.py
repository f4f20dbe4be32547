"""Boards as tables: out and in again, files of other programs, formulas, and that all or nothing comes in, once."""

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.boards.insight_models import HIDDEN, SHOWN, Cluster, Insight
from app.boards.models import COLOURS, PROJECT, VOTED, Material
from app.boards.reading_out import board_out
from app.boards.words import text_of
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.exchange.board_actions import bring_in_stickies
from app.exchange.board_csv import MOST_ROWS, colour_of, read_board_csv, write_board_csv
from app.exchange.board_plan import plan_of
from app.exchange.csv_tables import BadTable, read_table
from app.infra import db
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(attribution="named")


@pytest.fixture
def fay(world, event):
    return world.holder(event, Role.CAMPMAKER)


@pytest.fixture
def board(world, event):
    return world.board(event, "Buses", groups=["Table 1", "Table 2"], prompts=("What works?", "What is hard?"))


def bring_in(fay, board, data, **more):
    with db.transaction():
        return bring_in_stickies(fay, board, read_board_csv(data.encode() if isinstance(data, str) else data), at=AT, **more)


def said(board):
    """Everything on the board as it goes out, without ids."""
    return [(part.title, lane.prompt.words, lane.group and lane.group.name, lane.project and lane.project.title,
             [(one.text, one.colour, one.votes, one.hidden) if hasattr(one, "text") else
              (one.title, [(each.text, each.colour, each.votes, each.hidden) for each in one.insights]) for one in lane.things])
            for part in board_out(board, hidden=True).parts for lane in part.lanes if any(lane.insights)]


def full(world, board):
    stage = board.stages[0]
    with db.transaction():
        stage.voting = VOTED
    column = {"board_id": board.id, "prompt_id": stage.prompts[1].id, "group_id": stage.seating.groups[0].id, "changed": 1}
    money = world.save(Cluster(title="Money", position=5000, **column))
    nameless = world.save(Cluster(title="", position=2, **column))
    world.insight(board, "=SUM(A1:A9)", group=0, votes=2)
    world.insight(board, "Two\nlines, “quoted”", group=1, colour="rose", votes=1)
    world.insight(board, "'@home", group=1, state=HIDDEN)
    for number, cluster in enumerate((money, money, nameless, nameless)):
        world.insight(board, f"In a cluster {number}", prompt=1, group=0, cluster_id=cluster.id, votes=number)
    world.insight(board, "Alone", prompt=1, group=0)


def test_out_and_in_again_is_the_same_board(world, event, fay, board):
    full(world, board)
    text = write_board_csv(board_out(board, hidden=True))
    assert text.splitlines()[0] == "text,column,group,colour,votes,cluster,stage,material,state"
    assert "\r\n'=SUM(A1:A9)," in text
    assert "''@home" in text
    other = world.board(event, "Again", groups=["Table 1", "Table 2"], prompts=("What works?", "What is hard?"))
    plan = bring_in(fay, other, text)
    assert (len(plan.new), plan.there, plan.errors) == (8, 0, [])
    assert said(other) == said(board)
    assert write_board_csv(board_out(other, hidden=True)) == text
    before = other.version
    assert (len(bring_in(fay, other, text).new), other.version) == (0, before)
    assert len(bring_in(fay, board, text).new) == 0  # nor is it doubled where it came from


def test_others_get_no_hidden_ones(world, board):
    full(world, board)
    assert "@home" not in write_board_csv(board_out(board))


def test_what_was_moved_or_removed_since_does_not_come_again(world, fay, board):
    data = "text,column,group\nOne,What works?,Table 1\nOne,What works?,Table 1\nTwo,What works?,Table 2\n"
    assert len(bring_in(fay, board, data).new) == 3
    first, second, third = db.session.query(Insight).order_by(Insight.id)
    with db.transaction():
        first.prompt_id = board.stages[0].prompts[1].id
        third.text, third.state = "", "removed"
    assert len(bring_in(fay, board, data).new) == 0
    assert second.text == "One"


def test_new_columns_become_prompts_and_groups_only_when_somebody_says_so(fay, board):
    data = "Sticky;Category;Room;Color;Likes\nNo lamps;Safety!;table 2;#a7d8ff;3\nMore lamps;safety;Table 3;green;\n"
    plan = plan_of(board, read_board_csv(data.encode()))
    assert [words for _, words in plan.prompts] == ["Safety!"]
    assert [name for _, name in plan.groups] == ["Table 3"]
    with pytest.raises(Invalid, match="Say that they may be made"):
        bring_in(fay, board, data)
    assert db.session.query(Insight).count() == 0
    bring_in(fay, board, data, make_groups=True)
    assert said(board) == [("", "Safety!", "Table 2", None, [("No lamps", "sky", 3, False)]),
                           ("", "Safety!", "Table 3", None, [("More lamps", "mint", 0, False)])]
    assert board.stages[0].voting == VOTED
    assert len({group.code for group in board.stages[0].seating.groups}) == 3


def test_one_column_of_texts_is_enough(fay, board):
    plan = bring_in(fay, board, "Free WiFi\nDrivers who wait\n\n  Heated stops \n")
    assert [(one.number, one.text) for one in plan.new] == [(1, "Free WiFi"), (2, "Drivers who wait"), (4, "Heated stops")]
    assert "row 1 (“Free WiFi”) is taken for a note" in " ".join(plan.warnings)
    assert [one.text for one in bring_in(fay, board, "Sticky notes\nHeated stops\nWarm drivers\n").new] == ["Warm drivers"]
    chosen = board.stages[0].prompts[1]
    assert bring_in(fay, board, "text\nLast\n", prompt_id=chosen.id, group_id=board.stages[0].seating.groups[1].id).new[0].prompt is chosen


@pytest.mark.parametrize("data", [
    "text,column\nCaffè – £5,What works?\n".encode("cp1252"), codecs.BOM_UTF16_LE + "text\tcolumn\nCaffè – £5\tWhat works?\n".encode("utf-16-le"),
    "\ufeffsep=;\r\nTEXT;Column\r\n\"Caffè – £5\";\"What works?\"\r\n".encode()])
def test_whatever_the_encoding_and_the_separator(data):
    assert [(one.text, one.column) for one in read_board_csv(data).stickies] == [("Caffè – £5", "What works?")]


def test_rows_that_cannot_be_are_named_and_nothing_comes_in(fay, board):
    data = f"text,votes,stage\nFine,1,\nToo long {'x' * 500},1,\nHm,many,\n...,2,\n"
    plan = plan_of(board, read_board_csv(data.encode()))
    assert [(number, words[:16]) for number, words in plan.errors] == [(3, "Keep it to 500 c"), (4, "What stands for ")]
    with pytest.raises(Invalid):
        bring_in(fay, board, data)
    assert db.session.query(Insight).count() == 0


def test_stages_and_projects_are_found_by_name(world, event, fay):
    staged = world.board(event, "Staged", stages=("Read", "Examine"), prompts=("How effective?",))
    world.save(Material(stage_id=staged.stages[1].id, position=1, kind=PROJECT, theme="Homes", title="Housing First"))
    bring_in(fay, staged, "text,stage,project,column\nVery,examine,housing first,How effective?\nHello,,,\n")
    assert [(stage, project) for stage, _, _, project, _ in said(staged)] == [("Read", None), ("Examine", "Housing First")]
    plan = plan_of(staged, read_board_csv(b"text,stage,project\na,Nowhere,\nb,Examine,Other\nc,Examine,\nd,Read,Other\n"))
    assert [number for number, _ in plan.errors] == [2, 3, 4]
    assert "left aside" in plan.warnings[0]


@pytest.mark.parametrize(("data", "words"), [
    (b"", "empty"), (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a CSV"), (b"name,town\na,b\n", "names no column of texts"),
    (b"text\n", "no notes in it"),
    pytest.param(("text\n" + "a\n" * (MOST_ROWS + 1)).encode(), "5,001 notes", id="many")])
def test_files_that_are_none(data, words):
    with pytest.raises(BadTable, match=words):
        read_board_csv(data)


def test_who_may_and_when(world, event, fay, board):
    with pytest.raises(Forbidden):
        bring_in(world.holder(event), board, "text\nOne\n")
    with db.transaction():
        board.state = "closed"
    with pytest.raises(Conflict, match="closed"):
        bring_in(fay, board, "text\nOne\n")


def test_as_many_as_may_be_take_few_statements(world, event, fay, statements):
    plain = world.board(event)
    data = "text,column\n" + "".join(f"Note number {n},{'What works?' if n % 2 else 'What is hard?'}\n" for n in range(200))
    with statements() as few:
        plan_of(plain, read_board_csv(data.encode()))
    assert len(few) < 12
    bring_in(fay, plain, data)
    assert db.session.query(Insight).filter_by(board_id=plain.id, state=SHOWN).count() == 200


@pytest.mark.parametrize(("theirs", "ours"), [("#FFF9B1", "lemon"), ("light_pink", "rose"), ("Violet", "lilac"), ("#d5f692", "mint"), ("#808080", ""), ("", ""),
                                              ("12", "")])
def test_colours_of_other_programs(theirs, ours):
    assert colour_of(theirs) == ours


KEPT = st.text(st.characters(codec="utf-8", exclude_characters="\u200b\ufeff"), min_size=1, max_size=30)


def kept(text):
    try:
        return text_of(text)
    except Invalid:
        return None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(KEPT.map(kept).filter(bool), st.integers(0, 1), st.integers(0, 1), st.sampled_from(COLOURS), st.integers(0, 9),
                               st.sampled_from(["", "", "A", "B"]), st.sampled_from([SHOWN, HIDDEN])), min_size=1, max_size=6))
def test_any_board_comes_back_as_it_was(world, event, fay, rows):
    prompts, groups = ("What works?", "What is hard?"), ["Table 1", "Table 2"]
    one, two = (world.board(event, prompts=prompts, groups=groups) for _ in range(2))
    stage = one.stages[0]
    clusters = {}
    with db.transaction() as session:
        stage.voting = VOTED
        for position, (text, prompt, group, colour, votes, cluster, state) in enumerate(rows, 1):
            column = {"board_id": one.id, "prompt_id": stage.prompts[prompt].id, "group_id": stage.seating.groups[group].id, "changed": 1}
            if cluster and (prompt, group, cluster) not in clusters:
                clusters[prompt, group, cluster] = Cluster(title=cluster, position=position, **column)
            session.add(Insight(key=str(position), text=text, colour=colour, position=position, votes=votes, state=state, at=AT,
                                cluster=clusters.get((prompt, group, cluster)) if cluster else None, **column))
    text = write_board_csv(board_out(one, hidden=True))
    with db.transaction():
        two.stages[0].voting = VOTED
    bring_in(fay, two, text)
    assert said(two) == said(one)
    assert len(read_table(text.encode()).rows) == len(rows)
