"""What stands on a conversation's page besides the conversation itself: its posts, its next step, its shared note.

Each is offered by a module of its own (`@part("posts")`) as a function from `Seen` to a panel, and has its place in
templates/followups/_conversation.html.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.accounts.models import Person
from app.followups import policy
from app.followups.models import FollowUp
from app.web.panels import Panel

POSTS, DATE, NOTE = "posts", "date", "note"


@dataclass(frozen=True)
class Seen:
    """A conversation as somebody sees it. Nothing of its posts may be shown unless `may.read_posts`."""

    followup: FollowUp
    person: Person | None
    may: policy.May
    seats: frozenset[int] = policy.NO_SEATS


Part = Callable[[Seen], Panel | None]
_parts: dict[str, Part] = {}


def part(name: str) -> Callable[[Part], Part]:
    """Say what makes the part of this name: POSTS, DATE or NOTE."""
    def offer(make: Part) -> Part:
        _parts[name] = make
        return make

    return offer


def parts_of(seen: Seen) -> dict[str, Panel]:
    """The parts there are for who sees it."""
    return {name: panel for name, make in _parts.items() if (panel := make(seen)) is not None}
