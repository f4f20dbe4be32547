"""Two accounts become one: nothing is lost, nothing stands twice, and nothing points to who is gone."""

import pytest
from sqlalchemy import CheckConstraint, func, select

from app.accounts.merging import _keys_with, merge, pairs, references
from app.accounts.models import Person
from app.events.models import Pass, Role, SeriesOwner
from app.followups.models import HOST, POSTED, FollowUp, FollowUpPerson
from app.infra import db
from app.infra.db import transaction
from app.introductions.models import Introduction, Sharing, Shut
from app.notes.models import NoteTaker
from app.pitches.models import Interest, Leader, Pitch
from tests.world import AT


@pytest.fixture
def two(world):
    return world.person("Leila on her phone", organisation="DfT"), world.person("Leila Haddad", "leila@example.org", password_hash="kept")


def become_one(gone, kept) -> int:
    gone_id = gone.id
    with transaction():
        merge(gone, into=kept)
    return gone_id


def pointing_at(person_id: int) -> dict[str, int]:
    counted = {f"{table.name}.{column.name}": db.session.scalar(select(func.count()).select_from(table).where(column == person_id))
               for table, column in references()}
    return {name: n for name, n in counted.items() if n}


def test_every_column_that_points_to_a_person_is_known(context):
    named = {f"{t.name}.{c.name}" for t, c in references()}
    assert {"pass.person_id", "series_owner.person_id", "interest.person_id", "leader.person_id", "pitch.pitched_by_id",
            "note_taker.person_id", "followup_person.person_id", "grid_change.by_id", "link.person_id"} <= named


def test_what_only_one_has_goes_over(world, two):
    gone, kept = two
    event = world.event()
    world.save(Pass(event_id=event.id, person_id=gone.id, role=Role.CAMPMAKER, joined_at=AT))
    pitch = world.pitch(event, leaders=[gone], by=gone, interested=[gone])
    session = world.session(event)
    followup = world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT))
    world.save(NoteTaker(session_id=session.id, person_id=gone.id, name=gone.name, since=AT),
               FollowUpPerson(followup_id=followup.id, person_id=gone.id, name=gone.name, part=HOST, since=AT),
               SeriesOwner(series_id=event.series_id, person_id=gone.id))
    old = become_one(gone, kept)
    assert pointing_at(old) == {}
    assert db.session.get(Person, old) is None
    assert pointing_at(kept.id) == {"pass.person_id": 1, "leader.person_id": 1, "pitch.pitched_by_id": 1, "interest.person_id": 1,
                                    "note_taker.person_id": 1, "followup_person.person_id": 1, "series_owner.person_id": 1}
    assert db.session.get(Pitch, pitch.id).leaders[0].name == "Leila on her phone"  # as it was said then


def test_what_both_have_stands_once(world, two):
    gone, kept = two
    event = world.event()
    world.save(*[Pass(event_id=event.id, person_id=p.id, role=Role.ATTENDEE, joined_at=AT) for p in two])
    other = world.person()
    pitch = world.pitch(event, leaders=[gone, other, kept], interested=[gone, kept, other])
    session = world.session(event)
    world.save(*[NoteTaker(session_id=session.id, person_id=p.id, name=p.name, since=AT) for p in two],
               *[SeriesOwner(series_id=event.series_id, person_id=p.id) for p in two])
    become_one(gone, kept)
    assert pointing_at(kept.id) == {"pass.person_id": 1, "leader.person_id": 1, "interest.person_id": 1, "note_taker.person_id": 1,
                                    "series_owner.person_id": 1}
    assert db.session.scalar(select(func.count()).select_from(Interest).where(Interest.pitch_id == pitch.id)) == 2
    assert db.session.scalar(select(func.count()).select_from(Leader).where(Leader.pitch_id == pitch.id)) == 2


@pytest.mark.parametrize(("phone", "account", "stays"), [
    (Role.ATTENDEE, Role.ORGANISER, Role.ORGANISER), (Role.ORGANISER, Role.ATTENDEE, Role.ORGANISER),
    (Role.CAMPMAKER, Role.ATTENDEE, Role.CAMPMAKER), (Role.CAMPMAKER, Role.CAMPMAKER, Role.CAMPMAKER)])
