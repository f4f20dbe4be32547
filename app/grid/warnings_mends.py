"""What would mend what is wrong with a grid: up to three moves each, with their cost; and all that must be mended, at once."""

from collections.abc import Callable
from dataclasses import dataclass

from app.events.words import named
from app.grid.advice import Adviser, Offer, costs_in_words, expected_of, place
from app.grid.advice_model import Held, Situation
from app.grid.solver.desk import Answer, Desk
from app.grid.solver.rules import legal_at
from app.grid.suggest_plan import Step, step_of
from app.grid.warnings import ASKED, BOTH, CLOSED, NOTES, RULE, SMALL, STEPS, Trouble

MENDS = 3
AT_ONCE = 8  # troubles that are mended on the arranging page; the others on the page of all warnings


@dataclass(frozen=True, slots=True)
class Repair:
    """The fewest moves that mend all that must be mended, as a plan to accept; `left` is how much it cannot mend."""

    steps: tuple[Step, ...]
    moves: tuple[str, ...]
    costs: str
    left: int


def mends_of(adviser: Adviser, trouble: Trouble) -> list[Offer]:
    """Up to three moves that mend `trouble`, best first. None for what no move mends."""
    if trouble.kind == NOTES:
        return []
    return adviser.remember(("mends", trouble.key), lambda: _mends(adviser, trouble))


def _mends(adviser: Adviser, trouble: Trouble) -> list[Offer]:
    found: list[Offer] = []
    for session_id, _ in trouble.about:
        held = next(one for one in adviser.situation.held if one.session_id == session_id)
        key = adviser.key_of(session_id, held.pitch_id)
        if key is None and trouble.kind == CLOSED:
            found += other_rooms(adviser.situation, held, set())
        if key is not None and not held.pinned:
            found += adviser.best(key, MENDS, only=_wanted(adviser, trouble, held))
    if trouble.kind == RULE:
        found = [offer for offer in found if _keeps(adviser, trouble, offer)]
    if not found and trouble.hard:
        found = [offer for session_id, _ in trouble.about if (offer := _off(adviser, session_id))]
    return sorted(found, key=lambda offer: -offer.gain)[:MENDS]


def _off(adviser: Adviser, session_id: int) -> Offer | None:
    """Taking a session off the grid: what is left where no place is free. Without a room, that is."""
    held = next(one for one in adviser.situation.held if one.session_id == session_id)
    key = adviser.key_of(session_id, held.pitch_id)
    if key is None or held.pinned:
        return None
    with adviser.lock:
        without = [place(one) for one in adviser.posed.current if (one["session"], one["run"]) != key]
        desk = Desk(adviser.problem, without, adviser.desk.tables)
        got, now = adviser.desk.state.got(), desk.state.got()
        before, after = adviser.desk.cost(), desk.cost()
    losers = sum(1 for a, b in zip(got, now, strict=True) if b < a)
    gainers = sum(1 for a, b in zip(got, now, strict=True) if b > a)
    title = adviser.pitch_of(key).title
    return Offer(held.pitch_id, session_id, title, 0, 0, "", f"Take “{title}” off the grid",
                 costs_in_words(losers, gainers, after.overflow - before.overflow, after.access - before.access),
                 before.objective - after.objective, False, ())


def other_rooms(situation: Situation, held: Held, taken: set[tuple[int, int]]) -> list[Offer]:
    """Free rooms at the same time for a session that is on now, the smallest that holds it first; `taken` are not free."""
    left = [slot_id for slot_id in held.slot_ids if slot_id not in situation.over]
    pitch = situation.pitches[held.pitch_id]
    expected = expected_of(situation, pitch)
    need = expected.likely if expected else 0
    full = {cell for one in situation.on_grid for cell in one.cells} | set(situation.closings) | taken
    free = [room for room in situation.rooms if not any((room.id, slot_id) in full for slot_id in left)
            and (room.step_free or not pitch.step_free)]
    free.sort(key=lambda room: ((room.seats or need) < need, room.seats or need if (room.seats or need) >= need else -room.seats))
    return [Offer(pitch.id, held.session_id, pitch.title, room.id, held.slot_id, situation.where(room.id, held.slot_id),
                  f"Move “{pitch.title}” to {room.name}", "It is on now: tell people at the door.", -number, False, ())
            for number, room in enumerate(free)]


def _wanted(adviser: Adviser, trouble: Trouble, held: Held) -> Callable[[Answer], bool]:
    """Which answers of the desk mend the trouble. What breaks a rule the desk knows is left out by the desk itself."""
    situation = adviser.situation

    def fits(answer: Answer) -> bool:
        if trouble.kind in (ASKED, STEPS):
            return situation.room(int(answer.room[1:])).step_free
        if trouble.kind == SMALL:
            return answer.change.overflow < 0
        if trouble.kind == BOTH:
            return answer.change.lost < 0 and int(answer.slot[1:]) != held.slot_id
        if trouble.kind == "clash":
            return int(answer.slot[1:]) not in held.slot_ids
        return True

    return fits


