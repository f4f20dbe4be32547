"""Instances of any size and spirit, made from a seed."""

from random import Random
from typing import Any


def instance(seed: int, sessions: int = 20, rooms: int = 4, slots: int = 5, people: int = 200, *, full: bool = False,
             wishes: int = 9, must: bool = True) -> dict[str, Any]:
    """An event in `unconf-grid/1`: wishes by popularity, leaders who attend; `full` adds doubles, repeats, pins, pairs and closings."""
    rng = Random(seed)
    slot_ids, room_ids = [f"t{n}" for n in range(slots)], [f"r{n}" for n in range(rooms)]
    session_ids = [f"s{n}" for n in range(sessions)]
    capacities = sorted((rng.choice([15, 30, 30, 50, 80, 120]) * people // 200 + 1 for _ in range(rooms)), reverse=True)
    weight = [1 / (rank + 2) for rank in range(sessions)]
    attendees = []
    for number in range(people):
        wished = {rng.choices(session_ids, weight)[0] for _ in range(rng.randint(0, 2 * wishes))}
        attendees.append({"id": f"a{number}", "wishes": sorted(wished), "step_free": rng.random() < 0.04})
    leaders = [{"id": f"l{n}", "attendee": f"a{rng.randrange(people)}" if people and rng.random() < 0.8 else None,
                "unavailable": rng.sample(slot_ids, 1) if slots > 1 and rng.random() < 0.1 else []} for n in range(max(1, sessions * 4 // 5))]
    made = []
    for name in session_ids:
        runs = 2 if full and slots > 1 and rng.random() < 0.12 else 1
        made.append({
            "id": name, "title": f"About {name}", "topics": rng.sample([f"g{n}" for n in range(5)], rng.choice([0, 1, 1, 2])),
            "leaders": rng.sample([x["id"] for x in leaders], rng.choice([1, 1, 1, min(2, len(leaders))])), "runs": runs,
            "length": 2 if full and slots > 1 and rng.random() < 0.12 else 1,
            "needs": ["projector"] if rng.random() < 0.3 else [], "step_free": rng.random() < 0.05,
            "allowed_slots": None if not full or rng.random() < 0.9 else rng.sample(slot_ids, (slots + 1) // 2),
            "expected": rng.randint(1, 60) if rng.random() < 0.1 else None,
            "pins": [{"slot": rng.choice(slot_ids), "room": rng.choice([None, *room_ids])}] if full and rng.random() < 0.06 else []})
    rules: list[dict[str, Any]] = []
    if full:
        order = rng.sample(session_ids, sessions)  # pairs of one order only, so that they never go round in a circle
        for one, other in zip(order[::2], order[1::2], strict=False):
            if (dice := rng.random()) < 0.15:
                rules.append({"type": "not_together", "sessions": [one, other]})
            elif dice < 0.3:
                rules.append({"type": "follows", "first": one, "second": other, "same_room": rng.random() < 0.5})
    return {
        "format": "unconf-grid/1", "name": f"made-{seed}", "turnout": 0.6, "must_place_all": must and not full,
        "weights": {"lost": 1, "overflow": 1, "access": 3, "topic": 2, "unplaced": 10, "move_slot": 0, "move_room": 0},
        "slots": [{"id": one, "next": after if rng.random() < 0.9 else None}
                  for one, after in zip(slot_ids, [*slot_ids[1:], None], strict=True)],
        "rooms": [{"id": one, "capacity": seats, "equipment": ["projector"] if n == 0 or rng.random() < 0.7 else [],
                   "step_free": n == 0 or rng.random() < 0.7, "closed": rng.sample(slot_ids, 1) if full and rng.random() < 0.1 else []}
                  for n, (one, seats) in enumerate(zip(room_ids, capacities, strict=True))],
        "sessions": made, "leaders": leaders, "attendees": attendees, "rules": rules, "current": None}


def scattered(given: dict[str, Any], seed: int, share: float = 0.9) -> list[dict[str, Any]]:
    """Placements at random, no two in one cell; other rules may be broken."""
    rng, taken, found = Random(seed), set(), []
    slot_ids = [slot["id"] for slot in given["slots"]]
    for session in given["sessions"]:
        for run in range(session["runs"]):
            slot, room = rng.randrange(len(slot_ids)), rng.choice(given["rooms"])["id"]
            span = [slot] if session["length"] == 1 or not given["slots"][slot]["next"] else [slot, slot + 1]
            if rng.random() < share and not taken & {(each, room) for each in span}:
                taken |= {(each, room) for each in span}
                found.append({"session": session["id"], "run": run, "slot": slot_ids[slot], "room": room})
    return found
