"""Letters of a conversation's date: when it is set, moved or taken away, also for calendars; and a reminder the day before."""

from datetime import datetime

from app.followups import dates_actions
from app.followups.dates_calendar import CANCEL, PUBLISH, Date, calendar_file
from app.followups.dates_facts import date_from, date_of, when
from app.followups.holding import held
from app.followups.letters_words import bare, link_to, readers_in, reply_note, subject_of
from app.followups.models import RESTED, FollowUp
from app.infra import clock, db, jobs, mail
from app.letters import replies
from app.letters.actions import Letter, write_all
from app.letters.models import CONVERSATION


@jobs.handles(dates_actions.LETTERS, batch=20)
def tell(payloads: list[dict]) -> None:
    """Tell calendars and their people of a date, unless it has changed again since: then a later job does."""
    for payload in payloads:
        with db.transaction():
            followup = held(payload["followup"])
            if followup is not None and followup.next_version == payload["version"]:
                tell_of(followup, clock.now(), moved=payload.get("moved", False), cancelled=payload.get("cancelled"))


def tell_of(followup: FollowUp, at: datetime, *, moved: bool = False, cancelled: dict | None = None) -> int:
    """Write to everybody in the conversation of its date as it is now, or of the one that was `cancelled`; how many letters will
    be sent. In the caller's transaction; said twice of the same version it is written once."""
    said = cancelled or dates_actions.as_payload(followup)
    if said is None:
        return 0
    date = date_from(followup, said, at, cancelled=cancelled is not None)
    words = "This does not take place any more:" if cancelled else "It has changed:" if moved else "What is next:"
    end = "It is attached, so that your calendar can take it out." if cancelled else "It is attached, for your calendar."
    file = calendar_file([date], method=CANCEL if cancelled else PUBLISH, organiser=mail.sender()).decode()
    return _write(followup, "date", f"{words}\n\n{_facts(date)}\n\nIn {link_to(followup)}. {end}", at, calendar=file)


@jobs.handles(dates_actions.REMIND, batch=20)
def remind(payloads: list[dict]) -> None:
    """Remind people of dates that are still the same, and still to come."""
    for payload in payloads:
        with db.transaction():
            followup = held(payload["followup"])
            if followup is not None and followup.next_version == payload["version"]:
                remind_of(followup, clock.now())


def remind_of(followup: FollowUp, at: datetime) -> int:
    """Write to everybody in the conversation that its date is near: once, not when it has begun, and not while the conversation
    rests; how many will be sent."""
    date = date_of(followup)
    if followup.state == RESTED or date is None or followup.next_reminded_at is not None or at >= _begins(date):
        return 0
    followup.next_reminded_at = at
    said = f"Coming up:\n\n{_facts(date)}\n\nIn {link_to(followup)}."
    return _write(followup, "reminder", said, at, kind="reminder", urgent=True)


def _write(followup: FollowUp, key: str, body: str, at: datetime, *, kind: str = "followup", calendar: str = "",
           urgent: bool = False) -> int:
    people = readers_in(followup)
    answers = replies.addresses(people, followup.id)
    about, subject, zone = (CONVERSATION, followup.id), subject_of(followup), followup.event.time_zone
    return write_all([
        Letter(person, kind, about, subject, body, f"{key}:{followup.id}:{followup.next_version}:{person.id}", time_zone=zone,
               reply_to=answers[person.id], from_name=followup.event.name, reply_note=reply_note(followup), calendar=calendar,
               urgent=urgent) for person in people], at=at)


def _facts(date: Date) -> str:
    return "\n".join(filter(None, (f"**{bare(date.step)}**\n" if date.step else "", f"When: {when(date)}",
                                   f"Where: {date.where if '://' in date.where else bare(date.where)}" if date.where else "")))


def _begins(date: Date) -> datetime:
    """When it is too late to remind of it."""
    if date.minutes is not None:
        return date.at
    return clock.instant(clock.local(date.at, date.zone).date(), datetime.min.time(), date.zone)
