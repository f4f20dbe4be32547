"""How Alembic reaches the database: through the engine `app.infra.db` made, one transaction per revision."""

from alembic import context

from app.infra import db
from app.search.postgres_schema import TABLES


def wanted(obj, name, kind, reflected, compare_to) -> bool:
    """What the models do not know of (the PostgreSQL search engine's own tables) is left alone."""
    return not (kind == "table" and name in TABLES)


with db.engine().connect() as connection:
    if db.on_sqlite():
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # batch mode rebuilds tables; checked again below
        connection.commit()
    context.configure(
        connection=connection, target_metadata=db.Base.metadata, render_as_batch=True, compare_type=True,
        compare_server_default=False, include_object=wanted, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    if db.on_sqlite():
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a migration left rows that point nowhere: {broken[:5]}")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
