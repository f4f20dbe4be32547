"""What organisers type to write to attendees."""

from datetime import datetime

from wtforms import DateField, HiddenField, RadioField, TimeField
from wtforms.validators import InputRequired, Optional

from app.events.choices import offered
from app.infra import clock
from app.mailings.models import BODY_LENGTH, EVERYBODY, HELPERS, LEADERS, SUBJECT_LENGTH, TAKERS
from app.web.forms import Form, Line, Lines

TO = {EVERYBODY: "Everybody with a pass", LEADERS: "Those who lead a session", TAKERS: "Note-takers",
      HELPERS: "Campmakers and organisers"}


class MailingForm(Form):
    """A text and who it goes to. `version` is the mailing's when the form was made; empty for a new one."""

    recipients = RadioField("Who is it for?", choices=offered(list(TO.items())), default=EVERYBODY, validate_choice=False)
    subject = Line("Subject", SUBJECT_LENGTH, [InputRequired("Give it a subject.")])
    body = Lines("What it says", BODY_LENGTH, [InputRequired("Say something.")])
    version = HiddenField()


class SendForm(Form):
    """When to send: nothing chosen is now, else a day and a time by the event's clock."""

    day = DateField("Day", [Optional()])
    time = TimeField("Time", [Optional()])
    version = HiddenField()

    def when(self, zone: str) -> datetime | None:
        """The moment that was chosen; None for now. A time that a clock change skips or repeats is read as its first."""
        if self.day.data is None and self.time.data is None:
            return None
        if self.day.data is None or self.time.data is None:
            self["time" if self.time.data is None else "day"].errors = ["Give both a day and a time."]
            raise ValueError
        return clock.instant(self.day.data, self.time.data, zone)


def seen(form: Form) -> int:
    """The version that a form was made from; 0 for what is no number."""
    text = form["version"].data or ""
    return int(text[:9]) if text.isascii() and text.isdigit() else 0
