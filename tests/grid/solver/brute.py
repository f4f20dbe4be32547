"""The rules of a grid written a second time, as slowly and plainly as can be, for events of a handful of sessions."""

import math
from itertools import combinations, product
from typing import Any


def legal(given: dict[str, Any], where: dict[tuple[str, int], tuple[int, int]]) -> bool:
    """Whether a grid, (session, run) -> (slot, room), breaks no hard rule."""
    sessions, slots, rooms = {s["id"]: s for s in given["sessions"]}, given["slots"], given["rooms"]
    away = {x["id"]: x["unavailable"] for x in given["leaders"]}
    on = {}
    for (name, run), (slot, room) in where.items():
        s, r = sessions[name], rooms[room]
        if s["length"] == 2 and not slots[slot]["next"]:
            return False
        on[name, run] = set(range(slot, slot + s["length"]))
        if any(slots[t]["id"] in r["closed"] or any(slots[t]["id"] in away[x] for x in s["leaders"]) for t in on[name, run]):
            return False
        if set(s["needs"]) - set(r["equipment"]) or (s["step_free"] and not r["step_free"]):
            return False
        if s["allowed_slots"] is not None and slots[slot]["id"] not in s["allowed_slots"]:
            return False
    for one, other in combinations(on, 2):
        if on[one] & on[other]:
            pair = {one[0], other[0]}
            if where[one][1] == where[other][1] or set(sessions[one[0]]["leaders"]) & set(sessions[other[0]]["leaders"]) \
                    or one[0] == other[0] or any(r["type"] == "not_together" and set(r["sessions"]) == pair for r in given["rules"]):
                return False
    for name, s in sessions.items():
        there = [(name, run) in where for run in range(s["runs"])]
        if any(there) != all(there) or (given["must_place_all"] and not any(there)):
            return False
        for run, pin in enumerate(s["pins"]):
            if pin and ((name, run) not in where or pin["slot"] not in (None, slots[where[name, run][0]]["id"])
                        or pin["room"] not in (None, rooms[where[name, run][1]]["id"])):
                return False
    for rule in given["rules"]:
        if rule["type"] == "follows":
            one, other = (rule["first"], 0), (rule["second"], 0)
            if (one in where) != (other in where):
                return False
            if one in where:
                last = max(on[one])
                if not slots[last]["next"] or where[other][0] != last + 1 or (rule["same_room"] and where[one][1] != where[other][1]):
                    return False
    return True


def cost(given: dict[str, Any], where: dict[tuple[str, int], tuple[int, int]]) -> int:
    """The objective of a legal grid."""
    sessions, weights = {s["id"]: s for s in given["sessions"]}, given["weights"]
    on = {key: set(range(slot, slot + sessions[key[0]]["length"])) for key, (slot, _) in where.items()}
    total = weights["unplaced"] * sum(1 for name in sessions if (name, 0) not in where)
    for (name, _), (_, room) in where.items():
        wanted = sum(a["wishes"].count(name) for a in given["attendees"])
        s = sessions[name]
        audience = math.ceil((s["expected"] if s["expected"] is not None else given["turnout"] * wanted) / s["runs"] - 1e-9)
        total += weights["overflow"] * max(0, audience - given["rooms"][room]["capacity"])
    for topic in {topic for s in sessions.values() for topic in s["topics"]}:
        mine = [s for s in sessions.values() if topic in s["topics"]]
        limit = max(1, math.ceil(sum(s["runs"] * s["length"] for s in mine) / len(given["slots"])))
        for slot in range(len(given["slots"])):
            here = sum(1 for key, span in on.items() if slot in span and topic in sessions[key[0]]["topics"])
            total += weights["topic"] * max(0, here - limit)
    for person in given["attendees"]:
        leads = {x["id"] for x in given["leaders"] if x["attendee"] == person["id"]}
        wishes = [name for name in dict.fromkeys(person["wishes"]) if not leads & set(sessions[name]["leaders"])]
        busy = {slot for key, span in on.items() if leads & set(sessions[key[0]]["leaders"]) for slot in span}
        if person["step_free"]:
            total += weights["access"] * sum(1 for key, (_, room) in where.items()
                                             if key[0] in wishes and not given["rooms"][room]["step_free"])
        total += weights["lost"] * (len(wishes) - _most([[on[key] for key in on if key[0] == name] for name in wishes], busy))
    return total


def _most(wishes: list[list[set[int]]], busy: set[int]) -> int:
    best = 0
    for plan in product(*([set(), *runs] for runs in wishes)):
        slots = [slot for run in plan for slot in run]
        if len(slots) == len(set(slots)) and not busy & set(slots):
            best = max(best, sum(1 for run in plan if run))
    return best


def best(given: dict[str, Any]) -> int | None:
    """The cost of the best legal grid, by trying them all; None where there is none."""
    runs = [(s["id"], run) for s in given["sessions"] for run in range(s["runs"])]
    cells = [None, *product(range(len(given["slots"])), range(len(given["rooms"])))]
    found = None
    for choice in product(cells, repeat=len(runs)):
        where = {run: cell for run, cell in zip(runs, choice, strict=True) if cell is not None}
        if len(set(where.values())) == len(where) and legal(given, where):
            value = cost(given, where)
            found = value if found is None else min(found, value)
    return found


def where_of(given: dict[str, Any], placements: list[dict[str, Any]]) -> dict[tuple[str, int], tuple[int, int]]:
    """Placements as this module has them."""
    slots, rooms = [t["id"] for t in given["slots"]], [r["id"] for r in given["rooms"]]
    return {(p["session"], p["run"]): (slots.index(p["slot"]), rooms.index(p["room"])) for p in placements}
