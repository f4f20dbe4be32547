"""25/10: rounds, cards and scores, as rows."""

import threading
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.grid.queries import grid_of
from app.infra import db
from app.pitches import scoring_actions as actions
from app.pitches import scoring_queries as queries
from app.pitches.dealing import Wait
from app.pitches.models import MERGED
from app.pitches.scoring_models import CLOSED, SCORES_EACH, Score, ScoringRound
from tests.pitches.doing import LATER, do
from tests.world import AT


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER, name="Lorna Pike")


@pytest.fixture
def round_(world, event):
    return world.save(ScoringRound(event_id=event.id, opened_at=AT))


def dealt(event, person, round_, **kwargs):
    return do(event, actions.next_card, person, round_, **kwargs)


def given(world, round_, pitch, *scores, by=()):
    people = [*by, *[None] * (len(scores) - len(by))]
    world.save(*[Score(round_id=round_.id, pitch_id=pitch.id, person_id=p.id if p else None, score=n, dealt_at=AT, scored_at=AT)
                 for n, p in zip(scores, people, strict=True)])


def test_only_organisers_run_rounds_and_one_at_a_time(world, event, organiser, campmaker):
    for action in (actions.open_round,):
        with pytest.raises(Forbidden):
            do(event, action, campmaker, event)
    round_ = do(event, actions.open_round, organiser, event)
    with pytest.raises(Conflict, match="open already"):
        do(event, actions.open_round, organiser, event)
    with pytest.raises(Forbidden):
        do(event, actions.close_round, campmaker, round_)
    do(event, actions.close_round, organiser, round_)
    do(event, actions.close_round, organiser, round_)
    assert (round_.state, round_.closed_at) == (CLOSED, LATER)
    with db.transaction(event):
        actions.reopen_round(organiser, round_)
    assert round_.state == "open"
    do(event, actions.close_round, organiser, round_)
    do(event, actions.open_round, organiser, event)
    with pytest.raises(Conflict, match="Another round"), db.transaction(event):
        actions.reopen_round(organiser, round_)


def test_a_card_is_kept_until_it_is_scored_and_never_ones_own(world, event, attendee, campmaker, round_):
    world.pitch(event, "Led", leaders=[attendee])
    world.pitch(event, "Pitched", leaders=["Ann"], by=attendee)
    whole = world.pitch(event, "Whole", by=campmaker)
    world.pitch(event, "Part", by=attendee, state=MERGED, merged_into_id=whole.id)
    other = world.pitch(event, "Other")
    card = dealt(event, attendee, round_)
    assert card.pitch_id == other.id
    assert dealt(event, attendee, round_).id == card.id
    assert do(event, actions.give_score, attendee, round_, other, 4).score == 4
    assert dealt(event, attendee, round_) is Wait.NOT_FOR_YOU
    do(event, actions.give_score, attendee, round_, other, 2)  # one may think again
    assert [s.score for s in db.session.scalars(select(Score))] == [2]


def test_a_score_needs_a_card_an_open_round_and_an_open_pitch(world, event, attendee, organiser, round_):
    pitch = world.pitch(event, "Other")
    with pytest.raises(Conflict, match="never yours"):
        do(event, actions.give_score, attendee, round_, pitch, 4)
    dealt(event, attendee, round_)
    for wrong in (0, 6, -1):
        with pytest.raises(Invalid):
            do(event, actions.give_score, attendee, round_, pitch, wrong)
    with pytest.raises(Forbidden):
        do(event, actions.give_score, world.person(), round_, pitch, 4)
    with db.transaction(event):
        pitch.state = "withdrawn"
    with pytest.raises(Conflict, match="withdrawn"):
        do(event, actions.give_score, attendee, round_, pitch, 4)
    assert dealt(event, attendee, round_) is Wait.NO_PITCHES
    do(event, actions.close_round, organiser, round_)
    with pytest.raises(Conflict, match="closed"):
        dealt(event, attendee, round_)
    assert db.session.scalar(select(func.count()).select_from(Score)) == 0  # cards that were out have gone back


def test_a_card_left_unscored_goes_back_and_may_be_scored_late_until_somebody_else_has_it(world, event, attendee, round_):
    pitch, late = world.pitch(event, "Bins"), LATER + queries.STALE
    given(world, round_, pitch, 3, 3, 3, 3)
    assert dealt(event, attendee, round_).pitch_id == pitch.id
    other = world.holder(event)
    assert dealt(event, other, round_) is Wait.COMPLETE
    do(event, actions.give_score, attendee, round_, pitch, 5, at=late)  # nobody asked meanwhile
    with db.transaction(event) as session:
        session.get(Score, session.scalar(select(func.max(Score.id)))).score = None
    assert dealt(event, other, round_, at=late).pitch_id == pitch.id
    with pytest.raises(Conflict, match="gone back"):
        do(event, actions.give_score, attendee, round_, pitch, 5, at=late)


