"""Who may do what with notes, for the seven kinds of people."""

import pytest

from app.events.models import ATTENDEES_ONLY, CHATHAM_HOUSE, NAMED, PUBLIC, UNLISTED
from app.notes import policy
from tests.followups.kinds import KINDS, kinds_of, those_who

assert KINDS == ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere")


@pytest.mark.parametrize(("visibility", "may", "row"), [
    (PUBLIC, policy.can_read, "+++++++"),
    (UNLISTED, policy.can_read, "+++++++"),
    (ATTENDEES_ONLY, policy.can_read, "--++++-"),
    (PUBLIC, policy.can_write, "--++++-"),
    (ATTENDEES_ONLY, policy.can_write, "--++++-"),
    (PUBLIC, policy.can_take_notes, "--++++-"),
    (ATTENDEES_ONLY, policy.can_take_notes, "--++++-"),
    (PUBLIC, policy.can_bring_in, "----++-"),
    (ATTENDEES_ONLY, policy.can_bring_in, "----++-"),
])
def test_truth_table(world, visibility, may, row):
    session = world.session(world.event(visibility=visibility))
    people = kinds_of(world, session.event)
    assert those_who(people, lambda person: may(person, session)) == row


def test_people_are_named_only_where_the_event_says_so(world):
    assert policy.names_people(world.event(attribution=NAMED))
    assert not policy.names_people(world.event(attribution=CHATHAM_HOUSE))
    assert not policy.names_people(world.event())
