"""Every number counted by hand on random worlds, and on pages beside the lists that it links to."""

import itertools
import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.boards import ideas_queries
from app.boards.idea_models import KEPT, MADE, PRIVATE, PUBLIC_PLEDGE, TO_GROUP, Idea, IdeaJoiner, Pledge
from app.documents import actions as documents
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Pass, Role
from app.followups import lists_queries
from app.followups.lists_queries import STATES, Chosen
from app.followups.models import CAME, OPEN, RESTED, CarriedOn
from app.infra import db
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note
from app.notes.queries import listing_of
from app.recaps import queries
from app.recaps.counting import FEW, Numbers, numbers_of
from tests.world import AT, World

NUMBERS = itertools.count(1_000_000)  # in names: no two worlds share any


class Quick(World):
    """Makes many things in one transaction."""

    def __init__(self):
        self._count = NUMBERS

    def save(self, *rows):
        db.session.add_all(rows)
        db.session.flush()
        return rows[0]


def add(world, *rows):
    return world.save(*rows) if rows else None


def fill(world, event, later, people, chance: random.Random) -> dict:
    """A random event; what must be counted of it, by hand, for somebody without a pass."""
    n = dict.fromkeys(("held", "noted", "written_up", "ideas", "joined", "tried", "pledges", "kept", "again"), 0)
    states, hosts = dict.fromkeys(STATES, 0), set()
    cells = [(room, slot) for room in (1, 2, 3) for slot in (1, 2, 3)]
    chance.shuffle(cells)

    def talk(source, listed: bool):
        if chance.random() < .6:
            state = chance.choice((OPEN, OPEN, CAME, RESTED))
            named = chance.sample([*people, "Zoe", "zoe"], chance.randrange(3))
            followup = world.followup(source, hosts=named, posted=[p for p in chance.sample(people, 2) if p not in named], state=state,
                                      state_at=AT)
            if listed:
                states[state if state != OPEN else "going" if named else "looking"] += 1
                hosts.update(one.casefold() if isinstance(one, str) else f"#{one.id}" for one in named)
            if chance.random() < .4:
                withdrawn = chance.random() < .3
                pitch = world.pitch(later, state="withdrawn" if withdrawn else "open")
                add(world, CarriedOn(pitch_id=pitch.id, followup_id=followup.id))
                n["again"] += not withdrawn and (listed or not isinstance(source, Pledge))

    for _ in range(chance.randrange(5)):
        placed, cancelled, withdrawn = (chance.random() < p for p in (.7, .2, .15))
        room, slot = cells.pop() if placed else (None, None)
        session = world.session(event, room=room, slot=slot, state="withdrawn" if withdrawn else "open")
        if cancelled:
            session.cancelled = "Nobody came"
            add(world, session)
        n["held"] += placed and not cancelled
        if chance.random() < .6:
            says, state = chance.random() < .7, chance.choice((DRAFT, WRITTEN_UP, PUBLISHED))
            document = documents.create("# Notes\n", AT)
            db.session.add(Note(session_id=session.id, document_id=document.id, state=state, created_at=AT))
            if says:
                documents.save(document, "# Notes\n\nSaid.", 1, AT)
            n["noted"] += says
            n["written_up"] += says and state != DRAFT
        talk(session, not withdrawn)
    for i in range(chance.randrange(4)):
        withdrawn, tried = chance.random() < .25, chance.random() < .5
        idea = add(world, Idea(event_id=event.id, name=f"Idea {i}", withdrawn=withdrawn, tried_at=AT if tried else None, created_at=AT))
        joiners = chance.sample(people, chance.randrange(3))
        add(world, *[IdeaJoiner(idea_id=idea.id, person_id=p.id, since=AT) for p in joiners])
        if not withdrawn:
            n["ideas"], n["joined"], n["tried"] = n["ideas"] + 1, n["joined"] + len(joiners), n["tried"] + tried
        talk(idea, not withdrawn)
    made = {True: [], False: []}
    for i in range(chance.randrange(12)):
        shown, kept, who = chance.choice((PRIVATE, TO_GROUP, TO_GROUP, PUBLIC_PLEDGE)), chance.random() < .5, chance.choice(people)
        pledge = add(world, Pledge(event_id=event.id, person_id=who.id, key=f"{event.id}:{i}", text=f"Pledge {i}", shown=shown,
                                   state=KEPT if kept else MADE, created_at=AT))
        n["pledges"] += shown == PUBLIC_PLEDGE
        n["kept"] += shown == PUBLIC_PLEDGE and kept
        if shown == TO_GROUP:
            made[kept].append(who.id)
        talk(pledge, shown == PUBLIC_PLEDGE)
    makers, rest = len(set(made[True])), len(set(made[False]))
    others = len(made[True] + made[False]) if max(makers, rest) >= FEW else None
    return n | {"states": states, "hosts": frozenset(hosts), "others": others,
                "others_kept": len(made[True]) if min(makers, rest) >= FEW else None}


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
@pytest.mark.once
def test_each_number_is_what_one_counts_by_hand(context, seed):
    chance = random.Random(seed)  # noqa: S311 - a world to count, and no secret
    with db.transaction():
        quick = Quick()
        series = quick.series()
        event, other, later = (quick.event(series, day=date(year, 1, 18)) for year in (2025, 2026, 2027))
        people = [quick.person() for _ in range(8)]
        by_hand = {one.id: fill(quick, one, later, people, chance) for one in (event, other)}
    found = numbers_of([event, other], None)
    for one in (event, other):
        assert {name: getattr(found[one.id], name) for name in by_hand[one.id]} == by_hand[one.id]
    recap, talks = queries.came_of(event, None), lists_queries.of_event(event, None, Chosen())
    assert talks.counts == recap.numbers.states
    for state in STATES:
        assert len(lists_queries.of_event(event, None, Chosen(state=state)).items) == recap.numbers.states[state]
    assert len(recap.outcomes) == recap.numbers.states["came"]
    assert (len(recap.tried), len(recap.kept), len(recap.again)) == (recap.numbers.tried, recap.numbers.kept, recap.numbers.again)
    assert ideas_queries.what_there_is(event)[0] == recap.numbers.ideas
    assert sum(card.joined for card in ideas_queries.bazaar(event, None, ideas_queries.Chosen()).cards) == recap.numbers.joined
    noted = [entry for part in listing_of(event) for entry in part.entries if entry.saved_at is not None]
    assert len(noted) == recap.numbers.noted
    assert sum(entry.state != DRAFT for entry in noted) == recap.numbers.written_up
    total = queries.of_series(series, None).total
    assert total == sum(numbers_of([event, other, later], None).values(), Numbers())
    assert total.hosts == by_hand[event.id]["hosts"] | by_hand[other.id]["hosts"], "one person counts once"


