"""Who may call which endpoint. Every view says so with `@allow(…)`; one that does not stops the program at start.

The guard answers the coarse question (is this person an attendee here?) before the view runs, and loads the event or
series that the address names, so that no view can forget either. The action then asks its own policy: the guard is the
outer door, not the only one. This module knows no room: `install` is told how to find things and roles.
"""

from collections.abc import Callable
from enum import Enum
from urllib.parse import quote

from flask import Flask, g, redirect, request, url_for
from flask_login import current_user

from app.errors import Forbidden, NotFound
from app.infra import db


class Access(Enum):
    """Who an endpoint is for. From READER on, the address names an event and the level is that of the role there."""

    PUBLIC = "everybody"
    SIGNED_IN = "anybody signed in or holding a pass"
    KEEPER = "keepers of the site"
    OWNER = "owners of the series"
    READER = "whoever may read the event"
    ATTENDEE = "whoever holds a pass to the event"
    CAMPMAKER = "campmakers and organisers"
    ORGANISER = "organisers"


PUBLIC, SIGNED_IN, KEEPER, OWNER, READER, ATTENDEE, CAMPMAKER, ORGANISER = Access


def allow(access: Access) -> Callable:
    """Declare who a view is for. Put it right above `def`, below `@blueprint.route`."""

    def mark(view: Callable) -> Callable:
        view.access = access
        return view

    return mark


def person():
    """The acting person, or None for a stranger."""
    return current_user._get_current_object() if current_user.is_authenticated else None


class Undeclared(Exception):
    """A view does not say who it is for."""


def install(
    app: Flask,
    *,
    find_event: Callable,
    find_series: Callable,
    may_enter: Callable[[Access, object, object], bool],
) -> None:
    """Guard every view of `app`, and raise `Undeclared` for one without `@allow`.

    `find_event(slug)` and `find_series(slug)` return None when there is none; they replace the address's `event_slug` and
    `series_slug` by `event` and `series` in what the view is given. `may_enter(access, person, thing)` decides.
    """
    for endpoint, view in app.view_functions.items():
        if getattr(view, "access", None) is None:
            raise Undeclared(f"{endpoint} has no @allow: say who it is for (app/web/guard.py)")

    @app.before_request
    def check():
        g.event = g.series = None
        if request.endpoint is None:
            return None
        access = app.view_functions[request.endpoint].access
        thing = _load(find_event, find_series)
        if access is PUBLIC or may_enter(access, person(), thing):
            return None
        if person() is None and request.method == "GET" and not wants_json():
            return redirect(url_for("accounts.sign_in", next=quote(request.full_path.rstrip("?"), safe="/?=&%")))
        raise Forbidden(f"This is for {access.value}." if person() else "Sign in or join the event first.")

    @app.teardown_request
    def forget(_error):
        db.session.remove()


def _load(find_event: Callable, find_series: Callable):
    args = request.view_args or {}
    if "event_slug" in args:
        g.event = args["event"] = find_event(args.pop("event_slug"))
        if g.event is None:
            raise NotFound("There is no such event.")
        return g.event
    if "series_slug" in args:
        g.series = args["series"] = find_series(args.pop("series_slug"))
        if g.series is None:
            raise NotFound("There is no such series.")
        return g.series
    return None


def wants_json() -> bool:
    """Whether the caller is a script rather than a page load: one of ours, or of others that uses the API."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
