"""Counting changes of an event: once for a transaction, and whoever writes for long is asked for their role once."""

import pytest

from app.events import policy
from app.events.models import Event, Role
from app.events.versions import count_change
from app.infra import db, live


@pytest.fixture
def told(monkeypatch):
    told = []
    monkeypatch.setattr(live.relay, "publish", lambda topic, version: told.append((topic, version)))
    return told


def test_all_changes_of_a_transaction_count_as_one_and_are_told_once(world, told):
    event, other = world.event(), world.event()
    version = event.version
    with db.transaction(event):
        assert count_change(event, nudge=False) == version + 1
        assert count_change(event) == count_change(event) == event.version == version + 1
        count_change(other, nudge=False)
        assert told == []
    assert told == [(f"grid:{event.id}", version + 1)]
    with db.transaction(event):
        assert count_change(event, nudge=False) == version + 2
    assert len(told) == 1
    assert db.session.get(Event, event.id).version == version + 2


def test_one_that_fails_counts_for_nothing(world, told):
    event = world.event()
    version = event.version
    with pytest.raises(ZeroDivisionError), db.transaction(event):
        count_change(event)
        _ = 1 / 0
    with db.transaction(event):
        assert count_change(event) == version + 1
    assert told == [(f"grid:{event.id}", version + 1)]


def test_a_role_is_asked_once_inside_and_afresh_outside(world, statements):
    event, elsewhere = world.event(), world.event()
    boss, other = world.holder(event, Role.ORGANISER), world.holder(event)
    with policy.sure_of(boss, event):
        with statements() as said:
            assert {policy.role(boss, event) for _ in range(9)} == {Role.ORGANISER}
        assert said == []
        assert (policy.role(other, event), policy.role(boss, elsewhere)) == (Role.ATTENDEE, Role.STRANGER)
    with statements() as said:
        assert policy.role(boss, event) == Role.ORGANISER
    assert len(said) == 1
