"""Lists of conversations: what is in them, who sees them, in what order, and in how many statements."""

from datetime import date

import pytest

from app.errors import NotFound
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED
from app.followups import queries
from app.followups.models import HOST, POSTED, CarriedOn, FollowUp, FollowUpPerson
from app.followups.queries import Chosen
from app.infra import db
from app.pitches.models import MERGED, OPEN, UNMERGED, WITHDRAWN
from tests.followups.kinds import KINDS, kinds_of
from tests.world import AT


def conversation(world, session, *, hosts=(), posted=()):
    """A follow-up of `session` with people or plain names."""
    people = [FollowUpPerson(person_id=getattr(who, "id", None), name=getattr(who, "name", who), part=part, since=AT)
              for part, those in ((HOST, hosts), (POSTED, posted)) for who in those]
    return world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT, people=people))


def titles(listing) -> list[str]:
    return [item.title for item in listing.items]


def test_a_list_holds_either_those_with_a_host_or_those_without(world):
    event = world.event()
    ada = world.holder(event, name="Ada")
    conversation(world, world.session(event, "Looking", room=2, slot=1, topics=["Waste"], leaders=["Leila", "Ben"]), posted=[ada])
    conversation(world, world.session(event, "Hosted"), hosts=["ada", ada, "Zed"])
    world.session(event, "Nobody asked")
    looking, hosted = queries.of_event(event, Chosen()), queries.of_event(event, Chosen(hosted=True))
    assert (looking.looking, looking.hosted, looking.pages) == (1, 1, 1)
    item, = looking.items
    assert (item.title, item.hosts, item.posted, item.leaders) == ("Looking", (), 1, ("Leila", "Ben"))
    assert [t.name for t in item.topics] == ["Waste"]
    assert item.session.placement.room.name == "Seacole"
    assert [(i.title, i.hosts) for i in hosted.items] == [("Hosted", ("Ada", "Zed"))]


@pytest.mark.parametrize(("state", "listed"), [(OPEN, True), (WITHDRAWN, False), (UNMERGED, False)])
def test_what_was_withdrawn_is_not_listed(world, state, listed):
    session = world.session(world.event())
    conversation(world, session)
    with db.transaction():
        session.pitch.state = state
    assert bool(queries.of_event(session.event, Chosen()).items) == listed
    assert queries.looking_at(session.event)[1] == int(listed)


def test_a_conversation_of_a_session_that_was_merged_away_stays(world):
    event = world.event()
    session, whole = world.session(event), world.pitch(event)
    conversation(world, session)
    with db.transaction():
        session.pitch.state, session.pitch.merged_into_id = MERGED, whole.id
    assert len(queries.of_event(event, Chosen()).items) == 1


@pytest.mark.parametrize(("visibility", "marks"), [(PUBLIC, "+++++++"), (UNLISTED, "--++++-"), (ATTENDEES_ONLY, "--++++-")])
def test_a_series_lists_only_events_that_the_person_may_find(world, visibility, marks):
    event = world.event(visibility=visibility)
    conversation(world, world.session(event, topics=["Waste"]))
    people = kinds_of(world, event)
    for kind, mark in zip(KINDS, marks, strict=True):
        listing = queries.of_series(event.series, people[kind], Chosen())
        choices = queries.choices_of(event.series, people[kind])
        found = [len(listing.items), listing.looking, len(choices.events), len(choices.topics), len(choices.years)]
        assert found == [int(mark == "+")] * 5, kind


def test_a_series_lists_the_newest_event_first_and_only_its_own(world):
    series = world.series()
    old, new = world.event(series, day=date(2026, 1, 24)), world.event(series, day=date(2027, 1, 23))
    for event, title in ((old, "Old"), (new, "New 1"), (new, "New 2"), (world.event(), "Elsewhere")):
        conversation(world, world.session(event, title))
    assert titles(queries.of_series(series, None, Chosen())) == ["New 1", "New 2", "Old"]


def test_a_series_is_narrowed_by_event_year_and_topic(world):
    series = world.series()
    old, new = world.event(series, day=date(2026, 1, 24)), world.event(series, day=date(2027, 1, 23))
    for event, title, topics in ((old, "A", ["Waste"]), (new, "B", ["waste", "Data"]), (new, "C", [])):
        conversation(world, world.session(event, title, topics=topics))

    def narrowed(**chosen):
        return titles(queries.of_series(series, None, Chosen(**chosen)))

    assert narrowed(event=old.slug) == ["A"]
    assert narrowed(year=2027) == ["B", "C"]
    assert narrowed(topic="waste") == ["B", "A"]
    assert narrowed(topic="waste", year=2026, event=new.slug) == []
    choices = queries.choices_of(series, None)
    assert [e.id for e in choices.events] == [new.id, old.id]
    assert choices.years == [2027, 2026]
    assert [key for key, _ in choices.topics] == ["data", "waste"]


def test_long_lists_have_pages(world):
    event = world.event()
    for n in range(queries.PAGE + 1):
        conversation(world, world.session(event, f"Talk {n}"))
    first, second = queries.of_event(event, Chosen()), queries.of_event(event, Chosen(), 2)
    assert (len(first.items), len(second.items), first.pages) == (queries.PAGE, 1, 2)
    assert not {i.id for i in first.items} & {i.id for i in second.items}
    with pytest.raises(NotFound):
        queries.of_event(event, Chosen(), 3)


