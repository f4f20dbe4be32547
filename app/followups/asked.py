"""The conversation that an address names, for who asks. Breakout groups are known only by what a request brings along."""

from app.boards.idea_models import TO_GROUP
from app.boards.pledges_seats import seats_of
from app.errors import NotFound
from app.events.models import Event
from app.followups import policy, queries
from app.followups.models import FollowUp
from app.web.guard import person


def conversation_asked(event: Event, followup_id: int) -> tuple[FollowUp, frozenset[int]]:
    """It, and the breakout groups that who asks sits in, where they matter. Raises NotFound for what they do not see."""
    followup = queries.followup_in(event, followup_id)
    pledge = followup.pledge
    seats = seats_of(person(), event) if pledge is not None and pledge.shown == TO_GROUP and pledge.group_id else policy.NO_SEATS
    if not policy.can_read(person(), followup, seats):
        raise NotFound(queries.NO_CONVERSATION)
    return followup, seats
