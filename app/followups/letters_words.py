"""What letters about conversations say alike: what one is called, where it is, who reads it, and to whom of it one may write."""

import re
from collections.abc import Iterable

from sqlalchemy import select

from app.accounts.models import Person
from app.boards.pledges_seats import seats_of
from app.events.models import Event
from app.events.policy import sure_of_all
from app.followups import policy
from app.followups.models import READ_ALL, READ_PASS, FollowUp, FollowUpPerson
from app.infra import db
from app.infra.markdown import plain
from app.letters import desk

SUBJECT_LENGTH = 120
_MARKS = re.compile(r"[\\`*_{}\[\]()<>#|~!&]")


def bare(words: str) -> str:
    """Somebody's words for the middle of a Markdown line, on one line, with nothing in them that Markdown reads."""
    return _MARKS.sub(r"\\\g<0>", " ".join(words.split()))


def subject_of(followup: FollowUp) -> str:
    """The same for every letter about a conversation, so that mail programs show them as one."""
    called = " ".join(plain(followup.called).split())
    return called if len(called) <= SUBJECT_LENGTH else f"{called[:SUBJECT_LENGTH - 1].rstrip()}…"


def address_of(followup: FollowUp) -> str:
    """The whole address of its page."""
    return desk.url(f"e/{followup.event.slug}/follow-ups/{followup.id}")


def link_to(followup: FollowUp, anchor: str = "") -> str:
    """What it is called, linked to its page, in Markdown."""
    return f"[{bare(subject_of(followup))}]({address_of(followup)}{'#' + anchor if anchor else ''})"


def who_reads(followup: FollowUp) -> str:
    """Who reads its posts and its shared note, in words for the middle of a sentence."""
    event: Event = followup.event
    if followup.readers == READ_ALL:
        return f"everybody who can see {event.name}"
    if followup.readers == READ_PASS:
        return f"whoever holds a pass to an event of {event.series.name}, or is in the conversation"
    return "only people in the conversation"


def reply_note(followup: FollowUp) -> str:
    """What becomes of an answer by e-mail, as words for the end of a letter."""
    return f"It is posted in the conversation under your name, and read by {who_reads(followup)}."


def readers_in(followup: FollowUp, people: Iterable[Person | None] | None = None) -> list[Person]:
    """The people in a conversation (or these of them) who are known, and may still read what is said in it: of all of them in a
    constant number of statements, but for a pledge, where each one's groups are asked."""
    if people is not None:
        return [person for person in people
                if person is not None and policy.can_read_posts(person, followup, seats_for(person, followup))]
    everybody = list(db.session.scalars(
        select(Person).join(FollowUpPerson, FollowUpPerson.person_id == Person.id)
        .where(FollowUpPerson.followup_id == followup.id).order_by(FollowUpPerson.id)))
    with sure_of_all(everybody, followup.event):  # who is in it reads what is said while they see it
        return [person for person in everybody if policy.can_read(person, followup, seats_for(person, followup))]


def seats_for(person: Person | None, followup: FollowUp) -> frozenset[int]:
    """The breakout groups that count where a conversation is of a pledge shown to one of them."""
    return seats_of(person, followup.event) if followup.pledge_id is not None else policy.NO_SEATS
