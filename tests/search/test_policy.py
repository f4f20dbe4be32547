"""Which events a search may look at, for each kind of person, against the rule for single events."""

import pytest

from app.events import policy as events_policy
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED
from app.search import policy, queries
from tests.followups.kinds import KINDS, kinds_of


@pytest.mark.parametrize(("visibility", "marks"), [(PUBLIC, "+++++++"), (UNLISTED, "--++++-"), (ATTENDEES_ONLY, "--++++-")])
def test_everywhere_means_public_events_and_ones_own(world, visibility, marks):
    event, other = world.event(visibility=visibility), world.event()
    people = kinds_of(world, event)
    for kind, mark in zip(KINDS, marks, strict=True):
        found = queries.events_where(policy.may_search(people[kind]))
        assert (event.id in found) == (mark == "+") == events_policy.can_find(people[kind], event), kind
        assert other.id in found
        assert (event.id in queries.events_where(policy.may_search_series(people[kind], event.series))) == (mark == "+")
        assert other.id not in queries.events_where(policy.may_search_series(people[kind], event.series))


def test_what_is_said_of_an_event(world):
    event = world.event(name="GovCamp North 2027")
    assert queries.events_where(policy.may_search(None))[event.id] == queries.Searched(
        event.id, event.slug, "GovCamp North 2027", 2027, event.series_id, event.series.slug, event.series.name, True)
