"""Answering one query from the PostgreSQL index: a few statements, and the ranking of at most a few hundred entries."""

# Statements are put together from clauses written here; whatever somebody typed is a bound value.
# ruff: noqa: S608

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_

from sqlalchemy import Connection, text

from app.search.digest import SEPARATOR, facets_of, wanted_labels
from app.search.engine import FACET_VALUES, MANY_WORDS, PEOPLE, PEOPLE_LISTED, Hits, Query, Readable
from app.search.matching import Need
from app.search.postgres_matching import LISTED, Condition, Conditions, PostgresMatching, any_of
from app.search.postgres_schema import ENTRIES, IN_HEAD, SETS, WORDS
from app.search.query import Parsed
from app.search.ranking import HEAD, closeness, head_norm, rarity, text_norm

# Entries ranked together; of more, those with most of the terms in their heads, then the newest. Many words are often
# wrong in part, and then heads tell little.
CANDIDATES, CANDIDATES_FOR_MANY = 200, 400
PROFILE = ("kind", "series", "event", "year", "looking_for_host", "state")  # filters of which an entry has one value, in one set
COLUMNS = dict.fromkeys(PROFILE, "profile") | {"topic": "topics", "room": "rooms", "leader": "people", "note_taker": "people"}
_LEXEME = re.compile(r"'((?:[^']|'')+)':([\dA-D,]+)")


