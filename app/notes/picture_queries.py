"""Pictures in notes: finding them, and telling which a text shows."""

import re
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.documents.models import Document, Revision
from app.errors import NotFound
from app.events.models import Event
from app.grid.models import Session
from app.infra import db
from app.notes.models import Note, Picture

NAME = re.compile(r"[a-z0-9]{1,50}\.(?:jpg|png)")
_SPECIAL = re.compile(r"([\\\[\]`*_<>&!~])")


def path_of(event: Event, picture: Picture) -> str:
    """Where the picture is, on this site."""
    return f"/e/{event.slug}/pictures/{picture.name}"


def markdown_of(event: Event, picture: Picture) -> str:
    """What shows the picture when it stands in a note."""
    words = _SPECIAL.sub(r"\\\1", picture.alt)
    return f"![{words}]({path_of(event, picture)})"


def names_in(text: str, slug: str) -> list[str]:
    """The names of this event's pictures that a text speaks of, each once, in order."""
    return list(dict.fromkeys(re.findall(rf"/e/{re.escape(slug)}/pictures/({NAME.pattern})(?![a-z0-9])", text)))


def picture_called(event: Event, name: str) -> Picture:
    """The event's picture of that name, with its session. Raises NotFound for any other (1 statement)."""
    found = db.session.scalar(
        select(Picture).join(Session, Session.id == Picture.session_id).where(Picture.name == name, Session.event_id == event.id)
    ) if NAME.fullmatch(name) else None
    if found is None:
        raise NotFound("There is no such picture at this event.")
    return found


def pictures_of(session: Session) -> list[Picture]:
    """The pictures of a session's notes, in the order they came (1 statement)."""
    return list(db.session.scalars(select(Picture).where(Picture.session_id == session.id).order_by(Picture.id)))


def pictures_called(event: Event, names: Iterable[str]) -> dict[str, Picture]:
    """Those of `names` that are pictures of this event (1 statement)."""
    found = db.session.scalars(select(Picture).join(Session, Session.id == Picture.session_id)
                               .where(Session.event_id == event.id, Picture.name.in_(list(names))))
    return {picture.name: picture for picture in found}


def counts(session: Session) -> tuple[int, int]:
    """How many pictures there are in the session's notes, and in all notes of its event (1 statement)."""
    own = func.count().filter(Picture.session_id == session.id)
    row = db.session.execute(select(own, func.count()).select_from(Picture).join(Session, Session.id == Picture.session_id)
                             .where(Session.event_id == session.event_id)).one()
    return row[0], row[1]


def in_a_text(picture: Picture) -> bool:
    """Whether any note of the picture's event shows it, or did in a revision that may be restored (2 statements)."""
    event_id = select(Session.event_id).where(Session.id == picture.session_id).scalar_subquery()
    documents = select(Note.document_id).join(Session, Session.id == Note.session_id).where(Session.event_id == event_id)
    speaks = f"%/pictures/{picture.name}%"
    here = select(Document.id).where(Document.id.in_(documents), Document.text.like(speaks)).limit(1)
    earlier = select(Revision.id).where(Revision.document_id.in_(documents), Revision.text.like(speaks)).limit(1)
    return db.session.scalar(here) is not None or db.session.scalar(earlier) is not None


def with_session(picture: Picture) -> Session:
    """The picture's session with what `policy.can_read` looks at (1 statement)."""
    return db.session.scalars(select(Session).where(Session.id == picture.session_id).options(joinedload(Session.event))).one()
