"""Who may pitch, mark interest, change and merge: every kind of person, every question."""

import pytest

from app.events.models import Role
from app.pitches import policy

KINDS = ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere")


@pytest.fixture
def people(world):
    series = world.series()
    event, elsewhere = world.event(series), world.event()
    return event, {
        "stranger": None, "signed in": world.person(), "attendee": world.holder(event), "campmaker": world.holder(event, Role.CAMPMAKER),
        "organiser": world.holder(event, Role.ORGANISER), "owner": world.owner(series),
        "organiser elsewhere": world.holder(elsewhere, Role.ORGANISER)}


@pytest.mark.parametrize(("question", "who"), [
    (policy.can_pitch, "--++++-"),
    (policy.can_pitch_for_others, "---+++-"),
    (policy.can_bring_in, "----++-"),
    (policy.can_mark_interest, "--++++-"),
    (policy.can_merge, "---+++-"),
], ids=lambda x: getattr(x, "__name__", x))
def test_at_an_event(people, question, who):
    event, by_kind = people
    assert "".join("+" if question(by_kind[kind], event) else "-" for kind in KINDS) == who


def test_somebody_elses_pitch_is_changed_by_campmakers_and_organisers(world, people):
    event, by_kind = people
    pitch = world.pitch(event, by=world.holder(event))
    assert "".join("+" if policy.can_change(by_kind[kind], pitch) else "-" for kind in KINDS) == "---+++-"


@pytest.mark.parametrize("part", ["pitched", "leads"])
def test_ones_own_pitch_is_changed_by_whoever_holds_a_pass(world, people, part):
    event, by_kind = people
    for kind in KINDS[1:]:
        person = by_kind[kind]
        pitch = world.pitch(event, by=person if part == "pitched" else None, leaders=[person] if part == "leads" else ["Ann"])
        assert policy.can_change(person, pitch) == (kind not in ("signed in", "organiser elsewhere")), kind
        assert policy.is_own(person, pitch)


def test_a_plain_name_gives_nobody_a_right(world, people):
    event, by_kind = people
    pitch = world.pitch(event, leaders=[by_kind["attendee"].name])
    assert not policy.can_change(by_kind["attendee"], pitch)
