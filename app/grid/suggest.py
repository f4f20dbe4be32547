"""A suggestion beside the grid as it stands: what it costs, what moves, what each move is worth. Never touches the grid."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Any

from app.grid.advice import Adviser, Offer, place
from app.grid.solver.client import Run
from app.grid.solver.desk import Desk
from app.grid.solver.state import Cost
from app.grid.suggest_plan import Step
from app.grid.suggest_problem import problem_of

MOVE_PRICE = 10  # what moving one session must at least be worth when changes are to be few
GAINS_SHOWN = 80  # moves whose own gain is worked out; there are more only when a large grid is built anew
NAME = re.compile(r"\b([prtl])(\d+)\b")


@dataclass(frozen=True)
class Move:
    """One step of a suggestion, in words, and what it would be worth alone; `offer` is None for leaving the grid."""

    step: Step
    says: str
    offer: Offer | None


@dataclass(frozen=True)
class Look:
    """A suggestion against the grid: costs before and after, who gains and loses, the moves, and what it would break.

    `stale` says that the grid has changed so that the suggestion does not fit it any more. `rows` is the grid it would give:
    for each slot what is in each room, as (title, whether it is new there).
    """

    before: Cost
    after: Cost
    gainers: int
    losers: int
    moves: list[Move]
    breaks: tuple[str, ...]
    stale: bool
    rooms: list[str]
    rows: list[tuple[str, list[tuple[str, bool]]]]
    placed: int
    moved: int
    left_out: int


def request_for(adviser: Adviser, *, fresh: bool, seconds: float) -> tuple[dict, list[str]]:
    """What the solver is asked, and what of the rules could not be respected. `fresh`: as if nothing but what is pinned stood."""
    posed = problem_of(adviser.situation)
    few = {} if fresh or not posed.current else {"current": posed.current, "move_price": MOVE_PRICE}
    if few:
        standing = {one["session"] for one in posed.current}
        for session in posed.instance["sessions"]:  # what has a place keeps one
            session["must_place"] = session["id"] in standing
    return {"instance": posed.instance, "options": {"seconds": seconds, "seed": 1, **few}}, posed.notes


def look(adviser: Adviser, steps: Iterable[Step]) -> Look:
    """The suggestion `steps` beside the grid as it stands. Steps that are done already are left out."""
    now = {(one["session"], one["run"]): one for one in adviser.posed.current}
    then, wanted, stale = dict(now), [], False
    for step in steps:
        held = next((one for one in adviser.situation.held if one.session_id == step.session_id), None)
        key = adviser.key_of(step.session_id, step.pitch_id or (held.pitch_id if held else 0))
        if key is None or not _known(adviser, step):
            stale = True
            continue
        new = {"session": key[0], "run": key[1], "slot": f"t{step.slot_id}", "room": f"r{step.room_id}"}
        if not step.room_id:
            if then.pop(key, None):
                wanted.append((key, step))
        elif now.get(key) != new:
            then[key] = new
            wanted.append((key, step))
    with adviser.lock:
        desk = Desk(adviser.problem, [place(one) for one in then.values()], adviser.desk.tables)
        before, after = adviser.desk.cost(), desk.cost()
        got, gets = adviser.desk.state.got(), desk.state.got()
        breaks = tuple(text for text in desk.breaks() if text not in set(adviser.desk.breaks()))
        moves = [Move(step, step.says(adviser.situation), adviser.moving(key, step.room_id, step.slot_id)
                      if step.room_id and number < GAINS_SHOWN else None) for number, (key, step) in enumerate(wanted)]
    moves.sort(key=lambda move: -(move.offer.gain if move.offer else -1_000_000))
    change = [then_ - now_ for now_, then_ in zip(got, gets, strict=True)]
    return Look(before, after, sum(one > 0 for one in change), sum(one < 0 for one in change), moves, breaks,
                stale or bool(desk.left_out), [room.name for room in adviser.situation.rooms],
                _rows(adviser, then, {key for key, step in wanted if step.room_id}),
                sum(key not in now for key, _ in wanted), sum(key in now and bool(step.room_id) for key, step in wanted),
                sum(not step.room_id for _, step in wanted))


def _known(adviser: Adviser, step: Step) -> bool:
    tables = adviser.desk.tables
    return not step.room_id or (f"t{step.slot_id}" in tables.slot_of and f"r{step.room_id}" in tables.room_of)


def _rows(adviser: Adviser, then: Mapping, new: set) -> list[tuple[str, list[tuple[str, bool]]]]:
    situation = adviser.situation
    titles: dict[tuple[int, int], tuple[str, bool]] = {}
    for one in situation.on_grid:
        if adviser.key_of(one.session_id, one.pitch_id) is None:
            titles |= {(slot, room): (situation.pitches[one.pitch_id].title, False) for room, slot in one.cells}
    for key, given in then.items():
        slot, room, held = int(given["slot"][1:]), int(given["room"][1:]), adviser.held_of(key)
        titles[slot, room] = adviser.pitch_of(key).title, key in new
        if held and held.length == 2 and slot in situation.after:
            titles[situation.after[slot], room] = titles[slot, room]
    return [(situation.when(slot.id).split(" ", 1)[1], [titles.get((slot.id, room.id), ("", False)) for room in situation.rooms])
            for slot in situation.slots]


def without_place(adviser: Adviser, unplaced: list[dict]) -> list[str]:
    """What a suggestion has no place for, in words: why, for what has one now; only how many, of what waits already."""
    standing = {one["session"] for one in adviser.posed.current}
    lost = [in_words(adviser, one["why"]) for one in unplaced if one["session"] in standing]
    waiting = len(unplaced) - len(lost)
    return lost + ([f"{waiting} {'pitch has' if waiting == 1 else 'pitches have'} no place in it."] if waiting else [])


def in_words(adviser: Adviser, text: str) -> str:
    """What the solver says, with titles and names for its ids."""
    def name(match: re.Match) -> str:
        kind, number = match.group(1), int(match.group(2))
        if kind == "p" and number in adviser.situation.pitches:
            return adviser.situation.pitches[number].title
        if kind == "r":
            return next((room.name for room in adviser.situation.rooms if room.id == number), match.group())
        if kind == "t":
            times = {slot.id: adviser.situation.when(slot.id).split(" ", 1)[1] for slot in adviser.situation.slots}
            return times.get(number, match.group())
        names = adviser.problem.leaders
        return names[number].name if number < len(names) else match.group()

    return NAME.sub(name, text)


def paced(run: Run, seconds: float) -> Iterator[dict[str, Any] | None]:
    """What a run finds, and None whenever nothing came for `seconds`, so that whoever sends it on notices that nobody reads."""
    found: Queue = Queue()

    def pump() -> None:
        try:
            for grid in run:
                found.put(grid)
        except (OSError, ValueError):  # its pipe was closed meanwhile: nobody wants the rest
            pass
        finally:
            found.put(StopIteration)

    Thread(target=pump, name="suggest", daemon=True).start()
    while True:
        try:
            said = found.get(timeout=seconds)
        except Empty:
            yield None
            continue
        if said is StopIteration:
            return
        yield said
