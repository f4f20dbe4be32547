"""Reading mailings: what was written and is to be written, to whom, and how many letters went where. Numbers, never names."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event, Pass, Role
from app.grid.models import Session
from app.infra import clock, db, mail
from app.infra.mail import Mail
from app.letters.keeping import SENT_DAYS, TO_HAND_ON_DAYS
from app.mailings.models import HELPERS, LEADERS, SENDING, SENT, TAKERS, WAITING, Mailing
from app.notes.models import NoteTaker
from app.pitches.models import OPEN, Leader, Pitch
from app.pitches.queries import LARGEST_ID

KIND = "mailing"


@dataclass(frozen=True)
class Sent:
    """A mailing with numbers: letters written (mails, and letters that wait for a digest), handed on to the mail server or, where
    there is none, kept in the outbox, and refused by it for good. All but `mailing.written` are None once its mails are so old
    that they are not kept any more."""

    mailing: Mailing
    mails: int | None
    handed_on: int | None
    refused: int | None

    @property
    def in_digests(self) -> int | None:
        """How many people read it in their weekly digest."""
        return None if self.mails is None else max(0, self.mailing.written - self.mails)


@dataclass(frozen=True)
class Reach:
    """How many people a choice of recipients names, and how many of them have an address."""

    people: int
    addresses: int


def key_of(mailing_id: int, person_id: int) -> str:
    """What the letter of one mailing to one person is known by: it is written once."""
    return f"{KIND}:{mailing_id}:{person_id}"


def mailing_in(event: Event, mailing_id: int) -> Mailing:
    """A mailing of this event (1 statement). Raises NotFound for any other."""
    found = db.session.scalar(select(Mailing).where(Mailing.id == mailing_id, Mailing.event_id == event.id)
                              .options(joinedload(Mailing.event), joinedload(Mailing.by))) if mailing_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("There is no such mailing at this event.")
    return found


def mailings_of(event: Event) -> list[Sent]:
    """All mailings of the event, newest first, with numbers (1 statement)."""
    return _with_numbers(Mailing.event_id == event.id)


def numbers_of(mailing: Mailing) -> Sent:
    """One mailing with its numbers (1 statement)."""
    return _with_numbers(Mailing.id == mailing.id)[0]


def _with_numbers(wanted) -> list[Sent]:
    count = func.count
    mailing = func.rtrim(Mail.key, "0123456789").label("mailing")  # the key without its person: mails are gone through once
    sums = select(mailing, count().label("mails"), count(Mail.sent_at).label("handed_on"),
                  count(case((Mail.problem != "", 1))).label("refused")).where(Mail.kind == KIND).group_by(mailing).subquery()
    rows = db.session.execute(
        select(Mailing, *(func.coalesce(one, 0) for one in (sums.c.mails, sums.c.handed_on, sums.c.refused)))
        .outerjoin(sums, sums.c.mailing == func.concat(f"{KIND}:", Mailing.id, ":")).where(wanted).order_by(Mailing.id.desc()))
    kept_since = clock.now() - timedelta(days=TO_HAND_ON_DAYS if mail.kept() else SENT_DAYS)
    return [Sent(found, *(numbers if not found.written or found.send_at > kept_since else (None, None, None)))
            for found, *numbers in rows]


def recipients(event: Event, whom: str) -> list[int]:
    """The ids of the people whom a choice names and who have an address: holders of a pass, and nobody else (1 statement)."""
    return list(db.session.scalars(
        select(Person.id).join(Pass, Pass.person_id == Person.id)
        .where(_chosen(event, whom), Person.email.is_not(None)).order_by(Person.id)))


def reach(event: Event, whom: str) -> Reach:
    """How many that are (1 statement)."""
    return Reach(*db.session.execute(select(func.count(), func.count(Person.email)).select_from(Pass)
                                     .join(Person, Person.id == Pass.person_id).where(_chosen(event, whom))).one())


def _chosen(event: Event, whom: str):
    there = Pass.event_id == event.id
    if whom == HELPERS:
        return there & (Pass.role >= Role.CAMPMAKER)
    if whom == LEADERS:
        return there & Pass.person_id.in_(select(Leader.person_id).join(Pitch, Pitch.id == Leader.pitch_id)
                                          .where(Pitch.event_id == event.id, Pitch.state == OPEN))
    if whom == TAKERS:
        return there & Pass.person_id.in_(select(NoteTaker.person_id).join(Session, Session.id == NoteTaker.session_id)
                                          .where(Session.event_id == event.id))
    return there


def on_the_day(event: Event, at: datetime, *, besides: int) -> int:
    """How many mailings of the event, `besides` one, go out or went out on the day of `at`, as the event's clock has it
    (1 statement)."""
    day: date = clock.local(at, event.time_zone).date()
    begins, ends = (clock.instant(one, time(), event.time_zone) for one in (day, day + timedelta(days=1)))
    return db.session.scalar(select(func.count()).select_from(Mailing).where(
        Mailing.event_id == event.id, Mailing.id != besides, Mailing.send_at >= begins, Mailing.send_at < ends,
        or_(Mailing.state.in_((WAITING, SENDING, SENT)), Mailing.written > 0)))
