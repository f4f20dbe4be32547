"""Feeds for calendars and conference apps, and the page that lists them."""

from flask import Response, flash, redirect, render_template, url_for

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event
from app.events.queries import pass_of, room_in, session_rooms
from app.exchange import actions, queries
from app.exchange.answers import grid_for, sent, told
from app.exchange.blueprint import blueprint
from app.exchange.calendar_feed import calendar
from app.exchange.frab_feed import schedule_json, schedule_xml
from app.exchange.published import Published, ids_of_day
from app.followups.dates_facts import own_dates_of
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import ATTENDEE, PUBLIC, READER, allow, person
from app.web.kept import body_of

CALENDAR = "text/calendar"
MY_DAY, WHOLE_GRID = "my-day", "grid"


@blueprint.get("/e/<event_slug>/feeds")
@allow(READER)
def feeds(event: Event):
    """Every feed of the event, to copy."""
    held = pass_of(event, person()) if person() else None
    return render_template("exchange/feeds.html", active="grid", held=held, rooms=session_rooms(event))


@blueprint.post("/e/<event_slug>/feeds/secret")
@allow(ATTENDEE)
def renew_secret(event: Event):
    """Make the link to somebody's own calendar, or another one."""
    with transaction(event):
        actions.renew_feed_secret(person(), event)
    flash("Your calendar link is new. An older one no longer works.", "success")
    return redirect(url_for(".feeds", event_slug=event.slug, _anchor="own-h"), 303)


@blueprint.get("/e/<event_slug>/grid.ics")
@allow(READER)
def event_ics(event: Event) -> Response:
    """Every session on the grid."""
    return _whole_grid(event, f"{event.slug}.ics")


@blueprint.get("/e/<event_slug>/rooms/<int:room_id>.ics")
@allow(READER)
def room_ics(event: Event, room_id: int) -> Response:
    """What is in one room."""
    name = f"{room_in(event, room_id).name}, {event.name}"

    def make(grid: Published) -> bytes:
        return calendar(grid, [s for s in grid.sessions if s.room and s.room.id == room_id], name=name)

    return told(event, ("room", room_id), make, CALENDAR, name=f"{event.slug}-room-{room_id}.ics")


@blueprint.get("/e/<event_slug>/sessions/<int:session_id>.ics")
@allow(READER)
def session_ics(event: Event, session_id: int) -> Response:
    """One session; without a time there is nothing to put into a calendar."""
    def make(grid: Published) -> bytes:
        session = next((s for s in grid.timed if s.id == session_id), None)
        if session is None:
            raise NotFound("There is no session here that has a time.")
        return calendar(grid, [session], name=session.title)

    return told(event, ("session", session_id), make, CALENDAR, name=f"{event.slug}-session-{session_id}.ics")


@blueprint.get("/calendar/<secret>/<what>.ics")
@allow(PUBLIC)
def own_ics(secret: str, what: str) -> Response:
    """Somebody's own day, or the grid as they see it: whoever has the link is taken for its owner."""
    event, owner = queries.feed_of(secret)
    if what not in (MY_DAY, WHOLE_GRID):
        raise NotFound()
    name = f"{event.slug}-{what}.ics"
    if what == WHOLE_GRID:
        response = _whole_grid(event, name, owner)
    else:
        grid, _ = grid_for(event, owner)
        mine = ids_of_day(event, owner)
        body = body_of(calendar(grid, [s for s in grid.sessions if s.id in mine], name=f"My day at {grid.name}",
                                dates=own_dates_of(owner, clock.now(), event)))
        response = sent(body, CALENDAR, event, name=name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/e/<event_slug>/schedule.xml")
@allow(READER)
def schedule_as_xml(event: Event) -> Response:
    """The grid for conference apps."""
    return _open(told(event, "xml", schedule_xml, "application/xml", name=f"{event.slug}-schedule.xml"))


@blueprint.get("/e/<event_slug>/schedule.json")
@allow(READER)
def schedule_as_json(event: Event) -> Response:
    """The same as JSON."""
    return _open(told(event, "json", schedule_json, "application/json", name=f"{event.slug}-schedule.json"))


def _whole_grid(event: Event, name: str, who: Person | None = None) -> Response:
    return told(event, "ics", lambda grid: calendar(grid, list(grid.sessions), name=grid.name), CALENDAR, name=name, who=who)


def _open(response: Response) -> Response:
    """Let scripts of other sites read it; a browser sends no cookie of ours along with them."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
