"""What an engine keeps of an entry: weighted title terms, placed terms, words as written, and labels."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.search.engine import ALL, FILTERS, Entry, Query
from app.search.words import STOP, pieces, stem, written_words

# How much a word counts by where it stands, in the head of an entry.
TITLE, TOPIC, PERSON, PLACE = 8, 5, 4, 2
GAP = 20  # places between a title, a topic, a name and the body, so that no phrase runs across them
READ = 300_000  # characters of a body; notes are shorter
LAST_PLACE = 65_000  # words further on are found, but not in phrases
SEPARATOR = "\x1f"
LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class Digest:
    """`head`: weight of each term of title, topics, people and rooms. `places`: where each term stands, title first.

    Stop words are in `head` only. `words` are the words as written (folded), for prefixes and suggestions.
    """

    head: dict[str, int]
    head_length: int
    places: dict[str, list[int]]
    length: int
    words: frozenset[str]
    labels: frozenset[str]


def digest(entry: Entry) -> Digest:
    """All that is indexed of `entry`."""
    head: dict[str, int] = defaultdict(int)
    places: dict[str, list[int]] = defaultdict(list)
    words: set[str] = set()
    place, head_length = 0, 0
    parts = [(entry.title, TITLE), *((topic, TOPIC) for topic in entry.topics)]
    parts += [(name, PERSON) for name in (*entry.leaders, *entry.note_takers)]
    parts += [(room, PLACE) for room in entry.rooms]
    for text, weight in parts:
        before = place
        for written in written_words(text):
            for word, step in pieces(written):
                term = stem(word)
                head[term] += weight
                words.add(word)
                if word not in STOP:
                    places[term].append(place + step)
            place += step + 1
        head_length += place - before
        place += GAP
    length = 0
    for written in written_words(entry.body[:READ]):
        for word, step in pieces(written):
            if word not in STOP:
                places[stem(word)].append(place + step)
                words.add(word)
        place += step + 1
        length += 1
    return Digest(dict(head), head_length, dict(places), head_length + length, frozenset(words), labels(entry))


def label(name: str, value: object) -> str:
    """The label that stands for `value` of the filter `name`."""
    return f"{name}{SEPARATOR}{clean(str(value))[:LONGEST_LABEL]}"


def labels(entry: Entry) -> frozenset[str]:
    """The labels that `entry` carries."""
    one = {"kind": entry.kind, "series": entry.series_id, "event": entry.event_id, "year": entry.year,
           "looking_for_host": entry.looking_for_host or None, "state": entry.state or None}
    if entry.readers != ALL:
        one["scope"] = entry.scope  # not a filter: who may find it
    many = {"topic": entry.topics, "room": entry.rooms, "leader": entry.leaders, "note_taker": entry.note_takers}
    found = {label(name, value) for name, value in one.items() if value is not None}
    return frozenset(found | {label(name, value) for name, values in many.items() for value in values if value})


def wanted_labels(query: Query) -> dict[str, str]:
    """For each filter that is set, the label an entry must carry."""
    return {name: label(name, value) for name, value in query.filters.items()}


def facets_of(counts: Iterable[tuple[str, int]], limit: int) -> dict[str, tuple[tuple[str | int | bool, int], ...]]:
    """Labels and their counts as facets: for each filter its `limit` most frequent values, then by name."""
    found: dict[str, list[tuple[str | int | bool, int]]] = {name: [] for name in FILTERS}
    for encoded, count in counts:
        name, _, text = encoded.partition(SEPARATOR)
        value = True if name == "looking_for_host" else int(text) if name in ("series", "event", "year") else text
        found[name].append((value, count))
    return {name: tuple(sorted(values, key=lambda one: (-one[1], one[0]))[:limit]) for name, values in found.items()}


def clean(text: str) -> str:
    """`text` without what neither index can hold: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
