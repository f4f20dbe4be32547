"""Pages of what came of an event and of a series, the printable page without names, and showing them or not."""

from flask import flash, redirect, render_template, request, url_for

from app.errors import require
from app.infra.db import transaction
from app.recaps import actions, policy, queries
from app.recaps.blueprint import blueprint
from app.web.guard import ORGANISER, PUBLIC, READER, allow, person


@blueprint.get("/e/<event_slug>/came-of-it")
@allow(READER)
def of_event(event):
    """What came of one event: numbers, each linked to what it counts, and what people say came of it."""
    require(policy.can_see(person(), event), policy.NOT_SHOWN)
    return render_template("recaps/of_event.html", recap=queries.came_of(event, person()),
                           can_choose=policy.can_choose(person(), event))


@blueprint.get("/e/<event_slug>/came-of-it/summary")
@allow(READER)
def summary(event):
    """The same for a sheet of paper, without anybody's name: for a sponsor."""
    require(policy.can_see(person(), event), policy.NOT_SHOWN)
    return render_template("recaps/summary.html", recap=queries.came_of(event, person()))


@blueprint.get("/s/<series_slug>/came-of-it")
@allow(PUBLIC)
def of_series(series):
    """What came of those events of a series that the person may find and whose page is shown to them."""
    return render_template("recaps/of_series.html", series=series, recap=queries.of_series(series, person()))


@blueprint.post("/e/<event_slug>/came-of-it/shown")
@allow(ORGANISER)
def choose(event):
    """Show the event's page to whoever may read the event (`shown`), or to organisers alone."""
    shown = request.form.get("shown") == "yes"
    with transaction(event):
        actions.show(person(), event, shown)
    flash("Everybody who can see this event sees what came of it." if shown else "Only organisers see it now.", "success")
    return redirect(url_for("recaps.of_event", event_slug=event.slug), 303)
