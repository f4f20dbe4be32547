"""Searching conversations for a person: what they may read of them now, whatever the index has heard of."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, select

from app.accounts.models import Person
from app.followups import policy
from app.followups.models import ASK, OFFER, READ_ALL, READ_PASS, READ_PEOPLE, STANDING, FollowUp, FollowUpPerson, Offer, Post
from app.infra import db
from app.search.engine import HOLDERS, NO_PASS, NOT_IN, PEOPLE_IN, scope
from app.search.gather_followups import findable, joined, open_source
from app.search.models import SearchEntry

KINDS = ("followup", OFFER, ASK)


def scopes(events: Mapping[int, Any], person: Person | None) -> set[int]:
    """For each conversation at these events whose readers are told one by one: the scope that the person is in (2 statements).

    As `policy.reads_posts`, which asked for each of thousands would take longer than the search. `events` are as
    `queries.Searched`.
    """
    part = select(FollowUpPerson.followup_id).where(FollowUpPerson.person_id == person.id) if person else None
    mine = set() if part is None else set(db.session.scalars(part))
    apart = select(SearchEntry.followup_id).where(
        SearchEntry.followup_id.is_not(None), SearchEntry.readers.in_((PEOPLE_IN, NOT_IN)))
    found = set()
    for one, event_id, readers in db.session.execute(
            select(FollowUp.id, FollowUp.event_id, FollowUp.readers).where(FollowUp.id.in_(apart))):
        if event_id in events:
            reads = readers == READ_ALL or one in mine or (readers == READ_PASS and events[event_id].in_series)
            found.add(scope(event_id, PEOPLE_IN if reads else NOT_IN, one))
    return found


def gone(shown: Collection[Any], things: Mapping[int, int], events: Mapping[int, Any], person: Person | None) -> set[int]:
    """The ids of rows of conversations that the person may not find (any more), though the index has not heard of it yet (at
    most 2 statements). `events` are as `queries.Searched`."""
    rows = [row for row in shown if row.kind in KINDS]
    if not rows:
        return set()
    said = (FollowUp.next_step != "") | FollowUp.document_id.is_not(None) | exists().where(Post.followup_id == FollowUp.id)
    now = {one: rest for one, *rest in db.session.execute(
        joined(FollowUp.id, policy.reads_posts(person), FollowUp.readers, said, open_source())
        .where(FollowUp.id.in_({row.followup_id for row in rows}), findable()))}
    offers = [things[row.id] for row in rows if row.kind != "followup"]
    standing = set(db.session.scalars(select(Offer.id).where(Offer.id.in_(offers), Offer.state == STANDING))) if offers else set()

    def is_gone(row) -> bool:
        if row.followup_id not in now or (row.kind != "followup" and things[row.id] not in standing):
            return True
        reads, readers, has_words, is_open = now[row.followup_id]
        if not is_open and not events[row.event_id].reads_all:
            return True
        whole = row.readers not in (NO_PASS, NOT_IN) and not (row.readers == HOLDERS and readers == READ_PEOPLE)
        return not reads and readers != READ_ALL and (row.kind != "followup" or (whole and has_words))

    return {row.id for row in rows if is_gone(row)}
