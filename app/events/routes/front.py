"""The front pages: of the site, of a series, of an event."""

from contextlib import nullcontext

from flask import render_template

from app.events import policy, queries
from app.events.blueprint import blueprint
from app.events.models import ATTENDEES_ONLY, Role
from app.infra import clock
from app.web import guard
from app.web.guard import PUBLIC, READER, allow
from app.web.panels import panels_of

PAST_SHOWN = 12


@blueprint.get("/")
@allow(PUBLIC)
def home():
    """What this is, the way in, and the events one may find."""
    person = guard.person()
    coming, past = queries.happening(queries.events_found_by(person), clock.now().date())
    return render_template("events/home.html", coming=coming, past=past[:PAST_SHOWN], more=len(past) > PAST_SHOWN,
                           may_start=policy.can_start_series(person), empty=not coming and not past)


@blueprint.get("/s/<series_slug>")
@allow(PUBLIC)
def series_show(series):
    """A series and those of its events that one may find."""
    person = guard.person()
    found = queries.events_found_by(person, series=series)
    coming, past = queries.happening(found, clock.now().date())
    return render_template("events/series.html", series=series, coming=coming, past=past, owns=policy.owns(person, series),
                           panels=panels_of("series", series, person))


@blueprint.get("/e/<event_slug>")
@allow(READER)
def show(event):
    """An event's front page: when, where, and what one can do now."""
    person = guard.person()
    with policy.sure_of(person, event) if person is not None else nullcontext():  # each panel asks for the role
        role, panels = policy.role(person, event), panels_of("event", event, person)
    today = clock.local(clock.now(), event.time_zone).date()
    return render_template(
        "events/show.html", role=role, Role=Role, series=event.series, panels=panels,
        when="over" if event.ends_on < today else "today" if event.starts_on <= today else "ahead",
        closed=event.visibility == ATTENDEES_ONLY, owns=policy.owns(person, event.series) if role == Role.ORGANISER else False)


@blueprint.get("/e/<event_slug>/conduct")
@allow(READER)
def conduct(event):
    """How people treat each other here, and what happens to notes."""
    return render_template("events/conduct.html")
