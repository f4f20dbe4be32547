"""Questions to the PostgreSQL index: conditions on its table, and matching by them."""

# Statements are put together from clauses written here; whatever somebody typed is a bound value.
# ruff: noqa: S608

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.search.engine import EVERYTHING, Readable
from app.search.matching import TRIED, Matching, Need, likeliest, needed
from app.search.postgres_schema import ENTRIES, IN_HEAD, WORDS, WRITTEN
from app.search.query import Parsed, Phrase
from app.search.similar import LONG, one_slip, slips

MOST_OF = 8  # needs of which some may be missing; more would make the condition itself long
LISTED = 2_000  # entries that are looked up again by their ids; more by their condition
NEAREST = 30  # words by trigrams that are compared by letters

Ask = Callable[[str, dict[str, object]], Sequence]


@dataclass(frozen=True, slots=True)
class Condition:
    """A WHERE clause with its values."""

    clauses: tuple[str, ...] = ()
    values: dict[str, object] = field(default_factory=dict)

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(self.clauses + other.clauses, self.values | other.values)

    @property
    def sql(self) -> str:
        """The clause."""
        return " AND ".join(self.clauses) or "TRUE"


class Conditions:
    """Makes conditions whose values have names of their own."""

    def __init__(self, prefix: str = "v"):
        self._prefix, self._number = prefix, 0

    def on(self, clause: str, value: object) -> Condition:
        """`clause` with `{}` standing for `value`."""
        self._number += 1
        name = f"{self._prefix}{self._number}"
        return Condition((clause.format(f":{name}"),), {name: value})

    def readable(self, events: Readable) -> Condition:
        """Only entries of `events`."""
        return Condition() if events is EVERYTHING else self.on("event_id = ANY({})", sorted(events))

    def query(self, asked: str) -> Condition:
        """Entries that match a tsquery."""
        return self.on("terms @@ CAST({} AS tsquery)", asked)


def quoted(term: str) -> str:
    """A lexeme in a tsquery or tsvector. Terms are letters and digits, but what is not ours to promise is escaped."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(terms: Iterable[str]) -> str:
    """A tsquery for any of `terms`."""
    return " | ".join(map(quoted, terms))


def of_need(need: Need) -> str:
    """A tsquery for what meets a need."""
    marked = [[IN_HEAD + term if need.stop else term for term in terms] for _, terms in need.ways]
    ways = ["(" + " & ".join(map(quoted, terms)) + ")" for terms in marked]
    return "(" + " | ".join([*ways, *(quoted(WRITTEN + word) for word in need.longer)]) + ")"


def of_phrase(phrase: Phrase) -> str:
    """A tsquery for terms that stand at their places."""
    first, *rest = phrase.terms
    asked, before = quoted(first[0]), first[1]
    for term, place in rest:
        asked += f" <{place - before}> {quoted(term)}"
        before = place
    return f"({asked})"


def of_most(asked: Sequence[str], times: int) -> str:
    """A tsquery for at least `times` of what is `asked`. Give the rarest first: what it lacks is decided soonest."""
    if times <= 1:
        return "(" + " | ".join(asked) + ")"
    if times == len(asked):
        return "(" + " & ".join(asked) + ")"
    first, *rest = asked
    return f"({first} & {of_most(rest, times - 1)} | {of_most(rest, times)})"


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that fulfil a condition, with the ids of up to `LISTED` + 1 of them."""

    condition: Condition
    ids: Sequence[int]


class PostgresMatching(Matching[Found]):
    """Matching by conditions. `ask` runs a statement and gives its rows, `frequency` says how many entries have a term."""

    def __init__(self, parsed: Parsed, readable: Readable, ask: Ask, frequency: Callable[[set[str]], Counter], trigrams: bool):
        super().__init__(parsed)
        self._ask, self._frequency, self._trigrams = ask, frequency, trigrams
        self._make = Conditions()
        self._readable = self._make.readable(readable)
        self._excluded = [f"!{of_need(needed(word))}" for word in parsed.not_words]
        self._excluded += [f"!{of_phrase(phrase)}" for phrase in parsed.not_phrases]

    def all(self, needs: list[Need], phrases: tuple[Phrase, ...]) -> Found:
        return self._found([*map(of_need, needs), *map(of_phrase, phrases)])

    def most(self, needs: tuple[Need, ...], times: int) -> Found:
        frequency = self._frequency({term for need in needs for term in need.terms})
        rarest_first = sorted(needs, key=lambda need: max(frequency[term] for term in need.terms))
        considered = list(map(of_need, rarest_first[:MOST_OF]))
        return self._found([of_most(considered, max(1, times - (len(needs) - len(considered))))])

    def _found(self, together: list[str]) -> Found:
        together = together + self._excluded
        condition = self._readable & self._make.query(" & ".join(together)) if together else self._readable
        rows = self._ask(f"SELECT ARRAY(SELECT entry_id FROM {ENTRIES} WHERE {condition.sql} LIMIT {LISTED + 1})",
                         condition.values)
        return Found(condition, rows[0][0])

    def count(self, found: Found) -> int:
        return len(found.ids)

    def unknown(self, needs: dict[int, Need]) -> list[int]:
        columns, values = [], {}
        for need in needs.values():
            condition = self._make.query(of_need(need)) & self._readable
            columns.append(f"EXISTS (SELECT FROM {ENTRIES} WHERE {condition.sql})")
            values |= condition.values
        known = self._ask(f"SELECT {', '.join(columns)}", values)[0]
        return [number for number, exists in zip(needs, known, strict=True) if not exists]

    def longer(self, beginning: str) -> list[str]:
        rows = self._ask(f"SELECT word FROM {WORDS} WHERE word >= :begin AND word < :end AND entries > 0"
                         f" ORDER BY entries DESC, word LIMIT {TRIED + 1}",
                         {"begin": beginning, "end": beginning + "\U0010ffff"})
        return [row[0] for row in rows]

    def similar(self, typed: str) -> list[tuple[str, int]]:
        # Looked up one by one: by "= ANY" a young table takes the index of trigrams, which is hundreds of times slower.
        rows = self._ask(f"SELECT word FROM unnest(CAST(:made AS text[])) AS made JOIN {WORDS} ON word = made WHERE entries > 0",
                         {"made": sorted(one_slip(typed))})
        near = [(row[0], 1) for row in rows]
        if not near and self._trigrams and len(typed) >= LONG:
            rows = self._ask(f"SELECT word FROM {WORDS} WHERE word % :typed AND entries > 0"
                             f" ORDER BY similarity(word, :typed) DESC LIMIT {NEAREST}", {"typed": typed})
            near = [(row[0], far) for row in rows if (far := slips(typed, row[0])) <= 2]
        known = []
        for word, far in near:
            condition = self._make.query(quoted(WRITTEN + word)) & self._readable
            frequency = self._ask(f"SELECT count(*) FROM (SELECT FROM {ENTRIES} WHERE {condition.sql} LIMIT 200) AS found",
                                  condition.values)[0][0]
            if frequency:
                known.append((word, far, frequency))
        return likeliest(typed, known)
