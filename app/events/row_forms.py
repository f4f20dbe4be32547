"""The tables of rooms, slots and topics: one form of many rows, with empty ones at the end, all saved at once."""

from datetime import timedelta

from wtforms import BooleanField, FieldList, FormField, IntegerField, TimeField
from wtforms import Form as Rows
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput, TextInput

from app.events.choices import Pick, offered
from app.events.layout import TOPIC_ABOUT_LENGTH, TOPIC_LENGTH, RoomRow, SlotRow, TopicRow
from app.events.models import BREAK_SLOT, PLENARY_SLOT, SESSION_SLOT, Event
from app.events.timetable import Plan
from app.infra import clock
from app.web.forms import Form, Line
from app.web.templating import day_of

EMPTY_AT_FIRST, EMPTY_AFTER = 6, 3
KINDS = [(SESSION_SLOT, "Sessions"), (BREAK_SLOT, "Break"), (PLENARY_SLOT, "Everybody together")]


class Whole(IntegerField):
    """A whole number, in a plain box: number boxes change under a scrolling finger and hide what they cannot read."""

    widget = TextInput()

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Give a whole number.") from None


class Within(NumberRange):
    """From least to most; silent about what is no number, which has been said already."""

    def __call__(self, form, field) -> None:
        if not field.process_errors:
            super().__call__(form, field)


class Clock(TimeField):
    """A time of day."""

    def __init__(self, label: str, validators=(), **kwargs):
        super().__init__(label, validators, format=["%H:%M", "%H:%M:%S"], **kwargs)

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Give a time such as 09:30.") from None


def _identity() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[Optional(), Within(1, 2**31 - 1)])


class Row(Rows):
    """What every row has. A new row with nothing typed into it is no row."""

    id = _identity()
    remove = BooleanField("Remove")

    typed: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether this is an empty row at the end."""
        return self.id.data is None and not any(self[field].raw_data and any(self[field].raw_data) for field in self.typed)


class RoomRowForm(Row):
    """One room."""

    order = Whole("Order", [Optional(), Within(0, 10_000, "Give a number from 0 to 10,000.")])
    name = Line("Name", 60)
    seats = Whole("Seats", [Optional(), Within(1, 100_000, "Give a number from 1 to 100,000.")])
    floor = Line("Floor", 40, [Optional()])
    step_free = BooleanField("Step-free")
    equipment = Line("Equipment", 200, [Optional()])
    notes = Line("Notes", 300, [Optional()])
    for_sessions = BooleanField("For sessions", default=True)

    typed = ("name", "seats", "floor", "equipment", "notes")

    def validate_name(self, field) -> None:
        """A room needs a name, unless nothing else was said either or it is to go."""
        if not field.data and not self.blank and not self.remove.data:
            raise ValidationError("Give the room a name.")


class SlotRowForm(Row):
    """One slot."""

    kind = Pick("Kind", KINDS)
    day = Pick("Day", coerce=int, default=0)
    starts = Clock("Starts", [Optional()])
    ends = Clock("Ends", [Optional()])
    label = Line("Label", 60, [Optional()])
    notes = Line("Notes", 300, [Optional()])

    typed = ("starts", "ends", "label", "notes")

    def validate_ends(self, field) -> None:
        """What ends starts first."""
        if self.remove.data or field.data is None:
            return
        if self.starts.data is None:
            raise ValidationError("Say when it starts, too.")
        if field.data <= self.starts.data:
            raise ValidationError("It must end after it starts.")


class TopicRowForm(Row):
    """One topic."""

    name = Line("Name", TOPIC_LENGTH)
    about = Line("What it asks for", TOPIC_ABOUT_LENGTH, [Optional()])

    typed = ("name", "about")

    def validate_name(self, field) -> None:
        """A topic needs a name."""
        if not field.data and not self.blank and not self.remove.data:
            raise ValidationError("Give the topic a name, or tick Remove.")


class TableForm(Form):
    """A table of rows. `seen` is the version of the set-up that the page showed, so that nobody saves over another unaware."""

    seen = _identity()

    def given(self) -> list[Row]:
        """The rows that say something."""
        return [entry.form for entry in self.rows if not entry.form.blank]


def _empty(things: list) -> list[dict]:
    return [{}] * (EMPTY_AFTER if things else EMPTY_AT_FIRST)


class RoomsForm(TableForm):
    """The event's rooms."""

    rows = FieldList(FormField(RoomRowForm))

    @classmethod
    def of(cls, event: Event) -> "RoomsForm":
        """The form as it is shown: the event's rooms, numbered as they stand, and empty rows."""
        shown = [{"order": i, **{f: getattr(r, f) for f in ("id", "name", "seats", "floor", "step_free", "equipment", "notes",
                                                            "for_sessions")}} for i, r in enumerate(event.rooms, 1)]
        return cls(data={"seen": event.set_up_version, "rows": shown + _empty(shown)})

    def values(self) -> list[RoomRow]:
        """The rooms as typed."""
        return [RoomRow(id=r.id.data, order=r.order.data, name=r.name.data, seats=r.seats.data, floor=r.floor.data,
                        step_free=r.step_free.data, equipment=r.equipment.data, notes=r.notes.data,
                        for_sessions=r.for_sessions.data, remove=r.remove.data) for r in self.given()]