def test_of_two_passes_the_higher_role_stays(world, two, phone, account, stays):
    event = world.event()
    for person, role in zip(two, (phone, account), strict=True):
        world.save(Pass(event_id=event.id, person_id=person.id, role=role, joined_at=AT))
    kept = two[1]
    become_one(*two)
    assert [(p.person_id, p.role) for p in db.session.scalars(select(Pass))] == [(kept.id, stays)]


def test_who_hosts_goes_on_hosting(world, two):
    gone, kept = two
    session = world.session(world.event())
    followup = world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT))
    world.save(FollowUpPerson(followup_id=followup.id, person_id=gone.id, name=gone.name, part=HOST, since=AT),
               FollowUpPerson(followup_id=followup.id, person_id=kept.id, name=kept.name, part=POSTED, since=AT))
    become_one(gone, kept)
    assert [(p.person_id, p.part) for p in db.session.scalars(select(FollowUpPerson))] == [(kept.id, HOST)]


def test_a_table_whose_rows_can_clash_says_which_is_better_or_is_known_to_have_rows_alike(context):
    alike = {"leader", "note_taker", "interest", "series_owner", "leader_away", "was_there",
             "board_facilitator", "idea_joiner", "pledge", "followup_offer", "mail_stop", "introduction", "contact_sharing",
             "meeting_wish", "round_person"}  # of these it makes no difference to anybody which row stays
    for table, column in references():
        if any(_keys_with(table, column)) and table.name not in alike:
            assert "best_first" in table.info, f"{table.name}: of two rows of one person, which is better?"
            name, order = table.info["best_first"]
            assert name in table.c
            assert len(order) == len(set(order)) > 1


def test_what_is_about_the_two_goes_and_what_is_about_a_third_stays(world, two):
    gone, kept = two
    third = world.person("Third")
    asks = [world.save(Introduction(by_id=one.id, a_id=one.id, b_id=other.id, line="Hello", a_answer="yes", key=f"{one.id}-{other.id}",
                                    asked_at=AT)) for one, other in ((gone, kept), (kept, gone), (gone, third), (third, kept))]
    world.save(*[Sharing(introduction_id=one.id, giver_id=one.a_id, taker_id=one.b_id, what="email", at=AT) for one in asks],
               *[Shut(person_id=one.id, other_id=other.id, how=how, at=AT) for one, other, how in (
                   (gone, kept, "block"), (kept, gone, "never"), (third, gone, "block"), (third, kept, "never"))])
    old, stays = gone.id, kept.id
    become_one(gone, kept)
    assert pointing_at(old) == {}
    assert [(one.a_id, one.b_id) for one in db.session.scalars(select(Introduction).order_by(Introduction.id))] == [
        (stays, third.id), (third.id, stays)]
    assert {(one.giver_id, one.taker_id) for one in db.session.scalars(select(Sharing))} == {(stays, third.id), (third.id, stays)}
    assert [(one.person_id, one.other_id, one.how) for one in db.session.scalars(select(Shut))] == [(third.id, stays, "block")]


def test_every_check_that_two_people_differ_is_understood(context):
    said = {f"{table.name}.{check.name}" for table in db.Base.metadata.sorted_tables for check in table.constraints
            if isinstance(check, CheckConstraint) and "<>" in str(check.sqltext) and sum(
                column.name in str(check.sqltext).split() for holder, column in references() if holder is table) > 1}
    found = {f"{table.name}.{one.name}.{other.name}" for table, one, other in pairs()}
    assert len(said) == len(found) >= 3, (said, found)
    assert {"introduction.a_id.b_id", "contact_sharing.giver_id.taker_id", "contact_shut.person_id.other_id"} <= found


def test_name_and_password_of_the_account_stay_and_a_missing_organisation_is_filled(world, two):
    _gone, kept = two
    become_one(*two)
    assert (kept.name, kept.email, kept.password_hash, kept.organisation) == ("Leila Haddad", "leila@example.org", "kept", "DfT")


def test_nobody_is_merged_into_themselves(world):
    somebody = world.person()
    with pytest.raises(ValueError, match="itself"), transaction():
        merge(somebody, into=somebody)
    assert db.session.get(Person, somebody.id) is not None


def test_all_or_nothing(world, two):
    gone, kept = two
    event = world.event()
    world.pitch(event, interested=[gone])
    with pytest.raises(RuntimeError, match="later"), transaction():
        merge(gone, into=kept)
        raise RuntimeError("something later failed")
    assert db.session.scalar(select(func.count(Person.id))) == 2
    assert pointing_at(gone.id) == {"interest.person_id": 1}
