"""Lists of conversations: what is in them, who sees them, in what order, and in how many statements."""

from datetime import date

import pytest

from app.errors import NotFound
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED
from app.followups import lists_queries as lists
from app.followups import queries
from app.followups.lists_queries import Chosen
from app.followups.models import (
    CAME,
    GOING,
    HOST,
    LOOKING,
    MET,
    POSTED,
    READ_PEOPLE,
    RESTED,
    CarriedOn,
    FollowUp,
    FollowUpPerson,
    Offer,
)
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


def test_a_list_holds_those_that_stand_alike(world):
    event = world.event()
    ada = world.holder(event, name="Ada")
    conversation(world, world.session(event, "Looking", room=2, slot=1, topics=["Waste"], leaders=["Leila", "Ben"]), posted=[ada])
    conversation(world, world.session(event, "Hosted"), hosts=["ada", ada, "Zed"])
    world.session(event, "Nobody asked")
    looking, hosted = lists.of_event(event, None, Chosen()), lists.of_event(event, None, Chosen(state=GOING))
    assert (looking.state, looking.counts, looking.pages) == (LOOKING, {LOOKING: 1, GOING: 1, CAME: 0, RESTED: 0}, 1)
    item, = looking.items
    assert (item.title, item.hosts, item.posted, item.leaders) == ("Looking", (), 1, ("Leila", "Ben"))
    assert [t.name for t in item.topics] == ["Waste"]
    assert item.session.placement.room.name == "Seacole"
    assert [(i.title, i.hosts) for i in hosted.items] == [("Hosted", ("Ada", "Zed"))]


def test_a_list_begins_with_the_first_state_in_which_there_is_any(world):
    event = world.event()
    assert lists.of_event(event, None, Chosen()).state == LOOKING
    world.followup(world.session(event, "Old"), hosts=["Ada"], state=RESTED)
    world.followup(world.session(event, "Done"), state=CAME, came_of="A form in Welsh.")
    listing = lists.of_event(event, None, Chosen())
    assert (listing.state, titles(listing), listing.items[0].came_of) == (CAME, ["Done"], "A form in Welsh.")
    assert titles(lists.of_event(event, None, Chosen(state=RESTED))) == ["Old"]


def test_what_is_offered_is_counted_for_all_and_told_to_who_reads_the_posts(world):
    event = world.event()
    ada, ben, holder = world.person(name="Ada"), world.person(name="Ben"), world.holder(event)
    open_one = world.followup(world.session(event, "Open"), posted=[ada, ben], offers=[(ada, "Two days")], asks=[(ben, "A room")])
    world.followup(world.session(event, "Closed"), posted=[ada], offers=[(ada, "A van")], readers=READ_PEOPLE)
    world.followup(world.session(event, "Nothing"), posted=[ada])

    def told(person, **chosen):
        return {one.title: (one.offers, one.asks, [said.text for said in one.said])
                for one in lists.of_event(event, person, Chosen(**chosen)).items}

    assert told(holder) == {"Open": (1, 1, ["Two days", "A room"]), "Closed": (1, 0, []), "Nothing": (0, 0, [])}
    assert told(None, offering=True) == {"Open": (1, 1, []), "Closed": (1, 0, [])}
    assert told(ada, asking=True) == {"Open": (1, 1, ["Two days", "A room"])}
    assert told(world.person(), offering=True, asking=True) == {"Open": (1, 1, [])}
    listing = lists.of_event(event, None, Chosen(asking=True))
    assert (listing.counts[LOOKING], listing.offering, listing.asking) == (1, 2, 1)
    with db.transaction():
        db.session.query(Offer).filter_by(followup_id=open_one.id).update({"state": MET})
    assert told(holder, offering=True) == {"Closed": (1, 0, [])}


@pytest.mark.parametrize(("state", "listed"), [(OPEN, True), (WITHDRAWN, False), (UNMERGED, False)])
def test_what_was_withdrawn_is_not_listed(world, state, listed):
    session = world.session(world.event())
    conversation(world, session)
    with db.transaction():
        session.pitch.state = state
    assert bool(lists.of_event(session.event, None, Chosen()).items) == listed
    assert lists.looking_at(session.event, None)[1] == int(listed)


