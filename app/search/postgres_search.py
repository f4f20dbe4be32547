"""Answering one query from the PostgreSQL index: a few statements, and the ranking of at most a few hundred entries."""

# Statements are put together from clauses written here; whatever somebody typed is a bound value.
# ruff: noqa: S608

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_

from sqlalchemy import Connection, text

from app.search.digest import SEPARATOR, clean, facets_of, label, wanted_labels
from app.search.engine import FACET_VALUES, MANY_WORDS, PEOPLE, PEOPLE_LISTED, Hits, Query, Readable
from app.search.matching import Need
from app.search.postgres_matching import Condition, Conditions, Found, PostgresMatching, any_of
from app.search.postgres_schema import ENTRIES, WORDS
from app.search.query import Parsed
from app.search.ranking import HEAD, closeness, head_norm, rarity, text_norm

# Entries ranked together; of more, those with most of the terms in their heads, then the newest. Many words are often
# wrong in part, and then heads tell little.
CANDIDATES, CANDIDATES_FOR_MANY = 200, 400
ONE_VALUE = {"kind": "kind", "series": "series_id", "event": "event_id", "year": "year", "looking_for_host": "looking_for_host"}
COLUMNS = {"topic": "topics", "room": "rooms", "leader": "people", "note_taker": "people"}
_LEXEME = re.compile(r"'((?:[^']|'')+)':([\dA-D,]+)")


class PostgresSearch:
    """One query on one connection."""

    def __init__(self, connection: Connection, query: Query, parsed: Parsed, readable: Readable, trigrams: bool):
        self._connection, self._query, self._parsed = connection, query, parsed
        make, labels = Conditions("f"), wanted_labels(query)
        self._filters: dict[str, Condition] = {
            name: make.on(f"{COLUMNS[name]} @> ARRAY[CAST({{}} AS text)]", labels[name]) if name in COLUMNS
            else make.on(f"{ONE_VALUE[name]} = {{}}", clean(value) if isinstance(value, str) else value)
            for name, value in query.filters.items()}
        self._matching = PostgresMatching(parsed, readable, self._ask, self._counted, trigrams)

    def hits(self) -> Hits:
        """The answer."""
        # Compiling a statement, or starting processes for it, takes longer than running it; and reading the whole table
        # means fetching every text from elsewhere, which the planner takes for cheap.
        entries = self._ask("SELECT CAST(reltuples AS bigint), set_config('jit', 'off', true),"
                            " set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
                            f" FROM pg_class WHERE oid = to_regclass('{ENTRIES}')", {})
        match = self._matching.match()
        wanted = reduce(and_, self._filters.values(), match.found.condition)
        total, without, counts = self._one_valued(match.found.groups)
        counts.update(dict(match.found.labels))
        if 0 < total <= PEOPLE_LISTED:
            counts.update(self._labels("people", wanted, [name for name in PEOPLE if name not in self._filters]))
        for name in self._filters.keys() & COLUMNS.keys():
            if name not in PEOPLE or total + without[name] <= PEOPLE_LISTED:
                others = (one for other, one in self._filters.items() if other != name)
                counts.update(self._labels(COLUMNS[name], reduce(and_, others, match.found.condition), [name]))
        if self._parsed.blank:
            items = self._newest(wanted)
        else:
            items = self._best(wanted, match.needs, total, max(entries[0][0] if entries else 0, total, 1))
        return Hits(total, items, facets_of(counts.items(), FACET_VALUES), match.did_you_mean, match.relaxed)

    def _ask(self, statement: str, values: dict[str, object]) -> Sequence:
        return self._connection.execute(text(statement), values).all()

    # How many of what

    def _counted(self, condition: Condition) -> Found:
        """All counts that one pass over the entries gives."""
        passing = {f"passing_{name}": one for name, one in self._filters.items() if name in COLUMNS}
        wanted = reduce(and_, self._filters.values(), Condition())
        one = ", ".join([*ONE_VALUE.values(), *passing])
        chosen = "".join(f", ({each.sql}) AS {name}" for name, each in {**passing, "wanted": wanted}.items())
        row = self._ask(f"""
            WITH grouped AS MATERIALIZED (
                SELECT {one}, wanted, topics, rooms, grouping(kind, topics) AS told, count(*) AS number
                FROM (SELECT *{chosen} FROM {ENTRIES} WHERE {condition.sql}) AS matching
                GROUP BY GROUPING SETS (({one}), (wanted, topics), (wanted, rooms))),
            carried AS (
                SELECT label, split_part(label, :between, 1) AS name, sum(number) AS number
                FROM grouped, unnest(topics || rooms) AS label WHERE told <> 1 AND wanted GROUP BY label)
            SELECT (SELECT json_agg(json_build_array({one}, number)) FROM grouped WHERE told = 1),
                   (SELECT json_agg(json_build_array(label, number)) FROM carried WHERE name = ANY(:names))
            """, condition.values | wanted.values
            | {"between": SEPARATOR, "names": [name for name in COLUMNS if name not in self._filters]})[0]
        return Found(condition, row[0] or (), row[1] or ())

    def _labels(self, column: str, condition: Condition, names: list[str]) -> dict[str, int]:
        """How many of the entries that fulfil a condition carry each label, for the most frequent labels of each name."""
        rows = self._ask(f"""
            SELECT label, number FROM (
                SELECT label, name, number, row_number() OVER (PARTITION BY name ORDER BY number DESC, label) AS place FROM (
                    SELECT label, split_part(label, :between, 1) AS name, count(*) AS number
                    FROM {ENTRIES}, unnest({column}) AS label WHERE {condition.sql} GROUP BY label) AS carried
                WHERE name = ANY(:names)) AS placed
            WHERE place <= :most
            """, condition.values | {"between": SEPARATOR, "names": names, "most": FACET_VALUES})
        return dict(map(tuple, rows))

    def _one_valued(self, groups: Sequence) -> tuple[int, Counter, Counter]:
        """How many the filters leave, how many more without each of them, and the labels of filters with one value."""
        total, without, counts = 0, Counter(), Counter()
        many = [name for name in self._filters if name in COLUMNS]
        asked = self._query.filters
        for row in groups:
            values = dict(zip(ONE_VALUE, row, strict=False))
            stopped = {name for name, passed in zip(many, row[len(ONE_VALUE):-1], strict=True) if not passed}
            stopped |= {name for name, value in values.items() if name in asked and asked[name] != value}
            if not stopped:
                total += row[-1]
            elif len(stopped) == 1:
                without.update(dict.fromkeys(stopped, row[-1]))
            for name, value in values.items():
                if value is not None and value is not False and not stopped - {name}:
                    counts[label(name, value)] += row[-1]
        return total, without, counts

    # In what order

    def _newest(self, wanted: Condition) -> tuple[tuple[int, float], ...]:
        first, last = self._query.wanted
        rows = self._ask(f"SELECT entry_id FROM {ENTRIES} WHERE {wanted.sql} ORDER BY entry_id DESC LIMIT :length OFFSET :first",
                         wanted.values | {"length": last - first, "first": first})
        return tuple((row[0], 0.0) for row in rows)

    def _best(self, wanted: Condition, needs: Sequence[Need], total: int, entries: int) -> tuple[tuple[int, float], ...]:
        first, last = self._query.wanted
        block = CANDIDATES if len(needs) < MANY_WORDS else CANDIDATES_FOR_MANY
        start = first // block * block
        worth, ranked = self._worth(needs, entries), []
        for at in range(start, min(last, total), block):
            ranked += _ranked(self._candidates(wanted, needs, at if total > block else None, block), needs, worth)
        return tuple(ranked[first - start:last - start])

    def _worth(self, needs: Sequence[Need], entries: int) -> list[float]:
        frequency = Counter({row[0]: int(row[1]) for row in self._ask(
            f"SELECT term, sum(entries) FROM {WORDS} WHERE term = ANY(:terms) GROUP BY term", {"terms": _terms(needs)})})
        return [rarity(entries, min(sum(min(frequency[term] for term in terms) for _, terms in need.ways), entries))
                for need in needs]

    def _candidates(self, wanted: Condition, needs: Sequence[Need], start: int | None, length: int) -> Sequence:
        """For each entry to rank its lengths, its head, and where the terms asked for stand. Without a `start`, all."""
        terms = _terms(needs)
        values = wanted.values | {"terms": terms}
        which = wanted.sql
        if start is not None:
            which = (f"entry_id IN (SELECT entry_id FROM {ENTRIES} WHERE {wanted.sql}"
                     " ORDER BY ts_rank(head, CAST(:any AS tsquery)) DESC, entry_id DESC LIMIT :length OFFSET :start)")
            values |= {"any": any_of(terms), "length": length, "start": start}
        # Giving the terms asked for a weight of their own separates them from the rest of the text.
        head, text = (f"CAST(ts_filter(setweight({column}, 'A', CAST(:terms AS text[])), CAST('{{a}}' AS \"char\"[])) AS text)"
                      for column in ("head", "terms"))
        return self._ask(f"SELECT entry_id, length, head_length, {head}, {text} FROM {ENTRIES} WHERE {which}", values)


