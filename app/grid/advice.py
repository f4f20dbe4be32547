"""What a move would cost, and where a session is best: the solver's judgement of the grid as it stands, in words.

Made once for each version of an event and kept for as long as nothing changes, since every organiser's page asks for it.
"""

import math
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.events.models import Event
from app.events.words import named
from app.grid.advice_model import BEFORE, Held, Rule, Situation, Wanted, situation_of
from app.grid.solver.desk import Answer, Desk
from app.grid.solver.problem import Place, Problem
from app.grid.solver.state import Cost
from app.grid.suggest_problem import Posed, likely, problem_of
from app.infra import db

FEWEST, MOST = 0.5, 0.9  # of those who mark "interested" this part comes, at least and at most
ASIDE = 0.2  # how far a count of hands is out, either way
KEPT_EVENTS = 8
ONE_MOVE = 3  # how many places are offered for one pitch


@dataclass(frozen=True, slots=True)
class Expected:
    """How many will come to one run of a session: from, to, and most likely; `source` says what that is taken from."""

    low: int
    likely: int
    high: int
    source: str

    @property
    def says(self) -> str:
        """As a range: "40–70"."""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A place for a session and what it costs, in words. `swaps`: another session stands there now."""

    pitch_id: int
    session_id: int | None
    title: str
    room_id: int
    slot_id: int
    where: str
    says: str
    costs: str
    gain: int  # how much better the grid is by it; negative: worse
    swaps: bool
    breaks: tuple[str, ...]


def expected_of(situation: Situation, pitch: Wanted) -> Expected | None:
    """How many come to each run of a pitch; None where nobody has marked it and no hands were counted."""
    marks, runs = len(pitch.marks), situation.runs_of(pitch.id)
    if not marks and not pitch.hands:
        return None
    shared = f", shared between {runs} runs" if runs > 1 else ""
    if pitch.hands and pitch.hands >= likely(pitch):
        low, high, source = (1 - ASIDE) * pitch.hands, (1 + ASIDE) * pitch.hands, f"{pitch.hands} hands counted{shared}"
    else:
        low, high, source = FEWEST * marks, MOST * marks, f"{marks} interested{shared}"
    best = math.ceil(likely(pitch) / runs - 1e-9)
    return Expected(min(best, math.floor(low / runs)), best, max(best, math.ceil(high / runs - 1e-9)), source)


def costs_of(answer: Answer) -> str:
    """What a move costs, in people and seats."""
    return costs_in_words(answer.losers, answer.gainers, answer.change.overflow, answer.change.access)


def costs_in_words(losers: int, gainers: int, seats: int, access: int) -> str:
    """What changes of a grid cost: people who lose a session they want or gain one, seats missing, people kept out by steps."""
    parts = []
    if losers:
        parts.append(f"{_people(losers)} {'misses' if losers == 1 else 'miss'} a session they want")
    if gainers:
        parts.append(f"{_people(gainers)} {'gains' if gainers == 1 else 'gain'} one{'' if losers else ' they want'}")
    if seats:
        parts.append(f"{abs(seats)} {'more' if seats > 0 else 'fewer'} without a seat")
    if access:
        parts.append(f"{abs(access)} {'more' if access > 0 else 'fewer'} kept out of a session they want by steps")
    return f"{named(parts)[:1].upper()}{named(parts)[1:]}." if parts else "It costs nobody anything."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


class Adviser:
    """Knows the grid of one event at one version. Its desk is used by one thread at a time."""

    def __init__(self, situation: Situation):
        self.situation = situation
        self.posed: Posed = problem_of(situation, ordered=False, named=True)
        self.problem = Problem.read(self.posed.instance)
        self.desk = Desk(self.problem, [place(one) for one in self.posed.current])
        self.lock = threading.RLock()
        self.remembered: dict[object, object] = {}  # what others have worked out from this adviser, for as long as it is kept
        self._keys = {one.session_id: key for key, one in self.posed.sessions.items() if one is not None}

    def remember(self, what: object, make: Callable[[], object]):
        """What `make` gives, made once."""
        with self.lock:
            if what not in self.remembered:
                self.remembered[what] = make()
            return self.remembered[what]

    def key_of(self, session_id: int | None, pitch_id: int) -> tuple[str, int] | None:
        """How the solver calls a session, or a pitch that is none yet; None for what cannot be moved any more."""
        if session_id is not None and (key := self._keys.get(session_id)):
            return key
        waiting = (f"p{pitch_id}", 0)
        held = self.posed.sessions.get(waiting, False)
        return waiting if held is None or (held and held.session_id == session_id) else None

    def held_of(self, key: tuple[str, int]) -> Held | None:
        """The session that the solver calls so; None when it is a pitch without one."""
        return self.posed.sessions[key]

    def pitch_of(self, key: tuple[str, int]) -> Wanted:
        """The pitch that the solver calls so."""
        return self.situation.pitches[int(key[0][1:])]

    def cost(self) -> Cost:
        """What the grid costs as it stands."""
        with self.lock:
            return self.desk.cost()

    def moving(self, key: tuple[str, int], room_id: int, slot_id: int) -> Offer | None:
        """What putting a session there would do; None where there is no such place any more."""
        name, run = key
        if f"t{slot_id}" not in self.desk.tables.slot_of or f"r{room_id}" not in self.desk.tables.room_of:
            return None
        with self.lock:
            if self.desk.tables.length[self.desk.tables.item_of[self.desk.tables.session_of[name], run]] == 2 and (
                    slot_id not in self.situation.after):
                return None
            return self._offer(key, self.desk.moving(name, f"t{slot_id}", f"r{room_id}", run))

    def best(self, key: tuple[str, int], limit: int = ONE_MOVE, *, only: Callable[[Answer], bool] | None = None,
             desk: Desk | None = None) -> list[Offer]:
        """The best places for a session, best first: only places that break no rule that holds now."""
        name, run = key
        with self.lock:
            found = [self._offer(key, answer) for answer in (desk or self.desk).best_places(name, run, limit + 6)
                     if not answer.off_grid and (only is None or only(answer))]
        return [offer for offer in found if not offer.breaks][:limit]

    def _offer(self, key: tuple[str, int], answer: Answer) -> Offer:
        situation, pitch, held = self.situation, self.pitch_of(key), self.held_of(key)
        slot_id, room_id = int(answer.slot[1:]), int(answer.room[1:])
        where = situation.where(room_id, slot_id)
        other = self.pitch_of((answer.displaced, 0)).title if answer.displaced else ""
        if not other:
            says = f"{'Move' if held and held.cells else 'Put'} “{pitch.title}” {'to' if held and held.cells else 'in'} {where}"
        elif answer.off_grid:
            says = f"Put “{pitch.title}” in {where}, and “{other}” back among those not placed"
        else:
            says = f"Swap “{pitch.title}” with “{other}” in {where}"
        broken = answer.breaks + tuple(self._out_of_order(key, slot_id, room_id))
        return Offer(pitch.id, held.session_id if held else None, pitch.title, room_id, slot_id, where, says, costs_of(answer),
                     -answer.change.objective, bool(other), broken)

    def _out_of_order(self, key: tuple[str, int], slot_id: int, room_id: int) -> list[str]:
        """The "before" rules that hold now and would not after a move, in words."""
        situation = self.situation
        if not any(rule.kind == BEFORE for rule in situation.rules):
            return []
        mover = self.held_of(key)
        after = []
        for one in situation.on_grid:
            if mover and one.session_id == mover.session_id:
                continue
            home = (mover.room_id, mover.slot_id) if mover and mover.cells else None
            stays = (room_id, slot_id) not in one.cells
            after.append((one.pitch_id, one.slot_ids if stays else (home[1],) if home else ()))
        after.append((self.pitch_of(key).id, (slot_id, *([situation.after[slot_id]] if mover and mover.length == 2 and
                                                           slot_id in situation.after else []))))
        broken = {rule.id for rule in out_of_order(situation, [(one.pitch_id, one.slot_ids) for one in situation.on_grid])}
        title = {pitch.id: pitch.title for pitch in situation.pitches.values()}
        return [f"“{title[rule.first_id]}” would no longer come before “{title[rule.second_id]}”."
                for rule in out_of_order(situation, after) if rule.id not in broken]


def out_of_order(situation: Situation, standing: list[tuple[int, tuple[int, ...]]]) -> list[Rule]:
    """The "before" rules broken when pitches stand in these slots: by their first runs, where there are several."""
    order = {slot.id: place for place, slot in enumerate(situation.event.slots)}
    first: dict[int, tuple[int, int]] = {}
    for pitch_id, slot_ids in standing:
        if slot_ids:
            span = order[slot_ids[0]], order[slot_ids[-1]]
            first[pitch_id] = min(first.get(pitch_id, span), span)
    return [rule for rule in situation.rules if rule.kind == BEFORE and rule.first_id in first and rule.second_id in first
            and first[rule.second_id][0] <= first[rule.first_id][1]]


def place(given: dict) -> Place:
    """A placement as the solver has it."""
    return Place(given["session"], given["slot"], given["room"], given.get("run", 0))


_kept: "weakref.WeakKeyDictionary[object, OrderedDict]" = weakref.WeakKeyDictionary()  # by database: a test has one of its own
_guard = threading.Lock()


def adviser_of(event: Event, at: datetime, version: int) -> Adviser:
    """The adviser for the event as it stands at `at`; `version` is the grid's (9 statements, none when one is kept)."""
    begun = tuple(slot.id for slot in event.slots if slot.starts_at and slot.starts_at <= at)
    over = tuple(slot.id for slot in event.slots if slot.ends_at and slot.ends_at <= at)
    wanted = (event.version, event.set_up_version, version, begun, over, at.date())
    with _guard:
        mine = _kept.setdefault(db.engine(), OrderedDict())
        known = mine.get(event.id)
        if known and known[0] == wanted:
            mine.move_to_end(event.id)
            return known[1]
    adviser = Adviser(situation_of(event, at))
    with _guard:
        mine[event.id] = (wanted, adviser)
        while len(mine) > KEPT_EVENTS:
            mine.popitem(last=False)
    return adviser
