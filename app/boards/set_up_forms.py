"""What people type to make a board and to set it up."""

from wtforms import BooleanField, FieldList, FormField, IntegerField
from wtforms import Form as Rows
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.boards.models import BY_GROUP, BY_KIND, COLOURS, PROMPT_LENGTH, TITLE_LENGTH, Board, BoardStage, Seating
from app.boards.practices import GROUPED, TOGETHER, Practice, StagePlan
from app.boards.seating_groups import CALLED_LENGTH, GROUPS_MOST, NAME_LENGTH, TOPIC_LENGTH
from app.boards.set_up_actions import ABOUT_LENGTH, KIND_LENGTH, MINUTES_MOST, PROMPTS_MOST, PromptRow
from app.events.choices import OneOf, Pick, offered
from app.events.row_forms import Row, Whole, Within
from app.web.forms import Form, Line, Lines, one_line

SEATED = [(GROUPED, "Each group for itself"), (TOGETHER, "The whole room together")]
COLOUR_NAMES = [(colour, colour.capitalize()) for colour in COLOURS]
WHOLE_ROOM = 0  # as a choice of who answers in a stage
EMPTY_PROMPTS = 3


def _minutes(label: str = "Minutes") -> Whole:
    return Whole(label, [Optional(), Within(1, MINUTES_MOST, f"Give 1 to {MINUTES_MOST} minutes.")])


def lines_of(text: str | None) -> tuple[str, ...]:
    """What stands on each line; empty ones are left out."""
    return tuple(line for line in map(one_line, (text or "").split("\n")) if line)


class Asked(Lines):
    """Prompts, one on each line."""

    def __init__(self, label: str = "Prompts", **kwargs):
        super().__init__(label, PROMPTS_MOST * (PROMPT_LENGTH + 2), **kwargs)

    def pre_validate(self, form) -> None:
        """Each line is a prompt of its own."""
        asked = lines_of(self.data)
        if len(asked) > PROMPTS_MOST:
            raise ValidationError(f"Ask at most {PROMPTS_MOST} questions in a stage.")
        if any(len(words) > PROMPT_LENGTH for words in asked):
            raise ValidationError(f"Keep each prompt to {PROMPT_LENGTH} characters.")


class StagePlanForm(Rows):
    """A stage of the board that is to be made."""

    title = Line("Title", TITLE_LENGTH, [Optional()])
    about = Lines("Instructions", ABOUT_LENGTH, [Optional()])
    minutes = _minutes()
    seated = Pick("Who answers", SEATED)
    prompts = Asked()
    leave_out = BooleanField("Leave this stage out")


class NewBoardForm(Form):
    """A board to be made, with its stages, prompts and groups: all in one form."""

    title = Line("Title", TITLE_LENGTH, [DataRequired("Give the board a title.")])
    groups = Whole("How many groups", [InputRequired("Say how many groups there are; 0 for the whole room together."),
                                       Within(0, GROUPS_MOST, f"Make 0 to {GROUPS_MOST} groups.")])
    called = Line("What a group is called", CALLED_LENGTH, [DataRequired("Say what a group is called.")])
    anonymous = BooleanField("Nobody’s name is kept with what they write")
    stages = FieldList(FormField(StagePlanForm))

    @classmethod
    def of(cls, practice: Practice, stages: tuple[StagePlan, ...], title: str) -> "NewBoardForm":
        """The form for a practice; what was sent replaces what is filled in."""
        return cls(data={"title": title, "groups": practice.groups, "called": practice.called, "stages": [
            {"title": s.title, "about": s.about, "minutes": s.minutes, "seated": s.seated, "prompts": "\n".join(s.prompts)}
            for s in stages]})

    def plans(self) -> list[StagePlan]:
        """The stages as typed. A single stage is in groups if there are any; without groups all are for the whole room."""
        kept = [entry.form for entry in self.stages if not entry.form.leave_out.data]
        return [StagePlan(row.title.data or "", row.about.data or "", row.minutes.data,
                          TOGETHER if not self.groups.data else GROUPED if len(kept) == 1 else row.seated.data,
                          lines_of(row.prompts.data)) for row in kept]


