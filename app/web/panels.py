"""Pages that show what several rooms know, without a room importing one below it.

A session's page belongs to the grid, but its notes and follow-up belong to rooms further down. Each such room offers a
function from (thing, person) to a `Panel`; `create_app` lists them in the order they are shown.

Lists are made of many things, so what a room further down knows of each comes as *facts*: one function from the event to
{id: {fact: value}}, a fixed number of SQL statements for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app


@dataclass(frozen=True)
class Panel:
    """A template part and what it needs. `aside` panels stand in the side column, `fact` is a line for the page's head."""

    template: str
    context: dict = field(default_factory=dict)
    aside: bool = False


def panels_of(kind: str, thing, person) -> list[Panel]:
    """The panels other rooms have for `thing`, in order; None answers are left out.

    Kinds: "session", "note" (given its session), "pitch", "insight", "idea", "pledge", "event" and others in `create_app`.
    """
    makers: tuple[Callable, ...] = current_app.extensions["panels"].get(kind, ())
    return [panel for maker in makers if (panel := maker(thing, person)) is not None]


def tell_rooms(what: str, *said) -> None:
    """Tell the rooms further down what happened ("pitched"), inside the transaction it happens in: each does its own part."""
    for hear in current_app.extensions["hears"].get(what, ()):
        hear(*said)


def facts_of(kind: str, event) -> dict[int, dict]:
    """What rooms further down know of all the event's things of a kind ("cell": by session id, "pitch", "idea": by its id)."""
    found: dict[int, dict] = {}
    for maker in current_app.extensions[f"{kind}_facts"]:
        for thing_id, facts in maker(event).items():
            found.setdefault(thing_id, {}).update(facts)
    return found
