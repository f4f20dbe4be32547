"""Learned at this event: what its boards say, by prompt and topic, and what became of it."""

from itertools import groupby

from flask import render_template, request, url_for

from app.boards.blueprint import blueprint
from app.boards.ideas_routes import number
from app.boards.learned_queries import BY_PROMPT, BY_TOPIC, ORDERS, Chosen, key_of, learned
from app.web.guard import READER, allow, person
from app.web.panels import facts_of


@blueprint.get("/e/<event_slug>/learned", endpoint="learned")
@allow(READER)
def learned_page(event):
    """The insights of all boards that the reader may read, 50 on a page, each with where it came from and what it became."""
    by = request.args.get("by", "")
    chosen = Chosen(by if by in ORDERS else BY_PROMPT, key_of(request.args.get("prompt", "")[:500]),
                    key_of(request.args.get("topic", "")[:500]), number("session"), number("board"),
                    request.args.get("ideas") == "1")
    listing = learned(event, person(), chosen, number("page") or 1)

    def address(**changes) -> str:
        asked = {"by": chosen.by if chosen.by != BY_PROMPT else None, "prompt": chosen.prompt or None,
                 "topic": chosen.topic or None, "session": chosen.session, "board": chosen.board,
                 "ideas": "1" if chosen.ideas else None}
        return url_for("boards.learned", event_slug=event.slug, **{k: v for k, v in (asked | changes).items() if v is not None})

    headed = {BY_PROMPT: lambda one: one.prompt, BY_TOPIC: lambda one: one.topic or "Without a topic"}.get(chosen.by)
    parts = [(heading, list(some)) for heading, some in groupby(listing.items, headed or (lambda one: ""))]
    return render_template("boards/learned.html", active="boards", listing=listing, parts=parts, orders=ORDERS, address=address,
                           facts=facts_of("idea", event))
