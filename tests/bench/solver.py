"""Measures the grid solver: `python -m tests.bench.solver [NAME …] [--full]`, prints Markdown tables.

On instances of its own kind and, where they are there, on those of ../shared/data/grid, whose checker judges every grid. Seconds are
CPU seconds of the solver's process. `--full` gives every instance the time that is wanted of it; otherwise an eighth.
"""

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from app.grid.solver import client
from app.grid.solver.blocks import fill
from app.grid.solver.desk import Desk
from app.grid.solver.problem import Problem

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "grid"
# Seconds, and the objectives known of others at ten times as much or more (docs/benchmarks.md says whose).
WANTED = {"plain-20x4x5-s1": (10, 1021), "plain-60x8x6-s1": (20, 1163), "plain-120x12x10-s1": (30, 2055), "full-20x4x5-s1": (10, None),
          "full-60x8x6-s1": (20, None), "full-120x12x10-s1": (30, None), "plain-200x20x10-s1": (30, None),
          "full-200x20x10-s1": (30, None), "exam-hec92-81x9x9": (20, None), "penguicon2013-sat-114x15x11": (20, None)}
MARKS = (1, 2, 5, 10, 20, 30)


def checker():
    """The independent checker's function."""
    spec = importlib.util.spec_from_file_location("grid_validator", SHARED / "validator.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check


def searched(made: dict, seconds: float, **options) -> tuple[list[dict], dict]:
    """Every grid that the process told, and its last line."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as turns, \
            client.run({"instance": made, "options": {"seconds": seconds, "clock": "cpu"} | options}, turnstile=turns) as run:
        return list(run), run.outcome


def edited(made: dict, grid: dict) -> dict:
    """The event after a room is closed for a slot and two leaders cannot come when they lead."""
    made = json.loads(json.dumps(made)) | {"must_place_all": False}
    places = grid["placements"]
    next(room for room in made["rooms"] if room["id"] == places[3]["room"])["closed"].append(places[3]["slot"])
    sessions = {session["id"]: session for session in made["sessions"]}
    for place in (places[10], places[15]):
        leader = sessions[place["session"]]["leaders"][0]
        next(each for each in made["leaders"] if each["id"] == leader)["unavailable"].append(place["slot"])
    return made


def quickness(made: dict) -> tuple[float, float, float]:
    """Milliseconds of CPU: making a desk, the cost of a move (worst of 60), the best places of a session (worst of 20)."""
    problem = Problem.read(made)
    began = time.process_time()
    desk = Desk(problem)
    ready = time.process_time() - began
    fill(desk.state, Random(1))
    moves, places = [], []
    for number in range(60):
        session = problem.sessions[number % len(problem.sessions)]
        began = time.process_time()
        desk.moving(session.id, problem.slots[number % len(problem.slots)].id, problem.rooms[number % len(problem.rooms)].id)
        moves.append(time.process_time() - began)
        if number % 3 == 0:
            began = time.process_time()
            desk.best_places(session.id)
            places.append(time.process_time() - began)
    return ready * 1000, max(moves) * 1000, max(places) * 1000


def main(names: list[str], share: float) -> None:
    """Prints three tables: searching, mending, answering."""
    if not SHARED.exists():
        print("The instances, ../shared/data/grid, are not here.")
        return
    check = checker()
    instances = {name: json.loads((SHARED / "instances" / f"{name}.json").read_text()) for name in names}
    marks = [mark for mark in MARKS if mark <= 30 * share + 0.1]
    print(f"| instance | first grid, CPU s | {' | '.join(f'{mark} s' for mark in marks)} | at the end | seconds | bound | legal | "
          "ratio to others |\n" + "|---" * (len(marks) + 7) + "|")
    last = {}
    for name, made in instances.items():
        seconds, others = WANTED[name]
        seconds = max(1.0, seconds * share)
        grids, outcome = searched(made, seconds)
        said = [check(made, {"placements": grid["placements"]}) for grid in (grids[0], grids[-1])]
        last[name] = grids[-1]
        reached = [min((grid["objective"] for grid in grids if grid["elapsed"] <= mark), default="–") if mark <= seconds else ""
                   for mark in marks]
        assert said[-1]["objective"] == grids[-1]["objective"]
        ratio = f"{grids[-1]['objective'] / others:.3f}" if others else "–"
        print(f"| {name} | {grids[0]['elapsed']:.2f}: {grids[0]['objective']} | {' | '.join(map(str, reached))} "
              f"| **{grids[-1]['objective']}** | {seconds:g} ({outcome['why']}) | {grids[-1].get('bound', '–')} "
              f"| {'yes' if all(each['legal'] for each in said) else 'NO'} | {ratio} |", flush=True)
    print("\n| mended after an edit | legal after, CPU s | at the end (5 s) | sessions moved | of them off the grid |\n|---|---|---|---|---|")
    for name in [name for name in names if name.startswith(("plain-60", "plain-120", "full-120", "penguicon"))]:
        made = edited(instances[name], last[name])
        grids, _ = searched(made, 5 * max(share, 0.4), current=last[name]["placements"])
        assert check(made, {"placements": grids[-1]["placements"]})["legal"]
        off = {place["session"] for place in last[name]["placements"]} - {place["session"] for place in grids[-1]["placements"]}
        print(f"| {name} | {grids[0]['elapsed']:.2f} | {grids[0]['objective']} → {grids[-1]['objective']} | {len(grids[-1]['moved'])} "
              f"| {len(off)} |", flush=True)
    print("\n| CPU ms | desk made | cost of a move, worst | best places, worst |\n|---|---|---|---|")
    for name in names:
        print("| {} | {:.1f} | {:.1f} | {:.1f} |".format(name, *quickness(instances[name])), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[], help="instances, all where none is named")
    parser.add_argument("--full", action="store_true", help="the seconds that are wanted")
    given = parser.parse_args()
    sys.exit(main(given.names or list(WANTED), 1.0 if given.full else 0.125))
