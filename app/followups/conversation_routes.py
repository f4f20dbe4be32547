"""A conversation's own page, kept up to date while it is open."""

from flask import render_template, url_for

from app.accounts.models import Person
from app.errors import NotFound
from app.events.following import follow
from app.events.models import Event
from app.followups import policy, queries
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.parts import Seen, parts_of
from app.followups.versions import topic
from app.web.guard import READER, allow, person

CONVERSATION = "/e/<event_slug>/follow-ups/<int:followup_id>"
NOT_KEPT = {"Cache-Control": "no-store"}


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
    seen = Seen(followup, person(), policy.may(person(), followup), seats)
    of = {"event_slug": event.slug, "followup_id": followup.id}
    return {"followup": followup, "may": seen.may, "parts": parts_of(seen), "of": of,
            "here": url_for("followups.conversation", **of)}
