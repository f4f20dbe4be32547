"""What owners of a series type to open a round. Times are by the clock of the series' last event."""

from datetime import date, datetime, time

from wtforms import FieldList, FormField
from wtforms import Form as Rows
from wtforms.validators import InputRequired

from app.events.forms import Day
from app.events.row_forms import Clock
from app.infra import clock
from app.rounds import defaults
from app.rounds.models import NAME_LENGTH, QUESTION_LENGTH, WINDOWS, Round
from app.web.forms import Form, Line

WHEN = "Give a day and a time."


class WindowForm(Rows):
    """A span of time."""

    day = Day("Day", [InputRequired(WHEN)])
    begin = Clock("From", [InputRequired(WHEN)])
    end = Clock("To", [InputRequired(WHEN)])


class RoundForm(Form):
    """A round."""

    name = Line("Name", NAME_LENGTH, [InputRequired("Give the round a name.")])
    question = Line("Question to begin with", QUESTION_LENGTH, [InputRequired("Suggest a question.")],
                    description="In each letter. It changes from round to round; write your own if you like.")
    join_day = Day("Day", [InputRequired(WHEN)])
    join_time = Clock("Time", [InputRequired(WHEN)])
    windows = FieldList(FormField(WindowForm), min_entries=WINDOWS, max_entries=WINDOWS)
    ask_day = Day("Day", [InputRequired(WHEN)])
    ask_time = Clock("Time", [InputRequired(WHEN)])

    @classmethod
    def fresh(cls, earlier: int, zone: str, at: datetime) -> "RoundForm":
        """Filled in for a new round after `earlier` others; what was sent replaces that."""
        until = defaults.join_until(at, zone)
        windows = defaults.windows(until, zone)
        return cls._of(defaults.name(at, zone), defaults.question(earlier), until, windows,
                       defaults.ask_at(windows[-1][1], zone), zone)

    @classmethod
    def of(cls, found: Round) -> "RoundForm":
        """Filled in with a round; what was sent replaces that."""
        windows = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in found.windows]
        return cls._of(found.name, found.question, found.join_until, windows, found.ask_at, found.time_zone)

    @classmethod
    def _of(cls, name: str, question: str, until: datetime, windows: list, ask_at: datetime, zone: str) -> "RoundForm":
        (join_day, join_time), (ask_day, ask_time) = _split(until, zone), _split(ask_at, zone)
        return cls(data={
            "name": name, "question": question, "join_day": join_day, "join_time": join_time, "ask_day": ask_day,
            "ask_time": ask_time, "windows": [
                {"day": _split(begin, zone)[0], "begin": _split(begin, zone)[1], "end": _split(end, zone)[1]}
                for begin, end in windows]})

    def said(self, zone: str) -> dict[str, object]:
        """What was typed, as `actions.open_round` and `actions.edit` take it."""
        return {"name": self.name.data, "question": self.question.data,
                "join_until": clock.instant(self.join_day.data, self.join_time.data, zone),
                "windows": [(clock.instant(w.day.data, w.begin.data, zone), clock.instant(w.day.data, w.end.data, zone))
                            for w in self.windows],
                "ask_at": clock.instant(self.ask_day.data, self.ask_time.data, zone)}


def _split(moment: datetime, zone: str) -> tuple[date, time]:
    here = clock.local(moment, zone)
    return here.date(), here.time().replace(second=0, microsecond=0, tzinfo=None)
