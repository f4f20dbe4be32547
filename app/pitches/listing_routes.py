"""The page of all pitches of an event, in one of several orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template, request

from app.events.models import Event
from app.infra import clock, markdown
from app.pitches import policy, queries, queue_queries
from app.pitches import scoring_queries as scoring
from app.pitches.blueprint import blueprint
from app.pitches.duplicates import likely_duplicates
from app.pitches.models import OPEN
from app.pitches.queries import Card
from app.pitches.scoring_models import CLOSED
from app.web.guard import READER, allow, person
from app.web.panels import facts_of

A_PAGE = 60
SUMMARY = 280  # characters
INTEREST, THEME, UNPLACED, SCORE = "interest", "theme", "unplaced", "score"


@lru_cache(maxsize=2_000)
def _summary(about: str) -> str:
    """The first words of what a pitch says, as plain text; made once, for lists are read again and again."""
    return markdown.plain(about)[:SUMMARY]


@dataclass(frozen=True)
class Marks:
    """What a page says of marks: whether how many are interested is shown, and how many of one's own are used of how many."""

    shown: bool
    used: int
    most: int | None


@blueprint.get("/e/<event_slug>/pitches")
@allow(READER)
def listing(event):
    """Every pitch of the event, a page at a time: by interest, under themes, newest first, those without a place, by total."""
    topic_id, words = request.args.get("topic", type=int), request.args.get("q", "")[:200]
    round_, who = scoring.round_of(event), person()
    totals_seen = round_ is not None and policy.can_see_totals(who, event, closed=round_.state == CLOSED)
    themes = {topic.id: topic for topic in event.topics if topic.about}
    by = _order(bool(themes), totals_seen)
    places, cards = facts_of("pitch", event), queries.cards_of(event, who)
    found = queries.picked(cards, order=by if by in queries.ORDERS else INTEREST, topic_id=topic_id, words=words)
    scores, top = {}, None
    if by == UNPLACED:
        found = [card for card in found if card.id not in places]
    elif by == THEME:
        rank = {topic_id: i for i, topic_id in enumerate(themes)}
        found.sort(key=lambda card: rank.get(_theme(card, themes), len(rank)))
    elif by == SCORE:
        results, top = scoring.results_of(round_), request.args.get("top", type=int)
        scores = {one.pitch_id: one for one in (scoring.top(results, top) if top else results)}
        order = {pitch_id: i for i, pitch_id in enumerate(scores)}
        found = sorted((card for card in found if card.id in scores), key=lambda card: order[card.id])
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = found[(page - 1) * A_PAGE:page * A_PAGE]
    helps = policy.can_merge(who, event)
    return render_template(
        "pitches/listing.html", active="pitches", queue_on=queue_queries.in_use(event),
        by=by, words=words, round=round_, totals_seen=totals_seen,
        scores=scores, top=top, topic_id=topic_id, total=len(found), page=page, pages=pages, themes=themes,
        groups=_groups(shown, themes if by == THEME else {}), summaries={card.id: _summary(card.about[:800]) for card in shown},
        places=places, topics=event.topics,
        open_count=sum(card.state == OPEN for card in cards),
        closed=[card for card in cards if card.state != OPEN], titles={card.id: card.title for card in cards},
        here=request.full_path.rstrip("?"), can_mark=policy.can_mark_interest(who, event), marks=marks_of(event),
        can_merge=helps, likely=likely_duplicates(event, person=who, cards=cards) if helps else [],
        can_set_up=policy.can_set_up_pitching(who, event),
        pitching_closed=policy.pitching_closed(event, clock.now()))


def marks_of(event: Event) -> Marks:
    """What to say of marks to the person who looks."""
    used = queries.marks_used(event, person()) if event.marks_most else 0
    return Marks(policy.can_see_marks(person(), event, clock.now()), used, event.marks_most)


def _order(themes: bool, totals_seen: bool) -> str:
    """The order asked for, if there is such a one here; otherwise under themes if there are any."""
    usual = THEME if themes else INTEREST
    by = request.args.get("by", usual)
    offered = {*queries.ORDERS, UNPLACED} | ({THEME} if themes else set()) | ({SCORE} if totals_seen else set())
    return by if by in offered else usual


def _theme(card: Card, themes: dict) -> int | None:
    return next((topic_id for topic_id in card.topics if topic_id in themes), None)


def _groups(cards: Sequence[Card], themes: dict) -> list[tuple]:
    """`cards`, which are in order already, as (theme or None, its cards); all in one without themes."""
    groups: list[tuple] = []
    for card in cards:
        theme = themes.get(_theme(card, themes))
        if not groups or groups[-1][0] is not theme:
            groups.append((theme, []))
        groups[-1][1].append(card)
    return groups
