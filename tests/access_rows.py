"""The rows of tests/test_access.py, and the things they name with @."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """`marks`: stranger, signed in, attendee, campmaker, organiser, owner, organiser elsewhere. `@name` stands for a thing."""

    endpoint: str
    method: str
    marks: str
    arguments: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)
    statuses: tuple = (200, 302, 303, 422, 409)
    open_always: bool = False  # says no more of a closed event than that it is closed
    names_no_thing: bool = False  # further arguments that are not things of the event


EVERYBODY, SIGNED_IN, HOLDERS, HELPERS, ORGANISERS, OWNERS, NOBODY = (
    "+++++++", "-++++++", "--++++-", "---+++-", "----++-", "-----+-", "-------")

ROWS: list[Row] = []


def furnish(world, series, event, elsewhere, people) -> dict[str, object]:
    """One of everything in `event`, by the names that rows use."""
    return {}
