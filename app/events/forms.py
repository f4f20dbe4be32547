"""What people type about series, events and joining. The tables of rooms, slots and topics are in `row_forms.py`."""

from datetime import date

from wtforms import DateField, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.accounts.forms import Address
from app.accounts.models import NAME_LENGTH
from app.events.actions import NAME_LENGTH as EVENT_NAME_LENGTH
from app.events.choices import OneOf, Pick, offered
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Role
from app.infra import clock
from app.web.forms import Form, Line, Lines, one_line

ABOUT_LENGTH = 20_000
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)

VISIBILITY = [(PUBLIC, "Public"), (UNLISTED, "Unlisted"), (ATTENDEES_ONLY, "Attendees only")]
VISIBILITY_HINTS = {
    PUBLIC: "Listed on the front page and found by search. Everybody may read.",
    UNLISTED: "Whoever has the address may read. Only people with a pass find it.",
    ATTENDEES_ONLY: "Only people with a pass may read anything of it.",
}
ROLES = [(int(Role.ORGANISER), "Organiser"), (int(Role.CAMPMAKER), "Campmaker"), (int(Role.ATTENDEE), "Attendee")]
# An event's colour is a hue; lightness and chroma are the house's, so that every one of these can be read.
COLOURS = [(172, "Bottle green"), (130, "Moss"), (75, "Ochre"), (25, "Brick"), (350, "Damson"), (310, "Plum"), (265, "Ink blue"),
           (220, "Harbour blue")]


class Day(DateField):
    """A date."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Give a date with day, month and year.") from None
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(f"Give a year from {EARLIEST.year} to {LATEST.year}.")


OLD_NAMES = ("Etc/", "SystemV/", "US/", "posix", "right")


def zones(also: str = "UTC") -> list:
    """Zones by the places that people know, without old names and offsets, and `also` that one."""
    known = {z for z in clock.time_zones() if "/" in z and not z.startswith(OLD_NAMES)}
    return offered((z, z) for z in sorted(known | {"UTC", also}))


class Zone(Pick):
    """A time zone. Any that there is may be sent; the action says so of others."""

    def __init__(self, label: str = "Time zone", **kwargs):
        super().__init__(label, zones, validate_choice=False, default="Europe/London", **kwargs)


def _name(label: str, missing: str) -> Line:
    return Line(label, EVENT_NAME_LENGTH, [DataRequired(missing)])


class CodeForm(Form):
    """The code on the screen. It is sent by GET, so that it also works from a page kept on the device."""

    code = StringField("Join code", filters=[one_line])


class JoinForm(Form):
    """Who joins."""

    name = Line("Your name", NAME_LENGTH, [DataRequired("Give your name.")])
    organisation = Line("Organisation", NAME_LENGTH, [Optional()])
    email = Address(needed=False)


class FirstEventForm(Form):
    """A new series with its first event."""

    name = _name("Name of the event", "Give the event a name.")
    series_name = Line("Series it belongs to", EVENT_NAME_LENGTH, [Optional()])
    starts_on = Day("First day", [InputRequired("Give the day of the event.")])
    ends_on = Day("Last day", [Optional()])
    venue = Line("Venue", 200, [Optional()])
    time_zone = Zone()


class NewEventForm(Form):
    """One more event of a series."""

    name = _name("Name of the event", "Give the event a name.")
    starts_on = Day("First day", [InputRequired("Give the day of the event.")])
    ends_on = Day("Last day", [Optional()])
    venue = Line("Venue", 200, [Optional()])
    copy_from = Pick("Start from")


class DetailsForm(Form):
    """What an event is."""

    name = _name("Name", "Give the event a name.")
    slug = Line("Web address", 60, [DataRequired("Give the end of the web address.")])
    hashtag = Line("Hashtag", 51, [Optional()])
    starts_on = Day("First day", [InputRequired("Give the first day.")])
    ends_on = Day("Last day", [InputRequired("Give the last day; of a single day it is the same.")])
    time_zone = Zone()
    venue = Line("Venue", 200, [Optional()])
    about = Lines("About", ABOUT_LENGTH, [Optional()])
    visibility = OneOf("Who may see it", VISIBILITY)
    hue = OneOf("Colour", COLOURS, coerce=int)


class SeriesForm(Form):
    """What a series is."""

    name = _name("Name", "Give the series a name.")
    slug = Line("Web address", 60, [DataRequired("Give the end of the web address.")])
    about = Lines("About", ABOUT_LENGTH, [Optional()])


class InviteForm(Form):
    """Somebody to get a pass, by address."""

    email = Address()
    name = Line("Name", NAME_LENGTH, [DataRequired("Give their name.")])
    role = OneOf("Role", ROLES, coerce=int, default=int(Role.CAMPMAKER))


class OwnerForm(Form):
    """Somebody to own a series too, by address."""

    email = Address()
    name = Line("Name", NAME_LENGTH, [DataRequired("Give their name.")])


class RoleForm(Form):
    """Another role for a pass holder."""

    role = Pick("Role", ROLES, coerce=int)
    next = HiddenField()
