"""What organisers send when they arrange the grid."""

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from app.errors import Invalid
from app.events.models import DRAFT, LIVE, Event, Room, Slot
from app.events.queries import room_in, session_rooms, session_slots, slot_in
from app.grid.cancelling import REASON_LENGTH
from app.grid.places import when_of
from app.pitches.queries import LARGEST_ID
from app.web.forms import Form, Line


def seats_of(room: Room) -> str:
    """How many a room holds, in words; empty where that is not known."""
    return f"{room.seats} {'seat' if room.seats == 1 else 'seats'}" if room.seats else ""


class PlaceForm(Form):
    """Where to put a session: a time and a room. `seen` is the grid's version that the page was made from.

    `instead` says that a session standing there may make way; `cell` is a button for one cell ("slot-room").
    """

    slot = SelectField("Time", coerce=int, validators=[InputRequired("Choose a time.")])
    room = SelectField("Room", coerce=int, validators=[InputRequired("Choose a room.")])
    seen = IntegerField(validators=[Optional(), NumberRange(0, LARGEST_ID)])
    instead = BooleanField()
    take_off = BooleanField()

    def __init__(self, event: Event, free: dict[int, int] | None = None, **kwargs):
        """`free` says how many rooms are free in each slot."""
        super().__init__(**kwargs)
        self._event = event
        left = {slot_id: f" ({n or 'none'} free)" for slot_id, n in (free or {}).items()}
        self.slot.choices = [(slot.id, when_of(slot, event) + left.get(slot.id, "")) for slot in session_slots(event)]
        self.room.choices = [(room.id, ", ".join(filter(None, (room.name, seats_of(room))))) for room in session_rooms(event)]

    def cell(self) -> tuple[Room, Slot]:
        """The room and slot chosen. Raises Invalid when the form is not filled in."""
        if not self.validate():
            raise Invalid(next(iter(problem for problems in self.errors.values() for problem in problems)))
        return room_in(self._event, self.room.data), slot_in(self._event, self.slot.data)


class Asked(Form):
    """Something sent by a button: nothing to fill in, so what is wrong is refused as a whole."""

    def must_be_right(self) -> None:
        """Raise Invalid when what was sent cannot be used."""
        if not self.validate():
            raise Invalid(next(iter(problem for problems in self.errors.values() for problem in problems)))


class SeenForm(Asked):
    """`seen` is the grid's version that the page was made from."""

    seen = IntegerField(validators=[Optional(), NumberRange(0, LARGEST_ID)])


class LengthForm(SeenForm):
    """How many slots a session shall take."""

    length = IntegerField(validators=[InputRequired("Say how many slots."), NumberRange(1, LARGEST_ID)])


class CancelForm(SeenForm):
    """Why a session does not take place."""

    reason = Line("Why is it cancelled?", REASON_LENGTH)


class UndoForm(Asked):
    """Which change to take back; `newest` when it must still be the newest, `reopen` to open again what was
    withdrawn since, `back` is the page to go back to."""

    version = IntegerField(validators=[InputRequired("Say which change."), NumberRange(1, LARGEST_ID)])
    newest = BooleanField()
    reopen = BooleanField()
    back = StringField(validators=[AnyOf(("", "history"))], default="")


class PublishForm(Asked):
    """Whether everybody sees the grid."""

    state = StringField(validators=[AnyOf((LIVE, DRAFT), "Say live or draft.")])
