"""Advice as the arranging pages show it: the warnings with their mends, what each session expects, the best places for one."""

from dataclasses import dataclass

from flask import request

from app.errors import Refused
from app.events.models import Event
from app.grid import policy, queries
from app.grid.advice import Adviser, Offer, adviser_of, expected_of
from app.grid.forms import PlaceForm
from app.grid.models import Session
from app.grid.queries import Grid
from app.grid.solver.state import Cost
from app.grid.suggest_plan import written
from app.grid.warnings import Trouble, troubles_of, unwritten
from app.grid.warnings_mends import AT_ONCE, Repair, mends_of, repair_of, summary
from app.infra import clock
from app.web.guard import person

SHOWN = 6  # warnings on the arranging page; all are on a page of their own


@dataclass(frozen=True)
class Shown:
    """The panel of warnings. `more` is how many are not shown here; `plan` what the repair would send."""

    troubles: list[Trouble]
    more: int
    repair: Repair | None
    plan: str
    cost: Cost
    summary: str
    seen: int
    wishes: int


def adviser_for(event: Event, version: int | None = None) -> Adviser:
    """The adviser of the event now; `version` is the grid's where it is known.

    Raises NotArranging for whoever may not arrange: it knows what people wish for.
    """
    if not policy.can_arrange(person(), event):
        raise NotArranging()
    return adviser_of(event, clock.now(), queries.version_of(event) if version is None else version)


class NotArranging(Refused):
    """Somebody who may not arrange asks for advice."""

    status = 403
    heading = "You cannot do that here"

    def __init__(self):
        super().__init__("Only organisers see this: it is made from what people privately marked.")


def shown(event: Event, grid: Grid, *, everything: bool = False) -> Shown:
    """The warnings for the arranging page, or `everything` for their own page; tells each cell of `grid` what it expects."""
    adviser = adviser_for(event, grid.version)
    situation, cells = adviser.situation, grid.cells
    needing = {cell.session_id: cell.title for cell in cells if cell.needs_notes}
    troubles = [*adviser.remember("troubles", lambda: troubles_of(situation)), *unwritten(needing)]
    first = troubles if everything else troubles[:SHOWN]
    for trouble in first if everything else first[:AT_ONCE]:
        trouble.mends = mends_of(adviser, trouble)
    repair = repair_of(adviser, troubles)
    _tell(adviser, cells)
    return Shown(first, len(troubles) - len(first), repair, written(repair.steps) if repair else "", adviser.cost(),
                 summary(troubles), grid.version, adviser.desk.tables.all_wishes)


def _tell(adviser: Adviser, cells: list) -> None:
    """Says on each cell how many are expected, where that is known and the session is not over."""
    for cell in cells:
        pitch = adviser.situation.pitches.get(cell.pitch_id)
        expected = expected_of(adviser.situation, pitch) if pitch and cell.slot_id not in adviser.situation.over else None
        if expected:
            cell.expected = expected.says


def best_places(event: Event, session: Session | None, pitch_id: int) -> list[Offer]:
    """The three best places for one session, or for a pitch without one."""
    adviser = adviser_for(event)
    key = adviser.key_of(session.id if session else None, pitch_id)
    return adviser.best(key) if key else []


def cost_of(event: Event, session: Session | None, pitch_id: int, room_id: int, slot_id: int) -> Offer | None:
    """What putting it there would cost; None where it cannot be said (a time that has begun, a double without a second slot)."""
    adviser = adviser_for(event)
    key = adviser.key_of(session.id if session else None, pitch_id)
    return adviser.moving(key, room_id, slot_id) if key else None


def for_choice(event: Event, session: Session | None, pitch_id: int, form: PlaceForm) -> dict:
    """What the page that chooses a place adds to its form: the best places, and what the place asked about would cost."""
    pitch_id = session.pitch_id if session else pitch_id
    asked = None
    if "cost" in request.values and form.room.data and form.slot.data:
        asked = cost_of(event, session, pitch_id, form.room.data, form.slot.data)
    return {"best": best_places(event, session, pitch_id), "asked": asked}
