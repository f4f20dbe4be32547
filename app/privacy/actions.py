"""Leaving a series, and being erased. Both are done at once and whole, in the caller's transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select, update

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event, Pass, Series
from app.events.versions import count_change
from app.exchange.forgetting import forget_books_of
from app.followups.holding import hold_events
from app.followups.models import FollowUp, FollowUpPerson, Offer, Post
from app.followups.posts_actions import not_sent_yet
from app.infra import db, files, findable, live, scrub
from app.introductions import leaving as introductions
from app.letters.models import CONVERSATION, EVENT, SERIES, MailStop, WaitingLetter
from app.privacy import erasing_documents, erasing_rows, erasing_words, policy, queries
from app.privacy.models import Erasure
from app.privacy.traces import traces_of
from app.rounds.models import JOINING, NOT_FOR_ME, Round, RoundPerson, RoundSeat, RoundWish

KEPT, UNNAMED, REMOVED = "kept", "unnamed", "removed"  # what becomes of what somebody said in conversations
POSTS = {KEPT: "They stay, with my name", UNNAMED: "They stay without my name", REMOVED: "They are removed"}


def leave_series(actor: Person, series: Series, *, posts: str, revoke: bool, past: bool, under_way: bool, coming: bool,
                 at: datetime) -> None:
    """`actor` leaves everything of `series`: conversations, offers, rounds, people worth meeting; no more mail comes.

    `posts`: KEPT, UNNAMED or REMOVED. `revoke`: what they share with people met there is taken back. `past`, `under_way`,
    `coming`: passes to such events are given back. Ownership of the series ends. Raises Conflict for the only owner, and where
    nobody would be left to organise an event.
    """
    require(policy.can_leave(actor))
    if posts not in POSTS:
        raise Invalid("Choose what becomes of your posts.", "posts")
    left = queries.left_by(actor, series, at)
    if left.only_owner:
        raise Conflict(f"You are the only owner of {series.name}. Make somebody else an owner first. Nothing was changed.")
    hold_events(db.session.scalars(select(Event.id).where(Event.series_id == series.id)))
    talks = set(db.session.scalars(queries.conversations_in(series)))
    touched = {one for of in (FollowUpPerson, Offer, Post) for one in db.session.scalars(
        select(of.followup_id).where(of.person_id == actor.id, of.followup_id.in_(talks)).distinct())}
    for of in (FollowUpPerson, Offer):
        _drop(of, of.person_id == actor.id, of.followup_id.in_(talks))
    if posts != KEPT:  # what waits to be sent has the words, and the name
        not_sent_yet(set(db.session.scalars(select(Post.id).where(Post.person_id == actor.id, Post.followup_id.in_(talks)))))
    if posts == REMOVED:
        _drop(Post, Post.person_id == actor.id, Post.followup_id.in_(talks))
    elif posts == UNNAMED:
        db.session.execute(update(Post).where(Post.person_id == actor.id, Post.followup_id.in_(talks))
                           .values(person_id=None, name=""), execution_options=UNSEEN)
    if revoke:
        for sharing in left.sharings:
            sharing.revoked_at, sharing.value = at, ""
    introductions.left_series(actor, series, at)
    _leave_rounds(actor, series)
    _stop_mail(actor, series, at)
    _give_back(actor, [*(left.past if past else ()), *(left.under_way if under_way else ()), *(left.coming if coming else ())])
    if left.owns:
        _end_ownership(actor, series)
    db.session.expire_all()
    _tell_conversations(touched, forget=posts != KEPT)


def erase(actor: Person, *, posts: str, secret: str, at: datetime) -> None:
    """Erase `actor` from this site for good; see docs/privacy.md for what goes and what stays without a name.

    `posts`: UNNAMED or REMOVED. `secret` is the site's key, which dots and seats on boards are kept by. Raises Conflict where
    something must be handed over first.
    """
    require(policy.can_erase(actor, actor))
    _erase(actor, posts, secret, at, anyway=False)


def erase_for(person: Person, *, posts: str, secret: str, at: datetime, anyway: bool = False) -> None:
    """Not for anybody, but for whoever runs the site, at the command line: erase somebody who asked by letter.

    `anyway`: also where they alone own or look after something.
    """
    _erase(person, posts, secret, at, anyway=anyway)


def erase_again(listed: Iterable[tuple[int, str, str, datetime]], *, secret: str) -> list[int]:
    """Not for anybody, but for whoever runs the site, when an older copy of the database was put back: erase those who are back.

    `listed`: number, digest, posts and when, of each who was erased. The numbers of those who were erased now; done twice it
    changes nothing.
    """
    done = []
    for person_id, digest, posts, at in listed:
        person = db.session.get(Person, person_id)
        if person is not None and queries.digest_of(person.id, person.created_at) == digest:
            _erase(person, posts, secret, at, anyway=True)
            done.append(person_id)
        _list(person_id, digest, posts, at)
    return done


def _erase(person: Person, posts: str, secret: str, at: datetime, *, anyway: bool) -> None:
    if posts not in (UNNAMED, REMOVED):
        raise Invalid("Choose what becomes of your posts.", "posts")
    blocked = queries.in_the_way(person)
    if blocked.sentences and not anyway:
        raise Conflict(" ".join([*blocked.sentences, "Nothing was changed."]))
    db.session.flush()
    hold_events(db.session.scalars(select(FollowUp.event_id).where(FollowUp.id.in_(erasing_rows.conversations_of(person)))))
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    ours, digest = person.id, queries.digest_of(person.id, person.created_at)
    traces, events, talks = traces_of(person), erasing_rows.events_of(person), erasing_rows.conversations_of(person)
    found = erasing_rows.found_of(person, events, traces.own)
    erasing_documents.take_out(traces, at)
    erasing_rows.drop_pledges(person)
    keys = erasing_rows.drop_uploads(person, events)
    erasing_rows.drop_mail(person, traces)
    erasing_rows.unsign(person, traces, events)
    erasing_words.take_out(traces, talks)
    erasing_rows.drop_posts(person, keep=posts == UNNAMED)
    erasing_rows.mix_marks(person, secret)
    introductions.forget(person)
    db.session.flush()
    db.session.execute(delete(Person).where(Person.id == ours), execution_options=UNSEEN)
    db.session.expunge(person)
    db.session.expire_all()
    _list(ours, digest, posts, at)
    _tell(events, talks, found)
    db.after_commit(lambda: [files.drop(key) for key in keys])
    scrub.ask()


def _list(person_id: int, digest: str, posts: str, at: datetime) -> None:
    known = select(Erasure.id).where(Erasure.person_id == person_id, Erasure.digest == digest)
    if db.session.scalar(known) is None:
        db.session.add(Erasure(person_id=person_id, digest=digest, posts=posts, at=at))


def _tell(events: Collection[int], talks: Collection[int], found: Collection[tuple[str, int]]) -> None:
    """Pages that are kept, books, search and open pages know of it."""
    for event in db.session.scalars(select(Event).where(Event.id.in_(events))):
        count_change(event)
        forget_books_of(event)
        db.after_commit(partial(live.publish, f"access:{event.id}", 0))
    _tell_conversations(talks, forget=False)
    for kind, thing_id in sorted(found):
        findable.forget(kind, thing_id)


def _tell_conversations(ids: Collection[int], *, forget: bool) -> None:
    for followup in db.session.scalars(select(FollowUp).where(FollowUp.id.in_(ids))):
        followup.version += 1
        db.after_commit(partial(live.publish, f"followup:{followup.id}", followup.version))
    for one in sorted(ids):
        (findable.forget if forget else findable.changed)("followup", one)


def _leave_rounds(actor: Person, series: Series) -> None:
    """Out of rounds that people still join; those that have begun end for them, without a word to anybody."""
    joining = select(Round.id).where(Round.series_id == series.id, Round.state == JOINING)
    _drop(RoundPerson, RoundPerson.person_id == actor.id, RoundPerson.round_id.in_(joining))
    _drop(RoundWish, RoundWish.person_id == actor.id, RoundWish.series_id == series.id)
    db.session.execute(update(RoundSeat).where(
        RoundSeat.person_id == actor.id, RoundSeat.answer.is_(None), RoundSeat.group_id.in_(queries.groups_in(series)))
        .values(answer=NOT_FOR_ME), execution_options=UNSEEN)


def _stop_mail(actor: Person, series: Series, at: datetime) -> None:
    """No more comes, and what waits for a digest about any of it goes."""
    events = set(db.session.scalars(select(Event.id).where(Event.series_id == series.id)))
    for about, ids in ((SERIES, {series.id}), (EVENT, events), (CONVERSATION, queries.conversations_in(series))):
        _drop(WaitingLetter, WaitingLetter.person_id == actor.id, WaitingLetter.about == about, WaitingLetter.thing_id.in_(ids))
    wanted = {(SERIES, series.id), *((EVENT, one) for one in events)}
    known = {(about, one) for about, one in db.session.execute(
        select(MailStop.about, MailStop.thing_id).where(MailStop.person_id == actor.id))}
    db.session.add_all([MailStop(person_id=actor.id, about=about, thing_id=one, at=at) for about, one in sorted(wanted - known)])
    db.session.flush()


def _give_back(actor: Person, events: Iterable[Event]) -> None:
    for event in events:
        if queries.only_organiser(actor, event):
            raise Conflict(f"{event.name} needs somebody to organise it. Make another person organiser first. "
                           "Nothing was changed.")
        _drop(Pass, Pass.event_id == event.id, Pass.person_id == actor.id)
        db.after_commit(partial(live.publish, f"access:{event.id}", 0))


def _end_ownership(actor: Person, series: Series) -> None:
    tables = db.Base.metadata.tables["series_owner"]
    db.session.execute(delete(tables).where(tables.c.series_id == series.id, tables.c.person_id == actor.id))
    for event_id in db.session.scalars(select(Event.id).where(Event.series_id == series.id)):
        db.after_commit(partial(live.publish, f"access:{event_id}", 0))


def _drop(model, *where) -> None:
    db.session.execute(delete(model).where(*where), execution_options=UNSEEN)


UNSEEN = {"synchronize_session": False}  # what was read before is forgotten (`expire_all`) before anything reads it again
