"""What this room shows on the pages of a session, an idea, a pledge, a pitch and an event: a fixed number of statements each."""

from collections.abc import Mapping

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.events.models import Event
from app.followups import policy, queries
from app.followups.earlier import find_earlier
from app.followups.models import HOST, POSTED
from app.grid.models import Session
from app.pitches import policy as pitches_policy
from app.pitches.models import OPEN, Pitch
from app.web.panels import Panel

SUGGESTED = 3


def session_panel(session: Session, person: Person | None) -> Panel:
    """Carrying on afterwards: who hosts, how many want to hear of it, and what `person` can do."""
    return _panel(session, person, {"session_id": session.id}, carried_on=queries.carried_on_from(session, person),
                  later=queries.later_events(session, person))


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
    """What became of the event's ideas: who carries each on, or that somebody is looked for, and that in words (1 statement)."""
    return {idea_id: {"hosts": hosts, "looking": not hosts,
                      "said": f"Carried on by {', '.join(hosts)}" if hosts else "Looking for someone to carry it on"}
            for idea_id, hosts in queries.of_ideas(event).items()}


def _panel(source: policy.Source, person: Person | None, of: Mapping[str, int], *, thing: str = "conversation",
           closed: bool = False, kept_in: bool = False, carried_on=(), later=()) -> Panel:
    rights = policy.rights(person, source.event)
    followup = queries.followup_of(source)
    people = followup.people if followup else []
    own = next((p.part for p in people if person is not None and p.person_id == person.id), None)
    seen = followup is not None and policy.may(person, followup).see_people
    return Panel("followups/_session_panel.html", {
        "of": dict(of), "event": source.event, "rights": rights, "followup": followup, "thing": thing, "closed": closed,
        "kept_in": kept_in, "carried_on": carried_on, "later": later,
        "hosted_by": queries.host_names(followup) if followup else [],
        "hosts": [{"id": h.id, "name": h.name, "named": h.person_id is None} for h in people if h.part == HOST],
        "posted": sum(p.part == POSTED for p in people), "hosting": own == HOST, "kept_posted": own == POSTED,
        "posted_names": [p.name for p in people if p.part == POSTED] if seen else [],
    })


def pitch_panel(pitch: Pitch, person: Person | None) -> Panel | None:
    """The session whose conversation the pitch carries on; for who may change it, what it could carry on."""
    sources = queries.sources_of(pitch, person)
    may = pitch.state == OPEN and pitches_policy.can_change(person, pitch)
    linked = {session.id for session in sources}
    found = [one for one in find_earlier(pitch.event, person, pitch.title, pitch.about) if one.session_id not in linked][
        :SUGGESTED] if may and not sources else []
    return Panel("followups/_pitch_panel.html", {
        "sources": sources, "found": found, "pitch": pitch, "own": queries.carries_on(pitch) in linked if may else False,
    }) if sources or found else None


def event_panel(event: Event, person: Person | None) -> Panel | None:
    """A few conversations of the event that look for somebody to carry them on."""
    items, total = queries.looking_at(event)
    return Panel("followups/_event_panel.html", {"event": event, "items": items, "total": total}) if items else None
