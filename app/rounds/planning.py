"""What is to be done for a round, and when, as jobs. Each finds out what there is to do when it runs, so it may run twice."""

from app.infra import jobs
from app.rounds.models import JOINING, Round

INVITE, PAIR, TELL = "rounds.invite", "rounds.pair", "rounds.tell"
ASK, ASKING, CANCELLED = "rounds.ask", "rounds.asking", "rounds.cancelled"


def plan(found: Round) -> None:
    """See to it that people are put together, and asked, at the round's moments. Within a transaction."""
    if found.state == JOINING:
        jobs.enqueue_once(PAIR, {"round": found.id}, found.join_until)
    elif found.asked_at is None:
        jobs.enqueue_once(ASK, {"round": found.id}, found.ask_at)
