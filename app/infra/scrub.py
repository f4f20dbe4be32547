"""What was taken out for good leaves nothing behind in the database's own files, either.

On SQLite deleted bytes are written over (`secure_delete`, see `db`), but the log of recent writes still holds pages as they
were: here it is taken into the file and emptied, and the file is written anew without the holes that rows leave behind. On
PostgreSQL the rows that are no longer there are cleared away (VACUUM), which no query could see any more. Copies that somebody
made of the files (backups, replicas, logs shipped elsewhere) are not reached: docs/off-the-record.md says so.
"""

import logging

from sqlalchemy import text

from app.errors import Busy
from app.infra import db, jobs

log = logging.getLogger(__name__)

JOB = "database.scrub"
VACUUM_MOST_BYTES = 128 * 1024 * 1024  # of a SQLite file: a second or so, during which nobody else writes


def ask() -> None:
    """Have it done, in the current transaction."""
    jobs.enqueue(JOB, {})


@jobs.handles(JOB, batch=100)
def scrub(_payloads: list[dict]) -> None:
    """Do it. Raises `Busy`, to be tried again, while somebody reads from the log."""
    db.session.remove()
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not db.on_sqlite():
            for table in db.Base.metadata.sorted_tables:
                connection.execute(text(f'VACUUM "{table.name}"'))
            return
        raw = connection.connection.driver_connection
        pages, size = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        raw.execute("PRAGMA busy_timeout=5000")
        try:
            if pages * size <= VACUUM_MOST_BYTES:
                raw.execute("VACUUM")
            if raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise Busy("somebody still reads what was there before")
        finally:
            raw.execute("PRAGMA busy_timeout=20")
