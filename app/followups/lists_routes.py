"""Lists of conversations: of an event, of a series, and one's own."""

from flask import flash, redirect, render_template, request, url_for

from app.errors import NotFound
from app.followups import actions, lists_queries, mine_queries, policy
from app.followups.blueprint import blueprint
from app.followups.lists_queries import STATES, Chosen
from app.followups.models import GOING
from app.followups.posts_count import posts_by
from app.followups.taps_routes import source_of
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import PUBLIC, READER, SIGNED_IN, allow, person


@blueprint.get("/e/<event_slug>/follow-ups")
@allow(READER)
def of_event(event):
    """Conversations of one event by how they stand, perhaps only those in which something is offered or asked for."""
    listing = lists_queries.of_event(event, person(), Chosen(topic=request.args.get("topic") or None, **_chosen()), _page())
    return render_template("followups/of_event.html", active="followups", listing=listing, may=policy.rights(person(), event),
                           topics=lists_queries.topics_of(event, person()),
                           of_source=lambda item: source_of(item.source))


@blueprint.get("/s/<series_slug>/follow-ups")
@allow(PUBLIC)
def of_series(series):
    """Conversations of those events of the series that the person may find."""
    chosen = Chosen(event=request.args.get("event") or None, year=_number("year"), topic=request.args.get("topic") or None,
                    **_chosen())
    return render_template("followups/of_series.html", series=series, choices=lists_queries.choices_of(series, person()),
                           listing=lists_queries.of_series(series, person(), chosen, _page()))


@blueprint.get("/follow-ups")
@allow(SIGNED_IN)
def mine():
    """The conversations somebody is in: what waits for them, what they host, what they are kept posted of."""
    return render_template("followups/mine.html", active="me", own=mine_queries.of_person(person(), clock.now(), _page()))


@blueprint.route("/follow-ups/<int:followup_id>/leave", methods=["GET", "POST"])
@allow(SIGNED_IN)
def leave_mine(followup_id: int):
    """Leave a conversation that one is in, also when its event is not to be seen any more."""
    followup = mine_queries.own_conversation(person(), followup_id)
    if followup is None:
        raise NotFound("You are not in such a conversation.")
    if request.method == "GET":
        return render_template("followups/leave.html", active="me", back=url_for("followups.mine"), at=request.path,
                               called=mine_queries.name_for(person(), followup), posts=posts_by(person(), followup))
    with transaction(followup.event):
        followup = mine_queries.own_conversation(person(), followup_id)
        if followup is not None:
            actions.leave_it(person(), followup, names=request.form.get("names", "1") != "0", at=clock.now())
    flash("You have left this conversation.", "success")
    return redirect(url_for("followups.mine"), 303)


def _chosen() -> dict:
    said, state = request.args, request.args.get("state")
    if said.get("show") == "hosted":  # as it was called before conversations had states
        state = GOING
    return {"state": state if state in STATES else None, "offering": said.get("offering") == "1",
            "asking": said.get("asking") == "1"}


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 9999 else None


def _page() -> int:
    return _number("page") or 1
