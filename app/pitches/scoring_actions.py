"""25/10: opening and closing a round, dealing and scoring cards, typing in scores from paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import delete, func, select

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event
from app.events.versions import count_change
from app.infra import db, live
from app.pitches import policy
from app.pitches import scoring_queries as queries
from app.pitches.dealing import Wait, choose
from app.pitches.models import MERGED, OPEN, Pitch
from app.pitches.scoring_models import CLOSED, HIGHEST, SCORES_EACH, Score, ScoringRound
from app.pitches.scoring_models import OPEN as ROUND_OPEN

JOIN_FIRST = "Scoring is for people with a pass to the event: join it first."
ORGANISERS_ONLY = "Only organisers open and close a round of scoring."
HELPERS_ONLY = "Only campmakers and organisers type in scores from paper cards."
PAPER_MOST = 2 * SCORES_EACH  # more numbers than that on one card is a slip of the keyboard
NUDGE_EVERY = 10  # scores; pages that show how far the round is need not hear of each


@dataclass(frozen=True)
class Paper:
    """What was typed in for a card: its scores now, and those that were there before."""

    scores: tuple[int, ...]
    before: tuple[int, ...]


def open_round(actor: Person, event: Event, *, at: datetime) -> ScoringRound:
    """Start a round, with no score yet. Raises Conflict while another is open."""
    require(policy.can_run_scoring(actor, event), ORGANISERS_ONLY)
    last = queries.round_of(event)
    if last is not None and last.state == ROUND_OPEN:
        raise Conflict("A round of scoring is open already. Close it before you start another.")
    round_ = ScoringRound(event_id=event.id, event=event, opened_at=at)
    db.session.add(round_)
    db.session.flush()
    count_change(event)
    return round_


def close_round(actor: Person, round_: ScoringRound, *, at: datetime) -> None:
    """End the round: nothing is dealt or scored any more, and everybody sees the totals. Doing it twice changes nothing."""
    require(policy.can_run_scoring(actor, round_.event), ORGANISERS_ONLY)
    if round_.state == CLOSED:
        return
    round_.state, round_.closed_at = CLOSED, at
    db.session.execute(delete(Score).where(Score.round_id == round_.id, Score.score.is_(None)))
    count_change(round_.event)


def reopen_round(actor: Person, round_: ScoringRound) -> None:
    """Go on with the latest round. Doing it twice changes nothing. Raises Conflict when another round came after it."""
    require(policy.can_run_scoring(actor, round_.event), ORGANISERS_ONLY)
    if queries.round_of(round_.event).id != round_.id:
        raise Conflict("Another round of scoring came after this one, so this one stays as it is.")
    if round_.state == CLOSED:
        round_.state, round_.closed_at = ROUND_OPEN, None
        count_change(round_.event)


def next_card(actor: Person, round_: ScoringRound, *, at: datetime, chance: Random | None = None) -> Score | Wait:
    """The card that `actor` scores next: the one they hold, or one dealt at random. Cards left unscored too long go back first.

    Raises Conflict when the round is closed.
    """
    require(policy.can_score(actor, round_.event), JOIN_FIRST)
    _must_be_open(round_)
    held = queries.held_by(round_, actor)
    if held is not None and held.pitch.state == OPEN:
        held.dealt_at = at
        return held
    stale = Score.dealt_at <= at - queries.STALE
    db.session.execute(delete(Score).where(Score.round_id == round_.id, Score.score.is_(None),
                                           stale | (Score.person_id == actor.id)))
    pitch_id = choose(queries.table_of(round_, at=at), actor.id, chance or SystemRandom())
    if isinstance(pitch_id, Wait):
        return pitch_id
    dealt = Score(round_id=round_.id, pitch_id=pitch_id, person_id=actor.id, dealt_at=at)
    db.session.add(dealt)
    db.session.flush()
    return dealt


def give_score(actor: Person, round_: ScoringRound, pitch: Pitch, score: int, *, at: datetime) -> Score:
    """Score the card of `pitch` that was dealt to `actor`, or change the score they gave it.

    Raises Invalid for a score that is none, Conflict when the round is closed, the pitch is not open any more, or it was never
    dealt to them (or went back and was given to somebody else meanwhile).
    """
    require(policy.can_score(actor, round_.event), JOIN_FIRST)
    _must_be_open(round_)
    if score not in range(1, HIGHEST + 1):
        raise Invalid(f"A score is a number from 1 to {HIGHEST}.", "score")
    if pitch.state != OPEN:
        became = f"is part of “{pitch.merged_into.title}” now" if pitch.state == MERGED else f"is {pitch.state} now"
        raise Conflict(f"“{pitch.title}” {became}, so it is not scored any more. Your score was not counted.")
    card = queries.score_of(round_, pitch, actor)
    if card is None:
        raise Conflict(f"Your card for “{pitch.title}” had gone back after {queries.STALE.seconds // 60} minutes, or was never "
                       "yours. Your score was not counted: take the next card.")
    first = card.score is None
    card.score, card.scored_at = score, at
    db.session.flush()
    if first:
        _nudge(round_)
    return card


def enter_paper(actor: Person, round_: ScoringRound, pitch: Pitch, scores: Sequence[int], *, at: datetime) -> Paper:
    """Put down what stands on the paper card of `pitch`, instead of what was typed in for it before. None takes it away.

    Fewer or more scores than five are kept as they are: totals say so. Raises Invalid (field `scores`) for a number that is no
    score and for far too many, Conflict when the round is closed or the pitch is not open.
    """
    require(policy.can_enter_scores(actor, round_.event), HELPERS_ONLY)
    _must_be_open(round_)
    if wrong := [n for n in scores if n not in range(1, HIGHEST + 1)]:
        raise Invalid(f"{wrong[0]} is not a score: scores are from 1 to {HIGHEST}. Nothing was saved.", "scores")
    if len(scores) > PAPER_MOST:
        raise Invalid(f"These are {len(scores)} scores, and a card has {SCORES_EACH}. Nothing was saved.", "scores")
    if pitch.state != OPEN:
        raise Conflict(f"“{pitch.title}” is {pitch.state}, so it is not scored any more. Nothing was saved.")
    before = tuple(queries.paper_of(round_).get(pitch.id, ()))
    if list(before) != list(scores):
        db.session.execute(delete(Score).where(Score.round_id == round_.id, Score.pitch_id == pitch.id,
                                               Score.person_id.is_(None)))
        db.session.add_all(Score(round_id=round_.id, pitch_id=pitch.id, score=score, dealt_at=at, scored_at=at)
                           for score in scores)
        db.session.flush()
        _nudge(round_, at_once=True)
    return Paper(tuple(scores), before)


def _must_be_open(round_: ScoringRound) -> None:
    if round_.state != ROUND_OPEN:
        raise Conflict("This round of scoring is closed. Nothing was saved.")


def _nudge(round_: ScoringRound, *, at_once: bool = False) -> None:
    event_id, round_id = round_.event_id, round_.id
    given = db.session.scalar(select(func.count()).where(Score.round_id == round_id, Score.score.is_not(None)))
    waiting = db.session.scalar(select(func.count()).where(Score.round_id == round_id, Score.score.is_(None)))
    if at_once or given % NUDGE_EVERY == 0 or not waiting:
        db.after_commit(lambda: live.publish(f"scoring:{event_id}", given))