def test_the_front_page_shows_what_most_want_to_hear_of(world):
    event = world.event()
    people = [world.holder(event) for _ in range(3)]
    for n in range(queries.PANEL + 1):
        conversation(world, world.session(event, f"Talk {n}"), posted=people[:max(0, n - 3)])
    conversation(world, world.session(event, "Hosted"), hosts=["Ada"], posted=people)
    items, total = queries.looking_at(event)
    assert [i.title for i in items] == ["Talk 5", "Talk 4", "Talk 0", "Talk 1", "Talk 2"]
    assert total == queries.PANEL + 1


@pytest.fixture
def carried(world):
    """A session, and its conversation taken on at a later event."""
    series = world.series()
    source = world.session(world.event(series, day=date(2027, 1, 23)), "Bins")
    pitch = world.pitch(world.event(series, day=date(2028, 1, 22)), "Bins again")
    world.save(CarriedOn(session_id=source.id, pitch_id=pitch.id))
    return source, pitch


@pytest.mark.parametrize(("visibility", "marks"), [(PUBLIC, "+++++++"), (UNLISTED, "--++++-"), (ATTENDEES_ONLY, "--++++-")])
def test_each_end_is_shown_only_to_who_may_find_the_other(world, carried, visibility, marks):
    source, pitch = carried
    for end, other_end in ((source, pitch), (pitch, source)):
        with db.transaction():
            end.event.visibility, other_end.event.visibility = PUBLIC, visibility
        people = kinds_of(world, other_end.event) | {"owner": world.owner(other_end.event.series)}
        for kind, mark in zip(KINDS, marks, strict=True):
            shown = (queries.carried_on_from(source, people[kind]) if end is source else queries.sources_of(pitch, people[kind]))
            assert len(shown) == int(mark == "+"), (kind, end)


def test_a_pitch_taken_on_is_shown_as_its_session_or_as_what_it_became_part_of(world, carried):
    source, pitch = carried
    assert [(p.id, there) for p, _, there in queries.carried_on_from(source, None)] == [(pitch.id, None)]
    whole = world.session(pitch.event, "Bins, the whole")
    with db.transaction():
        pitch.state, pitch.merged_into_id = MERGED, whole.pitch_id
    assert [(p.title, there) for p, _, there in queries.carried_on_from(source, None)] == [("Bins, the whole", whole.id)]
    assert [s.id for s in queries.sources_of(whole.pitch, None)] == [source.id]


@pytest.mark.parametrize("state", [WITHDRAWN, UNMERGED])
def test_a_pitch_that_is_gone_is_not_shown(world, carried, state):
    source, pitch = carried
    with db.transaction():
        pitch.state = state
    assert queries.carried_on_from(source, None) == []


def test_two_origins_from_one_session_are_one_source(world, carried):
    source, pitch = carried
    second, whole = world.pitch(pitch.event), world.pitch(pitch.event, "Whole")
    world.save(CarriedOn(session_id=source.id, pitch_id=second.id))
    with db.transaction():
        for origin in (pitch, second):
            origin.state, origin.merged_into_id = MERGED, whole.id
    assert [p.title for p, *_ in queries.carried_on_from(source, None)] == ["Whole"]
    assert [s.id for s in queries.sources_of(whole, None)] == [source.id]


def test_later_events_are_those_of_the_series_with_a_pass(world):
    series = world.series()
    source = world.session(world.event(series, day=date(2027, 1, 23)))
    later, last = world.event(series, day=date(2028, 1, 22)), world.event(series, day=date(2029, 1, 20))
    world.event(series, day=date(2026, 1, 24))
    ada, owner = world.holder(later), world.owner(series)
    assert queries.later_events(source, None) == []
    assert [e.id for e in queries.later_events(source, world.person())] == []
    assert [e.id for e in queries.later_events(source, ada)] == [later.id]
    assert [e.id for e in queries.later_events(source, owner)] == [later.id, last.id]


def test_sessions_are_found_by_their_own_event_only(world):
    session = world.session(world.event())
    assert queries.session_in(session.event, session.id).id == session.id
    for event, session_id in ((world.event(), session.id), (session.event, session.id + 1), (session.event, 10**12)):
        with pytest.raises(NotFound):
            queries.session_in(event, session_id)


def test_the_number_of_statements_does_not_grow(world, statements):
    series = world.series()
    event, later = world.event(series, day=date(2027, 1, 23)), world.event(series, day=date(2028, 1, 22))
    ada = world.holder(event, name="Ada")

    def count(read, *arguments) -> int:
        db.session.rollback()
        db.session.refresh(event)
        with statements() as said:
            read(*arguments)
        return len(said)

    def counts() -> list[int]:
        return [count(queries.of_event, event, Chosen()), count(queries.of_event, event, Chosen(hosted=True)),
                count(queries.of_series, series, ada, Chosen()), count(queries.choices_of, series, ada),
                count(queries.looking_at, event), count(queries.carried_on_from, session, ada),
                count(queries.sources_of, pitch, ada), count(queries.followup_of, session)]

    def add(n: int):
        session = world.session(event, room=1 + n % 3, slot=1 + n // 3, topics=[f"Topic {n}"], leaders=["A", "B"])
        conversation(world, session, hosts=["Zed", ada], posted=[world.holder(event)])
        conversation(world, world.session(event, topics=["Waste"]), posted=[world.holder(event), world.holder(event)])
        pitch = world.pitch(later)
        world.save(CarriedOn(session_id=session.id, pitch_id=pitch.id))
        return session, pitch

    session, pitch = add(0)
    at_one = counts()
    for n in range(1, 6):
        more, _ = add(n)
        world.save(CarriedOn(session_id=session.id, pitch_id=world.pitch(later).id))
        world.save(CarriedOn(session_id=more.id, pitch_id=world.pitch(later, state=MERGED, merged_into_id=pitch.id).id))
    assert counts() == at_one
    assert max(at_one) <= 7  # two of them read the series and the person again
