"""A conversation's own page, kept up to date while it is open."""

import uuid

from flask import render_template, url_for

from app.accounts.models import Person
from app.errors import NotFound
from app.events.following import follow
from app.events.models import Event
from app.followups import page_queries, policy, queries
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.models import ASK, OFFER, OPEN, READ_ALL, READ_PASS, READ_PEOPLE, FollowUp
from app.followups.panels import STANDS
from app.followups.parts import Seen, parts_of
from app.followups.taps_routes import of_source, page_of
from app.followups.versions import topic
from app.infra import clock
from app.web.guard import READER, allow, person
from app.web.panels import panels_of

CONVERSATION = "/e/<event_slug>/follow-ups/<int:followup_id>"
READERS = {
    READ_ALL: "everybody who can see this event",
    READ_PASS: "people with a pass to an event of this series, and everybody in the conversation",
    READ_PEOPLE: "people in the conversation",
}
NOT_KEPT = {"Cache-Control": "no-store"}
MOST_NAMED = 50  # of those kept posted, the first; the page has the number of all


@blueprint.get(CONVERSATION)
@allow(READER)
def conversation(event, followup_id: int):
    """The conversation: what it is about, who is in it, what is offered and asked for, its posts, what is next."""
    return render_template("followups/conversation.html", active="followups", **_shown(event, followup_id))


@blueprint.get(f"{CONVERSATION}/live")
@allow(READER)
def conversation_fragment(event, followup_id: int):
    """What the page's live region holds."""
    return render_template("followups/_conversation.html", **_shown(event, followup_id)), NOT_KEPT


@blueprint.get(f"{CONVERSATION}/stream")
@allow(READER)
def conversation_stream(event, followup_id: int):
    """Nudges when the conversation changes, for as long as who follows it may see it."""
    followup, seats = conversation_asked(event, followup_id)
    number = followup.id

    def may(somebody: Person | None, what: Event) -> bool:
        try:
            return bool(queries.conversation(what, number, somebody, seats))
        except NotFound:
            return False

    return follow(event, topic(number), may=may)


def _shown(event, followup_id: int) -> dict:
    followup, seats = conversation_asked(event, followup_id)
    somebody = person()
    may = policy.may(somebody, followup)
    seen = Seen(followup, somebody, may, seats)
    of = {"event_slug": event.slug, "followup_id": followup.id}
    offers = page_queries.offers_of(followup) if may.read_posts else []
    counts = {} if may.read_posts else page_queries.offer_counts(followup)
    links: dict[int, tuple[str, str]] = {}
    for panel in panels_of("conversation people", followup, somebody):
        links |= panel.context["links"]
    own = next((one for one in followup.people if somebody is not None and one.person_id == somebody.id), None)
    return {"event": event, "followup": followup, "may": may, "parts": parts_of(seen), "of": of, "own": own,
            "here": url_for("followups.conversation", **of), "chain": page_queries.chain_of(followup, somebody),
            "source": {"event_slug": event.slug, **of_source(followup)}, "source_page": page_of(event, of_source(followup)),
            "offers": {kind: [one for one in offers if one.kind == kind] for kind in (OFFER, ASK)}, "offer_counts": counts,
            "new_key": lambda: str(uuid.uuid4()), "links": links, "readers": READERS[followup.readers], "stands": STANDS,
            "most_named": MOST_NAMED,
            "later_events": queries.later_events(followup, somebody), "over": _over(followup),
            "panels": panels_of("conversation", followup, somebody)}


def _over(followup: FollowUp) -> bool:
    """Whether the day it was to end on has passed, and it goes on."""
    today = clock.local(clock.now(), followup.event.time_zone).date()
    return followup.state == OPEN and followup.ends_on is not None and followup.ends_on < today