def _keeps(adviser: Adviser, trouble: Trouble, offer: Offer) -> bool:
    """Whether a "before" or "apart" rule is kept after a move."""
    from_rule = trouble.key.split("-")[1]
    rule = next(one for one in adviser.situation.rules if str(one.id) == from_rule)
    if rule.kind != "before":
        held = next(one for one in adviser.situation.held if one.session_id == offer.session_id)
        return offer.slot_id not in held.slot_ids
    order = {slot.id: place_ for place_, slot in enumerate(adviser.situation.event.slots)}
    starts = {one.pitch_id: one.slot_ids for one in adviser.situation.on_grid if one.pitch_id in (rule.first_id, rule.second_id)}
    held = next(one for one in adviser.situation.held if one.session_id == offer.session_id)
    after = (offer.slot_id, *([adviser.situation.after[offer.slot_id]] if held.length == 2 else []))
    displaced = next((one for one in adviser.situation.on_grid if (offer.room_id, offer.slot_id) in one.cells), None)
    if displaced and displaced.pitch_id in starts:
        starts[displaced.pitch_id] = held.slot_ids
    starts[offer.pitch_id] = after
    first, second = starts[rule.first_id], starts[rule.second_id]
    return order[first[-1]] < order[second[0]]


def repair_of(adviser: Adviser, troubles: list[Trouble]) -> Repair | None:
    """One plan that mends everything that cannot stay, each session by its best move given those before it.

    None when nothing must be mended, or when there is only one such thing (its own mends say it all).
    """
    hard = [trouble for trouble in troubles if trouble.hard]
    return adviser.remember(("repair", tuple(t.key for t in hard)), lambda: _repair(adviser, hard)) if hard else None


def _repair(adviser: Adviser, hard: list[Trouble]) -> Repair | None:
    with adviser.lock:
        desk = Desk(adviser.problem, [place(one) for one in adviser.posed.current], adviser.desk.tables)
        before, got = desk.cost(), desk.state.got()
        left, done = 0, 0
        now_on: list[Offer] = []
        for trouble in hard:
            keys = []
            for session_id, _ in trouble.about:
                held = next(one for one in adviser.situation.held if one.session_id == session_id)
                key = adviser.key_of(session_id, held.pitch_id)
                if key is not None and not held.pinned:
                    keys.append((key, held))
                elif key is None and trouble.kind == CLOSED and (rooms := other_rooms(
                        adviser.situation, held, {(offer.room_id, offer.slot_id) for offer in now_on})):
                    now_on.append(rooms[0])
            items = [desk.tables.item_of[desk.tables.session_of[name], run] for (name, run), _ in keys]
            if trouble.kind != RULE and len(items) == len(trouble.about) and all(legal_at(desk.state, item) for item in items):
                continue  # mended by an earlier move
            offers = [(offer, key) for key, held in keys for offer in adviser.best(key, 1, only=_wanted(adviser, trouble, held),
                                                                                   desk=desk)]
            if trouble.kind == RULE:
                offers = [(offer, key) for offer, key in offers if _keeps(adviser, trouble, offer)]
            if not offers:
                left += all(offer.session_id != trouble.about[0][0] for offer in now_on)
                continue
            offer, (name, run) = max(offers, key=lambda pair: pair[0].gain)
            desk.move(name, f"t{offer.slot_id}", f"r{offer.room_id}", run)
            done += 1
        if not done and not now_on:
            return None
        after, now = desk.cost(), desk.state.got()
        losers = sum(1 for a, b in zip(got, now, strict=True) if b < a)
        gainers = sum(1 for a, b in zip(got, now, strict=True) if b > a)
        from_now = {(one["session"], one["run"]): one for one in adviser.posed.current}
        steps = tuple(step_of(adviser, (one.session, one.run), int(one.room[1:]), int(one.slot[1:])) for one in desk.placements()
                      if from_now.get((one.session, one.run), {}) != one.plain())
        steps = tuple(Step(offer.pitch_id, offer.session_id, offer.room_id, offer.slot_id) for offer in now_on) + steps
    return Repair(steps, tuple(step.says(adviser.situation) for step in steps), costs_in_words(
        losers, gainers, after.overflow - before.overflow, after.access - before.access), left)


def summary(troubles: list[Trouble]) -> str:
    """How it stands, in one line: "2 things to mend, 3 to look at"."""
    hard, soft = sum(t.hard for t in troubles), sum(not t.hard and t.level != "info" for t in troubles)
    parts = ([f"{hard} {'thing' if hard == 1 else 'things'} to mend"] if hard else []) + (
        [f"{soft} to look at"] if soft else [])
    return named(parts)
