"""The solver's process: what it says, and that it is gone when nobody wants it any more."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.grid.solver import client
from tests.grid.solver.making import instance

SMALL = instance(1, 24, 4, 6, 60)
LARGE = instance(2, 90, 10, 9, 400)


@pytest.fixture
def turns(tmp_path):
    """A turnstile of this test's own."""
    return tmp_path / "turns"


def asking(made: dict, **options) -> dict:
    return {"instance": made, "options": {"seconds": 30, "exact": False} | options}


def gone_within(process: subprocess.Popen, seconds: float) -> float:
    """Waits for the process; how long it took. The limit is ten times what is wanted, for machines with much to do."""
    began = time.monotonic()
    process.wait(10 * seconds + 1)
    return time.monotonic() - began


def test_better_and_better_grids_and_a_last_line(turns):
    with client.run(asking(SMALL, seconds=0.6), turnstile=turns) as run:
        grids = list(run)
    assert run.outcome == {"done": True, "why": "time"}
    costs = [grid["objective"] for grid in grids]
    assert costs == sorted(costs, reverse=True)
    assert set(grids[-1]) == {"objective", "parts", "breaks", "placements", "moved", "unplaced", "elapsed"}
    assert len(grids[-1]["placements"]) == 24
    assert grids[0]["elapsed"] < 1
    assert run.process.poll() is not None
    assert list(run) == []


def test_what_cannot_be_read_is_said_in_the_last_line(turns):
    broken = SMALL | {"attendees": [*SMALL["attendees"], {"id": "p", "wishes": ["nothing"]}]}
    for request, says in (({"instance": broken}, "'nothing', which is not among the sessions"), ({}, "no instance"), ([], "no instance")):
        run = client.run(request, turnstile=turns)
        assert list(run) == []
        assert run.outcome["why"] == "error"
        assert says in run.outcome["error"]


def test_it_loads_neither_folkmoot_nor_ortools_to_begin_with(turns):
    script = ("import runpy, sys; sys.argv = ['x']; sys.stdin = open('/dev/null')\n"
              "import atexit, os; real = os._exit\n"
              "def left(code):\n"
              "    print(sorted(m for m in sys.modules if m.split('.')[0] in ('flask', 'sqlalchemy', 'ortools', 'numpy', 'app')))\n"
              "    sys.stdout.flush(); real(code)\n"
              f"os._exit = left; runpy.run_path({str(client.PROGRAM)!r}, run_name='__main__')")
    said = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=20, check=False).stdout
    loaded = said.strip().splitlines()[-1]
    assert "'app.grid.solver.search'" in loaded
    assert "app.errors" not in loaded
    assert not [name for name in ("flask", "sqlalchemy", "ortools", "numpy") if f"'{name}" in loaded]


@pytest.mark.parametrize("end", ["terminate", "stdin", "stdout"])
def test_it_stops_at_once_when_told_and_when_nobody_listens(turns, end):
    run = client.run(asking(LARGE), turnstile=turns)
    next(run)
    if end == "terminate":
        run.process.send_signal(signal.SIGTERM)
    elif end == "stdin":
        run.process.stdin.close()
    else:
        run.process.stdout.close()
    assert gone_within(run.process, 0.05) < 0.5
    if end != "stdout":
        list(run)
        assert run.outcome == {"done": True, "why": "stopped"}
    run.close()


def test_it_stops_at_once_while_ortools_is_at_work(turns):
    """Twenty sessions in four rooms: OR-tools is asked soon, and takes a second or more to prove the best grid."""
    run = client.run({"instance": instance(5, 20, 4, 5, 200), "options": {"seconds": 10}}, turnstile=turns)
    next(run)
    maps = Path(f"/proc/{run.process.pid}/maps")
    until = time.monotonic() + 15
    while "ortools" not in maps.read_text():
        assert time.monotonic() < until
        assert run.process.poll() is None
        time.sleep(0.01)
    time.sleep(0.3)
    if run.process.poll() is None:
        run.process.send_signal(signal.SIGTERM)
    assert gone_within(run.process, 0.05) < 0.5
    run.close()


def test_no_more_than_so_many_at_once_and_a_turn_comes_free_when_one_ends(turns):
    first, second = (client.run(asking(LARGE), at_once=2, turnstile=turns) for _ in range(2))
    with pytest.raises(client.Busy):
        client.run(asking(SMALL), at_once=2, turnstile=turns)
    first.close()
    assert first.outcome == {"done": True, "why": "stopped"}
    third = client.run(asking(SMALL), at_once=2, turnstile=turns)
    assert next(third)["placements"]
    os.kill(second.process.pid, signal.SIGKILL)
    list(second)
    assert second.outcome == {"done": True, "why": "stopped"}
    third.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Popen's remark that it was not waited for
def test_a_forgotten_search_ends(turns):
    run = client.run(asking(LARGE), turnstile=turns)
    next(run)
    process = run.process
    del run
    gc.collect()
    assert gone_within(process, 0.05) < 0.5


def test_it_works_under_gevent_and_lets_others_work_meanwhile(turns):
    script = f"""
from gevent import monkey; monkey.patch_all()
import gevent, json, sys, time
sys.path.insert(0, {str(Path(__file__).resolve().parents[3])!r})
from types import ModuleType
for name, folder in (("app", "app"), ("app.grid", "app/grid")):
    sys.modules[name] = ModuleType(name); sys.modules[name].__path__ = [{str(Path(__file__).resolve().parents[3])!r} + "/" + folder]
from app.grid.solver import client
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic()); gevent.sleep(0.01)
gevent.spawn(tick)
with client.run(json.load(sys.stdin), turnstile={str(turns)!r}) as run:
    grids = list(run)
print(len(grids), run.outcome["why"], len(ticks))
run = client.run({{"instance": {{"slots": [], "rooms": [], "sessions": []}}}}, turnstile={str(turns)!r})
run.close()
"""
    done = subprocess.run([sys.executable, "-c", script], input=json.dumps(asking(SMALL, seconds=0.6)), capture_output=True, text=True,
                          timeout=30, check=False)
    assert done.stderr == ""
    grids, why, ticks = done.stdout.split()
    assert (int(grids) > 0, why, int(ticks) > 15) == (True, "time", True)


def test_its_environment_has_no_secrets(turns, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for the solver")
    run = client.run(asking(LARGE), turnstile=turns)
    next(run)
    assert b"not for the solver" not in Path(f"/proc/{run.process.pid}/environ").read_bytes()
    run.close()


def test_its_memory_is_bounded(turns):
    run = client.run(asking(LARGE), turnstile=turns)
    next(run)
    assert "Max address space         4294967296" in Path(f"/proc/{run.process.pid}/limits").read_text()
    assert int(Path(f"/proc/{run.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") < 80e6
    run.close()
