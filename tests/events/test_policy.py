"""Who may do what with series and events, as whole tables."""

import pytest

from app.events import policy
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Pass, Role
from tests.world import AT

KINDS = ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere", "keeper")


@pytest.fixture
def scene(world):
    def make(visibility=PUBLIC):
        series = world.series()
        event, elsewhere = world.event(series, visibility=visibility), world.event(visibility=visibility)
        return event, {
            "stranger": None, "signed in": world.person(), "attendee": world.holder(event), "campmaker": world.holder(event, Role.CAMPMAKER),
            "organiser": world.holder(event, Role.ORGANISER), "owner": world.owner(series),
            "organiser elsewhere": world.holder(elsewhere, Role.ORGANISER), "keeper": world.person(keeper=True)}

    return make


def marks(ask, people) -> str:
    return "".join("+" if ask(people[kind]) else "-" for kind in KINDS)


@pytest.mark.parametrize(("visibility", "may", "expected"), [
    (PUBLIC, policy.can_read, "++++++++"), (UNLISTED, policy.can_read, "++++++++"), (ATTENDEES_ONLY, policy.can_read, "--++++--"),
    (PUBLIC, policy.can_find, "++++++++"), (UNLISTED, policy.can_find, "--++++--"), (ATTENDEES_ONLY, policy.can_find, "--++++--"),
    *[(v, policy.can_take_part, "--++++--") for v in (PUBLIC, UNLISTED, ATTENDEES_ONLY)],
    *[(v, policy.can_help, "---+++--") for v in (PUBLIC, UNLISTED, ATTENDEES_ONLY)],
    *[(v, policy.can_organise, "----++--") for v in (PUBLIC, UNLISTED, ATTENDEES_ONLY)],
])
def test_events(scene, visibility, may, expected):
    event, people = scene(visibility)
    assert marks(lambda p: may(p, event), people) == expected


@pytest.mark.parametrize(("may", "expected"), [(policy.owns, "-----+--"), (policy.can_set_up_events, "-----+--")])
def test_series(scene, may, expected):
    event, people = scene()
    assert marks(lambda p: may(p, event.series), people) == expected


def test_only_keepers_start_series(scene):
    _event, people = scene()
    assert marks(policy.can_start_series, people) == "-------+"


def test_an_owner_of_another_series_is_a_stranger_here(world):
    event, other = world.event(), world.owner(world.series())
    assert policy.role(other, event) == Role.STRANGER
    assert not policy.owns(other, event.series)


def test_an_owner_with_a_lower_pass_organises_all_the_same(world):
    event = world.event()
    owner = world.owner(event.series)
    world.save(Pass(event_id=event.id, person_id=owner.id, role=Role.ATTENDEE, joined_at=AT))
    assert policy.role(owner, event) == Role.ORGANISER