def test_a_conversation_of_a_session_that_was_merged_away_stays(world):
    event = world.event()
    session, whole = world.session(event), world.pitch(event)
    conversation(world, session)
    with db.transaction():
        session.pitch.state, session.pitch.merged_into_id = MERGED, whole.id
    assert len(lists.of_event(event, None, Chosen()).items) == 1


@pytest.mark.parametrize(("visibility", "marks"), [(PUBLIC, "+++++++"), (UNLISTED, "--++++-"), (ATTENDEES_ONLY, "--++++-")])
def test_a_series_lists_only_events_that_the_person_may_find(world, visibility, marks):
    event = world.event(visibility=visibility)
    conversation(world, world.session(event, topics=["Waste"]))
    people = kinds_of(world, event)
    for kind, mark in zip(KINDS, marks, strict=True):
        listing = lists.of_series(event.series, people[kind], Chosen())
        choices = lists.choices_of(event.series, people[kind])
        found = [len(listing.items), listing.total, len(choices.events), len(choices.topics), len(choices.years)]
        assert found == [int(mark == "+")] * 5, kind


def test_a_series_lists_the_newest_event_first_and_only_its_own(world):
    series = world.series()
    old, new = world.event(series, day=date(2026, 1, 24)), world.event(series, day=date(2027, 1, 23))
    for event, title in ((old, "Old"), (new, "New 1"), (new, "New 2"), (world.event(), "Elsewhere")):
        conversation(world, world.session(event, title))
    assert titles(lists.of_series(series, None, Chosen())) == ["New 1", "New 2", "Old"]


def test_a_series_is_narrowed_by_event_year_and_topic(world):
    series = world.series()
    old, new = world.event(series, day=date(2026, 1, 24)), world.event(series, day=date(2027, 1, 23))
    for event, title, topics in ((old, "A", ["Waste"]), (new, "B", ["waste", "Data"]), (new, "C", [])):
        conversation(world, world.session(event, title, topics=topics))

    def narrowed(**chosen):
        return titles(lists.of_series(series, None, Chosen(**chosen)))

    assert narrowed(event=old.slug) == ["A"]
    assert narrowed(year=2027) == ["B", "C"]
    assert narrowed(topic="waste") == ["B", "A"]
    assert narrowed(topic="waste", year=2026, event=new.slug) == []
    assert titles(lists.of_event(new, None, Chosen(topic="waste"))) == ["B"]
    assert lists.topics_of(new, None) == [("data", "Data"), ("waste", "waste")]
    choices = lists.choices_of(series, None)
    assert [e.id for e in choices.events] == [new.id, old.id]
    assert choices.years == [2027, 2026]
    assert [key for key, _ in choices.topics] == ["data", "waste"]


def test_long_lists_have_pages(world):
    event = world.event()
    for n in range(lists.PAGE + 1):
        conversation(world, world.session(event, f"Talk {n}"))
    first, second = lists.of_event(event, None, Chosen()), lists.of_event(event, None, Chosen(), 2)
    assert (len(first.items), len(second.items), first.pages) == (lists.PAGE, 1, 2)
    assert not {i.id for i in first.items} & {i.id for i in second.items}
    with pytest.raises(NotFound):
        lists.of_event(event, None, Chosen(), 3)


def test_the_front_page_shows_what_most_want_to_hear_of(world):
    event = world.event()
    people = [world.holder(event) for _ in range(3)]
    for n in range(lists.PANEL + 1):
        conversation(world, world.session(event, f"Talk {n}"), posted=people[:max(0, n - 3)])
    conversation(world, world.session(event, "Hosted"), hosts=["Ada"], posted=people)
    items, total = lists.looking_at(event, None)
    assert [i.title for i in items] == ["Talk 5", "Talk 4", "Talk 0", "Talk 1", "Talk 2"]
    assert total == lists.PANEL + 1


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
        return [count(lists.of_event, event, ada, Chosen(state=LOOKING)), count(lists.of_event, event, ada, Chosen(state=GOING)),
                count(lists.of_series, series, ada, Chosen()), count(lists.choices_of, series, ada),
                count(lists.looking_at, event, ada), count(queries.carried_on_from, session, ada),
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
