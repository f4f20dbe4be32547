"""The tables of the PostgreSQL engine. They belong to it alone: `search_entry` can fill them again at any time."""

ENTRIES, SETS, WORDS = "search_pg_entry", "search_pg_set", "search_pg_word"
TABLES = (ENTRIES, SETS, WORDS)  # no models: leave them out when migrations are compared with models
NEW = "_new"  # what the names of tables and indexes end in while they are being built to take the others' place
WRITTEN, IN_HEAD = "=", "^"  # what lexemes of words as written, and of terms in heads, begin with
_TRIGRAMS = "ix_search_pg_word_trigrams"

_EXTENSION = """DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'pg_trgm is not available: search will mend words with one slip, not with two';
END $$"""


def tables(ending: str = "") -> tuple[str, ...]:
    """Statements that make the tables, without indexes.

    `head` holds the terms of title, topics, people and rooms, each with its weight where a place would be. `terms` holds
    what is asked for, in one column so that one look into one index answers it: terms with their places, words as written
    (after "="), and the terms of the head once more (after "^"). `profile`, `topics` and `rooms` are sets of labels, so
    that counting labels is counting few different numbers; nearly everybody's set of `people` is another, so it is there
    itself. A word's `entries` says how many have it.
    """
    return (
        f"""CREATE TABLE {ENTRIES}{ending} (
            entry_id integer NOT NULL, version bigint NOT NULL, event_id bigint NOT NULL,
            profile bigint NOT NULL, topics bigint NOT NULL, rooms bigint NOT NULL, people text[] NOT NULL,
            length integer NOT NULL, head_length integer NOT NULL, head tsvector NOT NULL, terms tsvector NOT NULL)""",
        # Reading a few hundred texts for one search must not mean unpacking them.
        f"ALTER TABLE {ENTRIES}{ending} ALTER COLUMN terms SET STORAGE EXTERNAL",
        f"CREATE TABLE {SETS}{ending} (id bigint NOT NULL, labels text[] NOT NULL)",
        # COLLATE "C" is the order in which words with the same beginning are neighbours.
        f'CREATE TABLE {WORDS}{ending} (word text COLLATE "C" NOT NULL, term text NOT NULL, entries integer NOT NULL)',
    )


def indexes(ending: str = "") -> dict[str, str]:
    """The name of each index and the statement that makes it. Trigrams only where the server has them."""
    gin = {f"ix_{table}_{column}": f"ON {table}{ending} USING gin ({column}) WITH (fastupdate = off)"
           for table, column in ((ENTRIES, "terms"), (ENTRIES, "people"), (SETS, "labels"))}
    plain = {f"ix_{table}_{column}": f"ON {table}{ending} ({column})"
             for table, column in ((ENTRIES, "profile"), (ENTRIES, "topics"), (ENTRIES, "rooms"), (WORDS, "term"))}
    keys = {f"uq_{table}_{column}": f"ON {table}{ending} ({column})"
            for table, column in ((ENTRIES, "entry_id"), (SETS, "id"), (WORDS, "word"))}
    statements = {name: f"CREATE INDEX {name}{ending} {rest}" for name, rest in {**gin, **plain}.items()}
    statements |= {name: f"CREATE UNIQUE INDEX {name}{ending} {rest}" for name, rest in keys.items()}
    statements[_TRIGRAMS] = (
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN"
        f" CREATE INDEX {_TRIGRAMS}{ending} ON {WORDS}{ending} USING gin (word gin_trgm_ops); END IF; END $$")
    return statements


def taking_over() -> tuple[str, ...]:
    """Statements that put tables and indexes made with `NEW` in the place of the others."""
    renamed = [f"ALTER TABLE {name}{NEW} RENAME TO {name}" for name in TABLES]
    renamed += [f"ALTER INDEX IF EXISTS {name}{NEW} RENAME TO {name}" for name in indexes()]
    return (*dropping(), *renamed)


def dropping(ending: str = "") -> tuple[str, ...]:
    """Statements that take the tables away, if they are there."""
    return tuple(f"DROP TABLE IF EXISTS {name}{ending}" for name in TABLES)


def postgres_ddl() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statements that make what the engine needs, and those that take it away. For PostgreSQL 13 and later.

    An ordinary role may run them: without the right to install pg_trgm they go on without it. The extension is left
    behind, since others may use it by then.
    """
    return (_EXTENSION, *tables(), *indexes().values()), dropping()
