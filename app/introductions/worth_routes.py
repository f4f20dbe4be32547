"""The page of people worth meeting, for who wants to be shown, too."""

from flask import flash, redirect, render_template, request, url_for

from app.errors import require
from app.infra import clock
from app.infra.db import transaction
from app.introductions import meeting_actions, policy, queries
from app.introductions.blueprint import blueprint
from app.introductions.worth import worth_meeting
from app.web.guard import SIGNED_IN, allow, person


@blueprint.get("/s/<series_slug>/worth-meeting")
@allow(SIGNED_IN)
def worth(series):
    """Three people of the series and why; or, for who does not want to be shown yet, what would be said about them."""
    require(policy.can_meet(person(), series), meeting_actions.HOLDERS_FIRST)
    at = clock.now()
    wants = policy.wish_of(person().id, series.id)
    found = worth_meeting(series, person(), at.date()) if wants else []
    return render_template("introductions/worth.html", active="followups", series=series, wants=wants, found=found,
                           asks=queries.standing(person(), [one.person.id for one in found], at))


@blueprint.post("/s/<series_slug>/worth-meeting")
@allow(SIGNED_IN)
def want(series):
    """Want to meet people of the series (`on`), or no longer."""
    on = request.form.get("on") == "1"
    with transaction():
        if on:
            meeting_actions.want_to_meet(person(), series, at=clock.now())
        else:
            meeting_actions.stop_meeting(person(), series)
    flash("You are shown to others who want to meet people." if on else "You are shown to nobody here any more.", "success")
    return redirect(url_for("introductions.worth", series_slug=series.slug), 303)
