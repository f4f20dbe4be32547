"""What comes before what, as times that each session may have: the solver knows no "earlier than", only times allowed."""

from collections import defaultdict

from app.grid.advice_model import BEFORE, Held, Situation


def windows(situation: Situation, loose: dict[int, list[Held]], slots: list, pins: set[int],
            notes: list[str]) -> dict[int, list[int]]:
    """The ids of the slots in which each pitch with a "before" rule may begin.

    Pitches that rules tie together stand on steps, and each step gets a part of the day of its own: stricter than the rules,
    and never breaking one. The parts are cut so that what stands rightly now may stay. What cannot be kept is said in `notes`.
    """
    number = {slot.id: place for place, slot in enumerate(slots)}
    earlier: dict[int, set[int]] = defaultdict(set)
    tied: dict[int, set[int]] = defaultdict(set)
    for rule in situation.rules:
        if rule.kind == BEFORE and rule.first_id in loose and rule.second_id in loose:
            earlier[rule.second_id].add(rule.first_id)
            tied[rule.first_id].add(rule.second_id)
            tied[rule.second_id].add(rule.first_id)
    allowed: dict[int, list[int]] = {}
    for start in tied:
        if start in allowed:
            continue
        together = _reached(start, tied)
        step = _steps(together, earlier)
        if step is None or sum(_room_needed(step, loose)) > len(slots):
            why = "go round in a circle" if step is None else "need more times than there are left"
            names = ", ".join(f"“{situation.pitches[i].title}”" for i in sorted(together))
            notes.append(f"The rules about what comes first among {names} {why}, and are left out.")
            allowed |= {i: [slot.id for slot in slots] for i in together}
            continue
        cuts = _cuts(step, loose, number, pins, len(slots))
        for pitch_id in together:
            length = loose[pitch_id][0].length if loose[pitch_id] else 1
            first, last = cuts[step[pitch_id]], cuts[step[pitch_id] + 1] - length
            allowed[pitch_id] = [slots[place].id for place in range(first, last + 1)]
    return allowed


def _reached(start: int, tied: dict[int, set[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        fresh = tied[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def _steps(together: set[int], earlier: dict[int, set[int]]) -> dict[int, int] | None:
    """The step each stands on: one above the highest that comes before it. None when the rules go round in a circle."""
    step: dict[int, int] = {}
    while len(step) < len(together):
        ready = [i for i in together if i not in step and earlier[i] <= set(step)]
        if not ready:
            return None
        for i in ready:
            step[i] = 1 + max((step[other] for other in earlier[i]), default=-1)
    return step


def _room_needed(step: dict[int, int], loose: dict[int, list[Held]]) -> list[int]:
    """How many slots each step needs at least."""
    need = [1] * (max(step.values()) + 1)
    for pitch_id, at in step.items():
        need[at] = max(need[at], loose[pitch_id][0].length if loose[pitch_id] else 1, len(loose[pitch_id]))
    return need


def _cuts(step: dict[int, int], loose: dict[int, list[Held]], number: dict[int, int], pins: set[int], count: int) -> list[int]:
    """Where each step's part of the day begins; the last entry is the number of slots.

    Each cut is as even as can be among those that leave every step its room and, if possible, the sessions where they are.
    """
    need = _room_needed(step, loose)
    cuts = [0]
    for at in range(1, len(need)):
        least, most = cuts[-1] + need[at - 1], count - sum(need[at:])
        even = round(at * count / len(need))
        best = min(range(least, most + 1), key=lambda cut: (_harm(cut, at, step, loose, number, pins), abs(cut - even)))
        cuts.append(best)
    return [*cuts, count]


def _harm(cut: int, at: int, step, loose, number, pins) -> int:
    """How many sessions stand on the wrong side of a cut; pinned ones weigh more than all others."""
    harm = 0
    for pitch_id, own in step.items():
        for one in loose[pitch_id]:
            if one.cells:
                begins, ends = number[one.slot_ids[0]], number[one.slot_ids[-1]]
                wrong = ends >= cut if own < at else begins < cut
                harm += (1000 if one.session_id in pins else 1) * wrong
    return harm
