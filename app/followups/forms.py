"""What people type about conversations."""

from wtforms import DateField, HiddenField
from wtforms.validators import AnyOf, InputRequired, Optional

from app.accounts.models import NAME_LENGTH
from app.events.choices import OneOf
from app.followups.models import (
    ASK,
    GOAL_LENGTH,
    OFFER,
    OFFER_LENGTH,
    OUTCOME_LENGTH,
    QUESTION_LENGTH,
    READ_ALL,
    READ_PASS,
    READ_PEOPLE,
)
from app.pitches.models import TITLE_LENGTH
from app.web.forms import Form, Line, Lines

ABOUT_LENGTH = 5_000
TOPICS_LENGTH = 200
READERS = [
    (READ_ALL, "Everybody who can see this event"),
    (READ_PASS, "People with a pass to an event of this series, and everybody in the conversation"),
    (READ_PEOPLE, "Only people in the conversation"),
]


class HostForm(Form):
    """A host named by somebody else."""

    name = Line("Host’s name", NAME_LENGTH, [InputRequired("Give the host’s name.")])


class OfferForm(Form):
    """What somebody offers or asks for: one line."""

    kind = HiddenField(validators=[AnyOf((OFFER, ASK))])
    key = HiddenField()
    text = Line("In a few words", OFFER_LENGTH, [InputRequired("Say it in a few words.")])


class ChangeOfferForm(Form):
    """The same in other words."""

    text = Line("In a few words", OFFER_LENGTH, [InputRequired("Say it in a few words.")])


class AboutForm(Form):
    """What a conversation is about. The hidden fields are what each said when the form was made."""

    question = Line("The question", QUESTION_LENGTH, [Optional()])
    goal = Lines("What you are after", GOAL_LENGTH, [Optional()], render_kw={"rows": 4})
    ends_on = DateField("Until when", [Optional()])
    readers = OneOf("Who reads its posts, its note and what people offer", READERS)
    was_question, was_goal, was_ends_on, was_readers = (HiddenField() for _ in range(4))

    @property
    def wanted(self) -> dict[str, str]:
        """What is typed, field by field."""
        return {"question": self.question.data or "", "goal": self.goal.data or "", "readers": self.readers.data,
                "ends_on": self.ends_on.data.isoformat() if self.ends_on.data else ""}

    @property
    def was(self) -> dict[str, str]:
        """What it said when the form was made."""
        return {name: (self[f"was_{name}"].data or "").replace("\r\n", "\n")
                for name in ("question", "goal", "ends_on", "readers")}


class OutcomeForm(Form):
    """What a conversation came to."""

    came_of = Lines("What it came to", OUTCOME_LENGTH, [InputRequired("Say what it came to, in a sentence or more.")],
                    render_kw={"rows": 5})
    was = HiddenField()


class PitchAgainForm(Form):
    """A conversation taken on as a pitch."""

    title = Line("Title", TITLE_LENGTH, [InputRequired("Give the pitch a title.")])
    about = Lines("What it is about", ABOUT_LENGTH, render_kw={"rows": 8})
    topics = Line("Topics", TOPICS_LENGTH)

    @property
    def topic_names(self) -> list[str]:
        """The topics as typed, separated by commas, each once."""
        names: dict[str, str] = {}
        for name in (self.topics.data or "").split(","):
            names.setdefault(name.strip().casefold(), name.strip())
        return [name for name in names.values() if name]
