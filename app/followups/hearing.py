"""What this room does when something is done in a room above, in the same transaction."""

from app.boards.idea_models import Pledge
from app.followups.queries import followup_of
from app.infra import db, findable


def pledge_taken_back(pledge: Pledge) -> None:
    """The conversation of a pledge goes with it. Its person was told so, and how many others are in it (`pledge_gone_panel`)."""
    followup = followup_of(pledge)
    if followup is not None:
        findable.forget("followup", followup.id)
        db.session.delete(followup)
