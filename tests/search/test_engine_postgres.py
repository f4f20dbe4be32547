"""The PostgreSQL engine's own promises: an ordinary server is enough, writers may be many, tables come and go."""

import threading

import pytest
from sqlalchemy import create_engine, make_url, text

from app.search.engine import EVERYTHING, IndexDamaged, Query
from app.search.postgres_engine import PostgresEngine
from app.search.postgres_schema import SETS, TABLES, WORDS, indexes, postgres_ddl
from tests.search.engines import entry, found, ids


def rows(database, statement: str, **values) -> list:
    with database.connect() as connection:
        return connection.execute(text(statement), values).all()


def relations(database) -> set[str]:
    return {row[0] for row in rows(database, "SELECT relname FROM pg_class WHERE relname LIKE '%search_pg_%' AND relkind IN ('r', 'i')")}


def test_a_server_without_trigrams_mends_single_slips_and_says_so(postgres_url):
    url = make_url(postgres_url)
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS ordinary"))
        connection.execute(text("CREATE ROLE ordinary LOGIN"))
        connection.execute(text("CREATE SCHEMA ours AUTHORIZATION ordinary"))
        connection.execute(text("ALTER ROLE ordinary SET search_path = ours"))
        connection.execute(text("REVOKE CREATE ON DATABASE " + url.database + " FROM PUBLIC"))
    database = create_engine(url.set(username="ordinary"))
    try:
        with database.begin() as connection:
            for statement in postgres_ddl()[0]:
                connection.execute(text(statement))
        engine = PostgresEngine(database)
        assert "pg_trgm" in engine.degraded
        one = entry("Safeguarding administration", "")
        for change in (lambda: engine.apply([one], []), lambda: engine.rebuild([one])):
            change()
            assert found(engine, "safegaurding ") == [one.id]
            assert found(engine, "adminstraton ") == []
    finally:
        database.dispose()
        with owner.begin() as connection:
            connection.execute(text("DROP OWNED BY ordinary CASCADE"))
            connection.execute(text("DROP ROLE ordinary"))
        owner.dispose()


def test_with_trigrams_nothing_is_missing(postgres_engine):
    assert postgres_engine.degraded is None
    one = entry("Administration", "")
    postgres_engine.apply([one], [])
    assert found(postgres_engine, "adminstraton ") == [one.id]


def test_the_statements_go_up_and_down_and_up_again(postgres_url):
    database = create_engine(postgres_url)
    up, down = postgres_ddl()
    for statements in (up, down, up):
        with database.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        assert relations(database) == ({*TABLES, *indexes()} if statements is up else set())
    database.dispose()


def test_without_tables_a_search_says_what_is_missing(postgres_url):
    database = create_engine(postgres_url)
    with pytest.raises(IndexDamaged, match="migrations"):
        PostgresEngine(database).find(Query("anything"), EVERYTHING)
    database.dispose()


def test_a_rebuild_leaves_tables_and_indexes_by_their_names(postgres_engine, search_database):
    for _ in range(2):
        postgres_engine.rebuild([entry("Thing")])
        assert relations(search_database) == {*TABLES, *indexes()}


def test_words_are_counted_exactly(postgres_engine, search_database):
    one, other = entry("Buses", "buses and trains", id=1), entry("Buses", "", id=2)
    postgres_engine.apply([one, other], [])
    postgres_engine.apply([entry("Trams", "trams, trains", id=1)], [])
    postgres_engine.apply([entry("Trams", "trams, trains", id=1)], [])
    counted = f"SELECT word, term, entries FROM {WORDS} ORDER BY word"
    assert rows(search_database, counted) == [("buses", "buse", 1), ("trains", "train", 1), ("trams", "tram", 1)]
    postgres_engine.apply([], [1, 2])
    assert rows(search_database, counted) == [], "a word that nothing says any more is not kept"


def test_labels_that_nothing_carries_any_more_go_when_reconciling(postgres_engine, search_database):
    postgres_engine.apply([entry("a", topics=("Secret",), leaders=("Somebody",), id=1), entry("b", id=2)], [])
    postgres_engine.apply([entry("a", topics=("Open",), id=1)], [])
    postgres_engine.reconcile({1: 1, 2: 1})
    labels = {label for one, in rows(search_database, f"SELECT labels FROM {SETS}") for label in one}
    assert not any("Secret" in label for label in labels)
    assert postgres_engine.find(Query(), EVERYTHING).facets["topic"] == (("Open", 1),)


def test_several_writers_at_once_leave_one_truth(postgres_engine, search_database):
    def write(seed: int) -> None:
        for step in range(8):
            postgres_engine.apply([entry("Thing", f"number{(seed * step) % 5} shared words", id=n) for n in range(1, 6)], [6])

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(postgres_engine.find(Query("shared "), EVERYTHING))) == [1, 2, 3, 4, 5]
    assert dict(map(tuple, rows(search_database, f"SELECT word, entries FROM {WORDS} WHERE word IN ('shared', 'thing')"))) == {"shared": 5, "thing": 5}


def test_a_search_leaves_no_transaction_open(postgres_engine, search_database):
    postgres_engine.apply([entry("Thing")], [])
    found(postgres_engine, "thing ")
    assert search_database.pool.checkedout() == 0
    idle = rows(search_database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'")
    assert idle[0][0] == 0


def test_settings_made_for_a_search_do_not_stay(postgres_engine, search_database):
    found(postgres_engine, "thing ")
    assert rows(search_database, "SHOW enable_seqscan")[0][0] == "on"


@pytest.mark.long
def test_many_results_are_paged_without_gaps_or_repeats(postgres_engine):
    entries = [entry("Thing" if n % 3 else "Other", f"thing number {n}", topics=(f"topic {n % 2}",)) for n in range(2_600)]
    postgres_engine.rebuild(entries)
    for filters, total in (({}, 2_600), ({"topic": "topic 1"}, 1_300)):
        pages = [postgres_engine.find(Query("thing ", page=page, limit=90, **filters), EVERYTHING) for page in range(1, 13)]
        assert {page.total for page in pages} == {total}
        shown = [one for page in pages for one in ids(page)]
        assert len(shown) == len(set(shown)) == min(total, 1_000)
        first = {one.id for one in entries if one.title == "Thing"}
        assert set(shown[:200]) <= first, "those with the word in their titles come first"
