"""Who was erased, so that they are erased again when an older copy of the database is put back."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Moment


class Erasure(Base):
    """An account that was erased. `person_id` points nowhere now; `digest` (of it and `created_at`) finds it in an older copy."""

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    posts: Mapped[str] = mapped_column(String(10))  # what became of what they wrote: kept without a name, or removed
    at: Mapped[datetime] = mapped_column(Moment)
