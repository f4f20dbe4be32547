"""Pitching, marking interest, changing, withdrawing, merging.

What also touches the grid is in `app/grid/actions.py` and calls these: withdrawing a pitch that has a place, merging
pitches that are sessions.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event, Notice
from app.events.notices import told
from app.events.versions import count_change
from app.infra import db, findable
from app.pitches import policy, queries, queue_merging, queue_news
from app.pitches.models import LEADERS_MOST, MERGED, NEXT_STATES, OPEN, UNMERGED, WITHDRAWN, Interest, Pitch
from app.pitches.saying import LEADERS_BROUGHT_IN_MOST as LEADERS_BROUGHT_IN_MOST
from app.pitches.saying import about_of, leaders_of, numbered, once, title_of, topics_of, who

ABOUT_LENGTH = 5_000
ABOUT_MERGED_LENGTH = 20_000  # a merged pitch may keep what its origins said
TOPICS_MOST = 3

JOIN_FIRST = "Pitching and marking interest are for people with a pass to the event: join it first."
NOT_YOURS = "Only who pitched or leads this, a campmaker or an organiser can change it."
NOT_MERGING = "Only campmakers and organisers merge pitches and undo it."


CLOSED = "Pitching has closed, so your pitch was not taken. A campmaker can still pitch it for you."


class Closed(Conflict):
    """It is too late for attendees to pitch."""

    heading = "Pitching has closed"


class Changed(Conflict):
    """The pitch was changed by somebody else after the form was opened; nothing was saved."""

    heading = "Somebody changed this pitch while you were typing"


def pitch(actor: Person, event: Event, *, title: str, about: str = "", leaders: Sequence[Person | str],
          topics: Iterable[str] = (), step_free: bool = False, queue_open: bool = False, at: datetime) -> Pitch:
    """Put an idea forward. Raises Invalid naming the field (`title`, `about`, `leaders`, `topics`) that cannot be used, Closed
    when pitching has closed and `actor` does not help at the event. Where a clerk has opened the queue (`queue_open`) it takes
    pitches whatever the time.

    An attendee is one of the leaders; a campmaker may pitch for others; an organiser, who brings in what was pitched
    elsewhere, may give any number of leaders, none included.
    """
    require(policy.can_pitch(actor, event), JOIN_FIRST)
    if policy.pitching_closed(event, at) and not queue_open and not policy.can_pitch_for_others(actor, event):
        raise Closed(CLOSED)
    new = Pitch(event_id=event.id, event=event, pitched_by_id=actor.id, created_at=at, updated_at=at,
                title=title_of(title), about=about_of(about, ABOUT_LENGTH), step_free=step_free)
    led_by = leaders_of(actor, event, leaders, most=LEADERS_MOST)
    if actor not in led_by and not policy.can_pitch_for_others(actor, event):
        raise Invalid("You are one of the leaders of what you pitch. To pitch for somebody else, ask a campmaker.", "leaders")
    new.leaders = numbered(led_by)
    new.topics = topics_of(event, topics, TOPICS_MOST)
    db.session.add(new)
    db.session.flush()
    _changed(new)
    return new


def edit(actor: Person, pitch: Pitch, *, title: str, about: str, leaders: Sequence[Person | str], topics: Iterable[str],
         seen: int, at: datetime, step_free: bool | None = None) -> Pitch:
    """Change what a pitch says. `seen` is its version when the form was opened.

    Raises Changed when somebody saved something else since, Conflict when the pitch is no longer open, Invalid as `pitch`.
    """
    require(policy.can_change(actor, pitch), NOT_YOURS)
    _must_be_open(pitch, "It cannot be changed now.")
    merged = bool(pitch.origins)
    title, about = title_of(title), about_of(about, ABOUT_MERGED_LENGTH if merged else ABOUT_LENGTH)
    led_by = leaders_of(actor, pitch.event, leaders, most=max(LEADERS_MOST, len(pitch.leaders)),
                      known=[x.person_id for x in pitch.leaders if x.person_id])
    called = topics_of(pitch.event, topics, max(TOPICS_MOST, len(pitch.topics)))
    step_free = pitch.step_free if step_free is None else step_free
    same = (title == pitch.title and about == pitch.about and {t.key for t in called} == {t.key for t in pitch.topics}
            and [who(x) for x in numbered(led_by)] == [who(x) for x in pitch.leaders] and step_free == pitch.step_free)
    if same:
        return pitch
    if seen != pitch.version:
        raise Changed("Nothing of yours was saved yet. Below is what it says now, and what you typed.")
    pitch.title, pitch.about, pitch.topics, pitch.step_free = title, about, called, step_free
    pitch.leaders = []
    db.session.flush()  # the old rows must be gone before the new ones take their positions
    pitch.leaders = numbered(led_by)
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
        if policy.pitching_closed(pitch.event, at) and not policy.can_pitch_for_others(actor, pitch.event):
            raise Closed("Pitching has closed, so it stays withdrawn. A campmaker can still reopen it for you.")
        _to(pitch, OPEN, at)
    return pitch


def mark_interest(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Say "I'm interested". On a pitch that was merged it counts for what it is part of, which is returned.

    Doing it twice changes nothing. Raises Conflict for a pitch that was withdrawn, and when all marks one has are used.
    """
    require(policy.can_mark_interest(actor, pitch.event), JOIN_FIRST)
    while pitch.state == MERGED:
        pitch = pitch.merged_into
    _must_be_open(pitch, "Your interest was not marked.")
    if db.session.get(Interest, (pitch.id, actor.id)) is None:
        most = pitch.event.marks_most
        if most is not None and (used := queries.marks_used(pitch.event, actor)) >= most:
            raise Conflict(f"You have used {used} of your {most} {'mark' if most == 1 else 'marks'}, so this one was not marked. "
                           "Take one back from another pitch first.")
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
    """Make one pitch of two or more open ones of one event: all leaders and topics stay, interest is the union,
    and it has the earliest of their places in the queue.

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
                   title=title_of(title), about=about_of(about, ABOUT_MERGED_LENGTH))
    merged.leaders = numbered(once(x.person or x.name for origin in origins for x in origin.leaders))
    merged.step_free = any(origin.step_free for origin in origins)
    merged.topics = list(dict.fromkeys(topic for origin in origins for topic in origin.topics))
    db.session.add(merged)
    db.session.flush()
    for person_id, marked_at in _marks(origins).items():
        db.session.add(Interest(pitch_id=merged.id, person_id=person_id, marked_at=marked_at))
    for origin in origins:
        origin.merged_into = merged
        _to(origin, MERGED, at)
    queue_merging.inherit(actor, merged, origins, at)
    _changed(merged)
    _tell(actor, merged, origins, f"{_titles(origins)} are one pitch now: “{merged.title}”.", at)
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
    told = _tell(actor, pitch, [pitch, *origins], f"“{pitch.title}” was taken apart again: {_titles(origins)} are separate "
                 "pitches.", at)
    for origin in reversed(origins):  # each is shown the first that concerns them
        own = _concerned([origin])
        for notice in told:
            notice.thing_id = origin.id if notice.person_id in own else notice.thing_id
    for origin in origins:
        taken_back = _marks([origin]).keys() - now.keys()
        db.session.execute(delete(Interest).where(Interest.pitch_id == origin.id, Interest.person_id.in_(taken_back)))
        for person_id in now.keys() - before.keys():
            db.session.add(Interest(pitch_id=origin.id, person_id=person_id, marked_at=now[person_id]))
        origin.merged_into = None
        _to(origin, OPEN, at)
    db.session.execute(delete(Interest).where(Interest.pitch_id == pitch.id))
    queue_merging.give_back(actor, pitch, origins, at)
    _to(pitch, UNMERGED, at)
    return origins


def _concerned(pitches: Sequence[Pitch]) -> set[int]:
    """Who leads or is interested in one of them."""
    return {leader.person_id for pitch in pitches for leader in pitch.leaders if leader.person_id} | _marks(pitches).keys()


def _tell(actor: Person, about: Pitch, concerned: Sequence[Pitch], said: str, at: datetime) -> list[Notice]:
    """A notice on `about` for everybody but `actor` who leads or is interested in one of those `concerned`."""
    notices = [Notice(event_id=about.event_id, person_id=person_id, about="pitch", thing_id=about.id, said=said, at=at)
               for person_id in sorted(_concerned(concerned) - {actor.id})]
    db.session.add_all(notices)
    told(about.event, [notice.person_id for notice in notices], at=at)
    return notices


def _titles(pitches: Iterable[Pitch]) -> str:
    *first, last = [f"“{pitch.title}”" for pitch in pitches]
    return f"{', '.join(first)} and {last}"


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
