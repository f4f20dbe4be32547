"""Random sequences of every kind of change, undoing and doing again among them, by two organisers: what always holds."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.errors import Refused
from app.events.models import Role
from app.grid import actions, cancelling, queries, undoing
from app.grid.models import UNDONE, GridChange, Placement, Session
from app.grid.standings import standing_of
from app.infra import db
from tests.examples import examples
from tests.grid.arrange import LATER, cell, replayed

PITCHES, ROOMS, SLOTS = 3, 2, 4  # lunch after the second slot, so that not every session can be a double
KINDS = ("place", "replace", "move", "move", "off", "double", "single", "again", "cancel", "reinstate", "accept", "undo", "undo",
         "undo one", "redo")
STEP = st.tuples(st.sampled_from(KINDS), st.integers(0, PITCHES), st.integers(1, ROOMS), st.integers(1, SLOTS), st.integers(0, 30))


def standings(event) -> dict:
    """How every session stands: place, length, reason."""
    found = {s.id: (s.length, s.cancelled, [(p.part, p.room_id, p.slot_id) for p in s.placements])
             for s in db.session.scalars(select(Session).where(Session.event_id == event.id))}
    return {key: value for key, value in found.items() if value != (1, "", [])}  # made and taken back is as not made


def carry_out(event, actor, pitches, step):
    kind, i, room, slot, n = step
    place, seen = cell(event, room, slot), None
    pitch = pitches[i % PITCHES]
    session = queries.session_of(pitch)
    if i == PITCHES:
        session = db.session.scalar(select(Session).where(Session.event_id == event.id, Session.run > 1)) or session
    how = {"seen": seen, "at": LATER}
    if kind in ("place", "replace"):
        return actions.place(actor, event, pitch, *place, replace=kind == "replace", **how)
    if kind == "undo":
        top = undoing.undoable(event)
        return top and undoing.undo(actor, event, top.version, newest=True, at=LATER)
    if kind == "undo one":
        return n and undoing.undo(actor, event, n, at=LATER)
    if kind == "redo":
        top = undoing.redoable(event)
        return top and undoing.redo(actor, event, top.version, at=LATER)
    if kind == "accept":
        following = cell(event, 3 - room, slot)
        return actions.accept(actor, event, [(pitch, *place), (pitches[(i + 1) % PITCHES], *(following if n % 3 else (None, None)))],
                              **how)
    if session is None:
        return None
    if kind == "move":
        return actions.move(actor, event, session, *place, **how)
    if kind == "off":
        return actions.take_off(actor, event, session, **how)
    if kind in ("double", "single"):
        return actions.resize(actor, event, session, 2 if kind == "double" else 1, **how)
    if kind == "again":
        return actions.repeat(actor, event, session, *place, **how)
    if kind == "cancel":
        return cancelling.cancel(actor, event, session, f"Reason {n}", **how)
    return cancelling.reinstate(actor, event, session, **how)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=16))
def test_every_sequence_of_changes(world, steps):
    event = world.event(rooms=ROOMS, slots=SLOTS)
    two = [world.holder(event, Role.ORGANISER), world.holder(event, Role.ORGANISER)]
    pitches = [world.pitch(event, f"P{i}") for i in range(PITCHES)]
    before, version = standings(event), 0
    for n, step in enumerate(steps):
        try:
            with db.transaction(event):
                carry_out(event, two[n % 2], pitches, step)
        except Refused:
            pass
        after, now = standings(event), queries.version_of(event)
        assert now in (version, version + 1), step
        if now == version:
            assert after == before, f"refused or nothing to do, and yet changed: {step}"
        else:
            held = list(db.session.execute(select(Placement.room_id, Placement.slot_id).where(Placement.event_id == event.id)))
            assert len(set(held)) == len(held), "one session to a cell"
            newest = db.session.scalar(select(GridChange).where(GridChange.event_id == event.id, GridChange.version == now))
            back_and_forth(event, two[0], newest, before, after)
            now = queries.version_of(event)
        before, version = standings(event), now
    grid = replayed(event)
    assert grid == {(r, s): i for i, r, s in db.session.execute(
        select(Placement.session_id, Placement.room_id, Placement.slot_id).where(Placement.event_id == event.id))}
    for session in db.session.scalars(select(Session).where(Session.event_id == event.id)):
        assert not (session.cancelled and standing_of(session).room)
    db.session.rollback()


def back_and_forth(event, actor, change, before, after):
    """Undoing the newest change gives the grid before it, doing it again the one after; both count as changes."""
    if change.verb == UNDONE:
        return
    version = change.version
    with db.transaction(event):
        undone = undoing.undo(actor, event, version, newest=True, at=LATER).version
    assert standings(event) == before
    with db.transaction(event):
        undoing.redo(actor, event, undone, at=LATER)
    assert standings(event) == after
