"""What became of a conversation: it came to something, it rests, or it goes on after all. None of it is demanded."""

from datetime import datetime

from app.accounts.models import Person
from app.errors import require
from app.followups import policy
from app.followups.actions import NOBODY
from app.followups.beginning import moved
from app.followups.clashing import settled
from app.followups.hosts_actions import FOR_HOSTS
from app.followups.models import CAME, OPEN, OUTCOME_LENGTH, RESTED, FollowUp
from app.followups.versions import count_change
from app.followups.words import lines_of

SAY_WHAT = "Say what it came to, in a sentence or more."


def come_to(actor: Person, followup: FollowUp, what: str, was: str, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """It came to something: `what` (Markdown), by somebody who began from what it said before (`was`).

    Raises Invalid for nothing said or too much, `clashing.Clash` where somebody said something else meanwhile.
    """
    require(policy.can_host(actor, followup, seats), FOR_HOSTS)
    what = lines_of(what, OUTCOME_LENGTH, "came_of", missing=SAY_WHAT)
    made = settled({"came_of": followup.came_of}, {"came_of": was}, {"came_of": what})["came_of"]
    if (followup.state, followup.came_of) != (CAME, made):
        if followup.state != CAME:
            followup.state, followup.state_at = CAME, at
        followup.came_of = made
        moved(followup, at)


def rest(actor: Person, followup: FollowUp, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """It rests. Doing it twice changes nothing."""
    require(policy.can_host(actor, followup, seats), FOR_HOSTS)
    if followup.state != RESTED:
        _stands(followup, RESTED, at)


def reopen(actor: Person, followup: FollowUp, *, at: datetime, seats: frozenset[int] = NOBODY) -> None:
    """It goes on, or looks for a host. What it came to before stays said."""
    require(policy.can_host(actor, followup, seats), FOR_HOSTS)
    if followup.state != OPEN:
        _stands(followup, OPEN, at)


def comes_to_rest(followup: FollowUp, at: datetime) -> None:
    """It rests by itself: nobody answered whether it goes on. That is no movement; how often was asked stays known."""
    if followup.state == OPEN:
        followup.state, followup.state_at = RESTED, at
        count_change(followup)


def _stands(followup: FollowUp, state: str, at: datetime) -> None:
    followup.state, followup.state_at = state, at
    moved(followup, at)
