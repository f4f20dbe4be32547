"""A board in its session's notes: what stands there, that doing it again doubles and overwrites nothing, and what is taken out."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.boards import board_text, recording
from app.boards.idea_models import Idea
from app.boards.insight_models import HIDDEN, REMOVED, Cluster, InsightText
from app.boards.models import PICTURE, VOTED, VOTING, Material
from app.documents import queries as documents
from app.errors import Conflict, Forbidden
from app.infra import db, live, markdown
from app.notes import actions as notes
from app.notes import off_record
from app.notes.queries import note_of
from tests.world import AT


@pytest.fixture
def board(world, scene):
    session = world.session(scene.event, "Buses after six", room=1, slot=1, leaders=[scene.ann])
    return world.board(scene.event, "Buses", session=session, groups=["Table 1", "Table 2"], prompts=("What works?", "What is hard?"))


def record(board, by, minutes=0):
    with db.transaction():
        return recording.record(by, board, at=AT + timedelta(minutes=minutes))


def text_of(board) -> str:
    return documents.text_of(note_of(board.session).document)


def write(board, by, change, minutes=1):
    """Somebody edits the notes."""
    with db.transaction():
        document = note_of(board.session).document
        return notes.save(by, board.session, text=change(text_of(board)), base_revision=documents.base_of(document),
                          at=AT + timedelta(minutes=minutes))


def test_a_board_becomes_a_section(world, scene, board):
    stage = board.stages[0]
    with db.transaction():
        stage.voting = VOTED
    together = world.save(Cluster(board_id=board.id, prompt_id=stage.prompts[1].id, group_id=stage.seating.groups[0].id,
                                  title="Money", position=5, changed=1))
    world.insight(board, "Free *WiFi* at\n# stops", group=0, votes=7)
    world.insight(board, "Lost", group=1, votes=1)
    world.insight(board, "Fares", prompt=1, group=0, cluster_id=together.id, votes=2)
    made = world.insight(board, "Passes", prompt=1, group=0, cluster_id=together.id, votes=1)
    world.save(Idea(event_id=board.event_id, name="A pass for all [really]", insight_id=made.id, created_at=AT))
    world.save(Material(stage_id=stage.id, position=1, kind=PICTURE, title="The depot", credit="M. Parry", licence="CC BY 4.0",
                        name="k7abc.jpg", alt="Buses in a row"))
    assert record(board, scene.ann).changed
    section = text_of(board).split("## Buses\n")[1]
    at = f"/e/{scene.event.slug}"
    assert section == f"""
From the board: [open it]({at}/boards/{board.id}), 4 insights from 2 groups.

![Buses in a row]({at}/boards/{board.id}/pictures/k7abc.jpg)
*The depot. Picture: M. Parry. CC BY 4.0.*

### What works?

#### Table 1

- Free \\*WiFi\\* at
  \\# stops (7 dots)

#### Table 2

- Lost (1 dot)

### What is hard?

#### Table 1

##### Money (3 dots)

