"""The tables of the PostgreSQL engine. They belong to it alone: `search_entry` can fill them again at any time."""

ENTRIES, WORDS = "search_pg_entry", "search_pg_word"
TABLES = (ENTRIES, WORDS)  # no models: leave them out when migrations are compared with models
TRIGRAMS = "ix_search_pg_word_trigrams"

_UP = (
    # head: terms of title, topics, people and rooms, with their weight where a position would be. terms: stems and their
    # places. words: as written, to check that a suggestion is readable. labels: values of filters with many values.
    f"""CREATE TABLE {ENTRIES} (
        entry_id integer PRIMARY KEY, version bigint NOT NULL, kind text NOT NULL, event_id integer NOT NULL,
        series_id integer, year integer, looking_for_host boolean NOT NULL,
        labels text[] NOT NULL, length integer NOT NULL, head_length integer NOT NULL,
        head tsvector NOT NULL, terms tsvector NOT NULL, words tsvector NOT NULL)""",
    # Reading a few hundred texts for one search must not mean unpacking them.
    f"ALTER TABLE {ENTRIES} ALTER COLUMN terms SET STORAGE EXTERNAL, ALTER COLUMN words SET STORAGE EXTERNAL",
    *(f"CREATE INDEX ix_{ENTRIES}_{column} ON {ENTRIES} USING gin ({column}) WITH (fastupdate = off)"
      for column in ("head", "terms", "words", "labels")),
    # How many entries have a word. COLLATE "C" for words that begin with something.
    f'CREATE TABLE {WORDS} (word text COLLATE "C" PRIMARY KEY, term text NOT NULL, entries integer NOT NULL)',
    f"CREATE INDEX ix_{WORDS}_term ON {WORDS} (term)",
    # Words two slips away are found by trigrams, where the server has them and lets us; without, only one slip is mended.
    f"""DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX {TRIGRAMS} ON {WORDS} USING gin (word gin_trgm_ops);
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object OR feature_not_supported THEN
        RAISE NOTICE 'pg_trgm is not available: search will mend words with one slip, not with two';
    END $$""",
)
# The extension stays: others may use it by then.
_DOWN = tuple(f"DROP TABLE {table}" for table in reversed(TABLES))


def postgres_ddl() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statements that make the engine's tables, and those that take them away. For PostgreSQL 13 and later."""
    return _UP, _DOWN
