"""What this room shows on the pages of a session, its notes, an insight, an idea, a pledge, a pitch, an event and a person.

A fixed number of statements each."""

from collections.abc import Mapping

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import SHOWN, Insight
from app.events.models import Event
from app.followups import lists_queries, mine_queries, policy, queries
from app.followups.earlier import find_earlier
from app.followups.models import HOST, POSTED, FollowUp
from app.grid.models import Session
from app.notes import policy as notes_policy
from app.pitches import policy as pitches_policy
from app.pitches.models import OPEN, Pitch
from app.web.panels import Panel

SUGGESTED = 3
STANDS = {"looking": "Looking for a host", "going": "Going on", "came": "Came to something", "rested": "Resting"}


def session_panel(session: Session, person: Person | None) -> Panel:
    """Carrying on afterwards: how it stands, who hosts, how many want to hear of it, and what `person` can do."""
    return _panel(session, person, {"session_id": session.id}, carried_on=queries.carried_on_from(session, person),
                  later=queries.later_events(session, person))


def note_panel(session: Session, person: Person | None) -> Panel | None:
    """The same beside the notes, with the way to begin from one of their lines."""
    if not notes_policy.can_read(person, session):
        return None
    return _panel(session, person, {"session_id": session.id}, aside=True, lines=True)


def insight_panel(insight: Insight, person: Person | None) -> Panel | None:
    """The same for a note on a board; once it is hidden or taken out only what there is already."""
    if insight.state != SHOWN and queries.followup_of(insight) is None:
        return None
    return _panel(insight, person, {"board_id": insight.board_id, "insight_id": insight.id}, closed=insight.state != SHOWN)


def idea_panel(idea: Idea, person: Person | None) -> Panel | None:
    """The same for an idea; once it is withdrawn only what there is already."""
    return None if idea.withdrawn and queries.followup_of(idea) is None else _panel(
        idea, person, {"idea_id": idea.id}, thing="idea", closed=idea.withdrawn)


def pledge_panel(pledge: Pledge, person: Person | None) -> Panel:
    """The same for a pledge, on a page that only those see who see the pledge."""
    return _panel(pledge, person, {"pledge_id": pledge.id}, thing="pledge", kept_in=pledge.shown != PUBLIC_PLEDGE)


def pledge_gone_panel(pledge: Pledge, person: Person | None) -> Panel | None:
    """What else goes when a pledge is taken back: its conversation, and how many others are in it."""
    followup = queries.followup_of(pledge)
    if followup is None:
        return None
    others = sum(one.person_id is None or one.person_id != pledge.person_id for one in followup.people)
    return Panel("followups/_pledge_gone_panel.html", {"others": others})


def idea_facts(event: Event) -> Mapping[int, Mapping[str, object]]:
    """What became of the event's ideas: who carries each on, how that stands, and the same in words (1 statement)."""
    return {idea_id: {"hosts": hosts, "stands": stands, "looking": stands == "looking", "said": _said(stands, hosts)}
            for idea_id, (stands, hosts) in queries.of_ideas(event).items()}


def _said(stands: str, hosts: tuple[str, ...]) -> str:
    if stands in ("came", "rested"):
        return STANDS[stands]
    return f"Carried on by {', '.join(hosts)}" if hosts else "Looking for someone to carry it on"


def _panel(source: policy.Source, person: Person | None, of: Mapping[str, int], *, thing: str = "conversation",
           closed: bool = False, kept_in: bool = False, carried_on=(), later=(), lines: bool = False,
           aside: bool = False) -> Panel:
    event = policy.source_event(source)
    followup = queries.followup_of(source)
    may = policy.may(person, followup) if followup else _before(person, event)
    people = followup.people if followup else []
    return Panel("followups/_session_panel.html", {
        "of": dict(of), "event": event, "may": may, "followup": followup, "thing": thing, "closed": closed, "lines": lines,
        "kept_in": kept_in, "carried_on": carried_on, "later": later, "stands": _stands(followup),
        "hosted_by": queries.host_names(followup) if followup else [],
        "hosts": [{"id": h.id, "name": h.name, "named": h.person_id is None} for h in people if h.part == HOST],
        "posted": sum(p.part == POSTED for p in people), "hosting": may.part == HOST, "kept_posted": may.part == POSTED,
    }, aside=aside)


def _stands(followup: FollowUp | None) -> tuple[str, str] | None:
    return (followup.stands, STANDS[followup.stands]) if followup else None


def _before(person: Person | None, event: Event) -> policy.May:
    """What somebody may do before there is a conversation."""
    given = policy.rights(person, event)
    return policy.May(None, given.volunteer, False, False, given.help, False, given.help)


def pitch_panel(pitch: Pitch, person: Person | None) -> Panel | None:
    """The conversation that the pitch carries on; for who may change it, what it could carry on."""
    sources, talks = queries.sources_of(pitch, person), queries.conversations_behind(pitch, person)
    may = pitch.state == OPEN and pitches_policy.can_change(person, pitch)
    found = find_earlier(pitch.event, person, pitch.title, pitch.about)[:SUGGESTED] if may and not sources and not talks else []
    link = queries.own_link(pitch) if may and (sources or talks) else None
    own = link is not None and (link.session_id in {one.id for one in sources} or link.followup_id in {one.id for one in talks})
    return Panel("followups/_pitch_panel.html", {
        "sources": sources, "of_session": queries.talks_of(sources), "talks": talks, "found": found, "pitch": pitch, "own": own,
    }) if sources or talks or found else None


def event_panel(event: Event, person: Person | None) -> Panel | None:
    """A few conversations of the event that look for somebody to carry them on."""
    items, total = lists_queries.looking_at(event, person)
    return Panel("followups/_event_panel.html", {"event": event, "items": items, "total": total}) if items else None


def person_panel(person: Person, _acting: Person | None) -> Panel:
    """The way to the conversations somebody is in, and in how many something waits for them (1 statement)."""
    total, waiting = mine_queries.waiting_for(person)
    return Panel("followups/_person_panel.html", {"total": total, "waiting": waiting})
