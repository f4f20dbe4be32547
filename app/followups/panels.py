"""What this room shows on the pages of a session, a pitch and an event. Each asks a fixed number of SQL statements."""

from app.accounts.models import Person
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
    rights = policy.rights(person, session.event)
    followup = queries.followup_of(session)
    people = followup.people if followup else []
    own = next((p.part for p in people if person is not None and p.person_id == person.id), None)
    seen = followup is not None and policy.can_see_posted(person, followup, rights)
    return Panel("followups/_session_panel.html", {
        "session": session, "event": session.event, "rights": rights, "followup": followup,
        "hosted_by": queries.host_names(followup) if followup else [],
        "hosts": [{"id": h.id, "name": h.name, "named": h.person_id is None} for h in people if h.part == HOST],
        "posted": sum(p.part == POSTED for p in people), "hosting": own == HOST, "kept_posted": own == POSTED,
        "posted_names": [p.name for p in people if p.part == POSTED] if seen else [],
        "carried_on": queries.carried_on_from(session, person),
        "later": queries.later_events(session, person),
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
