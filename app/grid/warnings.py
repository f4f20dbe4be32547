"""What is wrong with a grid, most pressing first, in calm words. What would mend it is in `warnings_mends`. No SQL.

Nothing is said of what is over. People who asked for step-free rooms are counted, never named.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from app.events.words import named
from app.grid.advice import Offer, expected_of, out_of_order
from app.grid.advice_model import APART, Held, Situation
from app.grid.places import overlapping
from app.pitches.queries import Led

DANGER, WARN, INFO = "danger", "warn", "info"
CLOSED, CLASH, AWAY, RULE, STEPS, ASKED, SMALL, BOTH, NOTES = (
    "closed", "clash", "away", "rule", "steps", "asked", "small", "both", "notes")
RANK = {CLOSED: 9000, CLASH: 8000, AWAY: 7000, RULE: 6000, STEPS: 5000, ASKED: 4000, SMALL: 0, BOTH: 0, NOTES: -1}

FEWEST_WANT_BOTH = 3  # people; fewer are not worth a warning
PART_WANT_BOTH = 0.15  # of those who want the smaller of the two
PAIRS_SHOWN = 6


@dataclass(slots=True)
class Trouble:
    """One thing that is wrong. `about` are the sessions it is about as (session id, title); `key` names it on the page."""

    kind: str
    key: str
    level: str
    rank: int
    says: str
    about: tuple[tuple[int, str], ...]
    why: str = ""
    mends: list[Offer] = field(default_factory=list)

    @property
    def hard(self) -> bool:
        """Whether it cannot stay as it is."""
        return self.level == DANGER


def troubles_of(situation: Situation) -> list[Trouble]:
    """Everything that is wrong with the places of sessions, most pressing first."""
    found = [*_closed(situation), *_clashes(situation), *_away(situation), *_rules(situation), *_steps(situation),
             *_small(situation), *_both(situation)]
    return sorted(found, key=lambda one: (-one.rank, one.key))


def unwritten(needing: Mapping[int, str]) -> list[Trouble]:
    """That sessions have no note-taker, said once for all of them (id to title); it comes after everything else."""
    count = len(needing)
    says = f"{count} {'session has' if count == 1 else 'sessions have'} no note-taker yet."
    return [Trouble(NOTES, "notes", INFO, RANK[NOTES], says, tuple(needing.items()))] if needing else []


def _title(situation: Situation, one: Held) -> str:
    return situation.pitches[one.pitch_id].title


def _about(situation: Situation, *sessions: Held) -> tuple[tuple[int, str], ...]:
    return tuple((one.session_id, _title(situation, one)) for one in sessions)


def _want(situation: Situation, one: Held) -> int:
    expected = expected_of(situation, situation.pitches[one.pitch_id])
    return expected.likely if expected else 0


def _to_come(situation: Situation, one: Held) -> list[tuple[int, int]]:
    """The cells of a session that are not over."""
    return [(room_id, slot_id) for room_id, slot_id in one.cells if slot_id not in situation.over]


def _closed(situation: Situation) -> Iterator[Trouble]:
    for one in situation.to_come():
        shut = next((cell for cell in _to_come(situation, one) if cell in situation.closings), None)
        if shut:
            because = situation.closings[shut].rstrip(".")
            yield Trouble(CLOSED, f"closed-{one.session_id}", DANGER, RANK[CLOSED] + _want(situation, one),
                          f"“{_title(situation, one)}” is in {situation.where(*shut)}, and the room is closed then"
                          f"{f': {because}' if because else ''}.", _about(situation, one))


def _clashes(situation: Situation) -> Iterator[Trouble]:
    at_once = overlapping(situation.event.slots)
    groups: dict[frozenset[int], tuple[str, int, list[Held]]] = {}
    for one, other in combinations(situation.to_come(), 2):
        slot_id = next((slot for _, slot in _to_come(situation, one) if at_once[slot] & set(other.slot_ids)), None)
        if slot_id is None:
            continue
        for led in situation.pitches[one.pitch_id].led_by:
            if any(_same(led, them) for them in situation.pitches[other.pitch_id].led_by):
                groups.setdefault(frozenset((one.session_id, other.session_id)), (led.name, slot_id, [one, other]))
    for key, (name, slot_id, both) in groups.items():
        both.sort(key=lambda one: one.session_id)
        places = named(f"“{_title(situation, one)}” in {situation.room(one.room_id).name}" for one in both)
        yield Trouble(CLASH, f"clash-{'-'.join(map(str, sorted(key)))}", DANGER,
                      RANK[CLASH] + sum(_want(situation, one) for one in both),
                      f"{name} leads two sessions {situation.when(slot_id)}: {places}.", _about(situation, *both))


def _same(led: Led, other: Led) -> bool:
    """The same person; or by name, when of one of them only that is known."""
    if led.person_id and other.person_id:
        return led.person_id == other.person_id
    return led.name.casefold() == other.name.casefold()


def _away(situation: Situation) -> Iterator[Trouble]:
    for one in situation.to_come():
        for led in situation.pitches[one.pitch_id].led_by:
            slot_id = next((slot for _, slot in _to_come(situation, one) if situation.is_away(led, slot)), None)
            if slot_id is not None:
                yield Trouble(AWAY, f"away-{one.session_id}-{led.person_id or led.name.casefold().replace(' ', '-')}", DANGER,
                              RANK[AWAY] + _want(situation, one), f"{led.name}, who leads “{_title(situation, one)}”, is away "
                              f"{situation.when(slot_id)}.", _about(situation, one))


def _rules(situation: Situation) -> Iterator[Trouble]:
    on_grid = situation.on_grid
    held: dict[int, list[Held]] = defaultdict(list)
    for one in on_grid:
        held[one.pitch_id].append(one)
    for rule in out_of_order(situation, [(one.pitch_id, one.slot_ids) for one in on_grid]):
        first, second = held[rule.first_id][0], held[rule.second_id][0]
        if _to_come(situation, first) and _to_come(situation, second):
            yield Trouble(RULE, f"rule-{rule.id}", DANGER, RANK[RULE], f"“{_title(situation, first)}” should come before "
                          f"“{_title(situation, second)}”, and does not.", _about(situation, first, second))
    at_once = overlapping(situation.event.slots)
    for rule in situation.rules:
        if rule.kind != APART:
            continue
        for first in held[rule.first_id]:
            for second in held[rule.second_id]:
                slot_id = next((slot for _, slot in _to_come(situation, first) if at_once[slot] & set(second.slot_ids)), None)
                if slot_id is not None:
                    yield Trouble(RULE, f"rule-{rule.id}-{first.session_id}-{second.session_id}", DANGER, RANK[RULE],
                                  f"“{_title(situation, first)}” and “{_title(situation, second)}” must not be at the same time, "
                                  f"and both are {situation.when(slot_id)}.", _about(situation, first, second))


def _steps(situation: Situation) -> Iterator[Trouble]:
    for one in situation.to_come():
        pitch, room = situation.pitches[one.pitch_id], situation.room(one.room_id)
        if room.step_free:
            continue
        if pitch.step_free:
            yield Trouble(STEPS, f"steps-{one.session_id}", DANGER, RANK[STEPS] + _want(situation, one),
                          f"“{pitch.title}” needs a step-free room, and {room.name} is not step-free.", _about(situation, one))
        elif count := len(pitch.marks & situation.step_free_people):
            yield Trouble(ASKED, f"asked-{one.session_id}", WARN, RANK[ASKED] + 10 * count,
                          f"“{pitch.title}” is in {room.name}, which is not step-free, and {count} "
                          f"{'person who wants' if count == 1 else 'people who want'} to come "
                          f"{'needs' if count == 1 else 'need'} that.", _about(situation, one))


def _small(situation: Situation) -> Iterator[Trouble]:
    for one in situation.to_come():
        room, expected = situation.room(one.room_id), expected_of(situation, situation.pitches[one.pitch_id])
        if room.seats and expected and expected.likely > room.seats:
            short = expected.likely - room.seats
            yield Trouble(SMALL, f"small-{one.session_id}", WARN, RANK[SMALL] + short,
                          f"“{_title(situation, one)}” expects {expected.says} people in {room.name}, which has {room.seats} "
                          "seats.",
                          _about(situation, one), f"From {expected.source}.")


def _both(situation: Situation) -> Iterator[Trouble]:
    """Pairs at the same time that many of the same people want, when neither is held again at another time."""
    at_once = overlapping(situation.event.slots)
    pairs = []
    to_come = [one for one in situation.to_come() if not set(one.slot_ids) & situation.started]
    for one, other in combinations(to_come, 2):
        slot_id = next((slot for slot in one.slot_ids if at_once[slot] & set(other.slot_ids)), None)
        if one.pitch_id == other.pitch_id or slot_id is None:
            continue
        mine, theirs = situation.pitches[one.pitch_id].marks, situation.pitches[other.pitch_id].marks
        want = len(mine & theirs)
        if (want < FEWEST_WANT_BOTH or want < PART_WANT_BOTH * min(len(mine), len(theirs))
                or situation.runs_of(one.pitch_id) > 1 or situation.runs_of(other.pitch_id) > 1):
            continue
        pairs.append((want, one, other, slot_id))
    pairs.sort(key=lambda pair: (-pair[0], pair[1].session_id, pair[2].session_id))
    more = len(pairs) - PAIRS_SHOWN
    for number, (want, one, other, slot_id) in enumerate(pairs[:PAIRS_SHOWN], 1):
        why = f"There are {more} more pairs like this." if more > 0 and number == PAIRS_SHOWN else ""
        yield Trouble(BOTH, f"both-{one.session_id}-{other.session_id}", WARN, RANK[BOTH] + want,
                      f"{want} people want both “{_title(situation, one)}” and “{_title(situation, other)}”, which are at the "
                      f"same time ({situation.when(slot_id)}).", _about(situation, one, other), why)
