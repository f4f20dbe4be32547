"""How Alembic reaches the database: through the engine `app.infra.db` made, one transaction per revision."""

from alembic import context

from app.infra import db
from app.search.postgres_schema import TABLES


def wanted(obj, name, kind, reflected, compare_to) -> bool:
    """What the models do not know of (the PostgreSQL search engine's own tables) is left alone."""
    return not (kind == "table" and name in TABLES)


def enforce_foreign_keys(connection, on: bool) -> None:
    """SQLite only, and only outside a transaction: inside one the pragma does nothing, so the driver is asked itself."""
    connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


with db.engine().connect() as connection:
    if db.on_sqlite():
        enforce_foreign_keys(connection, False)  # batch mode makes tables anew: dropping the old one would take all that points to it
    try:
        context.configure(
            connection=connection, target_metadata=db.Base.metadata, render_as_batch=True, compare_type=True,
            compare_server_default=False, include_object=wanted, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        if db.on_sqlite():
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"a migration left rows that point nowhere: {broken[:5]}")
    finally:
        connection.rollback()
        if db.on_sqlite():
            enforce_foreign_keys(connection, True)
