"""A conversation's next step and its date. Hosts write them side by side; calendars are told of each change, once."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.followups import policy
from app.followups.beginning import moved
from app.followups.clashing import settled
from app.followups.models import OPEN, PLACE_LENGTH, STEP_LENGTH, FollowUp
from app.followups.words import lines_of
from app.infra import clock, db, jobs

LETTERS, REMIND = "followups.date_letters", "followups.remind"
FOR_HOSTS = "Only hosts of the conversation, campmakers and organisers say what is next."
CLOSED = "This conversation is closed. Open it again first, then say what is next."
NOON = time(12)  # of a whole day: it stays the same day should the event's time zone be corrected by some hours
REMINDED_AT = time(16)  # on the day before, by the clock on the wall at the event
USUAL_MINUTES, MOST_MINUTES = 60, 24 * 60


def as_fields(followup: FollowUp) -> dict[str, str]:
    """The next step as text, field by field; day and time by the clock on the wall at the event."""
    here = clock.local(followup.next_at, followup.event.time_zone) if followup.next_at else None
    timed = here is not None and followup.next_minutes is not None
    return {"step": followup.next_step, "day": here.date().isoformat() if here else "", "time": f"{here:%H:%M}" if timed else "",
            "minutes": str(followup.next_minutes) if timed else "", "where": followup.next_where}


def set_next(actor: Person, followup: FollowUp, wanted: Mapping[str, str], was: Mapping[str, str], *, at: datetime,
             seats: frozenset[int] = policy.NO_SEATS) -> bool:
    """Make the next step what `actor` wants, who began from what it `was` (both as `as_fields`); whether that changed anything.

    Who is in the conversation gets a letter with the date for their calendar when it is set, moved or taken away. Raises
    Invalid for what cannot be kept, Conflict for a conversation that is closed, `clashing.Clash` where somebody changed the
    same meanwhile.
    """
    require(policy.can_host(actor, followup, seats), FOR_HOSTS)
    if followup.state != OPEN:
        raise Conflict(CLOSED)
    before = as_fields(followup)
    made = settled(before, was, _judged(wanted, followup.event.time_zone))
    if made == before:
        return False
    next_at, minutes = _moment(made, followup.event.time_zone)
    if next_at is not None and next_at != followup.next_at and _day_over(next_at, minutes, followup.event.time_zone) <= at:
        raise Invalid("That day is over. Give one that is still to come, or none.", "day")
    had = as_payload(followup)
    followup.next_step, followup.next_where = made["step"], made["where"]
    followup.next_at, followup.next_minutes = next_at, minutes
    _told(followup, had, at)
    moved(followup, at)
    return True


def take_away(actor: Person, followup: FollowUp, *, at: datetime, seats: frozenset[int] = policy.NO_SEATS) -> None:
    """There is no next step any more. Doing it twice changes nothing."""
    require(policy.can_host(actor, followup, seats), FOR_HOSTS)
    if followup.next_at or followup.next_step or followup.next_where:
        had = as_payload(followup)
        followup.next_step, followup.next_where, followup.next_at, followup.next_minutes = "", "", None, None
        _told(followup, had, at)
        moved(followup, at)


def as_payload(followup: FollowUp) -> dict | None:
    """The date as a job can carry it, for when it is taken away; None where there is none."""
    if followup.next_at is None:
        return None
    return {"at": followup.next_at.isoformat(), "minutes": followup.next_minutes, "step": followup.next_step,
            "where": followup.next_where}


def reminder_at(followup: FollowUp) -> datetime:
    """When people are reminded of the date that is set: in the afternoon of the day before."""
    zone = followup.event.time_zone
    return clock.instant(clock.local(followup.next_at, zone).date() - timedelta(days=1), REMINDED_AT, zone)


def _told(followup: FollowUp, had: dict | None, at: datetime) -> None:
    """Count what calendars are told, and see to it that they are. What was planned for the version before comes to nothing."""
    followup.next_version += 1
    followup.next_reminded_at = None
    db.session.flush()
    told = {"followup": followup.id, "version": followup.next_version}
    if followup.next_at is not None:
        jobs.enqueue(LETTERS, told | {"moved": had is not None})
        if reminder_at(followup) > at:
            jobs.enqueue(REMIND, told, run_at=reminder_at(followup))
    elif had is not None:
        jobs.enqueue(LETTERS, told | {"cancelled": had})


def _judged(wanted: Mapping[str, str], zone: str) -> dict[str, str]:
    """The fields as they are kept. Raises Invalid."""
    made = {"step": " ".join(lines_of(wanted.get("step", ""), STEP_LENGTH, "step").split()),
            "where": " ".join(lines_of(wanted.get("where", ""), PLACE_LENGTH, "where").split())}
    day, at, minutes = (wanted.get(name, "").strip() for name in ("day", "time", "minutes"))
    if not day and (at or minutes or made["where"]):
        raise Invalid("Give the day, too.", "day")
    if minutes and not at:
        raise Invalid("Give the time when it begins, or leave its length out.", "time")
    if at and not minutes:
        minutes = str(USUAL_MINUTES)
    if minutes and not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:6]) <= MOST_MINUTES):
        raise Invalid(f"Give a whole number of minutes, up to {MOST_MINUTES:,}.", "minutes")
    made |= {"day": day, "time": at, "minutes": str(int(minutes)) if minutes else ""}
    try:
        day and date.fromisoformat(day)
    except ValueError:
        raise Invalid("Give a date with day, month and year.", "day") from None
    try:
        made["time"] = f"{time.fromisoformat(at):%H:%M}" if at else ""
    except ValueError:
        raise Invalid("Give a time such as 09:30.", "time") from None
    # A time that a clock change skips is kept as the one that the clock shows then.
    there, _ = _moment(made, zone)
    if at and there is not None:
        made["time"] = f"{clock.local(there, zone):%H:%M}"
    return made


def _moment(made: Mapping[str, str], zone: str) -> tuple[datetime | None, int | None]:
    if not made["day"]:
        return None, None
    try:
        at = clock.instant(date.fromisoformat(made["day"]), time.fromisoformat(made["time"]) if made["time"] else NOON, zone)
    except OverflowError:
        raise Invalid("Give a date with day, month and year.", "day") from None
    return at, int(made["minutes"]) if made["time"] else None


def _day_over(at: datetime, minutes: int | None, zone: str) -> datetime:
    if minutes is not None:
        return at + timedelta(minutes=minutes)
    return clock.instant(clock.local(at, zone).date() + timedelta(days=1), time(0), zone)