def test_it_takes_a_fixed_number_of_statements(world, statements):
    quick = Quick()
    series = world.series()
    later, first = world.event(series), world.event(series, day=date(2026, 1, 17))

    def more(event, seed):
        with db.transaction():
            people = [quick.person() for _ in range(8)]
            fill(quick, event, later, people, random.Random(seed))  # noqa: S311
            quick.followup(quick.session(first, "Came"), state=CAME, hosts=["Ann"])

    def said(event):
        db.session.expire_all()
        _ = event.id, event.series.id
        with statements() as page:
            queries.came_of(event, None)
        with statements() as whole:
            queries.of_series(event.series, None)
        return len(page), len(whole)

    more(first, 3)
    before = said(first)
    more(world.event(series, day=date(2025, 1, 18) + timedelta(days=1)), 3)
    world.followup(world.session(first, "Came"), state=CAME, hosts=["Ann"])
    assert said(first) == before


def test_a_private_pledge_is_in_no_number_whoever_looks(world):
    event = world.event()
    ann, boss = world.holder(event), world.holder(event, Role.ORGANISER)
    pledge = add(world, Pledge(event_id=event.id, person_id=ann.id, key="k", text="In secret", shown=PRIVATE, state=KEPT, created_at=AT))
    world.followup(pledge, hosts=[ann], state=CAME)
    for somebody in (None, ann, boss):
        assert not numbers_of([event], somebody)[event.id].anything
        assert queries.came_of(event, somebody).outcomes == []


def test_pledges_for_a_few_are_counted_from_five_people_on(world):
    event = world.event()
    people = [world.holder(event) for _ in range(10)]

    def pledged(number, state):
        who = people[number]
        add(world, Pledge(event_id=event.id, person_id=who.id, key=f"{number} {state}", text="For us", shown=TO_GROUP, state=state, created_at=AT))
        numbers = numbers_of([event], None)[event.id]
        return numbers.others, numbers.others_kept

    assert [pledged(i, KEPT) for i in range(5)] == [(None, None)] * 4 + [(5, None)]
    assert [pledged(i, MADE) for i in range(5, 10)] == [(n, None) for n in (6, 7, 8, 9)] + [(10, 5)]


@pytest.mark.parametrize(("visibility", "shown", "stranger", "holder", "organiser"), [
    (PUBLIC, True, True, True, True), (PUBLIC, False, False, False, True), (UNLISTED, True, False, True, True),
    (UNLISTED, False, False, False, True), (ATTENDEES_ONLY, True, False, True, True), (ATTENDEES_ONLY, False, False, False, True)])
def test_a_series_counts_only_what_one_finds_and_what_is_shown(world, visibility, shown, stranger, holder, organiser):
    event = world.event(visibility=visibility, outcomes_shown=shown)
    world.session(event, room=1, slot=1)
    owner = world.owner(event.series)
    for somebody, sees in ((None, stranger), (world.person(), stranger), (world.holder(event), holder), (world.holder(event, Role.CAMPMAKER), holder),
                           (world.holder(event, Role.ORGANISER), organiser), (owner, organiser)):
        recap = queries.of_series(event.series, somebody)
        assert ([one.id for one, _ in recap.events], recap.total.held) == (([event.id], 1) if sees else ([], 0))


def test_what_was_pitched_again_at_an_event_one_cannot_find_is_not_told(world):
    event = world.event(day=date(2026, 1, 17))
    later = world.event(event.series, visibility=UNLISTED)
    session = world.session(event, "Bins", room=1, slot=1)
    add(world, CarriedOn(pitch_id=world.pitch(later, "Bins again").id, session_id=session.id))
    somebody = world.person()
    add(world, Pass(event_id=later.id, person_id=somebody.id, role=1, joined_at=AT))
    assert [numbers_of([event], who)[event.id].again for who in (None, somebody)] == [0, 1]
