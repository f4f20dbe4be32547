"""Picking what the plenary shows, and in which order."""

from app.accounts.models import Person
from app.boards import policy
from app.boards.insight_models import SHOWN, Cluster, Insight
from app.boards.models import Board
from app.boards.plenary_queries import picked_in
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, require

PICK, DROP, UP, DOWN = "pick", "drop", "up", "down"
PICKED_MOST = 30


def pick(actor: Person, board: Board, thing: Insight | Cluster, do: str) -> None:
    """`pick` an insight or a cluster for the plenary, at the end of what was picked of its prompt; `drop` it; or put it one place
    `up` or `down`. Doing it twice changes nothing. Works on a closed board, too: the plenary is often held then."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    if do not in (PICK, DROP, UP, DOWN):
        raise Invalid("Choose one of these.", "do")
    line = picked_in(thing.prompt_id)
    if do == PICK and thing not in line:
        if isinstance(thing, Insight) and thing.state != SHOWN:
            raise Conflict("This note is hidden, so the plenary does not show it.")
        if len(line) >= PICKED_MOST:
            raise Conflict(f"{PICKED_MOST} are picked of this prompt, and that is the most.")
        line.append(thing)
    elif do == DROP and thing in line:
        line.remove(thing)
        thing.picked = None
    elif do in (UP, DOWN) and thing in line:
        at = line.index(thing)
        to = at + (1 if do == DOWN else -1)
        if not 0 <= to < len(line):
            return
        line.insert(to, line.pop(at))
    else:
        return
    for place, one in enumerate(line, 1):
        one.picked = place
    count_change(board, thing)
