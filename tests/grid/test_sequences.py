"""Random sequences of changes, some of them from stale pages, against a model of twenty lines."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Conflict
from app.events.models import Role
from app.grid import queries
from app.infra import db
from tests.examples import examples
from tests.grid.arrange import move, place, replayed, stands, take_off

PITCHES, ROOMS, SLOTS = 4, 2, 2
STEP = st.tuples(st.sampled_from(["put", "replace", "off"]), st.integers(0, PITCHES - 1), st.integers(1, ROOMS), st.integers(1, SLOTS),
                 st.integers(0, 3))


class Model:
    """What should happen: the grid as a dict, and what each version touched."""

    def __init__(self):
        self.at: dict[int, tuple[int, int]] = {}
        self.touched: list[set] = []

    def step(self, verb, pitch, cell, seen) -> bool:
        """Whether the change is made; does nothing otherwise."""
        here, other = self.at.get(pitch), next((p for p, c in self.at.items() if c == cell), None)
        since = set().union(*self.touched[seen:])
        if verb == "off":
            if here is None:
                return True
            if pitch in since:
                return False
            del self.at[pitch]
            self.touched.append({pitch, here})
            return True
        if here == cell:
            return True
        if cell in since or pitch in since or (other is not None and here is None and verb == "put"):
            return False
        if other is not None:
            del self.at[other]
            if here is not None:
                self.at[other] = here
        self.at[pitch] = cell
        self.touched.append({pitch, cell, here, other} - {None})
        return True


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_the_grid_does_what_its_model_does(world, steps):
    event = world.event(rooms=ROOMS, slots=SLOTS)
    organiser = world.holder(event, Role.ORGANISER)
    pitches = [world.pitch(event, f"P{i}") for i in range(PITCHES)]
    model = Model()
    for verb, i, room, slot, behind in steps:
        seen = max(0, len(model.touched) - behind)
        session = queries.session_of(pitches[i])
        expected = model.step(verb, i, (room, slot), seen)
        try:
            if verb == "off":
                if session:
                    take_off(organiser, event, session, seen=seen)
            elif session and session.placement:
                move(organiser, event, session, room, slot, seen=seen)
            else:
                place(organiser, event, pitches[i], room, slot, seen=seen, replace=verb == "replace")
            done = True
        except Conflict:
            done = False
        assert done == expected, (verb, i, (room, slot), seen)
        assert stands(event) == {cell: f"P{p}" for p, cell in model.at.items()}
        assert queries.version_of(event) == len(model.touched)
    assert set(replayed(event)) == set(queries.taken_cells(event))
    db.session.rollback()
