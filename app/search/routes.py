"""Pages of search: everywhere, within a series, within an event. One template, one language of addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request, url_for

from app.events.models import Event
from app.search import policy, queries
from app.search.engine import DEEPEST
from app.search.forms import Asked, asked
from app.search.hearing import renamed
from app.search.queries import Found, Searched
from app.web.guard import PUBLIC, READER, allow, person

blueprint = Blueprint("search", __name__)
__all__ = ["blueprint", "renamed"]

FRAGMENT = "fetch"  # what our own script says in X-Requested-With: it wants the results without the page around them
KINDS = {"session": "Sessions", "insight": "Insights", "board": "Boards", "idea": "Ideas", "pledge": "Pledges",
         "pitch": "Pitches", "followup": "Follow-ups", "offer": "People offering", "ask": "People asking", "event": "Events"}
SOMETIMES = ("insight", "board", "idea", "pledge", "offer", "ask")  # tabs that are there when they lead to anything
LABELS = {"series": "Series", "event": "Event", "year": "Year", "topic": "Topic", "room": "Room", "leader": "Leader",
          "note_taker": "Notes by", "looking_for_host": "Follow-up", "state": "How it stands"}
# The page of each kind of thing, and what its address calls the thing's id.
PAGES = {"event": ("events.show", ""), "pitch": ("pitches.show", "pitch_id"), "session": ("grid.session_page", "session_id"),
         "board": ("boards.show", "board_id"), "insight": ("boards.insight", "insight_id"), "idea": ("boards.idea", "idea_id"),
         "pledge": ("boards.pledge", "pledge_id"), "followup": ("followups.conversation", "followup_id")}
STANDS = {"looking": "Looking for a host", "going": "Going on", "came": "Came to something", "rested": "Rested"}
SHOWN = 6  # values of a filter shown at once; the rest open on demand


@dataclass(frozen=True)
class Scope:
    """Where is searched: the events, the filters that the address's path sets, and the way back to this page."""

    heading: str
    events: Mapping[int, Searched]
    endpoint: str
    path: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, int] = field(default_factory=dict)

    def address(self, **parameters: object) -> str:
        """This search with these parameters."""
        return url_for(self.endpoint, **self.path, **parameters)


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what it would leave, and where it leads (away from the filter when it is set)."""

    text: str
    count: int | None
    url: str
    current: bool = False


@blueprint.get("/search")
@allow(PUBLIC)
def everywhere():
    """Search all that the person may see."""
    return _page(Scope("Search", queries.events_where(policy.may_search(person()), person()), "search.everywhere"))


@blueprint.get("/s/<series_slug>/search")
@allow(PUBLIC)
def of_series(series):
    """Search one series."""
    return _page(Scope(f"Search {series.name}", queries.events_where(policy.may_search_series(person(), series), person()),
                       "search.of_series", {"series_slug": series.slug}, {"series": series.id}))


@blueprint.get("/e/<event_slug>/search")
@allow(READER)
def of_event(event):
    """Search one event, an unlisted one too: whoever may read it may search it."""
    return _page(Scope(f"Search {event.name}", queries.events_where(Event.id == event.id, person()), "search.of_event",
                       {"event_slug": event.slug}, {"event": event.id, "series": event.series_id}))


def _page(scope: Scope):
    wanted = asked(request.args, scope.fixed)
    query = wanted.query(scope.events, scope.fixed)
    found = queries.find(query, scope.events, person())
    part = request.headers.get("X-Requested-With") == FRAGMENT
    page = render_template(
        "search/_results.html" if part else "search/search.html", scope=scope, wanted=wanted, hits=found.hits,
        results=found.results, links=_links(found), kinds=_kinds(scope, wanted, found),
        filters=_filters(scope, wanted, found), taken_off=_taken_off(scope, wanted), shown=SHOWN, active="search",
        pages=-(-min(found.hits.total, DEEPEST) // query.limit), numbered=_numbered(scope, wanted),
        better=found.hits.did_you_mean and scope.address(**wanted.parameters | {"q": found.hits.did_you_mean}))
    # Otherwise the Back button would show the part alone: it has the page's address.
    return page, {"Vary": "X-Requested-With"} | ({"Cache-Control": "no-store"} if part else {})


def _links(found: Found) -> list[str]:
    """Where each result leads."""
    def link(result) -> str:
        kind, thing_id = result.within if result.kind in ("offer", "ask") else (result.kind, result.thing_id)
        more = {"board_id": result.within[1]} if kind == "insight" else {}
        endpoint, name = PAGES[kind]
        return url_for(endpoint, event_slug=result.event.slug, **({name: thing_id} if name else {}), **more)

    return [link(result) for result in found.results]


def _numbered(scope: Scope, wanted: Asked) -> Callable[[int], str]:
    return lambda number: scope.address(**wanted.parameters | ({"page": number} if number > 1 else {}))


def _kinds(scope: Scope, wanted: Asked, found: Found) -> list[dict]:
    """The tabs: everything, and each kind."""
    counts = dict(found.hits.facets.get("kind", ()))
    tabs = [(None, "Everything", sum(counts.values())), *((kind, label, counts.get(kind, 0)) for kind, label in KINDS.items()
                                                                if counts.get(kind) or kind not in SOMETIMES
                                                                or wanted.chosen.get("kind") == kind)]
    return [{"label": label, "count": count, "current": wanted.chosen.get("kind") == kind,
             "url": scope.address(**wanted.having("kind", kind))} for kind, label, count in tabs]


def _filters(scope: Scope, wanted: Asked, found: Found) -> list[tuple[str, str, list[Choice]]]:
    """Each filter that would leave something out, with the values it may be set to."""
    groups = []
    for name, label in LABELS.items():
        choices = []
        for value, count in found.hits.facets.get(name, ()) if name not in scope.fixed else ():
            key, text = _said(scope, name, value)
            current = wanted.chosen.get(name) == key
            choices.append(Choice(text, count, scope.address(**wanted.having(name, None if current else key)), current))
        if len(choices) > 1 or (choices and (choices[0].count < found.hits.total or choices[0].current)):
            if name == "year":
                choices.sort(key=lambda choice: choice.text, reverse=True)
            groups.append((name, label, choices))
    return groups


def _taken_off(scope: Scope, wanted: Asked) -> list[Choice]:
    """The filters that are set, each with the address of the same search without it."""
    return [Choice(f"{LABELS[name]}: {_named(scope, name, key)}", None, scope.address(**wanted.having(name, None)))
            for name, key in wanted.chosen.items() if name in LABELS]


def _said(scope: Scope, name: str, value: object) -> tuple[str, str]:
    """A facet's value as the address and as people say it."""
    if name == "event":
        return scope.events[value].slug, scope.events[value].name
    if name == "series":
        one = next(event for event in scope.events.values() if event.series_id == value)
        return one.series_slug, one.series_name
    if name == "looking_for_host":
        return "1", "Looking for someone"
    if name == "state":
        return value, STANDS[value]
    return str(value), str(value)


def _named(scope: Scope, name: str, key: str) -> str:
    """What the address's `key` is called, if the person may know; otherwise the key as it stands there."""
    if name == "event":
        return next((event.name for event in scope.events.values() if event.slug == key), key)
    if name == "series":
        return next((event.series_name for event in scope.events.values() if event.series_slug == key), key)
    return "Looking for someone" if name == "looking_for_host" else STANDS.get(key, key) if name == "state" else key

