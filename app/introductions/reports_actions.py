"""Telling the organisers of an event that something is wrong, and their looking after it."""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import Invalid, require
from app.events.models import Event
from app.followups.models import Post
from app.infra import db, jobs
from app.introductions import policy
from app.introductions.models import REPORT_LENGTH, Introduction, Report

TELL_ORGANISERS = "introductions.reported"


def report(actor: Person, event: Event, *, text: str, about: Person | None = None, introduction: Introduction | None = None,
           post: Post | None = None, at: datetime) -> Report:
    """Tell the organisers of `event`, in the actor's words, about a person, an introduction or a post. One of these is given.

    The same words about the same thing, sent again while nobody has looked after it, are one report.
    """
    require(policy.can_report(actor, event), "Sign in to tell the organisers.")
    text = text.strip()
    if not text:
        raise Invalid("Say what is wrong.", "text")
    if len(text) > REPORT_LENGTH:
        raise Invalid(f"Keep it to {REPORT_LENGTH:,} characters.", "text")
    about_id = about.id if about is not None else post.person_id if post is not None else (
        policy.other_of(introduction, actor.id) if introduction is not None else None)
    values = {"event_id": event.id, "by_id": actor.id, "about_id": about_id, "text": text, "post_id": post.id if post else None,
              "introduction_id": introduction.id if introduction else None}
    again = db.session.scalar(select(Report).filter_by(**values).where(Report.handled_at.is_(None)))
    if again is not None:
        return again
    made = Report(**values, at=at)
    db.session.add(made)
    db.session.flush()
    jobs.enqueue(TELL_ORGANISERS, {"report": made.id})
    return made


def look_after(actor: Person, found: Report, *, handled: bool, at: datetime) -> None:
    """Say that a report was looked after, or that it was not yet. Saying it twice changes nothing."""
    require(policy.can_read_reports(actor, found.event) and found.about_id != actor.id, "Organisers look after reports.")
    if handled != (found.handled_at is not None):
        found.handled_at, found.handled_by_id = (at, actor.id) if handled else (None, None)