- Fares (2 dots)
- Passes (1 dot) → [Idea: A pass for all \\[really\\]]({at}/ideas/1)
"""
    html = str(markdown.render(text_of(board)))
    assert "Free *WiFi* at<br" in html
    assert "A pass for all [really]</a>" in html
    assert 'alt="Buses in a row"' in html


def test_again_is_the_same_and_later_it_is_brought_up_to_date(world, scene, board):
    world.insight(board, "Free WiFi", group=0)
    record(board, scene.ann)
    before = text_of(board)
    assert not record(board, scene.fay, 5).changed
    assert text_of(board) == before
    write(board, scene.ben, lambda text: text.replace("- Free WiFi", "- Free WiFi, on the 36 only").replace(
        "## Notes\n\n-", "## Notes\n\n- Cold room", 1) + "\n## Afterwards\n\nTo the pub\n")
    world.insight(board, "Drivers who wait", group=0)
    assert record(board, scene.ann, 9).changed
    now = text_of(board)
    assert "- Free WiFi, on the 36 only\n- Drivers who wait\n" in now
    assert now.count("WiFi") == 1
    assert "- Cold room" in now
    assert now.endswith("\n## Afterwards\n\nTo the pub\n")
    assert now.count("## Buses") == 1
    assert not record(board, scene.ann, 12).changed
    assert text_of(board) == now


def test_people_s_lines_stay_where_both_changed_them(world, scene, board):
    insight = world.insight(board, "Free WiFi on all buses", group=0)
    world.insight(board, "Heated stops", group=0)
    record(board, scene.ann)
    write(board, scene.ben, lambda text: text.replace("Free WiFi on all buses", "Nobody wanted that in the end")
          .replace("- Heated stops\n", ""))
    with db.transaction():
        insight.text = "Costly WiFi on all buses"
    world.insight(board, "Drivers who wait", group=0)
    assert record(board, scene.ann, 9).kept == 1
    now = text_of(board)
    assert "Nobody wanted that" in now
    assert "Costly" not in now
    assert "Heated stops" not in now
    assert "Drivers who wait" in now


def test_what_is_hidden_is_left_out_and_hidden_dots_are_not_told(world, scene, board):
    with db.transaction():
        board.stages[0].voting, board.stages[0].votes_hidden = VOTING, True
    world.insight(board, "Shown", votes=9)
    world.insight(board, "Unkind", state=HIDDEN)
    record(board, scene.ann)
    assert "Shown\n" in text_of(board)
    assert "Unkind" not in text_of(board)
    assert "dots" not in text_of(board)


def test_signed_names_only_where_notes_name_people(world, scene, board):
    world.insight(board, "Mine", signed="Ann Other")
    record(board, scene.ann)
    assert "- Mine – Ann Other" in text_of(board)
    with db.transaction():
        scene.event.attribution = "chatham"
    record(board, scene.ann, 5)
    assert "Ann Other" not in text_of(board)


def test_refused(world, scene, board):
    for somebody in (None, scene.stranger):
        with pytest.raises(Forbidden):
            record(board, somebody)
    with pytest.raises(Conflict, match="Nothing has been written"):
        record(board, scene.ann)
    with pytest.raises(Forbidden, match="whole event"):
        record(scene.board, scene.fay)
    world.insight(board, "One")
    with db.transaction():
        scene.event.notes_writers = "campmakers"
    with pytest.raises(Forbidden):
        record(board, scene.ben)
    assert record(board, scene.ann).changed  # she leads the session, so she runs the board
    with db.transaction():
        scene.event.notes_close_at = AT
    with pytest.raises(Forbidden, match="has closed"):
        record(board, scene.fay, 1)


def test_refused_when_the_notes_would_be_too_long(world, scene, board):
    world.insight(board, "a few words more", group=0)
    with db.transaction():
        notes.save(scene.ann, board.session, text="x" * (256 * 1024 - 40), base_revision=0, at=AT)
    with pytest.raises(Conflict, match="longer than 256 kB"):
        record(board, scene.ann, 1)
    assert board.recorded is None
    assert len(text_of(board)) == 256 * 1024 - 40


def test_a_marker_that_went_alone_is_asked_for_and_a_section_that_went_comes_anew(world, scene, board):
    world.insight(board, "Free WiFi", group=0)
    record(board, scene.ann)
    with_it = text_of(board)
    write(board, scene.ben, lambda text: text.replace("[open it]", "it").replace(f"(/e/{scene.event.slug}/boards/{board.id})", ""))
    with pytest.raises(Conflict, match="Put the link back"):
        record(board, scene.ann, 2)
    write(board, scene.ben, lambda text: text.split("## Buses")[0], 3)
    assert record(board, scene.ann, 5).changed
    assert text_of(board).strip() == with_it.strip()


def test_open_editors_and_the_notes_page_are_told(world, scene, board, monkeypatch):
    told = []
    monkeypatch.setattr(live, "publish", lambda topic, version: told.append(topic))
    world.insight(board, "Free WiFi")
    record(board, scene.ann)
    assert {f"document:{note_of(board.session).document.id}", f"note:{board.session_id}"} <= set(told)


def take_out(insight):
    with db.transaction():
        assert recording.take_out(insight, at=AT + timedelta(hours=1)) == []
        insight.text, insight.state = "", REMOVED


def everything_kept(board) -> str:
    document = note_of(board.session).document
    revisions = documents.revisions_of(document, most=99)
    texts = [documents.text_at(document, revision.number) for revision in revisions]
    return "\n".join([*texts, text_of(board), board.recorded or "", *map(repr, documents.updates_of(document))])


def test_what_is_removed_goes_from_the_note_too(world, scene, board):
    insight = world.insight(board, "The supplier Quandtly will be bankrupt by May", group=0)
    stays = world.insight(board, "Heated stops", group=0)
    world.save(InsightText(insight_id=insight.id, number=1, text="Quandtly goes under"))
    record(board, scene.ann)
    write(board, scene.ben, lambda text: text.replace("bankrupt by May", "bankrupt by April or May, they say")
          .replace("- Heated stops", "- Heated stops\n- The cats of Quandtly street"))
    take_out(insight)
    kept = everything_kept(board)
    assert "bankrupt" not in kept
    assert "supplier" not in kept
    assert "goes under" not in kept
    assert "- Heated stops" in text_of(board)
    assert board.recorded.count("- ") == 1
    record(board, scene.ann, 99)
    assert text_of(board).count("Heated stops") == 1
    assert "bankrupt" not in everything_kept(board)
    assert stays.text


def test_a_short_one_goes_from_its_section_only(world, scene, board):
    insight = world.insight(board, "Sack Bob", group=0)
    world.insight(board, "Sack Bob’s boss", group=1)
    with db.transaction():
        notes.save(scene.ann, board.session, text="# Day\n\nSack races and Bob’s cake\n", base_revision=0, at=AT)
    record(board, scene.ann, 1)
    take_out(insight)
    assert "- Sack Bob\n" not in everything_kept(board)
    assert "- Sack Bob’s boss" in text_of(board)
    assert "Sack races and Bob’s cake" in text_of(board)


def test_nothing_happens_where_another_says_the_same_or_the_note_says_nothing_of_it(world, scene, board):
    one, _ = world.insight(board, "More time", group=0), world.insight(board, "More time", group=1)
    late = world.insight(board, "Said later on", group=1, state=HIDDEN)
    record(board, scene.ann)
    before, revision = text_of(board), note_of(board.session).document.revision
    take_out(one)
    take_out(late)
    assert text_of(board) == before
    assert note_of(board.session).document.revision == revision


def test_what_goes_off_the_record_in_the_notes_does_not_come_back_from_the_board(world, scene, board):
    whole = world.insight(board, "Quandtly will be bankrupt by May", group=0)
    part = world.insight(board, "They say that Zephyr sold the depot, which is a pity", group=0)
    other = world.insight(board, "Heated stops", group=1)
    record(board, scene.ann)
    for passage in ("- Quandtly will be bankrupt by May", "Zephyr sold the depot"):
        with db.transaction():
            off_record.take_off(scene.ben, board.session, passage=passage, at=AT + timedelta(hours=1))
    assert (whole.state, whole.text) == (REMOVED, "")
    assert (part.state, other.state) == (HIDDEN, "shown")
    assert "bankrupt" not in everything_kept(board)
    assert "Zephyr" not in everything_kept(board)
    record(board, scene.ann, 99)
    assert text_of(board).count("- Heated stops") == 1
    assert "Quandtly" not in text_of(board)
    assert "Zephyr" not in text_of(board)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60), min_size=1,
                     max_size=4),
       before=st.sampled_from(["", "# Ours\n", "text\n\n## Buses\n\nnot the board’s", "```\n## x\n```\n"]),
       edit=st.sampled_from(["", "- ours\n", "\n\n## Mine\n\nafter", "### Mine\n"]))
def test_recording_twice_is_recording_once(said, before, edit):
    """The section by itself: put in, edited by somebody, put in again and again."""
    section = "\n\n".join(["## Buses", "From the board: [open it](/e/x/boards/7), 3.", "### Why?",
                           "\n".join(f"- {board_text.words(one)}" for one in said)])
    once, _ = recording._with_section(before, section, None, "/e/x/boards/7")
    assert recording._with_section(once, section, section, "/e/x/boards/7") == (once, 0)
    edited = once + edit
    again, kept = recording._with_section(edited, section, section, "/e/x/boards/7")
    assert again == edited
    assert kept == 0
    more, _ = recording._with_section(edited, section + "\n- more", section, "/e/x/boards/7")
    assert sorted(more.split("\n")) == sorted([*edited.split("\n"), "- more"])
