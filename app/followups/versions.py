"""Counting what changes of a conversation, and telling open pages and search of it."""

from functools import partial

from app.followups.models import FollowUp
from app.infra import db, findable, live


def topic(followup_id: int) -> str:
    """What the pages of a conversation listen to."""
    return f"followup:{followup_id}"


def count_change(followup: FollowUp) -> None:
    """Something that its page shows is different: open pages are nudged after the commit, and search looks at it again."""
    followup.version = (followup.version or 0) + 1
    db.after_commit(partial(live.publish, topic(followup.id), followup.version))
    found_anew(followup)


def found_anew(followup: FollowUp) -> None:
    """Have search look again at the conversation and at what it began with."""
    for kind, source_id in (("session", followup.session_id), ("insight", followup.insight_id), ("idea", followup.idea_id),
                            ("pledge", followup.pledge_id)):
        if source_id is not None:
            findable.changed(kind, source_id)
    findable.changed("followup", followup.id)
