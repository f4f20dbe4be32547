"""People, and the single-use links sent to them."""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Moment

NAME_LENGTH = 100


def new_session_key() -> str:
    """A fresh random mark that every signed-in cookie of a person carries; changing it ends them all."""
    return secrets.token_urlsafe(16)


class Person(Base):
    """Somebody: an attendee, an organiser, a keeper of the site."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email", info={"conflict": "Another account has that e-mail address."}),
        CheckConstraint("email IS NULL OR email = lower(email)", name="email_lower"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    organisation: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_key: Mapped[str] = mapped_column(String(32), default=new_session_key)
    keeper: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)

    # What Flask-Login asks of a signed-in person (https://flask-login.readthedocs.io/#your-user-class).
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds: who, and the key that "end all my sessions" changes."""
        return f"{self.id}.{self.session_key}"


# What a link is for. Each is used once and lives `LIFETIMES` (accounts/links.py). An invitation signs in like SIGN_IN, but it
# was asked for by an organiser, so it lives longer and does not count among the mails that strangers may cause.
SIGN_IN, INVITATION, TIE_ADDRESS, FIRST_KEEPER = "sign-in", "invitation", "tie-address", "first-keeper"


class Link(Base):
    """A single-use link. Only the digest of its secret is kept, so reading the table lets nobody in."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("purpose IN ('sign-in', 'invitation', 'tie-address', 'first-keeper')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    next_path: Mapped[str] = mapped_column(Text, default="/")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
