"""What a conversation is about: its question, goal, end, and who reads it. Hosts write them side by side."""

from collections.abc import Mapping
from datetime import date, datetime

from app.accounts.models import Person
from app.errors import Invalid, require
from app.followups import policy
from app.followups.actions import NOBODY
from app.followups.beginning import moved
from app.followups.clashing import settled
from app.followups.hosts_actions import FOR_HOSTS
from app.followups.models import GOAL_LENGTH, QUESTION_LENGTH, READ_ALL, READ_PASS, READ_PEOPLE, FollowUp
from app.followups.words import line_of, lines_of

READERS = (READ_ALL, READ_PASS, READ_PEOPLE)  # from most to fewest
NOT_WIDER = "Only campmakers, and hosts who hold a pass to an event of this series, let more people read it. Ask one of them."


def as_fields(followup: FollowUp) -> dict[str, str]:
    """What it is about as text, field by field."""
    return {"question": followup.question, "goal": followup.goal, "readers": followup.readers,
            "ends_on": followup.ends_on.isoformat() if followup.ends_on else ""}


def change(actor: Person, followup: FollowUp, wanted: Mapping[str, str], was: Mapping[str, str], *, at: datetime,
           seats: frozenset[int] = NOBODY) -> bool:
    """Make it about what `actor` wants, who began from what it `was` (both as `as_fields`); whether that changed anything.

    Raises Invalid for what cannot be kept, and where a host without a pass would let more people read it; `clashing.Clash` where
    somebody changed the same field meanwhile.
    """
    require(policy.can_host(actor, followup, seats), FOR_HOSTS)
    judged = dict(wanted)
    judged["question"] = line_of(wanted.get("question", followup.question), QUESTION_LENGTH, "question")
    judged["goal"] = lines_of(wanted.get("goal", followup.goal), GOAL_LENGTH, "goal")
    if judged.get("readers", followup.readers) not in READERS:
        raise Invalid("Choose who reads it.", "readers")
    try:
        date.fromisoformat(judged.get("ends_on") or "2000-01-01")
    except ValueError:
        raise Invalid("Give the date as 2027-03-31, or leave it out.", "ends_on") from None
    before = as_fields(followup)
    made = settled(before, was, judged)
    if made == before:
        return False
    if READERS.index(made["readers"]) < READERS.index(followup.readers) and not policy.can_keep_order(actor, followup, seats):
        raise Invalid(NOT_WIDER, "readers")
    followup.question, followup.goal, followup.readers = made["question"], made["goal"], made["readers"]
    followup.ends_on = date.fromisoformat(made["ends_on"]) if made["ends_on"] else None
    moved(followup, at)
    return True