class DetailsForm(Form):
    """What a board is called, is about and shows."""

    title = Line("Title", TITLE_LENGTH, [DataRequired("Give the board a title.")])
    about = Lines("About", ABOUT_LENGTH, [Optional()], description="For everybody who comes to the board.")
    anonymous = BooleanField("Nobody’s name is kept with what they write")
    colour_by = OneOf("What the colour of a note says",
                      [(BY_KIND, "What kind of note it is"), (BY_GROUP, "Which group wrote it")])

    @classmethod
    def of(cls, board: Board) -> "DetailsForm":
        """The form as it is shown; what was sent replaces what is there."""
        return cls(data={"title": board.title, "about": board.about, "anonymous": board.anonymous, "colour_by": board.colour_by}
                   | {f"kind_{kind['colour']}": kind["label"] for kind in board.kinds})

    def kinds(self) -> dict[str, str]:
        """What each colour is called, those that are."""
        return {colour: self[f"kind_{colour}"].data for colour in COLOURS if self[f"kind_{colour}"].data}


for _colour in COLOURS:
    setattr(DetailsForm, f"kind_{_colour}", Line(f"{_colour.capitalize()} stands for", KIND_LENGTH, [Optional()]))


class NewStageForm(Form):
    """One more stage."""

    stage_title = Line("Title", TITLE_LENGTH, [DataRequired("Give the stage a title.")])


class PromptRowForm(Row):
    """One prompt."""

    order = Whole("Order", [Optional(), Within(0, 10_000, "Give a number from 0 to 10,000.")])
    words = Line("Prompt", PROMPT_LENGTH)
    colour = Pick("Colour of its notes", COLOUR_NAMES)

    typed = ("words",)

    def validate_words(self, field) -> None:
        """A prompt asks something."""
        if not field.data and not self.blank and not self.remove.data:
            raise ValidationError("Say what the prompt asks, or tick Remove.")


class StageForm(Form):
    """A stage and its prompts."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    title = Line("Title", TITLE_LENGTH, [Optional()])
    about = Lines("Instructions", ABOUT_LENGTH, [Optional()], description="What people do in this stage. Markdown works.")
    minutes = _minutes()
    seating = Pick("Who answers", coerce=int)
    rows = FieldList(FormField(PromptRowForm))

    @classmethod
    def of(cls, stage: BoardStage, seatings: list[tuple[Seating, str]]) -> "StageForm":
        """The form as it is shown; what was sent replaces what is there."""
        shown = [{"id": p.id, "order": i, "words": p.words, "colour": p.colour} for i, p in enumerate(stage.prompts, 1)]
        empty = [{"colour": COLOURS[(len(shown) + i) % len(COLOURS)]} for i in range(EMPTY_PROMPTS)]
        form = cls(data={"title": stage.title, "about": stage.about, "minutes": stage.minutes,
                         "seating": stage.seating_id or WHOLE_ROOM, "rows": shown + empty})
        form.seating.choices = offered([(WHOLE_ROOM, "The whole room together"),
                                        *((seating.id, f"In groups: {name}") for seating, name in seatings)])
        return form

    def prompts(self) -> list[PromptRow]:
        """The prompts as typed."""
        return [PromptRow(id=r.id.data, words=r.words.data, colour=r.colour.data, order=r.order.data, remove=r.remove.data)
                for r in (entry.form for entry in self.rows) if not r.blank]


class FacilitatorForm(Form):
    """Somebody to run the board too."""

    person = Pick("Who", coerce=int)


class GroupRowForm(Row):
    """One group."""

    name = Line("Name", NAME_LENGTH)
    topic = Line("Topic", TOPIC_LENGTH, [Optional()])

    typed = ("name", "topic")


class GroupsForm(Form):
    """The groups of a seating, by name and topic."""

    rows = FieldList(FormField(GroupRowForm))

    @classmethod
    def of(cls, seating: Seating) -> "GroupsForm":
        """The form as it is shown: the groups there are and two empty rows."""
        return cls(data={"rows": [{"id": g.id, "name": g.name, "topic": g.topic} for g in seating.groups] + [{}] * 2})


class RegroupForm(Form):
    """New groups for later stages."""

    number = Whole("How many groups", [Optional(), Within(1, GROUPS_MOST, f"Make 1 to {GROUPS_MOST} groups.")])
    called = Line("What a group is called", CALLED_LENGTH, [DataRequired("Say what a group is called.")])
    topics = Lines("Topics", 60 * (TOPIC_LENGTH + 2), [Optional()], description="One on each line, if each group has its own. "
                   "People can then say which they would like.")
