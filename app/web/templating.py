"""What every template can use: hashed assets, times as people say them, absolute addresses, people's Markdown, icons' file."""

import json
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from flask import Flask, current_app, g, get_flashed_messages, request, url_for
from werkzeug.exceptions import InternalServerError

from app.infra import clock, markdown
from app.web.guard import person

DIST = Path(__file__).resolve().parent.parent.parent / "static" / "dist"


class Assets:
    """Built files by their plain name. Read once; a missing build is said plainly."""

    def __init__(self, folder: Path = DIST):
        self._folder = folder
        self._names: dict[str, str] | None = None
        self._chunks: dict[str, list[str]] | None = None

    def __call__(self, name: str) -> str:
        if self._names is None:
            manifest = self._folder / "manifest.json"
            if not manifest.exists():
                raise InternalServerError("the front end is not built: run make build")
            self._names = json.loads(manifest.read_text())
        return "/static/dist/" + self._names[name]

    def with_imports(self, *names: str) -> list[str]:
        """Addresses of these scripts and of all they import, each once: a browser told of them fetches all at the same time."""
        if self._chunks is None:
            self._chunks = json.loads((self._folder / "chunks.json").read_text())
        files = [self(name) for name in names] + ["/static/dist/" + file for name in names for file in self._chunks[name]]
        return list(dict.fromkeys(files))


def time_of(moment: datetime | None, zone: str) -> str:
    """The time on the wall, as 11:40; empty for no moment."""
    return clock.local(moment, zone).strftime("%H:%M") if moment else ""


def day_of(day: date | datetime, zone: str | None = None) -> str:
    """A date as Saturday 23 January 2027."""
    if isinstance(day, datetime):
        day = clock.local(day, zone or "UTC").date()
    return f"{day:%A} {day.day} {day:%B %Y}"


def dates_of(event) -> str:
    """An event's dates as Saturday 23 January 2027, or Friday 22 to Saturday 23 January 2027."""
    first, last = event.starts_on, event.ends_on
    if first == last:
        return day_of(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%A} {first.day} to {day_of(last)}"
    return f"{first:%A} {first.day} {first:%B} to {day_of(last)}"


def moment_of(moment: datetime, zone: str) -> str:
    """A moment as 11:40 on Saturday 23 January 2027."""
    return f"{time_of(moment, zone)} on {day_of(moment, zone)}"


def absolute(base_url: str, path: str) -> str:
    """`path` of this site as a full address, from BASE_URL and never from a request."""
    return urljoin(base_url + "/", path.lstrip("/"))


def safe_next(target: str | None) -> str:
    """Where to go after signing in: `target` if it is a path on this site, otherwise the front page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or any(c in target for c in "\\\r\n\t\0"):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


def install(app: Flask, *, base_url: str, nav_of) -> None:
    """Give `app`'s templates their filters and globals. `nav_of(event)` lists the bar's entries."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        time_of=time_of, day_of=day_of, dates_of=dates_of, moment_of=moment_of, markdown=markdown.render,
        plain=markdown.plain)
    app.jinja_env.globals.update(asset=Assets(), absolute=lambda path: absolute(base_url, path))
    app.extensions["base_url"] = base_url

    @app.context_processor
    def context():
        event = g.get("event")
        theme = request.cookies.get("theme")
        return {
            "current_person": person(), "event": event, "nav": nav_of(event) if event is not None else [],
            "theme_choice": theme if theme in ("light", "dark") else None,
            "flashed": lambda: get_flashed_messages(with_categories=True), "active": "",
        }


def absolute_url_for(endpoint: str, **values) -> str:
    """`url_for` with the configured address in front, for mails, QR codes and exports."""
    return absolute(current_app.extensions["base_url"], url_for(endpoint, **values))
