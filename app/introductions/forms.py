"""What people type about introductions."""

import uuid

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from app.events.choices import Pick, offered
from app.introductions.models import LATER, LINE_LENGTH, NEVER, REPORT_LENGTH, SHARED_LENGTH, YES
from app.web.forms import Form, Line, Lines

ANSWERS = (YES, LATER, NEVER)


class AskForm(Form):
    """Asking to be introduced. `key` is made with the form, so that one sent twice asks once."""

    line = Line("Why would you like to meet?", LINE_LENGTH, [InputRequired("Say in a line why.")])
    email = BooleanField("My e-mail address", default=True)
    words = Line("Another way to reach me", SHARED_LENGTH)
    key = HiddenField()

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        if not self.key.data:
            self.key.data = str(uuid.uuid4())


class AnswerForm(Form):
    """An answer: which of the three buttons was pressed is in the request's `answer`, what is shared with a yes is here."""

    email = BooleanField("My e-mail address", default=True)
    words = Line("Another way to reach me", SHARED_LENGTH)


class IntroduceForm(Form):
    """Two people whom a campmaker introduces to each other."""

    first = Pick("One of them", coerce=int, validate_choice=False)
    second = Pick("The other", coerce=int, validate_choice=False)
    line = Line("Why should they meet?", LINE_LENGTH, [InputRequired("Say in a line why.")])
    key = HiddenField()

    def __init__(self, people, **kwargs):
        super().__init__(**kwargs)
        self.first.choices = self.second.choices = offered([(0, "Choose somebody"), *(
            (one.id, f"{one.name} ({one.organisation})" if one.organisation else one.name) for one in people)])
        if not self.key.data:
            self.key.data = str(uuid.uuid4())


class ReportForm(Form):
    """What is wrong, in somebody's own words."""

    text = Lines("What is wrong?", REPORT_LENGTH, [InputRequired("Say what is wrong.")])
