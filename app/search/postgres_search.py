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
from app.search.engine import FACET_VALUES, MANY_VALUES, PEOPLE, PEOPLE_LISTED, Hits, Query, Readable
from app.search.matching import Need
from app.search.postgres_matching import Condition, Conditions, Found, PostgresMatching, any_of
from app.search.postgres_schema import ENTRIES, WORDS
from app.search.query import Parsed
from app.search.ranking import HEAD, closeness, head_norm, rarity, text_norm

CANDIDATES = 200  # entries ranked together; of more, those with most of the terms in their heads, then the newest
ONE_VALUE = {"kind": "kind", "series": "series_id", "event": "event_id", "year": "year", "looking_for_host": "looking_for_host"}
_LEXEME = re.compile(r"'((?:[^']|'')+)':([\dA-D,]+)")


class PostgresSearch:
    """One query on one connection."""

    def __init__(self, connection: Connection, query: Query, parsed: Parsed, readable: Readable, trigrams: bool):
        self._connection, self._query, self._parsed = connection, query, parsed
        make, labels = Conditions("f"), wanted_labels(query)
        self._filters: dict[str, Condition] = {
            name: make.on(f"{_column(name)} @> ARRAY[CAST({{}} AS text)]", labels[name]) if name in MANY_VALUES
            else make.on(f"{ONE_VALUE[name]} = {{}}", clean(value) if isinstance(value, str) else value)
            for name, value in query.filters.items()}
        self._matching = PostgresMatching(parsed, readable, self._ask, self._look, trigrams)

    def hits(self) -> Hits:
        """The answer."""
        # Compiling a statement, or starting processes for it, takes longer than running it; and reading the whole table
        # means fetching every text from elsewhere, which the planner takes for cheap.
        entries = self._ask("SELECT CAST(reltuples AS bigint), set_config('jit', 'off', true),"
                            " set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
                            f" FROM pg_class WHERE oid = to_regclass('{ENTRIES}')", {})
        match = self._matching.match()
        total, without, counts = self._one_valued(match.found.groups)
        counts.update(dict(match.found.labels))
        for name in self._filters:
            if name in MANY_VALUES and (name not in PEOPLE or total + without[name] <= PEOPLE_LISTED):
                counts.update(self._own_values(name, match.found.condition))
        if self._parsed.blank:
            items = tuple((entry, 0.0) for entry in match.found.chosen)
        else:
            items = self._best(match.found, match.needs, max(entries[0][0] if entries else 0, total, 1))
        return Hits(total, items, facets_of(counts.items(), FACET_VALUES), match.did_you_mean, match.relaxed)

    def _ask(self, statement: str, values: dict[str, object]) -> Sequence:
        return self._connection.execute(text(statement), values).all()

    def _look(self, found: Found) -> Found:
        """Count what was found in every way that the answer needs, and choose what is to be ranked: in one statement."""
        passing = {f"passing_{name}": one.sql for name, one in self._filters.items() if name in MANY_VALUES}
        by = ", ".join([*ONE_VALUE.values(), *passing])
        wanted = reduce(and_, self._filters.values(), Condition())
        start, end = self._chosen()
        values = found.condition.values | wanted.values | {
            "between": SEPARATOR, "most": FACET_VALUES, "listed": PEOPLE_LISTED, "start": start, "length": end - start,
            "names": [name for name in MANY_VALUES if name not in self._filters]}
        rank = "0"
        if not self._parsed.blank:
            rank = "ts_rank(head, CAST(:terms AS tsquery))"
            values["terms"] = any_of(_terms(found.needs))
        columns = ["entry_id", *ONE_VALUE.values(), "labels", "people", f"{rank} AS rank"]
        columns += [f"{sql} AS {name}" for name, sql in passing.items()]
        row = self._ask(f"""
            WITH matching AS MATERIALIZED (SELECT {', '.join(columns)} FROM {ENTRIES} WHERE {found.condition.sql}),
            wanted AS (SELECT entry_id, labels, people, rank FROM matching WHERE {wanted.sql}),
            carried AS MATERIALIZED (
                SELECT label, count(*) AS number FROM wanted, unnest(
                    CASE WHEN (SELECT count(*) FROM wanted) <= :listed THEN labels || people ELSE labels END) AS label
                GROUP BY label),
            placed AS (SELECT label, number, split_part(label, :between, 1) AS name, row_number() OVER (
                PARTITION BY split_part(label, :between, 1) ORDER BY number DESC, label) AS place FROM carried),
            grouped AS (SELECT json_build_array({by}, count(*)) AS counted FROM matching GROUP BY {by})
            SELECT (SELECT json_agg(counted) FROM grouped),
                   (SELECT json_agg(json_build_array(label, number)) FROM placed WHERE place <= :most AND name = ANY(:names)),
                   ARRAY(SELECT entry_id FROM wanted ORDER BY rank DESC, entry_id DESC LIMIT :length OFFSET :start)
            """, values)[0]
        found.groups, found.labels, found.chosen = row[0] or (), row[1] or (), row[2]
        return found

    def _chosen(self) -> tuple[int, int]:
        """First and last place (exclusive) of the entries to choose: the page or, if they are to be ranked, whole blocks."""
        first, last = self._query.wanted
        if self._parsed.blank:
            return first, last
        return first // CANDIDATES * CANDIDATES, -(-last // CANDIDATES) * CANDIDATES

    # How many of what

    def _one_valued(self, groups: Sequence) -> tuple[int, Counter, Counter]:
        """How many the filters leave, how many more without each of them, and the labels of filters with one value."""
        total, without, counts = 0, Counter(), Counter()
        many = [name for name in self._filters if name in MANY_VALUES]
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

    def _own_values(self, name: str, matching: Condition) -> dict[str, int]:
        """The counts of labels of a filter on many values, which does not apply to itself."""
        condition = reduce(and_, (one for other, one in self._filters.items() if other != name), matching)
        rows = self._ask(
            f"SELECT label, count(*) FROM {ENTRIES}, unnest({_column(name)}) AS label WHERE {condition.sql}"
            " AND split_part(label, :between, 1) = :name GROUP BY label ORDER BY 2 DESC, 1 LIMIT :most",
            condition.values | {"between": SEPARATOR, "name": name, "most": FACET_VALUES})
        return dict(map(tuple, rows))

    # In what order

    def _best(self, found: Found, needs: Sequence[Need], entries: int) -> tuple[tuple[int, float], ...]:
        first, last = self._query.wanted
        worth = self._worth(needs, entries)
        chosen, ranked = found.chosen, []
        for at in range(0, len(chosen), CANDIDATES):
            ranked += _ranked(self._texts(chosen[at:at + CANDIDATES], needs), needs, worth)
        start, _ = self._chosen()
        return tuple(ranked[first - start:last - start])

    def _worth(self, needs: Sequence[Need], entries: int) -> list[float]:
        frequency = Counter({row[0]: int(row[1]) for row in self._ask(
            f"SELECT term, sum(entries) FROM {WORDS} WHERE term = ANY(:terms) GROUP BY term", {"terms": _terms(needs)})})
        return [rarity(entries, min(sum(min(frequency[term] for term in terms) for _, terms in need.ways), entries))
                for need in needs]

    def _texts(self, chosen: Sequence[int], needs: Sequence[Need]) -> Sequence:
        """For each chosen entry what ranking needs: its lengths, its head, and where the terms asked for stand."""
        # Giving those terms a weight of their own separates them from the rest of the text.
        head, terms = (f"CAST(ts_filter(setweight({column}, 'A', CAST(:terms AS text[])), CAST('{{a}}' AS \"char\"[])) AS text)"
                       for column in ("head", "terms"))
        return self._ask(f"SELECT entry_id, length, head_length, {head}, {terms} FROM {ENTRIES} WHERE entry_id = ANY(:chosen)",
                         {"terms": _terms(needs), "chosen": list(chosen)})


def _column(name: str) -> str:
    return "people" if name in PEOPLE else "labels"


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
