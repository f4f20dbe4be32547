"""What the address asks for: ?q=…&kind=…&year=…; nothing a person can put there is an error."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from app.search.engine import DEEPEST, FILTERS, KINDS, Query
from app.search.queries import Searched

LONGEST = 1_000  # characters of a text or a filter that are read
AS_THEY_ARE = ("kind", "topic", "room", "leader", "note_taker", "state")
STATES = ("looking", "going", "came", "rested")
NOWHERE = 0  # the id of an event or series that there is not, or that the person may not know of


@dataclass(frozen=True)
class Asked:
    """The words of the address, tidied. `chosen` holds the filters that are set, as text, in the order of FILTERS."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    page: int = 1

    @property
    def parameters(self) -> dict[str, str]:
        """The address's parameters, without the page."""
        return ({"q": self.text} if self.text else {}) | dict(self.chosen)

    def having(self, name: str, value: str | None) -> dict[str, str]:
        """The parameters with one filter set, or taken off by None."""
        chosen = {key: kept for key, kept in self.chosen.items() if key != name} | ({name: value} if value else {})
        return replace(self, chosen={key: chosen[key] for key in FILTERS if key in chosen}).parameters

    def query(self, events: Mapping[int, Searched], fixed: Mapping[str, int]) -> Query:
        """The engine's question about `events`; `fixed` are the filters that the address's path sets."""
        wanted = self.chosen
        filters: dict[str, object] = {name: value for name, value in wanted.items() if name in AS_THEY_ARE}
        if "event" in wanted:
            filters["event"] = next((e.id for e in events.values() if e.slug == wanted["event"]), NOWHERE)
        if "series" in wanted:
            filters["series"] = next((e.series_id for e in events.values() if e.series_slug == wanted["series"]), NOWHERE)
        if "year" in wanted:
            filters["year"] = int(wanted["year"])
        if "looking_for_host" in wanted:
            filters["looking_for_host"] = True
        return Query(text=self.text, page=self.page, **filters, **fixed)


def asked(arguments: Mapping[str, str], fixed: Collection[str] = ()) -> Asked:
    """What `arguments` of an address ask for, beside the filters that are `fixed` by its path.

    A kind, year or page that cannot be is as good as none.
    """
    chosen = {}
    for name in (one for one in FILTERS if one not in fixed):
        value = arguments.get(name, "")[:LONGEST]
        known = {"kind": value in KINDS, "year": _whole(value, 9_999), "looking_for_host": value == "1",
                 "state": value in STATES}
        if value.strip() and known.get(name, True):
            chosen[name] = value
    page = arguments.get("page", "")
    return Asked(arguments.get("q", "")[:LONGEST].lstrip(), chosen, int(page) if _whole(page, DEEPEST) else 1)


def _whole(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= most
