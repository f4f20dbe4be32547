"""Who may arrange the grid and see its history: every kind of person."""

from app.events.models import Role
from app.grid import policy


def test_who(world):
    series = world.series()
    event = world.event(series)
    people = [None, world.person(), world.holder(event), world.holder(event, Role.CAMPMAKER), world.holder(event, Role.ORGANISER),
              world.owner(series), world.holder(world.event(), Role.ORGANISER)]
    assert "".join("+" if policy.can_arrange(person, event) else "-" for person in people) == "----++-"
    assert "".join("+" if policy.can_see_history(person, event) else "-" for person in people) == "--++++-"
