"""Making and changing series and events. Passes are in `passes.py`, rooms, slots and topics in `layout.py`; what other rooms
call of those is offered here too."""

import re
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import Invalid, require
from app.events import join_codes, policy, slugs
from app.events.layout import add_room, add_slot, changed, topics_called
from app.events.models import (
    ATTENDEES_ONLY,
    CHATHAM_HOUSE,
    NAMED,
    PUBLIC,
    READ_ALL,
    READ_ATTENDEES,
    READ_PUBLISHED,
    UNLISTED,
    WRITE_ATTENDEES,
    WRITE_CAMPMAKERS,
    WRITE_TAKERS,
    Event,
    Pass,
    Role,
    Series,
    SeriesOwner,
)
from app.events.passes import add_owner, change_role, give_pass, invite, join, remove_owner, take_pass_away
from app.events.queries import event_called, event_joined_by, series_called
from app.events.timetable import copy_layout, move_slots, moved
from app.events.watched import watched
from app.infra import clock, db, findable, live

__all__ = [
    "add_owner", "add_room", "add_slot", "change_role", "edit_event", "edit_series", "give_pass", "invite", "join",
    "new_join_code", "remove_owner", "set_up_event", "set_up_first_event", "start_series", "take_pass_away", "topics_called",
]

NAME_LENGTH = 100
LONGEST_DAYS = 14
HASHTAG = re.compile(r"\w{1,50}")
# What may be said of an event when it is set up or edited, beside its name, address and dates.
DETAILS = ("hashtag", "time_zone", "venue", "about", "visibility", "attribution", "note_template", "code_of_conduct",
           "notes_licence", "hue", "notes_readers", "notes_writers", "notes_close_at", "notes_tidy_hours")
# What an event set up from an earlier one takes over unless something else is said.
COPIED = DETAILS[1:]
# What decides who may read or write notes: open pages and editors are asked anew when it changes.
NOTE_ACCESS = ("notes_readers", "notes_writers", "notes_close_at", "attribution")
LONGEST_TIDYING = 720  # hours


def start_series(actor: Person, *, name: str, slug: str = "", about: str = "", at: datetime) -> Series:
    """A new series that `actor` owns. Without a `slug` its address is made from the name. Raises `Invalid` naming the field."""
    require(policy.can_start_series(actor))
    series = Series(name=_named(name), slug=_series_slug(slug, name), about=about, created_at=at)
    db.session.add(series)
    db.session.flush()
    db.session.add(SeriesOwner(series_id=series.id, person_id=actor.id))
    db.session.flush()
    return series


def set_up_first_event(actor: Person, *, series_name: str, name: str, starts_on: date, ends_on: date | None = None, at: datetime,
                       **details) -> Event:
    """A new series and its first event in one step. Without a `series_name` the series is called like the event, year apart."""
    require(policy.can_start_series(actor))
    stem = re.sub(r"[\s,–-]*\b(19|20)\d\d\b", "", name).strip()
    series = start_series(actor, name=series_name or stem or name, at=at)
    return set_up_event(actor, series, name=name, starts_on=starts_on, ends_on=ends_on, at=at, **details)


def edit_series(actor: Person, series: Series, *, name: str, slug: str, about: str) -> None:
    """Change a series' name, address and description. Raises `Invalid` naming the field."""
    require(policy.can_set_up_events(actor, series))
    if series.name != name:
        for event_id in db.session.scalars(select(Event.id).where(Event.series_id == series.id)):
            findable.changed("event", event_id)  # an event is found by the name of its series, too
    series.name, series.about = _named(name), about
    if slug != series.slug:
        series.slug = _series_slug(slug, name)


def set_up_event(actor: Person, series: Series, *, name: str, starts_on: date, ends_on: date | None = None, slug: str = "",
                 copy_from: Event | None = None, at: datetime, **details) -> Event:
    """A new event of `series`, with `actor` as its first organiser.

    `copy_from`, an event of the same series, gives its rooms, slots (moved to the new dates), topics, note template, code of
    conduct, licence, attribution rule and whatever of `DETAILS` is not said; writing of notes closes as long after it.
    Raises `Invalid` naming the field.
    """
    require(policy.can_set_up_events(actor, series))
    if copy_from is not None and copy_from.series_id != series.id:
        raise Invalid("Only the set-up of an event of this series can be copied.", "copy_from")
    if copy_from is not None:
        details = {k: getattr(copy_from, k) for k in COPIED} | {k: v for k, v in details.items() if v not in ("", None)}
        zones = (copy_from.starts_on, copy_from.time_zone), (starts_on, details["time_zone"])
        details["notes_close_at"] = moved(details["notes_close_at"], *zones)
    event = Event(series_id=series.id, name=_named(name), slug=_event_slug(slug, name), starts_on=starts_on,
                  ends_on=ends_on or starts_on, join_code=_free_code(), created_at=at, **_checked(details))
    _check_dates(event)
    db.session.add(event)
    db.session.flush()
    db.session.add(Pass(event_id=event.id, person_id=actor.id, role=Role.ORGANISER, joined_at=at))
    if copy_from is not None:
        copy_layout(copy_from, event)
    db.session.flush()
    findable.changed("event", event.id)
    return event