class PostgresSearch:
    """One query on one connection."""

    def __init__(self, connection: Connection, query: Query, parsed: Parsed, readable: Readable, trigrams: bool):
        self._connection, self._query, self._parsed = connection, query, parsed
        make = Conditions("f")
        self._labels = wanted_labels(query)
        self._filters: dict[str, Condition] = {}
        for name, label in self._labels.items():
            holding = f"= ANY (ARRAY(SELECT id FROM {SETS} WHERE labels @> ARRAY[CAST({{}} AS text)]))"
            test = "@> ARRAY[CAST({} AS text)]" if name in PEOPLE else holding
            self._filters[name] = make.on(f"{COLUMNS[name]} {test}", label)
        self._matching = PostgresMatching(parsed, readable, self._ask, self._frequency, trigrams)
        self._frequencies: Counter = Counter()

    def hits(self) -> Hits:
        """The answer."""
        # Compiling a statement, or starting processes for it, takes longer than running it; and reading the whole table
        # means fetching every text from elsewhere, which the planner takes for cheap.
        entries = self._ask("SELECT CAST(reltuples AS bigint), set_config('jit', 'off', true),"
                            " set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
                            f" FROM pg_class WHERE oid = to_regclass('{ENTRIES}')", {})
        match = self._matching.match()
        matched = match.found.condition
        if len(match.found.ids) <= LISTED:
            matched = Conditions("m").on("entry_id = ANY({})", match.found.ids)
        wanted = reduce(and_, self._filters.values(), matched)
        total, counts = self._facets(matched, wanted)
        if self._parsed.blank:
            items = self._newest(wanted, *self._query.wanted)
        else:
            items = self._best(wanted, match.needs, total, max(entries[0][0] if entries else 0, total, 1))
        return Hits(total, items, facets_of(counts.items(), FACET_VALUES), match.did_you_mean, match.relaxed)

    def _ask(self, statement: str, values: dict[str, object]) -> Sequence:
        return self._connection.execute(text(statement), values).all()

    # How many of what

    def _facets(self, matched: Condition, wanted: Condition) -> tuple[int, Counter]:
        """How many entries are wanted, and how many carry each label."""
        groups, labels = self._counted(matched)
        total, without, counts = self._by_profile(groups)
        counts.update(dict(labels))
        free = [name for name in PEOPLE if name not in self._filters]
        if free and 0 < total <= PEOPLE_LISTED:
            counts.update(self._people(wanted, free))
        for name in PEOPLE:
            if name in self._filters and total + without[name] <= PEOPLE_LISTED:
                others = (one for other, one in self._filters.items() if other != name)
                counts.update(self._people(reduce(and_, others, matched), [name]))
        return total, counts

    def _counted(self, matched: Condition) -> tuple[Sequence, Sequence]:
        """All counts that one pass gives: rows of a profile's labels, whether each filter on something else lets those
        through, and how many they are; and rows of other labels and how many carry them."""
        apart = {f"passes_{name}": one for name, one in self._filters.items() if name not in PROFILE}
        passes = {"passes": reduce(and_, (one for name, one in self._filters.items() if name in PROFILE), Condition()), **apart}
        chosen = "".join(f", ({each.sql}) AS {name}" for name, each in passes.items())
        by_profile, by_passing = ", ".join(["profile", *apart]), ", ".join(passes)
        carried = " UNION ALL ".join(
            f"SELECT label, sum(number) AS number FROM grouped JOIN {SETS} ON id = {name}s, unnest(labels) AS label"
            f" WHERE told = {told} AND " + " AND ".join(each for each in passes if each != f"passes_{name}") + " GROUP BY label"
            for name, told in (("topic", 2), ("room", 3)))
        row = self._ask(f"""
            WITH grouped AS MATERIALIZED (
                SELECT {by_profile}, passes, topics, rooms, grouping(profile, topics) AS told, count(*) AS number
                FROM (SELECT profile, topics, rooms{chosen} FROM {ENTRIES} WHERE {matched.sql}) AS matching
                GROUP BY GROUPING SETS (({by_profile}), ({by_passing}, topics), ({by_passing}, rooms)))
            SELECT (SELECT json_agg(json_build_array({', '.join(['labels', *apart])}, number))
                    FROM grouped JOIN {SETS} ON id = profile WHERE told = 1),
                   (SELECT json_agg(json_build_array(label, number)) FROM ({carried}) AS carried)
            """, reduce(and_, passes.values(), matched).values)[0]
        return row[0] or (), row[1] or ()

    def _people(self, condition: Condition, names: list[str]) -> dict[str, int]:
        """How many of the entries that fulfil a condition carry each label of `names`, for the most frequent of each."""
        rows = self._ask(f"""
            SELECT label, number FROM (
                SELECT label, name, number, row_number() OVER (PARTITION BY name ORDER BY number DESC, label) AS place FROM (
                    SELECT label, split_part(label, :between, 1) AS name, count(*) AS number
                    FROM {ENTRIES}, unnest(people) AS label WHERE {condition.sql} GROUP BY label) AS carried
                WHERE name = ANY(:names)) AS placed
            WHERE place <= :most
            """, condition.values | {"between": SEPARATOR, "names": names, "most": FACET_VALUES})
        return dict(map(tuple, rows))

    def _by_profile(self, groups: Sequence) -> tuple[int, Counter, Counter]:
        """How many the filters leave, how many more without each of them, and the counts of labels in profiles."""
        total, without, counts = 0, Counter(), Counter()
        apart = [name for name in self._filters if name not in PROFILE]
        for labels, *passes, number in groups:
            stopped = {name for name, passed in zip(apart, passes, strict=True) if not passed}
            stopped |= {name for name in PROFILE if name in self._labels and self._labels[name] not in labels}
            if not stopped:
                total += number
            elif len(stopped) == 1:
                without.update(dict.fromkeys(stopped, number))
            for label in labels:
                if not stopped - {label.partition(SEPARATOR)[0]}:
                    counts[label] += number
        return total, without, counts

    # In what order

    def _newest(self, wanted: Condition, first: int, last: int) -> tuple[tuple[int, float], ...]:
        # Walking through the newest entries one by one is quick unless the text of each has to be fetched and compared;
        # adding 0 keeps the planner from it.
        order = "entry_id + 0" if "terms" in wanted.sql else "entry_id"
        rows = self._ask(f"SELECT entry_id FROM {ENTRIES} WHERE {wanted.sql} ORDER BY {order} DESC LIMIT :length OFFSET :first",
                         wanted.values | {"length": last - first, "first": first})
        return tuple((row[0], 0.0) for row in rows)

    def _best(self, wanted: Condition, needs: Sequence[Need], total: int, entries: int) -> tuple[tuple[int, float], ...]:
        first, last = self._query.wanted
        block = CANDIDATES if len(needs) < MANY_WORDS else CANDIDATES_FOR_MANY
        worth, ranked = self._worth(needs, entries), []
        chosen = self._chosen(wanted, needs, -(-last // block) * block, total) if total > block else None
        start = first // block * block
        for at in range(start, min(last, total), block):
            one = wanted if chosen is None else Condition(("entry_id = ANY(:chosen)",), {"chosen": chosen[at:at + block]})
            ranked += _ranked(self._texts(one, needs), needs, worth)
        return tuple(ranked[first - start:last - start])

    def _worth(self, needs: Sequence[Need], entries: int) -> list[float]:
        frequency = self._frequency({term for need in needs for term in need.terms})
        return [rarity(entries, min(sum(min(frequency[term] for term in terms) for _, terms in need.ways), entries))
                for need in needs]

    def _frequency(self, terms: set[str]) -> Counter:
        """How many entries have a term (at least: an entry with two words of one term counts twice)."""
        if unknown := sorted(terms - self._frequencies.keys()):
            rows = self._ask(f"SELECT term, sum(entries) FROM {WORDS} WHERE term = ANY(:terms) GROUP BY term", {"terms": unknown})
            self._frequencies.update(dict.fromkeys(unknown, 0))
            self._frequencies.update({row[0]: int(row[1]) for row in rows})
        return self._frequencies

    def _chosen(self, wanted: Condition, needs: Sequence[Need], length: int, total: int) -> list[int]:
        """The first `length` of the entries wanted: those with most of the terms in their heads, then the newest."""
        terms = _terms(needs)
        # Of few entries all heads are compared. Of many only those that the index says have one of the terms.
        heads = wanted if total <= LISTED else Conditions("c").query(any_of(IN_HEAD + term for term in terms)) & wanted
        rows = self._ask(f"SELECT entry_id FROM {ENTRIES} WHERE {heads.sql}"
                         " ORDER BY ts_rank(head, CAST(:any AS tsquery)) DESC, entry_id DESC LIMIT :length",
                         heads.values | {"any": any_of(terms), "length": length})
        chosen = [row[0] for row in rows]
        if len(chosen) < min(length, total):
            chosen += [entry for entry, _ in self._newest(wanted, 0, length)]
        return list(dict.fromkeys(chosen))[:length]

    def _texts(self, which: Condition, needs: Sequence[Need]) -> Sequence:
        """For each entry to rank its lengths, its head, and where the terms asked for stand."""
        # Giving those terms a weight of their own separates them from the rest of the text.
        head, text = (f"CAST(ts_filter(setweight({column}, 'A', CAST(:terms AS text[])), CAST('{{a}}' AS \"char\"[])) AS text)"
                      for column in ("head", "terms"))
        return self._ask(f"SELECT entry_id, length, head_length, {head}, {text} FROM {ENTRIES} WHERE {which.sql}",
                         which.values | {"terms": _terms(needs)})


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