def _terms(needs: Sequence[Need]) -> list[str]:
    return sorted({term for need in needs for term in need.terms})


def _ranked(candidates: Sequence, needs: Sequence[Need], worth: list[float]) -> list[tuple[int, float]]:
    """Entries and their scores, best first."""
    if not candidates:
        return []
    average = max(sum(row[1] for row in candidates) / len(candidates), 1)
    head_average = max(sum(row[2] for row in candidates) / len(candidates), 1)
    scored = []
    for entry, length, head_length, head, terms in candidates:
        weights = {term: int(weight[:-1]) for term, weight in _LEXEME.findall(head)}
        places = {term: [int(place[:-1]) for place in found.split(",")] for term, found in _LEXEME.findall(terms)}
        norms = text_norm(length, average), head_norm(head_length, head_average)
        score = sum(value * _met(need, places, weights, *norms) for value, need in zip(worth, needs, strict=True))
        if len(needs) > 1:
            score += closeness(worth, _standing(needs, places))
        scored.append((score, entry))
    return [(entry, round(score, 4)) for score, entry in sorted(scored, reverse=True)]


def _met(need: Need, places: dict[str, list[int]], weights: dict[str, int], norm: float, in_head: float) -> float:
    """How well an entry meets a need by the best of its ways, as a share of what the need is worth."""
    best = 0.0
    for factor, terms in need.ways + need.hints:
        value = 0.0
        for term in terms:
            occurrences, weight = len(places.get(term, ())), weights.get(term, 0)
            value += occurrences / (occurrences + norm) + HEAD * weight / (weight + in_head)
        best = max(best, factor * value / len(terms))
    return best


def _standing(needs: Sequence[Need], places: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    return ((place, number) for number, need in enumerate(needs) for term in need.terms for place in places.get(term, ()))
