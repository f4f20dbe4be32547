"""Pitching, marking interest, changing, withdrawing, merging.

What also touches the grid is in `app/grid/actions.py` and calls these: withdrawing a pitch that has a place, merging
pitches that are sessions.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import NAME_LENGTH, Person
from app.errors import Conflict, Invalid, require
from app.events import actions as events
from app.events.models import Event, Pass
from app.events.versions import count_change
from app.infra import db, findable
from app.pitches import policy, queue_news
from app.pitches.models import LEADERS_MOST, MERGED, NEXT_STATES, OPEN, TITLE_LENGTH, UNMERGED, WITHDRAWN, Interest, Leader, Pitch

ABOUT_LENGTH = 5_000
ABOUT_MERGED_LENGTH = 20_000  # a merged pitch may keep what its origins said
TOPICS_MOST = 3
LEADERS_BROUGHT_IN_MOST = 20  # in files of other camps; also keeps a file from filling a page with names

JOIN_FIRST = "Pitching and marking interest are for people with a pass to the event: join it first."
NOT_YOURS = "Only who pitched or leads this, a campmaker or an organiser can change it."
NOT_MERGING = "Only campmakers and organisers merge pitches and undo it."


class Changed(Conflict):
    """The pitch was changed by somebody else after the form was opened; nothing was saved."""

    heading = "Somebody changed this pitch while you were typing"


def pitch(actor: Person, event: Event, *, title: str, about: str = "", leaders: Sequence[Person | str],
          topics: Iterable[str] = (), at: datetime) -> Pitch:
    """Put an idea forward. Raises Invalid naming the field (`title`, `about`, `leaders`, `topics`) that cannot be used.

    An attendee is one of the leaders; a campmaker may pitch for others; an organiser, who brings in what was pitched
    elsewhere, may give any number of leaders, none included.
    """
    require(policy.can_pitch(actor, event), JOIN_FIRST)
    new = Pitch(event_id=event.id, event=event, pitched_by_id=actor.id, created_at=at, updated_at=at,
                title=_title(title), about=_about(about, ABOUT_LENGTH))
    led_by = _leaders(actor, event, leaders, most=LEADERS_MOST)
    if actor not in led_by and not policy.can_pitch_for_others(actor, event):
        raise Invalid("You are one of the leaders of what you pitch. To pitch for somebody else, ask a campmaker.", "leaders")
    new.leaders = _numbered(led_by)
    new.topics = _topics(event, topics, TOPICS_MOST)
    db.session.add(new)
    db.session.flush()
    _changed(new)
    return new


def edit(actor: Person, pitch: Pitch, *, title: str, about: str, leaders: Sequence[Person | str], topics: Iterable[str],
         seen: int, at: datetime) -> Pitch:
    """Change what a pitch says. `seen` is its version when the form was opened.

    Raises Changed when somebody saved something else since, Conflict when the pitch is no longer open, Invalid as `pitch`.
    """
    require(policy.can_change(actor, pitch), NOT_YOURS)
    _must_be_open(pitch, "It cannot be changed now.")
    merged = bool(pitch.origins)
    title, about = _title(title), _about(about, ABOUT_MERGED_LENGTH if merged else ABOUT_LENGTH)
    led_by = _leaders(actor, pitch.event, leaders, most=max(LEADERS_MOST, len(pitch.leaders)),
                      known=[x.person_id for x in pitch.leaders if x.person_id])
    called = _topics(pitch.event, topics, max(TOPICS_MOST, len(pitch.topics)))
    same = (title == pitch.title and about == pitch.about and {t.key for t in called} == {t.key for t in pitch.topics}
            and [_who(x) for x in _numbered(led_by)] == [_who(x) for x in pitch.leaders])
    if same:
        return pitch
    if seen != pitch.version:
        raise Changed("Nothing of yours was saved yet. Below is what it says now, and what you typed.")
    pitch.title, pitch.about, pitch.topics = title, about, called
    pitch.leaders = []
    db.session.flush()  # the old rows must be gone before the new ones take their positions
    pitch.leaders = _numbered(led_by)
    pitch.version += 1
    pitch.updated_at = at
    _changed(pitch)
    queue_news.pitch_changed(pitch)
    return pitch


def withdraw(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Take a pitch back; it can be reopened. Doing it twice changes nothing. Use `grid.actions.withdraw` for one on the grid."""
    require(policy.can_change(actor, pitch), NOT_YOURS)
    if pitch.state != WITHDRAWN:
        _to(pitch, WITHDRAWN, at)
    return pitch


