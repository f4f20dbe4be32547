"""Making a board from a practice, and changing it."""

import pytest
from sqlalchemy import update

from app.boards import seating_groups, set_up_actions
from app.boards.models import BY_GROUP, Board, BoardStage, Facilitator
from app.boards.practices import GROUPED, LONDON, ONE_IDEA, PRACTICES, SAME_PROMPTS, STAGED, StagePlan, filled_in
from app.boards.set_up_actions import PromptRow, begin
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import CHATHAM_HOUSE, Event, Role
from app.infra import db
from tests.world import AT


def make(actor, event, session=None, **more):
    with db.transaction(event):
        return begin(actor, event, session, **({"title": "Buses", "stages": [StagePlan(prompts=("Why?",))], "at": AT} | more))


def edit(actor, stage, prompts=(), **more):
    with db.transaction(stage.board.event):
        set_up_actions.save_stage(actor, stage, prompts=prompts, **({"title": stage.title, "about": "", "minutes": None,
                                                                      "seating": stage.seating} | more))


# ---- making one ------------------------------------------------------------------------------------------------------


def test_the_three_london_prompts_for_six_groups(scene):
    stages = filled_in(PRACTICES[SAME_PROMPTS], ideas="/ideas", example=True)
    board = make(scene.fay, scene.event, stages=stages, groups=6, called="Group")
    [stage], [seating] = board.stages, board.seatings
    assert (stage.here, stage.seating_id, [p.words for p in stage.prompts]) == (True, seating.id, list(LONDON))
    assert [g.name for g in seating.groups] == [f"Group {i}" for i in range(1, 7)]
    assert len({p.colour for p in stage.prompts}) == 3
    assert db.session.get(Facilitator, (board.id, scene.fay.id))


def test_codes_are_short_unlike_each_other_and_one_of_a_kind_on_the_whole_site(scene, monkeypatch):
    made = iter(["CCCC", "DDDD", "CCCC", "FFFF", "GGGG"])
    monkeypatch.setattr(seating_groups, "_code", lambda: next(made))
    grouped = [StagePlan(seated=GROUPED, prompts=("Why?",))]
    make(scene.fay, scene.event, stages=grouped, groups=2)
    other = make(scene.fay, scene.event, stages=grouped, groups=2)
    assert [g.code for g in other.seatings[0].groups] == ["FFFF", "GGGG"]  # CCCC is another board's


def test_the_staged_workshop_is_the_public_office(scene):
    board = make(scene.fay, scene.event, stages=filled_in(PRACTICES[STAGED], ideas="/i"), groups=5, called="Team")
    assert [(s.title, bool(s.seating_id), s.here, s.minutes) for s in board.stages] == [
        ("Read the stories", False, True, 25), ("Examine the projects", False, False, 35), ("Design in teams", True, False, 40),
        ("Come together", False, False, 20)]
    assert [p.words for p in board.stages[1].prompts] == ["How effective?", "What can we learn?"]
    assert [g.name for g in board.seatings[0].groups] == [f"Team {i}" for i in range(1, 6)]


def test_one_practical_idea_ends_at_the_ideas_bazaar(scene):
    board = make(scene.fay, scene.event, stages=filled_in(PRACTICES[ONE_IDEA], ideas="/e/camp/ideas"), groups=6, called="Table")
    assert "[Ideas Bazaar](/e/camp/ideas)" in board.stages[-1].about
    assert [p.words for p in board.stages[1].prompts] == ["Our one practical idea"]


@pytest.mark.parametrize(("given", "field"), [
    ({"title": ""}, "title"), ({"title": "x" * 121}, "title"), ({"stages": [StagePlan()]}, "stages-0-prompts"), ({"stages": []}, "stages-0-prompts"),
    ({"stages": [StagePlan(seated=GROUPED, prompts=("Why?",))], "groups": 61}, "groups"),
    ({"stages": [StagePlan(seated=GROUPED, prompts=("Why?",))], "groups": 0}, "groups"),
    ({"stages": [StagePlan(prompts=("Why?",)), StagePlan(minutes=0, prompts=("Why?",))]}, "stages-1-minutes"),
    ({"stages": [StagePlan(prompts=("x" * 201,))]}, "stages-0-prompts"), ({"stages": [StagePlan(prompts=("Why?",) * 13)]}, "stages-0-prompts"),
])
def test_what_cannot_be_is_said_at_its_field(scene, given, field):
    before = db.session.query(Board).count()
    with pytest.raises(Invalid) as refused:
        make(scene.fay, scene.event, **given)
    assert refused.value.field == field
    assert db.session.query(Board).count() == before


def test_a_session_s_board_is_made_by_its_leaders_and_the_event_s_by_campmakers(scene, world):
    session = world.session(scene.event, leaders=[scene.ann])
    assert make(scene.ann, scene.event, session).session_id == session.id
    for actor, of in ((scene.ben, session), (scene.ann, None), (scene.stranger, session), (None, None)):
        with pytest.raises(Forbidden):
            make(actor, scene.event, of)


# ---- what it is ------------------------------------------------------------------------------------------------------


def details(scene, **more):
    with db.transaction(scene.event):
        board = db.session.get(Board, scene.board.id)
        set_up_actions.save_details(scene.fay, board, **({"title": "Buses", "about": "", "anonymous": board.anonymous, "colour_by": BY_GROUP,
                                                          "kinds": {}} | more))


