"""What people type about ideas and pledges."""

import uuid

from wtforms import BooleanField, DateField, HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from app.accounts.models import NAME_LENGTH
from app.boards.idea_models import IDEA_NAME_LENGTH, KEPT, MADE, NOT_KEPT, PLEDGE_LENGTH, PRIVATE, PUBLIC_PLEDGE, TO_GROUP
from app.boards.ideas_actions import WHAT_LENGTH
from app.boards.models import Group
from app.events.choices import offered
from app.web.forms import Form, Line, Lines

TO_JOINERS = "joined"


def _number(text: str | None) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else 0


class IdeaForm(Form):
    """An idea. `said` is what the line of notes said when the form was made; `version` is what it was opened on."""

    name = Line("What is the idea called?", IDEA_NAME_LENGTH, [InputRequired("Give the idea a name.")])
    what = Lines("What would people try?", WHAT_LENGTH)
    offers = BooleanField("I offer it: my name is shown with it")
    offered_by = Line("Or somebody else offers it", NAME_LENGTH)
    said, version = HiddenField(), HiddenField()

    @property
    def seen(self) -> int:
        """The version that the form was opened on; 0 for what is no number."""
        return _number(self.version.data)


class TriedForm(Form):
    """Whether an idea was tried, and what came of it. `version` is the idea's when the form was made."""

    tried = BooleanField("It was tried")
    came_of = Line("What came of it?", PLEDGE_LENGTH)
    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that the form was made from; 0 for what is no number."""
        return _number(self.version.data)


class PledgeForm(Form):
    """A pledge. Its choices of who sees it are those that its person has: an idea's joiners, each of their groups."""

    text = Line("What will you do?", PLEDGE_LENGTH, [InputRequired("Say what you will do.")])
    by_day = DateField("By a day", [Optional()])
    shown = RadioField("Who sees it?", validate_choice=False, default=PRIVATE)
    key = HiddenField()

    def __init__(self, idea, groups: list[Group], **kwargs):
        super().__init__(**kwargs)
        self._groups = {f"{TO_GROUP}-{group.id}": group for group in groups}
        self.shown.choices = offered([
            (PRIVATE, "Only me"), *([(TO_JOINERS, "Those who join the idea")] if idea is not None else []),
            *((value, f"My group: {group.name}") for value, group in self._groups.items()),
            (PUBLIC_PLEDGE, "Everybody who can see this event, with my name")])
        if not self.key.data:
            self.key.data = str(uuid.uuid4())

    def show(self, pledge) -> None:
        """Fill the form with what the pledge says now."""
        self.text.data, self.by_day.data = pledge.text, pledge.by_day
        self.shown.data = pledge.shown if pledge.shown != TO_GROUP else (
            f"{TO_GROUP}-{pledge.group_id}" if pledge.group_id else TO_JOINERS)

    @property
    def group(self) -> Group | None:
        """The breakout group that is to see it, if one was chosen."""
        return self._groups.get(self.shown.data)

    @property
    def audience(self) -> str:
        """Who sees it, as the pledge keeps it; what was not offered stays as sent and is refused."""
        return TO_GROUP if self.shown.data == TO_JOINERS or self.group is not None else self.shown.data or ""


class CameOfForm(Form):
    """What came of a pledge, as its person says it."""

    state = RadioField("Did you keep it?", validate_choice=False, default=MADE,
                       choices=offered([(MADE, "Too early to say"), (KEPT, "Yes"), (NOT_KEPT, "No, or not yet")]))
    came_of = Line("What came of it?", PLEDGE_LENGTH)
