"""What is next in a conversation, as it is typed."""

from wtforms import HiddenField, IntegerField
from wtforms.validators import Optional

from app.events.forms import Day
from app.events.row_forms import Clock, Whole
from app.followups.models import PLACE_LENGTH, STEP_LENGTH
from app.web.forms import Form, Line

FIELDS = ("step", "day", "time", "minutes", "where")


class NextForm(Form):
    """The next step. The hidden fields are what each said when the form was made."""

    step = Line("The next step", STEP_LENGTH, [Optional()])
    day = Day("Day", [Optional()])
    time = Clock("Begins at", [Optional()])
    minutes: IntegerField = Whole("Minutes", [Optional()])
    where = Line("Where", PLACE_LENGTH, [Optional()])
    was_step, was_day, was_time, was_minutes, was_where = (HiddenField() for _ in FIELDS)

    @property
    def wanted(self) -> dict[str, str]:
        """What is typed, field by field, as `dates_actions.as_fields`."""
        return {"step": self.step.data or "", "day": self.day.data.isoformat() if self.day.data else "",
                "time": f"{self.time.data:%H:%M}" if self.time.data else "",
                "minutes": "" if self.minutes.data is None else str(self.minutes.data), "where": self.where.data or ""}

    @property
    def was(self) -> dict[str, str]:
        """What it said when the form was made."""
        return {name: self[f"was_{name}"].data or "" for name in FIELDS}

    def begin_from(self, fields: dict[str, str]) -> None:
        """From now on the form says that it was made when the next step was this."""
        for name in FIELDS:
            self[f"was_{name}"].data = fields[name]
