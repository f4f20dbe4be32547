"""What organisers say of an event's notes: what they name, who reads and writes them, until when."""

from wtforms.validators import InputRequired, Optional

from app.events.actions import LONGEST_TIDYING
from app.events.choices import OneOf
from app.events.forms import ABOUT_LENGTH, Day
from app.events.models import (
    CHATHAM_HOUSE,
    NAMED,
    READ_ALL,
    READ_ATTENDEES,
    READ_PUBLISHED,
    WRITE_ATTENDEES,
    WRITE_CAMPMAKERS,
    WRITE_TAKERS,
    Event,
)
from app.events.row_forms import Clock, Whole
from app.events.timetable import said_on_the_wall
from app.infra import clock
from app.web.forms import Form, Line, Lines

ATTRIBUTION = [(CHATHAM_HOUSE, "Chatham House Rule"), (NAMED, "Names are kept")]
ATTRIBUTION_HINTS = {
    CHATHAM_HOUSE: "Notes say what was said, not who said it or wrote it down. Folkmoot does not keep who wrote what.",
    NAMED: "The history of notes shows who wrote what from now on. Nothing written before is given a name.",
}
READERS = [(READ_ALL, "Everybody who may see the event"), (READ_PUBLISHED, "Everybody, once they are published"),
           (READ_ATTENDEES, "Only people with a pass")]
READERS_HINTS = {
    READ_ALL: "From the first word on.",
    READ_PUBLISHED: "Until a campmaker or organiser publishes a session’s notes, only people with a pass read and find them.",
    READ_ATTENDEES: "Others see that a session has notes, and find nothing of what they say.",
}
WRITERS = [(WRITE_ATTENDEES, "Everybody with a pass"), (WRITE_TAKERS, "Note-takers and campmakers"),
           (WRITE_CAMPMAKERS, "Campmakers")]
WRITERS_HINTS = {
    WRITE_ATTENDEES: "Several people at once, as many as like.",
    WRITE_TAKERS: "Whoever has said “I’ll take notes”, which everybody with a pass can, and campmakers everywhere.",
    WRITE_CAMPMAKERS: "Campmakers and organisers only.",
}


class NotesForm(Form):
    """What holds for the event's notes and for how people treat each other. The closing time is the event's own."""

    attribution = OneOf("Attribution", ATTRIBUTION)
    notes_readers = OneOf("Who may read the notes", READERS)
    notes_writers = OneOf("Who may write them", WRITERS)
    closes_on = Day("Writing closes on", [Optional()])
    closes_at = Clock("At", [Optional()])
    notes_tidy_hours = Whole("Hours to tidy", [InputRequired("Give a number of hours; 0 is none.")])
    note_template = Lines("What a new note starts with", ABOUT_LENGTH, [Optional()])
    notes_licence = Line("Licence of the notes", 100, [Optional()])
    code_of_conduct = Lines("Code of conduct", ABOUT_LENGTH, [Optional()])

    @classmethod
    def of(cls, event: Event) -> "NotesForm":
        """The form as it is sent, or as the event has it."""
        local = clock.local(event.notes_close_at, event.time_zone) if event.notes_close_at else None
        return cls(obj=event, closes_on=local.date() if local else None,
                   closes_at=local.time().replace(second=0, microsecond=0) if local else None)

    def said(self, event: Event) -> dict:
        """What it says, as `actions.edit_event` takes it. Raises Invalid naming the field for a time that is not one."""
        plain = {field.name: field.data for field in self if field.name not in ("csrf_token", "closes_on", "closes_at")}
        closes = said_on_the_wall(self.closes_on.data, self.closes_at.data, event.time_zone, ("closes_on", "closes_at"))
        return plain | {"notes_close_at": closes}


HINTS = {"attribution": ATTRIBUTION_HINTS, "notes_readers": READERS_HINTS, "notes_writers": WRITERS_HINTS}
MOST_HOURS = LONGEST_TIDYING
