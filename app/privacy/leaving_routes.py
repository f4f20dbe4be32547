"""Leaving a series."""

from flask import flash, redirect, render_template, url_for

from app.accounts.models import Person
from app.events.models import Series
from app.infra import clock
from app.infra.db import transaction
from app.privacy import actions, queries
from app.privacy.blueprint import blueprint
from app.privacy.forms import LeaveForm
from app.web.guard import SIGNED_IN, allow, person
from app.web.panels import Panel


@blueprint.route("/s/<series_slug>/leave", methods=["GET", "POST"])
@allow(SIGNED_IN)
def leave(series):
    """What leaving the series ends, what becomes of the rest, and the button for it."""
    somebody, form, at = person(), LeaveForm(), clock.now()
    left = queries.left_by(somebody, series, at)
    if form.validate_on_submit():
        with transaction():
            actions.leave_series(somebody, series, posts=form.posts.data, revoke=form.revoke.data, past=form.past.data,
                                 under_way=form.under_way.data, coming=form.coming.data, at=at)
        flash(f"You have left {series.name}.", "success")
        return redirect(url_for("accounts.me"), 303)
    return render_template("privacy/leave.html", form=form, series=series, left=left), 422 if form.errors else 200


def series_panel(series: Series, somebody: Person | None) -> Panel | None:
    """On a series' page, for whoever has a part in it: the way out."""
    if somebody is None or not queries.has_part_in(somebody, series):
        return None
    return Panel("privacy/_series_panel.html", {"series": series})