class SlotsForm(TableForm):
    """The event's timetable. A day is how many days after the first."""

    rows = FieldList(FormField(SlotRowForm))

    @classmethod
    def of(cls, event: Event) -> "SlotsForm":
        """The form as it is shown: the event's slots in its own time, and empty rows."""
        shown = []
        for slot in event.slots:
            starts, ends = (clock.local(m, event.time_zone) if m else None for m in (slot.starts_at, slot.ends_at))
            shown.append({"id": slot.id, "kind": slot.kind, "day": (starts.date() - event.starts_on).days if starts else 0,
                          "starts": starts.time() if starts else None, "ends": ends.time() if ends else None,
                          "label": slot.label, "notes": slot.notes})
        form = cls(data={"seen": event.set_up_version, "rows": shown + _empty(shown)})
        days = range((event.ends_on - event.starts_on).days + 1)
        for entry in form.rows:
            entry.form.day.choices = offered((n, day_of(event.starts_on + timedelta(days=n))) for n in days)
        return form

    def values(self, event: Event) -> list[SlotRow]:
        """The slots as typed."""
        return [SlotRow(id=r.id.data, kind=r.kind.data, day=event.starts_on + timedelta(days=r.day.data), starts=r.starts.data,
                        ends=r.ends.data, label=r.label.data, notes=r.notes.data, remove=r.remove.data) for r in self.given()]


class TopicsForm(TableForm):
    """The event's topics."""

    rows = FieldList(FormField(TopicRowForm))

    @classmethod
    def of(cls, event: Event) -> "TopicsForm":
        """The form as it is shown: the event's topics and empty rows."""
        shown = [{"id": t.id, "name": t.name, "about": t.about} for t in event.topics]
        return cls(data={"seen": event.set_up_version, "rows": shown + _empty(shown)})

    def values(self) -> list[TopicRow]:
        """The topics as typed."""
        return [TopicRow(id=r.id.data, name=r.name.data, about=r.about.data or "", remove=r.remove.data) for r in self.given()]


class PlanForm(Form):
    """A day's timetable in a few numbers."""

    welcome = Clock("Welcome and pitches at", [Optional()])
    first = Clock("First session at", [InputRequired("Say when the first session starts.")])
    minutes = Whole("Minutes each", [InputRequired("Say how long a session is."), Within(5, 480, "From 5 to 480 minutes.")])
    gap = Whole("Minutes between", [InputRequired("Say how long it is between."), Within(0, 240, "From 0 to 240 minutes.")])
    count = Whole("Sessions a day", [InputRequired("Say how many there are."), Within(1, 20, "From 1 to 20 sessions.")])
    lunch_after = Whole("Lunch after session", [Optional(), Within(0, 20, "From 0 (no lunch) to 20.")])
    lunch_minutes = Whole("Minutes for lunch", [Optional(), Within(5, 240, "From 5 to 240 minutes.")])

    def plan(self) -> Plan:
        """The plan as typed."""
        return Plan(welcome=self.welcome.data, first=self.first.data, minutes=self.minutes.data, gap=self.gap.data,
                    count=self.count.data, lunch_after=self.lunch_after.data or 0,
                    lunch_minutes=self.lunch_minutes.data or 60)