def reopen(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Put a withdrawn pitch forward again, with the marks it had. Doing it twice changes nothing."""
    require(policy.can_change(actor, pitch), NOT_YOURS)
    if pitch.state == MERGED:
        raise Conflict(f"“{pitch.title}” is part of “{pitch.merged_into.title}” now: undo that merge to have it back.")
    if pitch.state != OPEN:
        _to(pitch, OPEN, at)
    return pitch


def mark_interest(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Say "I'm interested". On a pitch that was merged it counts for what it is part of, which is returned.

    Doing it twice changes nothing. Raises Conflict for a pitch that was withdrawn.
    """
    require(policy.can_mark_interest(actor, pitch.event), JOIN_FIRST)
    while pitch.state == MERGED:
        pitch = pitch.merged_into
    _must_be_open(pitch, "Your interest was not marked.")
    if db.session.get(Interest, (pitch.id, actor.id)) is None:
        db.session.add(Interest(pitch_id=pitch.id, person_id=actor.id, marked_at=at))
        count_change(pitch.event, nudge=False)
        queue_news.marks_changed(pitch)
    return pitch


def unmark_interest(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Take "I'm interested" back, whatever state the pitch is in. Doing it twice changes nothing."""
    require(policy.can_mark_interest(actor, pitch.event), JOIN_FIRST)
    while pitch.state == MERGED:
        pitch = pitch.merged_into
    mark = db.session.get(Interest, (pitch.id, actor.id))
    if mark is not None:
        db.session.delete(mark)
        count_change(pitch.event, nudge=False)
        queue_news.marks_changed(pitch)
    return pitch


def merge(actor: Person, pitches: Sequence[Pitch], *, title: str, about: str, at: datetime) -> Pitch:
    """Make one pitch of two or more open ones of one event: all leaders and topics stay, interest is the union.

    The origins stay as they are, marked as merged into it. Raises Conflict when one is not open any more. Use
    `grid.actions.merge`, which also carries a session over.
    """
    require(all(policy.can_merge(actor, event) for event in {p.event for p in pitches}), NOT_MERGING)
    origins = list(dict.fromkeys(pitches))
    if len(origins) < 2 or len({p.event_id for p in origins}) > 1:
        raise Invalid("Choose two or more pitches of one event to merge.")
    for origin in origins:
        _must_be_open(origin, "Nothing was merged.")
    event = origins[0].event
    merged = Pitch(event_id=event.id, event=event, pitched_by_id=actor.id, created_at=at, updated_at=at,
                   title=_title(title), about=_about(about, ABOUT_MERGED_LENGTH))
    merged.leaders = _numbered(_once(x.person or x.name for origin in origins for x in origin.leaders))
    merged.topics = list(dict.fromkeys(topic for origin in origins for topic in origin.topics))
    db.session.add(merged)
    db.session.flush()
    for person_id, marked_at in _marks(origins).items():
        db.session.add(Interest(pitch_id=merged.id, person_id=person_id, marked_at=marked_at))
    for origin in origins:
        origin.merged_into = merged
        _to(origin, MERGED, at)
    _changed(merged)
    return merged


def unmerge(actor: Person, pitch: Pitch, *, at: datetime) -> list[Pitch]:
    """Undo a merge: its origins are open again, and what people said of the merged pitch since holds for each of them.

    A mark made on the merged pitch goes to every origin; one taken back there is taken back on all. Raises Conflict when
    the pitch is not an open one made by a merge. Use `grid.actions.unmerge`, which also gives a session back.
    """
    require(policy.can_merge(actor, pitch.event), NOT_MERGING)
    origins = list(pitch.origins)
    if not origins and pitch.state != UNMERGED:
        raise Conflict(f"“{pitch.title}” was not made by merging, so there is nothing to undo.")
    _must_be_open(pitch, "Nothing was changed.")
    before, now = _marks(origins), _marks([pitch])
    for origin in origins:
        taken_back = _marks([origin]).keys() - now.keys()
        db.session.execute(delete(Interest).where(Interest.pitch_id == origin.id, Interest.person_id.in_(taken_back)))
        for person_id in now.keys() - before.keys():
            db.session.add(Interest(pitch_id=origin.id, person_id=person_id, marked_at=now[person_id]))
        origin.merged_into = None
        _to(origin, OPEN, at)
    db.session.execute(delete(Interest).where(Interest.pitch_id == pitch.id))
    _to(pitch, UNMERGED, at)
    return origins


def _title(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid("Give it a title.", "title")
    if len(text) > TITLE_LENGTH:
        raise Invalid(f"Keep the title to {TITLE_LENGTH} characters.", "title")
    return text


def _about(text: str, most: int) -> str:
    text = text.strip()
    if len(text) > most:
        raise Invalid(f"Keep it to {most:,} characters.", "about")
    return text


def _once(leaders: Iterable[Person | str]) -> list[Person | str]:
    """Each leader once. A plain name that one of the people also has is that person."""
    leaders = list(leaders)
    people = list(dict.fromkeys(x for x in leaders if isinstance(x, Person)))
    names = {person.name.casefold() for person in people}
    kept: list[Person | str] = []
    for one in leaders:
        if isinstance(one, Person):
            if one not in kept:
                kept.append(one)
        elif (name := " ".join(one.split())) and name.casefold() not in names:
            names.add(name.casefold())
            kept.append(name)
    return kept


def _leaders(actor: Person, event: Event, leaders: Iterable[Person | str], *, most: int,
             known: Sequence[int] = ()) -> list[Person | str]:
    wanted = _once(leaders)
    if policy.can_bring_in(actor, event):
        most = max(most, LEADERS_BROUGHT_IN_MOST)
    elif not wanted:
        raise Invalid("Say who leads it.", "leaders")
    if len(wanted) > most:
        raise Invalid(f"Name at most {most} leaders.", "leaders")
    if any(isinstance(one, str) and len(one) > NAME_LENGTH for one in wanted):
        raise Invalid(f"Keep each name to {NAME_LENGTH} characters.", "leaders")
    strangers = {one.id for one in wanted if isinstance(one, Person)} - {actor.id, *known}
    if strangers:
        held = db.session.scalars(select(Pass.person_id).where(Pass.event_id == event.id, Pass.person_id.in_(strangers)))
        if strangers - set(held):
            raise Invalid("Somebody named as leader has no pass to this event. Write their name instead.", "leaders")
    return wanted


def _numbered(leaders: Iterable[Person | str]) -> list[Leader]:
    return [Leader(position=i, name=one if isinstance(one, str) else one.name, person_id=None if isinstance(one, str) else one.id)
            for i, one in enumerate(leaders, 1)]


def _who(leader: Leader) -> tuple:
    return (leader.person_id, None if leader.person_id else leader.name)


def _topics(event: Event, names: Iterable[str], most: int) -> list:
    called = events.topics_called(event, [name for name in names if name.strip()])
    if len(called) > most:
        raise Invalid(f"Choose at most {most} topics.", "topics")
    return called


def _must_be_open(pitch: Pitch, so: str) -> None:
    said = {
        WITHDRAWN: f"“{pitch.title}” has been withdrawn.",
        MERGED: f"“{pitch.title}” is part of “{pitch.merged_into.title}” now." if pitch.merged_into else "",
        UNMERGED: f"“{pitch.title}” was made by a merge that has been undone.",
    }.get(pitch.state)
    if said:
        raise Conflict(f"{said} {so}")


def _to(pitch: Pitch, state: str, at: datetime) -> None:
    if state not in NEXT_STATES[pitch.state]:
        _must_be_open(pitch, "Nothing was changed.")
        raise Conflict(f"“{pitch.title}” is {pitch.state}, so it cannot become {state}.")
    pitch.state, pitch.updated_at = state, at
    _changed(pitch)
    queue_news.pitch_changed(pitch)


def _marks(pitches: Iterable[Pitch]) -> dict[int, datetime]:
    """Who is interested in any of `pitches`, and since when."""
    rows = db.session.execute(select(Interest.person_id, Interest.marked_at)
                              .where(Interest.pitch_id.in_([p.id for p in pitches])).order_by(Interest.marked_at.desc()))
    return dict(rows.all())


def _changed(pitch: Pitch) -> None:
    findable.changed("pitch", pitch.id)
    count_change(pitch.event)
