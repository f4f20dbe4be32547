"""Who may change what of whose account, as whole tables."""

import pytest

from app.accounts import policy


@pytest.fixture
def people(world):
    return {"stranger": None, "device": world.person("Dee"), "member": world.person("Mo", "mo@example.org"),
            "keeper": world.person("Kit", "kit@example.org", keeper=True)}


@pytest.mark.parametrize(("who", "own", "anothers"), [
    ("stranger", None, False), ("device", True, False), ("member", True, False), ("keeper", True, False)])
def test_everybody_changes_their_own_account_and_nobody_anothers(people, world, who, own, anothers):
    other = world.person("Other", "other@example.org")
    assert policy.can_change(people[who], other) is anothers
    if own is not None:
        assert policy.can_change(people[who], people[who]) is own


@pytest.mark.parametrize(("who", "back", "outbox"), [
    ("stranger", None, False), ("device", False, False), ("member", True, False), ("keeper", True, True)])
def test_addresses_and_the_outbox(people, who, back, outbox):
    person = people[who]
    assert policy.can_read_outbox(person) is outbox
    if person is not None:
        assert policy.can_have_password(person) is back
        assert policy.can_come_back(person) is back
