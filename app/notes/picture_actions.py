"""Pictures in notes: adding one, and taking away what no text shows any more."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Person
from app.errors import Invalid, require
from app.grid.models import Session
from app.infra import db, files, jobs
from app.infra.pictures import Made
from app.notes import picture_queries, policy
from app.notes.models import Picture

IN_A_NOTE, IN_AN_EVENT = 50, 2_000
ALT_LENGTH = 300
JOB = "notes.picture"
KEPT_DAYS = 7  # without being in any text: somebody may still be writing where the server cannot see it
LOOKED_AGAIN_MOST_DAYS = 112
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"

SAY_WHAT_IT_SHOWS = ("Say what the picture shows, for people who cannot see it. If it adds nothing to the text, say so with the "
                     "box below.")


def add_picture(actor: Person | None, session: Session, *, made: Made, alt: str, decorative: bool = False,
                at: datetime) -> Picture:
    """Keep a picture that `infra.pictures` made, for the session's notes. It is in no text yet.

    `alt` says what it shows; without it, `decorative` must say that it adds nothing. Raises Invalid for that, and when
    the notes or the event hold as many pictures as they may. Under the Chatham House Rule nobody's name is kept with it.
    """
    require(policy.can_write(actor, session, at), policy.why_not_write(actor, session, at))
    alt = described(alt, decorative)
    room_for_one(session)
    picture = Picture(
        session_id=session.id, name=f"{new_word()}.{made.kind}", file=files.keep(made.data), width=made.width,
        height=made.height, size=len(made.data), alt=alt, at=policy.kept_moment(session.event, at),
        by_id=actor.id if policy.names_people(session.event) else None)
    db.session.add(picture)
    db.session.flush()
    jobs.enqueue(JOB, {"picture": picture.id, "days": KEPT_DAYS}, picture.at + timedelta(days=KEPT_DAYS))
    return picture


def described(alt: str, decorative: bool) -> str:
    """What is kept of what somebody said that a picture shows. Raises Invalid unless they said so, or that it adds nothing."""
    alt = " ".join(alt.split())
    if not alt and not decorative:
        raise Invalid(SAY_WHAT_IT_SHOWS, "alt")
    if len(alt) > ALT_LENGTH:
        raise Invalid(f"Keep what it shows to {ALT_LENGTH} characters. The notes themselves may say more.", "alt")
    return alt


def room_for_one(session: Session) -> None:
    """Raise Invalid when the session's notes, or its event's, hold as many pictures as they may."""
    own, all_of_them = picture_queries.counts(session)
    if own >= IN_A_NOTE:
        raise Invalid(f"There are {IN_A_NOTE} pictures in these notes, and that is the most. Nothing was added.", "picture")
    if all_of_them >= IN_AN_EVENT:
        raise Invalid(f"There are {IN_AN_EVENT:,} pictures in this event’s notes, and that is the most. Nothing was added.",
                      "picture")


def new_word() -> str:
    """What a picture's name begins with: nobody guesses it."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))


def take_away_unused(picture_id: int, days: int, at: datetime) -> str:
    """Look once more at a picture, `days` after it was last looked at: the key of its file when nobody needs that any more.

    A picture that no text and no revision shows is taken away. One that is shown is looked at again later, ever more rarely.
    """
    picture = db.session.get(Picture, picture_id)
    if picture is None:
        return ""
    if picture_queries.in_a_text(picture):
        days = min(days * 2, LOOKED_AGAIN_MOST_DAYS)
        jobs.enqueue(JOB, {"picture": picture_id, "days": days}, at + timedelta(days=days))
        return ""
    key = picture.file
    db.session.delete(picture)
    db.session.flush()
    return "" if files.needed(key) else key


def take_away_all_unused(session: Session) -> list[str]:
    """Take away at once the session's pictures that no text and no revision shows: a passage went off the record, and its
    picture with it. Keys of the files that nobody needs any more; give them to `infra.files.drop` after the commit."""
    gone = [p for p in picture_queries.pictures_of(session) if not picture_queries.in_a_text(p)]
    for picture in gone:
        db.session.delete(picture)
    db.session.flush()
    return [key for key in dict.fromkeys(p.file for p in gone) if not files.needed(key)]


@files.needs
def in_notes(key: str) -> bool:
    """Whether a picture of any notes has these bytes (1 statement)."""
    return bool(db.session.scalar(select(func.count()).where(Picture.file == key)))