def edit_event(actor: Person, event: Event, *, at: datetime | None = None, **said) -> None:
    """Change what is said of an event: `name`, `slug`, `starts_on`, `ends_on` and anything of `DETAILS`; the rest stays.
    `at` is when: now if not said.

    Slots keep their time on the wall when the first day or the time zone changes. Raises `Invalid` naming the field.
    """
    require(policy.can_organise(actor, event))
    was, old = (event.starts_on, event.time_zone), (event.name, event.visibility)
    access = [getattr(event, field) for field in NOTE_ACCESS]
    if "name" in said:
        event.name = _named(said.pop("name"))
    slug = said.pop("slug", event.slug)
    if slug != event.slug:
        event.slug = _event_slug(slug, event.name)
    with watched(actor, event, at):
        event.starts_on, event.ends_on = said.pop("starts_on", event.starts_on), said.pop("ends_on", event.ends_on)
        for field, value in _checked(said).items():
            setattr(event, field, value)
        _check_dates(event)
        move_slots(event, was)
    changed(event)
    found_anew = old != (event.name, event.visibility) or access[0] != event.notes_readers
    findable.changed("whole event" if found_anew else "event", event.id)
    if old[1] != event.visibility or access != [getattr(event, field) for field in NOTE_ACCESS]:
        event_id, version = event.id, event.set_up_version
        db.after_commit(lambda: live.publish(f"access:{event_id}", version))


def new_join_code(actor: Person, event: Event) -> str:
    """Another join code; the old one lets nobody in any more, and passes stay."""
    require(policy.can_organise(actor, event))
    event.join_code = _free_code()
    return event.join_code


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"Give a name of at most {NAME_LENGTH} characters.", "name")
    return name


def _series_slug(slug: str, name: str) -> str:
    return _slug(slug, name, lambda s: series_called(s) is not None, "series")


def _event_slug(slug: str, name: str) -> str:
    return _slug(slug, name, lambda s: event_called(s) is not None, "event")


def _slug(slug: str, name: str, taken, what: str) -> str:
    if not slug:
        return slugs.suggested(name, taken, what)
    if not slugs.fits(slug):
        raise Invalid("Use small letters a to z, digits and dashes between them, such as govcamp-2027.", "slug")
    if taken(slug):
        raise Invalid(f"Another {what} has that web address.", "slug")
    return slug


def _free_code() -> str:
    while event_joined_by(code := join_codes.new()) is not None:
        pass
    return code


def _check_dates(event: Event) -> None:
    if event.ends_on < event.starts_on:
        raise Invalid("The last day cannot be before the first.", "ends_on")
    if (event.ends_on - event.starts_on).days >= LONGEST_DAYS:
        raise Invalid(f"An event lasts {LONGEST_DAYS} days at most.", "ends_on")


def _checked(details: dict) -> dict:
    """`details` as they can be kept. Raises `Invalid` naming the field."""
    if unknown := set(details) - set(DETAILS):
        raise TypeError(f"an event has no {', '.join(sorted(unknown))}")
    if "hashtag" in details:
        details["hashtag"] = details["hashtag"].strip().lstrip("#")
        if details["hashtag"] and not HASHTAG.fullmatch(details["hashtag"]):
            raise Invalid("Use letters, digits and _ only, at most 50.", "hashtag")
    if "time_zone" in details and details["time_zone"] not in clock.time_zones():
        raise Invalid("Choose a time zone such as Europe/London.", "time_zone")
    for field, allowed in (("visibility", (PUBLIC, UNLISTED, ATTENDEES_ONLY)), ("attribution", (CHATHAM_HOUSE, NAMED)),
                           ("hue", range(360)), ("notes_readers", (READ_ALL, READ_PUBLISHED, READ_ATTENDEES)),
                           ("notes_writers", (WRITE_ATTENDEES, WRITE_TAKERS, WRITE_CAMPMAKERS))):
        if field in details and details[field] not in allowed:
            raise Invalid("Choose one of these.", field)
    if "notes_tidy_hours" in details and details["notes_tidy_hours"] not in range(LONGEST_TIDYING + 1):
        raise Invalid(f"Give a number of hours from 0 to {LONGEST_TIDYING}.", "notes_tidy_hours")
    return details
