"""What this room does when something is done in a room above, in the same transaction."""

from sqlalchemy import select

from app.boards.idea_models import Pledge
from app.documents.redacting import places_of, without
from app.followups.models import FollowUp
from app.followups.queries import followup_of
from app.followups.versions import count_change
from app.grid.models import Session
from app.infra import db, findable
from app.notes.off_record import when_words_go

WORDS = ("line", "question", "goal", "came_of")
ENOUGH = 12  # characters of a line that is part of a longer passage, to be sure that it is the same


def pledge_taken_back(pledge: Pledge) -> None:
    """The conversation of a pledge goes with it. Its person was told so, and how many others are in it (`pledge_gone_panel`)."""
    followup = followup_of(pledge)
    if followup is not None:
        findable.forget("followup", followup.id)
        db.session.delete(followup)


@when_words_go
def take_out_of_conversation(session: Session, passage: str) -> None:
    """Take a passage of the notes that went off the record out of what the session's conversation quotes and says of itself.

    What people said in it are their own words, and theirs to change (1 statement).
    """
    followup = db.session.scalar(select(FollowUp).where(FollowUp.session_id == session.id))
    if followup is None:
        return
    said = {name: getattr(followup, name) for name in WORDS}
    left = {name: _without(passage, text) for name, text in said.items()}
    if left != said:
        for name, text in left.items():
            setattr(followup, name, text)
        findable.forget("followup", followup.id)
        count_change(followup)


def _without(passage: str, text: str) -> str:
    ranges = places_of(passage, text)
    if not ranges and len(text) >= ENOUGH and places_of(text, passage):
        return ""
    return without(text, ranges).strip() if ranges else text
