"""Making and changing series and events: what happens, and every refusal."""

from datetime import date

import pytest

from app.accounts.models import Person
from app.errors import Forbidden, Invalid
from app.events import actions, queries, timetable
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Event, Pass, Role, Series
from app.infra import clock, db, live
from app.infra.db import transaction
from app.infra.jobs import Job
from tests.world import AT

DAY = date(2027, 1, 23)


@pytest.fixture
def keeper(world) -> Person:
    return world.person("Kit", "kit@example.org", keeper=True)


@pytest.fixture
def series(keeper) -> Series:
    with transaction():
        return actions.start_series(keeper, name="GovCamp North", at=AT)


def set_up(actor, series, **more) -> Event:
    with transaction():
        return actions.set_up_event(actor, series, **({"name": "GovCamp North 2027", "starts_on": DAY, "at": AT} | more))


def edit(actor, event, **said) -> Event:
    with transaction(event):
        actions.edit_event(actor, event, **said)
    return event


def jobs() -> list[dict]:
    return [j.payload for j in db.session.query(Job) if j.kind == "search.index"]


# ---- series

def test_a_series_has_its_maker_as_owner(keeper, series):
    assert (series.slug, queries.owners_of(series)) == ("govcamp-north", [keeper])
    with transaction():
        other = actions.start_series(keeper, name="GovCamp North", at=AT)
    assert other.slug == "govcamp-north-2"


def test_only_keepers_start_series(world):
    for actor in (None, world.person(), world.owner(world.series()), world.holder(world.event(), Role.ORGANISER)):
        with pytest.raises(Forbidden), transaction():
            actions.start_series(actor, name="X", at=AT)
        with pytest.raises(Forbidden), transaction():
            actions.set_up_first_event(actor, series_name="", name="X", starts_on=DAY, at=AT)


@pytest.mark.parametrize(("said", "field"), [({"name": ""}, "name"), ({"name": " \n "}, "name"), ({"name": "x" * 101}, "name"),
                                             ({"slug": "Not this"}, "slug"), ({"slug": "govcamp-north"}, "slug")])
def test_a_series_is_refused_by_field(keeper, series, said, field):
    with pytest.raises(Invalid) as refused, transaction():
        actions.start_series(keeper, **({"name": "Other", "at": AT} | said))
    assert refused.value.field == field
    assert db.session.query(Series).count() == 1


@pytest.mark.parametrize(("event_name", "series_name", "called"), [
    ("GovCamp North 2027", "", "GovCamp North"), ("2027 GovCamp", "", "GovCamp"), ("GovCamp – 2027", "", "GovCamp"), ("2027", "", "2027"),
    ("GovCamp North 2027", "GovCamps", "GovCamps"), ("Web 2.0 Camp", "", "Web 2.0 Camp")])
def test_the_first_event_brings_its_series(keeper, event_name, series_name, called):
    with transaction():
        event = actions.set_up_first_event(keeper, series_name=series_name, name=event_name, starts_on=DAY, venue="Leeds", at=AT)
    assert event.series.name == called
    assert (event.name, event.venue, event.ends_on) == (event_name, "Leeds", DAY)


def test_editing_a_series(world, keeper, series):
    with transaction():
        actions.edit_series(keeper, series, name="GovCamps", slug="camps", about="All of them")
    assert (series.name, series.slug, series.about) == ("GovCamps", "camps", "All of them")
    world.series(slug="taken")
    for said in ({"slug": "taken"}, {"slug": "Bad one"}, {"name": ""}):
        with pytest.raises(Invalid), transaction():
            actions.edit_series(keeper, series, **({"name": "GovCamps", "slug": "camps", "about": ""} | said))
    other_keeper = world.person(keeper=True)
    with pytest.raises(Forbidden), transaction():
        actions.edit_series(other_keeper, series, name="X", slug="camps", about="")  # a keeper owns nothing by that
    assert series.about == "All of them"


# ---- events

