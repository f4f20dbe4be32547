"""What a file says of a session in words: making the pitch it is, and bringing one that is here up to date."""

from datetime import datetime

from app.accounts.models import NAME_LENGTH, Person
from app.events.layout import TOPIC_LENGTH
from app.events.models import Event
from app.exchange.actions import session_title
from app.exchange.matching import folded
from app.exchange.reports import Report
from app.exchange.schedule_shape import Entry
from app.grid.models import Session
from app.pitches import actions as pitches
from app.pitches.models import OPEN, Pitch


def new_pitch(actor: Person, event: Event, entry: Entry, title: str, report: Report, at: datetime) -> Pitch:
    """The pitch of a session that is new here."""
    return pitches.pitch(actor, event, title=title, about=_about(entry, report), leaders=_leaders(entry, report),
                         topics=_topics(entry), at=at)


def brought_up_to_date(actor: Person, session: Session, entry: Entry, report: Report, at: datetime) -> bool:
    """Let the session's pitch say what the file says; what the file does not say stays. Returns whether anything was changed."""
    pitch = session.pitch
    if pitch.state != OPEN:
        report.unsure.append(f"Its pitch is {pitch.state} here, so what it says was left as it is.")
        return False
    title = session_title(entry.title, Report(entry.where, ""))
    if folded(title) == folded(pitch.title):
        title = pitch.title
    about, names = _about(entry, report) or pitch.about, _leaders(entry, report)
    leaders = [one.person or one.name for one in pitch.leaders]
    if names and [folded(name) for name in names] != [folded(one.name) for one in pitch.leaders]:
        known = {folded(one.name): one.person or one.name for one in pitch.leaders}
        leaders = [known.get(folded(name), name) for name in names]
    topics = _topics(entry) or [topic.name for topic in pitch.topics]
    before = pitch.version
    pitches.edit(actor, pitch, title=title, about=about, leaders=leaders, topics=topics, seen=pitch.version, at=at)
    return pitch.version != before


def _about(entry: Entry, report: Report) -> str:
    about = entry.about.strip()
    if len(about) <= pitches.ABOUT_LENGTH:
        return about
    report.unsure.append(f"Its description is longer than {pitches.ABOUT_LENGTH:,} characters and was cut.")
    return about[:pitches.ABOUT_LENGTH - 1].rstrip() + "…"


def _leaders(entry: Entry, report: Report) -> list[str]:
    names = list(dict.fromkeys(name[:NAME_LENGTH].strip() for name in entry.leaders if name.strip()))
    if len(names) > pitches.LEADERS_BROUGHT_IN_MOST:
        report.unsure.append(f"Only the first {pitches.LEADERS_BROUGHT_IN_MOST} of its {len(names)} leaders were kept.")
    return names[:pitches.LEADERS_BROUGHT_IN_MOST]


def _topics(entry: Entry) -> list[str]:
    cut = [topic if len(topic) <= TOPIC_LENGTH else topic[:TOPIC_LENGTH - 1].rstrip() + "…" for topic in entry.topics]
    return list({topic.casefold(): topic for topic in cut if topic}.values())[:pitches.TOPICS_MOST]
