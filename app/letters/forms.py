"""What people choose about their mail."""

from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from app.infra import clock
from app.letters.models import EACH, NONE, WEEKLY
from app.web.forms import Form

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OLD_NAMES = ("Etc/", "SystemV/", "US/", "posix", "right")


def _zones() -> list[SelectChoice]:
    known = sorted(zone for zone in clock.time_zones() if "/" in zone and not zone.startswith(OLD_NAMES))
    return [SelectChoice("", "That of the event"), *(SelectChoice(zone, zone.replace("_", " ")) for zone in ("UTC", *known))]


def _hours() -> list[SelectChoice]:
    return [SelectChoice(hour, f"{hour:02}:00") for hour in range(24)]


class WishesForm(Form):
    """How somebody wants to be written to."""

    how = RadioField("How you are written to", [InputRequired("Choose one of these.")], choices=[
        SelectChoice(EACH, "Each mail by itself"), SelectChoice(WEEKLY, "One mail a week with all of it"),
        SelectChoice(NONE, "No mail")])
    weekly_day = SelectField("Day of the weekly mail", coerce=int, choices=
        [SelectChoice(number, day) for number, day in enumerate(DAYS)])
    quiet_from = SelectField("No mail from", coerce=int, choices=_hours)
    quiet_until = SelectField("Mail again from", coerce=int, choices=_hours)
    time_zone = SelectField("Time zone of these hours", choices=_zones)
