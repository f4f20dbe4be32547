"""Erasing somebody from the tables: what is theirs alone goes, what others go on with stays without a name."""

import secrets
from collections.abc import Iterable, Iterator

from sqlalchemy import delete, exists, func, or_, select, update

from app.accounts.models import Link, Person
from app.boards import marks
from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import Insight, Vote
from app.boards.models import Board, Member
from app.events.models import Pass
from app.exchange.models import ATTENDEES, Import, ImportedFile
from app.followups.models import FollowUp, FollowUpPerson, Offer, Post
from app.followups.posts_actions import not_sent_yet
from app.grid.models import Session
from app.infra import db, files
from app.infra.jobs import Job
from app.infra.mail import Mail
from app.notes.models import NoteTaker
from app.pitches.models import Leader, LeaderAway, Pitch
from app.pitches.queue_models import QueueEntry
from app.privacy.erasing_documents import of_conversation
from app.privacy.traces import NO_NAME, Traces

TOGETHER = 500  # marks looked for in one statement
PERSON_KEYS = ("person", "person_id", "only")  # what jobs call somebody; `people` are several


def events_of(person: Person) -> set[int]:
    """The events whose pages may show them (6 statements)."""
    ours = person.id
    statements = (
        select(Pass.event_id).where(Pass.person_id == ours), select(Pitch.event_id).where(Pitch.pitched_by_id == ours),
        select(Pitch.event_id).join(Leader, Leader.pitch_id == Pitch.id).where(Leader.person_id == ours),
        select(Session.event_id).join(NoteTaker, NoteTaker.session_id == Session.id).where(NoteTaker.person_id == ours),
        select(FollowUp.event_id).where(FollowUp.id.in_(conversations_of(person))),
        select(Pledge.event_id).where(Pledge.person_id == ours), select(Idea.event_id).where(Idea.offered_by_id == ours),
        select(Board.event_id).join(Insight, Insight.board_id == Board.id).where(Insight.by_id == ours))
    return {one for statement in statements for one in db.session.scalars(statement)}


def conversations_of(person: Person) -> set[int]:
    """The conversations they are in, said something in, or offered something in (3 statements)."""
    return {one for of in (FollowUpPerson, Post, Offer) for one in db.session.scalars(
        select(of.followup_id).where(of.person_id == person.id).distinct())}


def found_of(person: Person, events: Iterable[int], names: Iterable[str]) -> set[tuple[str, int]]:
    """Kinds and ids of the things that search finds with their name (8 statements)."""
    ours, lower = person.id, [name.lower() for name in names]
    pitches = set(db.session.scalars(select(Leader.pitch_id).join(Pitch, Pitch.id == Leader.pitch_id).where(
        or_(Leader.person_id == ours, (func.lower(Leader.name).in_(lower)) & Pitch.event_id.in_(list(events))))))
    pitches |= set(db.session.scalars(select(Pitch.id).where(Pitch.pitched_by_id == ours)))
    sessions = set(db.session.scalars(select(NoteTaker.session_id).join(Session, Session.id == NoteTaker.session_id).where(
        or_(NoteTaker.person_id == ours, (func.lower(NoteTaker.name).in_(lower)) & Session.event_id.in_(list(events))))))
    hosting = select(FollowUpPerson.followup_id).join(FollowUp, FollowUp.id == FollowUpPerson.followup_id)
    hosted = db.session.scalars(hosting.where(
        FollowUpPerson.person_id.is_(None), func.lower(FollowUpPerson.name).in_(lower), FollowUp.event_id.in_(list(events))))
    found = {("pitch", one) for one in pitches} | {("session", one) for one in sessions} | {("followup", one) for one in hosted}
    found |= {("followup", one) for one in conversations_of(person)}
    for kind, column, whose in (("idea", Idea.id, Idea.offered_by_id), ("pledge", Pledge.id, Pledge.person_id),
                                ("insight", Insight.id, Insight.by_id)):
        found |= {(kind, one) for one in db.session.scalars(select(column).where(whose == ours))}
    found |= {("idea", one) for one in db.session.scalars(select(Idea.id).where(
        func.lower(Idea.offered_name).in_(lower), Idea.event_id.in_(list(events))))}
    return found