def test_an_event_has_sensible_beginnings(keeper, series):
    event = set_up(keeper, series)
    assert (event.slug, event.ends_on, event.time_zone, event.visibility) == ("govcamp-north-2027", DAY, "Europe/London", PUBLIC)
    assert (event.attribution, event.notes_licence, len(event.join_code)) == ("chatham", "CC BY 4.0", 6)
    assert "## Summary" in event.note_template
    assert db.session.query(Pass).one().role == Role.ORGANISER
    assert {"kind": "event", "id": event.id} in jobs()


@pytest.mark.parametrize(("said", "field"), [
    ({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"slug": "Ü"}, "slug"), ({"slug": "taken"}, "slug"), ({"ends_on": date(2027, 1, 22)}, "ends_on"),
    ({"ends_on": date(2027, 2, 22)}, "ends_on"), ({"time_zone": "Europe/Leeds"}, "time_zone"), ({"time_zone": ""}, "time_zone"),
    ({"visibility": "secret"}, "visibility"), ({"attribution": "x"}, "attribution"), ({"hue": 360}, "hue"), ({"hue": -1}, "hue"),
    ({"hashtag": "a b"}, "hashtag"), ({"hashtag": "x" * 51}, "hashtag"), ({"hashtag": "a#b"}, "hashtag")])
def test_an_event_is_refused_by_field_when_made_and_when_edited(world, keeper, series, said, field):
    world.event(slug="taken")
    with pytest.raises(Invalid) as refused:
        set_up(keeper, series, **said)
    assert refused.value.field == field
    event = set_up(keeper, series)
    before = {c.name: getattr(event, c.key) for c in Event.__table__.columns}
    with pytest.raises(Invalid) as refused:
        edit(keeper, event, venue="Changed", **said)
    assert refused.value.field == field
    assert {c.name: getattr(event, c.key) for c in Event.__table__.columns} == before


def test_only_owners_set_up_events_and_only_organisers_edit_them(world, keeper, series):
    event = set_up(keeper, series)
    organiser = world.holder(event, Role.ORGANISER)
    others = [None, world.person(), world.holder(event), world.holder(event, Role.CAMPMAKER), world.holder(world.event(), Role.ORGANISER),
              world.owner(world.series())]
    for actor in [*others, organiser]:
        with pytest.raises(Forbidden):
            set_up(actor, series, name="Mine")
    for actor in others:
        with pytest.raises(Forbidden):
            edit(actor, event, name="Mine")
        with pytest.raises(Forbidden), transaction(event):
            actions.new_join_code(actor, event)
    assert edit(organiser, event, name="Ours").name == "Ours"


def test_what_an_event_does_not_have_is_a_mistake_of_ours(keeper, series):
    with pytest.raises(TypeError, match="join_code"):
        set_up(keeper, series, join_code="AAAAAA")


def test_editing_says_only_what_changes(keeper, series):
    event = edit(keeper, set_up(keeper, series, venue="Leeds"), hashtag="#gcn27", hue=25)
    assert (event.hashtag, event.hue, event.venue, event.slug) == ("gcn27", 25, "Leeds", "govcamp-north-2027")


@pytest.mark.parametrize(("said", "kind"), [({"venue": "York"}, "event"), ({"name": "Other"}, "whole event"), ({"visibility": UNLISTED}, "whole event")])
def test_search_looks_again_at_what_could_have_changed(keeper, series, said, kind):
    event = set_up(keeper, series)
    before = len(jobs())
    edit(keeper, event, **said)
    assert jobs()[before:] == [{"kind": kind, "id": event.id}]


@pytest.mark.parametrize(("said", "told"), [({"venue": "York"}, False), ({"visibility": ATTENDEES_ONLY}, True)])
def test_open_pages_are_checked_again_when_who_may_read_changes(keeper, series, said, told):
    event = set_up(keeper, series)
    with live.relay.listen(f"access:{event.id}") as inbox:
        edit(keeper, event, **said)
        assert (inbox.get(0.2) is not None) is told


def test_another_join_code_replaces_the_old(keeper, series):
    event = set_up(keeper, series)
    old = event.join_code
    with transaction(event):
        new = actions.new_join_code(keeper, event)
    assert old != new == event.join_code
    assert queries.event_joined_by(old) is None
    assert queries.event_joined_by(new).id == event.id


