"""What is findable of conversations, and of what people offer and ask for in them. See `gather.py`.

What a conversation is about, how it stands, what came of it and who hosts it is found by whoever may read its event and what it
began with. Its posts and its shared note are found by whoever reads them; for the others stands an entry without them. What is
offered and asked for has only the first. Who wants to be kept posted is not found: only few may see it. Nor is what carries on a
pledge that is not public, nor a post that is hidden.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.boards import policy as boards_policy
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import HIDDEN, Insight
from app.boards.models import Board
from app.documents.models import Document
from app.events.models import Event, Pass, SeriesOwner
from app.followups.models import (
    ASK,
    CAME,
    GOING,
    GONE_SOURCE,
    HOST,
    LOOKING,
    OFFER,
    OPEN,
    READ_ALL,
    READ_PEOPLE,
    RESTED,
    STANDING,
    FollowUp,
    FollowUpPerson,
    Offer,
    Post,
)
from app.grid.models import Session
from app.infra import db
from app.notes.models import Note
from app.pitches import models as pitches
from app.pitches.models import Pitch
from app.search.engine import ALL, HOLDERS, NO_PASS, NOT_IN, PASS, PEOPLE_IN
from app.search.gather_boards import short
from app.search.models import SearchEntry
from app.search.row import Row, grouped, key_of, lines, topics_of
from app.search.snippets import plain

STANDS = {LOOKING: "Looking for someone to carry it on", GOING: "", CAME: "Came to something", RESTED: "Rested"}
OF_CONVERSATIONS = (ALL, HOLDERS, PASS, NO_PASS, PEOPLE_IN, NOT_IN)
OF_OFFERS = (ALL, HOLDERS, PASS, PEOPLE_IN)
# Each post has all that is found of its conversation indexed again, so of what was said only the newest is found.
MOST_POSTS, MOST_SAID = 200, 100_000  # of one conversation; posts, and characters (the last post that is begun is whole)
SAID = {OFFER: "{} offers", ASK: "{} asks for"}


class Begun(NamedTuple):
    """A conversation that may be found, with what it began with; `apart`: not everybody who may read its event may see that."""

    followup: FollowUp
    began: str
    series_id: int
    year: int
    topics: tuple[str, ...]
    apart: bool


def concerned(things: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """The conversations that the sessions, insights, ideas and pledges among these started (1 statement)."""
    ids = {kind: [one for what, one in things if what == kind] for kind in ("session", "insight", "idea", "pledge")}
    if not any(ids.values()):
        return set()
    return {("followup", one) for one in db.session.scalars(select(FollowUp.id).where(or_(
        FollowUp.session_id.in_(ids["session"]), FollowUp.insight_id.in_(ids["insight"]), FollowUp.idea_id.in_(ids["idea"]),
        FollowUp.pledge_id.in_(ids["pledge"]))))}


def keys_of(followup_ids: Iterable[int]) -> set[str]:
    """All the keys that these conversations, and what is offered in them, may have or have had (2 statements)."""
    ids = list(followup_ids)
    if not ids:
        return set()
    keys = {key_of("followup", one, readers) for one in ids for readers in OF_CONVERSATIONS}
    for kind, one in db.session.execute(select(Offer.kind, Offer.id).where(Offer.followup_id.in_(ids))):
        keys |= {key_of(kind, one, readers) for readers in OF_OFFERS}
    return keys | set(db.session.scalars(select(SearchEntry.key).where(SearchEntry.followup_id.in_(ids))))


def everything() -> list[str]:
    """The key of every conversation there is and of what is offered in them, findable or not."""
    return sorted(keys_of(db.session.scalars(select(FollowUp.id))))


def rows(ids: dict[str, list[int]]) -> Iterable[Row]:
    """The rows of those that are findable, by kind and id (at most 11 statements)."""
    offered = {one.id: one for one in db.session.scalars(select(Offer).where(
        Offer.id.in_([*ids[OFFER], *ids[ASK]]), Offer.state == STANDING))} if ids[OFFER] or ids[ASK] else {}
    wanted = {*ids["followup"], *(one.followup_id for one in offered.values())}
    if not wanted:
        return
    begun = {one.followup.id: one for one in _begun(list(wanted))}
    hosts = grouped(db.session.execute(
        select(FollowUpPerson.followup_id, FollowUpPerson.name).order_by(FollowUpPerson.id)
        .where(FollowUpPerson.followup_id.in_(begun), FollowUpPerson.part == HOST)))
    foreign = _with_somebody_without_a_pass(begun)
    said = _said(begun)
    names = dict(db.session.execute(select(Person.id, Person.name).where(
        Person.id.in_({one.person_id for one in offered.values()}))).all()) if offered else {}
    for one in begun.values():
        if one.followup.id in ids["followup"]:
            yield from _conversation(one, hosts[one.followup.id], said[one.followup.id], foreign)
    for offer in offered.values():
        if offer.followup_id in begun:
            yield from _offer(offer, names[offer.person_id], begun[offer.followup_id], foreign)


def _readers(one: Begun, foreign: set[int]) -> tuple[str, str | None]:
    """Who finds all of it, and who finds the rest of it instead."""
    followup = one.followup
    if one.apart:  # who may not see what it began with finds nothing of it, so there are no others to tell apart
        return (HOLDERS, None) if followup.readers != READ_PEOPLE else ("", HOLDERS)
    if followup.readers == READ_ALL:
        return ALL, None
    return (PEOPLE_IN, NOT_IN) if followup.readers == READ_PEOPLE or followup.id in foreign else (PASS, NO_PASS)


def _conversation(one: Begun, hosts: tuple[str, ...], said: list[str], foreign: set[int]) -> Iterable[Row]:
    followup = one.followup
    stands = followup.state if followup.state != OPEN else GOING if hosts else LOOKING
    title = short(followup.question or one.began or GONE_SOURCE)
    facts = [followup.question if title != followup.question else "", one.began if title != one.began else "",
             plain(followup.goal), f"Hosted by {', '.join(hosts)}" if hosts else "", STANDS[stands], plain(followup.came_of)]
    whole, rest = _readers(one, foreign) if said else (HOLDERS if one.apart else ALL, None)
    for readers, words in ((whole, said), (rest, [])):
        if readers:
            yield Row(key_of("followup", followup.id, readers), "followup", followup.event_id, one.series_id, one.year, title,
                      lines([*facts, *words]), topics=one.topics, looking_for_host=stands == LOOKING, readers=readers,
                      state=stands, followup_id=followup.id)


def _offer(offer: Offer, name: str, one: Begun, foreign: set[int]) -> Iterable[Row]:
    readers, _ = _readers(one, foreign)
    if readers:
        followup = one.followup
        about = f"{SAID[offer.kind].format(name)} · {short(followup.question or one.began or GONE_SOURCE)}"
        yield Row(key_of(offer.kind, offer.id, readers), offer.kind, followup.event_id, one.series_id, one.year,
                  short(offer.text), lines([offer.text if short(offer.text) != offer.text else "", about]), topics=one.topics,
                  readers=readers, followup_id=followup.id)


def _said(ids: Iterable[int]) -> dict[int, list[str]]:
    """The next step, the newest posts with who wrote them, and the shared note of each, as plain lines (2 statements)."""
    said: dict[int, list[str]] = defaultdict(list)
    for followup_id, step, where, text in db.session.execute(
            select(FollowUp.id, FollowUp.next_step, FollowUp.next_where, Document.text)
            .outerjoin(Document, Document.id == FollowUp.document_id).where(FollowUp.id.in_(ids))):
        said[followup_id] += [one for one in (step, where, plain(text or "")) if one]
    newest = select(Post.id, func.row_number().over(partition_by=Post.followup_id, order_by=Post.id.desc()).label("back")).where(
        Post.followup_id.in_(ids), ~Post.hidden).subquery()
    posts, left = defaultdict(list), defaultdict(lambda: MOST_SAID)
    for followup_id, name, text in db.session.execute(
            select(Post.followup_id, Post.name, Post.text).join(newest, newest.c.id == Post.id)
            .where(newest.c.back <= MOST_POSTS).order_by(Post.id.desc())):
        if left[followup_id] > 0:
            posts[followup_id].append(f"{name}: {plain(text)}" if name else plain(text))
            left[followup_id] -= len(posts[followup_id][-1])
    for followup_id, words in posts.items():
        said[followup_id] += reversed(words)
    return said


def _with_somebody_without_a_pass(ids: Iterable[int]) -> set[int]:
    """Those with somebody in them who holds no pass to an event of the series: of them alone it must be asked who is in it."""
    there = aliased(Event)
    holds = exists().where(Pass.person_id == FollowUpPerson.person_id, Pass.event_id == there.id,
                           there.series_id == Event.series_id)
    owns = exists().where(SeriesOwner.person_id == FollowUpPerson.person_id, SeriesOwner.series_id == Event.series_id)
    return set(db.session.scalars(
        select(FollowUpPerson.followup_id).join(FollowUp, FollowUp.id == FollowUpPerson.followup_id)
        .join(Event, Event.id == FollowUp.event_id)
        .where(FollowUp.id.in_(ids), FollowUpPerson.person_id.is_not(None), ~holds, ~owns)))


def findable() -> ColumnElement[bool]:
    """Which conversations are found at all, as a condition where what they began with is joined (`joined`)."""
    return or_(FollowUp.session_id.is_not(None) & Pitch.state.in_((pitches.OPEN, pitches.MERGED)),
               FollowUp.insight_id.is_not(None) & (Insight.state != HIDDEN), FollowUp.idea_id.is_not(None) & ~Idea.withdrawn,
               FollowUp.pledge_id.is_not(None) & (Pledge.shown == PUBLIC_PLEDGE))


def joined(*columns):
    """Conversations with their event, what they began with, and the session that came from."""
    return (select(*columns).select_from(FollowUp).join(Event, Event.id == FollowUp.event_id)
            .outerjoin(Insight, Insight.id == FollowUp.insight_id).outerjoin(Board, Board.id == Insight.board_id)
            .outerjoin(Idea, Idea.id == FollowUp.idea_id).outerjoin(Pledge, Pledge.id == FollowUp.pledge_id)
            .outerjoin(Session, Session.id == func.coalesce(FollowUp.session_id, Board.session_id, Idea.session_id))
            .outerjoin(Pitch, Pitch.id == Session.pitch_id).outerjoin(Note, Note.session_id == Board.session_id))


def open_source() -> ColumnElement[bool]:
    """Whether everybody who may read the event may see what the conversation began with, where `joined`."""
    return FollowUp.insight_id.is_(None) | boards_policy.open_to_all()


def _begun(ids: Sequence[int]) -> Iterable[Begun]:
    found = db.session.execute(
        joined(FollowUp, Pitch.id, Pitch.title, Insight.text, Idea.name, Pledge.text, Event.series_id, Event.starts_on,
               open_source())
        .where(FollowUp.id.in_(ids), findable()).order_by(FollowUp.id)).all()
    topics = topics_of(row[1] for row in found)
    for followup, pitch_id, title, insight, idea, pledge, series_id, starts_on, is_open in found:
        began = title if followup.session_id else insight if followup.insight_id else idea if followup.idea_id else pledge
        yield Begun(followup, " ".join((began or "").split()), series_id, starts_on.year, topics[pitch_id] if pitch_id else (),
                    not is_open)