def unsign(person: Person, traces: Traces, events: Iterable[int]) -> None:
    """Take their name off everything that bears it: where their account stands beside it, and, at the events they had a part in,
    where somebody typed it who had no account to name."""
    ours, at = person.id, list(events)
    typed = [name.lower() for name in traces.own]
    pitches, sessions = select(Pitch.id).where(Pitch.event_id.in_(at)), select(Session.id).where(Session.event_id.in_(at))
    conversations = select(FollowUp.id).where(FollowUp.event_id.in_(at))
    for model, whose, name, there in (
            (Leader, Leader.person_id, Leader.name, Leader.pitch_id.in_(pitches)),
            (NoteTaker, NoteTaker.person_id, NoteTaker.name, NoteTaker.session_id.in_(sessions)),
            (FollowUpPerson, FollowUpPerson.person_id, FollowUpPerson.name, FollowUpPerson.followup_id.in_(conversations))):
        db.session.execute(delete(model).where(or_(whose == ours, whose.is_(None) & func.lower(name).in_(typed) & there)),
                           execution_options=UNSEEN)
    for name in traces.own:
        db.session.execute(delete(LeaderAway).where(LeaderAway.event_id.in_(at), LeaderAway.person_id.is_(None),
                                                    LeaderAway.key.in_((name.casefold(), " ".join(name.casefold().split())))),
                           execution_options=UNSEEN)
    _say(QueueEntry, or_(QueueEntry.pitcher_id == ours, QueueEntry.pitcher_id.is_(None) & QueueEntry.event_id.in_(at)
                         & func.lower(QueueEntry.pitcher_name).in_(typed)), pitcher_name=NO_NAME.capitalize())
    _say(Idea, or_(Idea.offered_by_id == ours, Idea.event_id.in_(at)) & func.lower(Idea.offered_name).in_(
        [name.lower() for name in traces.names]), offered_name="")
    _say(Insight, Insight.by_id == ours, signed="")


def drop_posts(person: Person, *, keep: bool) -> None:
    """What they said in conversations stays without a name, or goes; letters of it that wait are not sent, for another account of
    their name would keep it in those."""
    not_sent_yet(set(db.session.scalars(select(Post.id).where(Post.person_id == person.id))))
    if keep:
        _say(Post, Post.person_id == person.id, name="", person_id=None)
    else:
        db.session.execute(delete(Post).where(Post.person_id == person.id), execution_options=UNSEEN)


def drop_pledges(person: Person) -> None:
    """Their pledges, and the conversations those began, with the shared notes."""
    for followup in db.session.scalars(select(FollowUp).join(Pledge, Pledge.id == FollowUp.pledge_id)
                                       .where(Pledge.person_id == person.id)).all():
        of_conversation(followup)
        db.session.delete(followup)
    db.session.flush()
    db.session.execute(delete(Pledge).where(Pledge.person_id == person.id), execution_options=UNSEEN)


def drop_mail(person: Person, traces: Traces) -> None:
    """Every mail to them, sent or not, every link, and what is still to be done for them."""
    addresses = [address.lower() for address in traces.addresses]
    db.session.execute(delete(Mail).where(or_(Mail.person_id == person.id, func.lower(Mail.recipient).in_(addresses))),
                       execution_options=UNSEEN)
    db.session.execute(delete(Link).where(or_(Link.person_id == person.id, func.lower(Link.email).in_(addresses))),
                       execution_options=UNSEEN)
    mails = set(db.session.scalars(select(Mail.id)))
    for job in db.session.scalars(select(Job)):
        about = [job.payload.get(key) for key in PERSON_KEYS]
        if person.id in about or ("mail" in job.payload and job.payload["mail"] not in mails):
            db.session.delete(job)
        elif isinstance(several := job.payload.get("people"), list) and person.id in several:
            job.payload = job.payload | {"people": [one for one in several if one != person.id]}


def drop_uploads(person: Person, events: Iterable[int]) -> set[str]:
    """Forget what they brought in, and lists of attendees that they may be on. The keys of files to drop after the commit."""
    lists = (Import.kind == ATTENDEES) & Import.event_id.in_(list(events))
    keys = set(db.session.scalars(select(Import.file_key).where(or_(Import.by_id == person.id, lists))))
    db.session.execute(delete(Import).where(or_(Import.by_id == person.id, lists & (Import.state == "done"))),
                       execution_options=UNSEEN)
    db.session.execute(update(ImportedFile).where(ImportedFile.by_id == person.id).values(by_id=None), execution_options=UNSEEN)
    still = set(db.session.scalars(select(Import.file_key).where(Import.file_key.in_(keys))))
    return {key for key in keys - still if not files.needed(key)}


def mix_marks(person: Person, secret: str) -> None:
    """Dots stay counted and seats become free, but neither can be traced to their number any more: another may get it."""
    boards = list(db.session.scalars(select(Board.id)))
    for some in _portions(boards):
        voters = [marks.of_person(secret, marks.VOTER, board, person.id) for board in some]
        for voter in set(db.session.scalars(select(Vote.voter).where(Vote.voter.in_(voters)))):
            _say(Vote, Vote.voter == voter, voter=secrets.token_hex(32))
        seats = [marks.of_person(secret, marks.SEAT, board, person.id) for board in some]
        db.session.execute(delete(Member).where(Member.mark.in_(seats)), execution_options=UNSEEN)


def still_there(person_id: int) -> bool:
    """Whether the account is there."""
    return bool(db.session.scalar(select(exists().where(Person.id == person_id))))


def _say(model, where, **values) -> None:
    db.session.execute(update(model).where(where).values(**values), execution_options=UNSEEN)


def _portions(ids: list[int]) -> Iterator[list[int]]:
    return (ids[first:first + TOGETHER] for first in range(0, len(ids), TOGETHER))


UNSEEN = {"synchronize_session": False}  # nothing that is read here before is read again after it
