"""The files of pictures on boards: letting go of those that nothing needs any more."""

from sqlalchemy import select

from app.boards.models import Material
from app.infra import db, files
from app.infra.db import transaction


@files.needs
def on_a_board(key: str) -> bool:
    """Whether a picture on any board has these bytes (1 statement)."""
    return db.session.scalar(select(Material.id).where(Material.file == key).limit(1)) is not None


def drop_unless_needed(key: str) -> None:
    """Forget the bytes under `key`, unless a picture on a board or in notes has the same. To be called after the commit."""
    with transaction():  # nobody adds one meanwhile, on SQLite
        if not files.needed(key):
            files.drop(key)