# ---- dates and slots

def times(event) -> list[str]:
    return [clock.local(s.starts_at, event.time_zone).strftime("%d %H:%M") for s in event.slots if s.starts_at]


@pytest.fixture
def timed(keeper, series) -> Event:
    event = set_up(keeper, series, ends_on=date(2027, 1, 24))
    with transaction(event):
        timetable.make_slots(keeper, event, timetable.Plan(first=clock.local(AT, "UTC").time(), count=1))
    return event


@pytest.mark.parametrize(("said", "expected"), [
    ({"starts_on": date(2027, 6, 5), "ends_on": date(2027, 6, 6)}, ["05 09:30", "06 09:30"]),  # summer time
    ({"time_zone": "America/New_York"}, ["23 09:30", "24 09:30"]), ({"venue": "York"}, ["23 09:30", "24 09:30"])])
def test_slots_keep_their_time_on_the_wall(keeper, timed, said, expected):
    assert times(edit(keeper, timed, **said)) == expected


def test_a_day_with_slots_cannot_be_cut_off(keeper, timed):
    with pytest.raises(Invalid, match="day 2") as refused:
        edit(keeper, timed, ends_on=DAY)
    assert refused.value.field == "ends_on"
    assert times(timed) == ["23 09:30", "24 09:30"]


# ---- copying

def test_last_years_set_up_in_one_step(world, keeper, series):
    old = set_up(keeper, series, name="GovCamp North 2026", starts_on=date(2026, 7, 4), venue="The Exchange", visibility=UNLISTED, hue=25,
                 attribution="named", note_template="Ours", code_of_conduct="Be kind", notes_licence="CC0", hashtag="gcn26", about="A day")
    with transaction(old):
        for name in ("Main hall", "Seacole", "Turing"):
            actions.add_room(keeper, old, name=name, seats=20, step_free=True, equipment="Screen")
        actions.add_room(keeper, old, name="Quiet room", for_sessions=False)
        timetable.make_slots(keeper, old, timetable.USUAL)
        actions.topics_called(old, ["Data", "Design"])
    world.session(old, room=2, slot=1)
    world.holder(old)
    new = set_up(keeper, series, copy_from=old)
    assert [(r.number, r.name, r.seats, r.equipment, r.for_sessions) for r in new.rooms] == [
        (1, "Main hall", 20, "Screen", True), (2, "Seacole", 20, "Screen", True), (3, "Turing", 20, "Screen", True),
        (None, "Quiet room", None, "", False)]
    assert times(new) == [t.replace("04 ", "23 ") for t in times(old)]
    assert [s.number for s in new.slots] == [s.number for s in old.slots]
    assert [t.name for t in new.topics] == ["Data", "Design"]
    assert (new.venue, new.visibility, new.hue, new.attribution, new.note_template, new.code_of_conduct, new.notes_licence, new.about) == (
        "The Exchange", UNLISTED, 25, "named", "Ours", "Be kind", "CC0", "A day")
    assert new.hashtag == ""  # belongs to the year
    assert new.join_code != old.join_code
    assert db.session.query(Pass).filter_by(event_id=new.id).count() == 1
    assert not queries.rooms_in_use(new)


def test_what_is_said_wins_over_what_is_copied(keeper, series):
    old = set_up(keeper, series, name="Old", venue="Leeds", time_zone="Europe/Paris")
    new = set_up(keeper, series, name="New", copy_from=old, venue="York")
    assert (new.venue, new.time_zone) == ("York", "Europe/Paris")


def test_slots_of_days_that_the_new_event_lacks_are_left_out(keeper, series, timed):
    new = set_up(keeper, series, name="One day", starts_on=date(2028, 1, 22), copy_from=timed)
    assert times(new) == ["22 09:30"]


def test_only_an_event_of_the_series_is_copied(world, keeper, series):
    with pytest.raises(Invalid) as refused:
        set_up(keeper, series, copy_from=world.event())
    assert refused.value.field == "copy_from"
