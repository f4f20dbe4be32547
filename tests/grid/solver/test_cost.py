"""What a grid costs, against the independent checker, against brute force, and against itself counted afresh."""

from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.grid.solver.desk import Desk
from app.grid.solver.problem import Problem, read_places
from app.grid.solver.state import State
from app.grid.solver.tables import Tables
from tests.grid.solver import brute
from tests.grid.solver.making import instance, scattered

SIZES = st.tuples(st.integers(1, 14), st.integers(1, 5), st.integers(1, 6), st.integers(0, 40))


def report_of(cost) -> tuple:
    return cost.objective, cost.lost, cost.overflow, cost.access, cost.topic, cost.unplaced, cost.moved_slot, cost.moved_room


@settings(max_examples=120, deadline=None)
@example(34, (5, 4, 6, 20), True, False)  # a double where no slot follows, and one right after it
@given(st.integers(0, 10**6), SIZES, st.booleans(), st.booleans())
def test_cost_and_legality_agree_with_the_checker_on_any_grid(checker, seed, size, full, resolving):
    made = instance(seed, *size, full=full, must=seed % 2 == 0)
    if resolving:
        made["current"] = scattered(made, seed + 1)
        made["weights"] |= {"move_slot": 10, "move_room": 7, "lost": 3}
    placements = scattered(made, seed)
    desk = Desk(Problem.read(made), read_places(placements))
    said = checker(made, {"placements": placements})
    assert report_of(desk.cost()) == (said["objective"], said["lost"], said["overflow"], said["access"], said["topic_excess"],
                                      len(said["unplaced"]), said["moved_slot"], said["moved_room"])
    assert bool(desk.breaks()) == bool(said["breaks"]), (desk.breaks(), said["breaks"])


def test_cost_agrees_with_the_checker_on_every_shared_instance(checker, shared_instance):
    for name in ("plain-20x4x5-s1", "full-20x4x5-s1", "plain-60x8x6-s1", "full-60x8x6-s1", "plain-120x12x10-s1", "full-120x12x10-s1",
                 "plain-200x20x10-s1", "full-200x20x10-s1", "exam-hec92-81x9x9", "penguicon2013-sat-114x15x11"):
        made = shared_instance(name)
        for session in made["sessions"]:
            session.setdefault("runs", 1)
            session.setdefault("length", 1)
        placements = scattered(made, 7, share=0.97)
        desk = Desk(Problem.read(made), read_places(placements))
        said = checker(made, {"placements": placements})
        assert report_of(desk.cost()) == (said["objective"], said["lost"], said["overflow"], said["access"], said["topic_excess"],
                                          len(said["unplaced"]), said["moved_slot"], said["moved_room"])
        assert Problem.read(desk.problem.plain()) == desk.problem


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_cost_and_legality_agree_with_brute_force(seed):
    made = instance(seed, 5, 2, 3, 8, full=True, wishes=3)
    placements = scattered(made, seed, share=0.8)
    desk, where = Desk(Problem.read(made), read_places(placements)), brute.where_of(made, placements)
    assert brute.legal(made, where) == (desk.breaks() == [])
    if brute.legal(made, where):
        assert brute.cost(made, where) == desk.cost().objective


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), SIZES)
def test_changing_a_grid_step_by_step_costs_the_same_as_counting_it_afresh(seed, size):
    tables, rng = Tables(Problem.read(instance(seed, *size, full=True))), Random(seed)
    state = State(tables)
    for _ in range(40):
        item, cell, touched = rng.randrange(len(tables.items)), rng.randrange(tables.cells), set()
        for each in {item, *(state.cells[c] for c in tables.span(item, cell))} - {-1}:
            if state.at[each] >= 0:
                touched |= {c // tables.rooms for c in tables.span(each, state.at[each])}
                state.lift(each)
        if rng.random() < 0.8:
            state.put(item, cell)
            touched |= {c // tables.rooms for c in tables.span(item, cell)}
        state.settle(touched)
    fresh = State(tables)
    for item, cell in enumerate(state.at):
        if cell >= 0:
            fresh.put(item, cell)
    fresh.settle(range(tables.slots))
    assert (state.total(), state.cost(), state.got()) == (fresh.total(), fresh.cost(), fresh.got())
    assert sum(state.wanted()) - sum(state.got()) == state.lost()