def test_details_are_changed_and_open_pages_made_anew(scene):
    details(scene, title="Trams", kinds={"rose": "Problem", "mint": "Idea"})
    board = scene.board
    assert (board.title, board.colour_by, board.version, board.arranged) == ("Trams", BY_GROUP, 2, 2)
    assert board.kinds == [{"colour": "rose", "label": "Problem"}, {"colour": "mint", "label": "Idea"}]
    with pytest.raises(Invalid):
        details(scene, kinds={"black": "Hole"})


def test_what_people_wrote_without_a_name_stays_so(scene, world):
    details(scene, anonymous=True)
    details(scene, anonymous=False)
    details(scene, anonymous=True)
    world.insight(scene.board, group=0)
    with pytest.raises(Conflict, match="stays so"):
        details(scene, anonymous=False)


def test_under_the_chatham_house_rule_the_choice_is_left_alone(scene):
    with db.transaction():
        db.session.execute(update(Event).values(attribution=CHATHAM_HOUSE))
    details(scene, anonymous=True)
    assert scene.board.anonymous is False


def test_only_who_runs_it_sets_it_up(scene):
    for somebody in (scene.ann, scene.stranger, None):
        with pytest.raises(Forbidden), db.transaction(scene.event):
            set_up_actions.add_stage(somebody, scene.board, title="More")


# ---- stages and prompts ----------------------------------------------------------------------------------------------


def test_prompts_are_renamed_ordered_added_and_removed(scene):
    first, second = scene.stage.prompts
    edit(scene.fay, scene.stage, [PromptRow(first.id, "What works well?", "sky", 1), PromptRow(second.id, "What is hard?", "mint", 2),
                                  PromptRow(None, "Who can help?", "rose", 1)])
    db.session.expire_all()
    assert [p.words for p in scene.stage.prompts] == ["Who can help?", "What works well?", "What is hard?"]
    edit(scene.fay, scene.stage, [PromptRow(second.id, "", remove=True)])
    assert {p.words for p in scene.stage.prompts} == {"Who can help?", "What works well?"}


def test_a_prompt_that_was_answered_stays_but_may_be_reworded(scene, world):
    prompt = scene.stage.prompts[0]
    world.insight(scene.board, group=0, state="hidden")
    with pytest.raises(Conflict, match="has been answered"):
        edit(scene.fay, scene.stage, [PromptRow(prompt.id, prompt.words, remove=True)])
    edit(scene.fay, scene.stage, [PromptRow(prompt.id, "Said otherwise", order=1)])
    assert scene.stage.prompts[0].words == "Said otherwise"


def test_a_board_asks_something_always(scene):
    with pytest.raises(Invalid, match="at least one question"):
        edit(scene.fay, scene.stage, [PromptRow(p.id, p.words, remove=True) for p in scene.stage.prompts])
    assert len(scene.stage.prompts) == 2


def test_a_stage_keeps_its_groups_once_something_is_written(scene, world):
    world.insight(scene.board, group=0)
    with pytest.raises(Conflict, match="keeps its groups"):
        edit(scene.fay, scene.stage, seating=None)


def test_stages_are_added_ordered_and_removed(scene):
    with db.transaction(scene.event):
        added = set_up_actions.add_stage(scene.fay, scene.board, title="Come together")
        set_up_actions.move_stage(scene.fay, added, "up")
        set_up_actions.move_stage(scene.fay, added, "up")  # at the front already
        added_id = added.id
    db.session.expire_all()
    assert [s.title for s in scene.board.stages] == ["Come together", ""]
    with pytest.raises(Conflict, match="Everybody is in this stage"), db.transaction(scene.event):
        set_up_actions.remove_stage(scene.fay, scene.board.stages[1])
    with db.transaction(scene.event):
        set_up_actions.remove_stage(scene.fay, db.session.get(BoardStage, added_id))
    assert [s.title for s in scene.board.stages] == [""]


def test_a_stage_in_which_somebody_wrote_stays(scene, world):
    board = world.board(scene.event, stages=("One", "Two"), here=1)
    world.insight(board)
    with db.transaction(scene.event):
        board.stages[1].here, board.stages[0].here = False, False
        db.session.flush()
        board.stages[0].here = True
    with pytest.raises(Conflict, match="so it stays"), db.transaction(scene.event):
        set_up_actions.remove_stage(scene.fay, board.stages[1])


# ---- facilitators ----------------------------------------------------------------------------------------------------


def test_somebody_else_may_run_it_and_nobody_locks_themselves_out(scene, world):
    with db.transaction(scene.event):
        set_up_actions.add_facilitator(scene.fay, scene.board, scene.ann)
        set_up_actions.add_facilitator(scene.ann, scene.board, scene.ann)
        set_up_actions.add_stage(scene.ann, scene.board, title="By Ann")
    with pytest.raises(Conflict, match="yourself"), db.transaction(scene.event):
        set_up_actions.remove_facilitator(scene.ann, scene.board, scene.ann.id)
    with pytest.raises(Invalid, match="pass to the event"), db.transaction(scene.event):
        set_up_actions.add_facilitator(scene.fay, scene.board, scene.stranger)
    with db.transaction(scene.event):
        set_up_actions.remove_facilitator(scene.fay, scene.board, scene.ann.id)
    with pytest.raises(Forbidden), db.transaction(scene.event):
        set_up_actions.add_stage(scene.ann, scene.board, title="Again")
    assert world.pass_of(scene.event, scene.ann).role == Role.ATTENDEE
