"""The tables of the PostgreSQL engine. They belong to it alone: `search_entry` can fill them again at any time."""

ENTRIES, WORDS = "search_pg_entry", "search_pg_word"
TABLES = (ENTRIES, WORDS)  # no models: leave them out when migrations are compared with models
NEW = "_new"  # what the names of tables and indexes end in while they are being built to take the others' place
WRITTEN, HEAD_ONLY = "=", "^"  # what lexemes of words as written, and of stop words in heads, begin with
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
    (after "="), and stop words of heads (after "^"). `topics`, `rooms` and `people` are labels (see `digest.label`). A word's
    `entries` says how many have it.
    """
    return (
        f"""CREATE TABLE {ENTRIES}{ending} (
            entry_id integer NOT NULL, version bigint NOT NULL, kind text NOT NULL, event_id integer NOT NULL,
            series_id integer, year integer, looking_for_host boolean NOT NULL,
            topics text[] NOT NULL, rooms text[] NOT NULL, people text[] NOT NULL,
            length integer NOT NULL, head_length integer NOT NULL,
            head tsvector NOT NULL, terms tsvector NOT NULL)""",
        # Reading a few hundred texts for one search must not mean unpacking them.
        f"ALTER TABLE {ENTRIES}{ending} ALTER COLUMN terms SET STORAGE EXTERNAL",
        # COLLATE "C" is the order in which words with the same beginning are neighbours.
        f'CREATE TABLE {WORDS}{ending} (word text COLLATE "C" NOT NULL, term text NOT NULL, entries integer NOT NULL)',
    )


def indexes(ending: str = "") -> dict[str, str]:
    """The name of each index and the statement that makes it. Trigrams only where the server has them."""
    made = {f"ix_{ENTRIES}_{column}": f"ON {ENTRIES}{ending} USING gin ({column}) WITH (fastupdate = off)"
            for column in ("terms", "topics", "rooms", "people")}
    made[f"ix_{WORDS}_term"] = f"ON {WORDS}{ending} (term)"
    keys = {f"uq_{ENTRIES}_entry_id": f"ON {ENTRIES}{ending} (entry_id)", f"uq_{WORDS}_word": f"ON {WORDS}{ending} (word)"}
    statements = {name: f"CREATE INDEX {name}{ending} {rest}" for name, rest in made.items()}
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