def test_paper_cards_are_typed_in_and_replaced(world, event, attendee, campmaker, round_):
    pitch = world.pitch(event, "Bins")
    with pytest.raises(Forbidden):
        do(event, actions.enter_paper, attendee, round_, pitch, [4])
    assert do(event, actions.enter_paper, campmaker, round_, pitch, [4, 5, 3]) == actions.Paper((4, 5, 3), ())
    assert do(event, actions.enter_paper, campmaker, round_, pitch, [1, 1, 1, 1, 1, 1]) == actions.Paper((1,) * 6, (4, 5, 3))
    for wrong, said in (([4, 6], "6 is not a score"), ([0], "0 is not"), ([1] * 11, "11 scores")):
        with pytest.raises(Invalid, match=said):
            do(event, actions.enter_paper, campmaker, round_, pitch, wrong)
    assert dealt(event, attendee, round_) is Wait.COMPLETE
    do(event, actions.enter_paper, campmaker, round_, pitch, [])
    assert dealt(event, attendee, round_).pitch_id == pitch.id


def test_totals_places_ties_missing_and_extra_scores(world, event, round_):
    best, tie, also, few, many, none = (world.pitch(event, t, leaders=["Ann"]) for t in ("Best", "Tie", "Also", "Few", "Many", "None"))
    given(world, round_, best, 5, 5, 5, 5, 5)
    given(world, round_, tie, 5, 4, 4, 4, 4)
    given(world, round_, also, 4, 4, 4, 4, 5)
    given(world, round_, few, 4, 5, 4, 4)
    given(world, round_, many, 1, 1, 1, 1, 1, 2)
    found = queries.results_of(round_)
    assert [(r.title, r.place, r.tied, r.total_said) for r in found] == [
        ("Best", 1, False, "25"), ("Few", 2, False, "about 21"), ("Tie", 3, True, "21"), ("Also", 3, True, "21"),
        ("Many", 5, False, "about 6"), ("None", None, False, "")]
    assert {r.title: r.said for r in found if r.said} == {
        "Few": "4 of 5 scores: 17, that would be about 21", "Many": "6 scores instead of 5: 7, that would be about 6",
        "None": "None of 5 scores yet."}
    assert [r.title for r in queries.top(found, 3)] == ["Best", "Few", "Tie", "Also"]
    assert [r.title for r in queries.top(found, 1)] == ["Best"]
    progress = queries.progress_of(round_, at=LATER)
    assert (progress.wanted, progress.given, progress.complete, progress.extra) == (30, 24, 4, 1)
    assert "at least 6 people; 0 people have scored" in progress.short_of_people


def test_pitches_wait_for_a_place_by_total_once_the_round_is_closed(world, event, organiser, round_):
    low, high, fans = world.pitch(event, "Low"), world.pitch(event, "High"), [world.holder(event) for _ in range(2)]
    world.pitch(event, "Wanted", interested=fans)
    given(world, round_, low, 2, 2, 2, 2, 2)
    given(world, round_, high, 5, 5, 5, 5)

    def waiting():
        return [(one.title, one.total_said) for one in grid_of(event, organiser, waiting=True).waiting]

    assert waiting() == [("Wanted", ""), ("Low", ""), ("High", "")]
    do(event, actions.close_round, organiser, round_)
    assert waiting() == [("High", "about 25"), ("Low", "10"), ("Wanted", "")]


def test_a_round_takes_the_same_statements_however_many_there_are(world, event, attendee, round_, statements):
    def said():
        db.session.expire_all()
        with statements() as made:
            queries.results_of(round_)
            queries.table_of(round_, at=LATER)
            queries.progress_of(round_, at=LATER)
        return len(made)

    given(world, round_, world.pitch(event), 3)
    one = said()
    for _ in range(12):
        given(world, round_, world.pitch(event, leaders=[attendee]), 3, 4)
    assert said() == one


def test_a_whole_round_of_people_who_come_and_go(world, event, round_):
    """Eight people and six pitches of theirs; one leaves with a card in hand, one comes late."""
    chance, at = Random(3), LATER
    people = [world.holder(event) for _ in range(8)]
    pitches = [world.pitch(event, leaders=[person]) for person in people[:6]]
    dealt(event, people[0], round_, at=at, chance=chance)  # and is gone
    for _ in range(60):
        at += timedelta(seconds=20)
        for person in people[1:]:
            card = dealt(event, person, round_, at=at, chance=chance)
            if isinstance(card, Score):
                do(event, actions.give_score, person, round_, card.pitch, 3, at=at)
    counts = Counter(db.session.scalars(select(Score.pitch_id).where(Score.score.is_not(None))))
    assert counts == dict.fromkeys([p.id for p in pitches], SCORES_EACH)


def test_twenty_people_asking_at_once_never_get_a_sixth_card(app, world, event, round_):
    people = [world.holder(event).id for _ in range(20)]
    pitches = [world.pitch(event).id for _ in range(3)]
    event_id, round_id, got, start = event.id, round_.id, [], threading.Barrier(20)
    db.session.rollback()

    def ask(person_id):
        from app.accounts.models import Person
        from app.events.models import Event

        start.wait()
        try:
            with db.transaction(db.session.get(Event, event_id)):
                card = actions.next_card(db.session.get(Person, person_id), db.session.get(ScoringRound, round_id), at=LATER)
                got.append(card if isinstance(card, Wait) else card.pitch_id)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(got) == dict.fromkeys(pitches, SCORES_EACH) | {Wait.COMPLETE: 5}
