"""The port: what a search engine is asked, what it answers, and what it is given to find."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Literal, Protocol

KINDS = ("event", "pitch", "session", "followup", "board", "insight", "idea", "pledge", "offer", "ask")
FILTERS = ("kind", "series", "event", "year", "topic", "room", "leader", "note_taker", "looking_for_host", "state")
MANY_VALUES = ("topic", "room", "leader", "note_taker")
PEOPLE = ("leader", "note_taker")
FACET_VALUES = 30  # the most frequent values given for each filter
PEOPLE_LISTED = 1_000  # entries up to which people are counted: of more, hardly anybody has a part worth listing
DEEPEST = 1_000  # results that can be paged through; nobody reads on, and ranking more costs time
FEW = 3  # fewer results than this and looser ways of matching are tried as well
MANY_WORDS, FEW_FOR_MANY = 4, 100  # somebody who writes so many words remembers some of them wrongly


# Who may read an entry, of those who may read its event: all of them; only those who may read all its notes; or only the
# others, for whom it stands in the place of one that they may not read. Of conversations: those who hold a pass to an event of
# the series, those who may read this one conversation, and each time the others.
ALL, HOLDERS, OTHERS = "all", "holders", "others"
PASS, NO_PASS, PEOPLE_IN, NOT_IN = "pass", "no pass", "people", "not people"
_HALF = 1 << 29  # more than there will be of events, or of conversations


class _Everything(Enum):
    EVERYTHING = "everything"


EVERYTHING: Final = _Everything.EVERYTHING
Readable = frozenset[int] | Literal[_Everything.EVERYTHING]


class IndexDamaged(Exception):
    """The index cannot be read. It holds nothing that is not in the database: rebuild it."""


class WriterBusy(Exception):
    """Another process is writing to the index; only the jobs process should."""


def scope(event_id: int, readers: str, followup_id: int | None = None) -> int:
    """What an engine keeps of who may read an entry, a number of 32 bits: the event's own id for `ALL`; others for each other
    kind of readers of the event, and for those of the conversation (`PEOPLE_IN`, `NOT_IN`)."""
    if readers in (PEOPLE_IN, NOT_IN):
        return _HALF + 2 * (followup_id or 0) + (readers == NOT_IN)
    if readers in (PASS, NO_PASS):
        return -_HALF - 2 * event_id - (readers == NO_PASS)
    return event_id if readers == ALL else -2 * event_id - (readers == OTHERS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One findable thing. `body` is plain text (see `snippets.plain`); `version` is any number that changes with it."""

    id: int
    kind: str
    event_id: int
    title: str
    body: str = ""
    version: int = 0
    series_id: int | None = None
    year: int | None = None
    topics: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    note_takers: tuple[str, ...] = ()
    looking_for_host: bool = False
    readers: str = ALL
    state: str = ""
    followup_id: int | None = None

    @property
    def scope(self) -> int:
        """What `Readable` must hold for the entry to be found."""
        return scope(self.event_id, self.readers, self.followup_id)


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asks. Any `text` is allowed; a blank one lists what the filters leave, newest entry first.

    The last word of `text` also matches longer words, unless something follows it. `page` counts from 1.
    """

    text: str = ""
    kind: str | None = None
    series: int | None = None
    event: int | None = None
    year: int | None = None
    topic: str | None = None
    room: str | None = None
    leader: str | None = None
    note_taker: str | None = None
    looking_for_host: bool | None = None
    state: str | None = None
    page: int = 1
    limit: int = 20

    @property
    def filters(self) -> dict[str, str | int | bool]:
        """The filters that are set. `looking_for_host=False` filters nothing out."""
        chosen = {name: getattr(self, name) for name in FILTERS}
        return {name: value for name, value in chosen.items() if value is not None and value is not False}

    @property
    def wanted(self) -> tuple[int, int]:
        """First and last place (exclusive) of the page among the results."""
        limit = min(max(self.limit, 1), 100)
        first = min((max(self.page, 1) - 1) * limit, DEEPEST)
        return first, min(first + limit, DEEPEST)

    def without(self, name: str) -> "Query":
        """The same query with one filter taken off."""
        return replace(self, **{name: None})


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found. Totals and facets count only what the asking person may read.

    `items` are (entry id, score), best first. A facet counts what its filter would leave if it were set to that value:
    all other filters apply to it, its own does not; people are counted among at most `PEOPLE_LISTED` entries only.
    `relaxed` says that too few entries held all the words, so that entries with only some of them, or with similar words,
    are among these. `did_you_mean` is the text with the words that nothing readable contains replaced by the most similar
    ones that something does.
    """

    total: int = 0
    items: tuple[tuple[int, float], ...] = ()
    facets: Mapping[str, tuple[tuple[str | int | bool, int], ...]] = field(default_factory=dict)
    did_you_mean: str | None = None
    relaxed: bool = False

    @classmethod
    def nothing(cls) -> "Hits":
        """No entry, and an empty facet for every filter."""
        return cls(facets=dict.fromkeys(FILTERS, ()))


class SearchEngine(Protocol):
    """Finds entries. One process writes (`apply`, `rebuild`, `reconcile`); any number find.

    `off_loop` says that finding keeps a thread busy, and so belongs into a `SearchPool` where an event loop runs.
    """

    off_loop: bool

    def find(self, query: Query, readable: Readable) -> Hits:
        """What `query` finds in the scopes `readable` (see `scope`). Never fails for what is asked.

        Raises `IndexDamaged` when the index itself cannot be read.
        """

    def apply(self, changed: Iterable[Entry], removed: Iterable[int]) -> None:
        """Replace or add the entries `changed` and forget those with the ids `removed`, all or nothing."""

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Index `entries` and nothing else. Finding goes on in the old index until the new one is complete."""

    def forget(self) -> None:
        """Write anew whatever files still hold entries that are gone, so that their words are nowhere."""

    def reconcile(self, versions: Mapping[int, int]) -> list[int]:
        """Forget entries whose id is not in `versions` (id to version); the ids that have to be applied again."""

    def close(self) -> None:
        """Let go of files and memory. The engine can be used again and reopens them."""
