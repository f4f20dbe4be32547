"""Setting up an event: what it is, and what holds for its notes."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for

from app.errors import Invalid
from app.events import actions
from app.events.blueprint import blueprint
from app.events.choices import offered
from app.events.forms import COLOURS, VISIBILITY, VISIBILITY_HINTS, DetailsForm, zones
from app.events.notes_form import ATTRIBUTION, HINTS, READERS, WRITERS, NotesForm
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import ORGANISER, allow


@blueprint.get("/e/<event_slug>/set-up")
@allow(ORGANISER)
def set_up(event):
    """Everything that is set, and where to change it."""
    return render_template("events/set_up.html", visibility=dict(VISIBILITY), attribution=dict(ATTRIBUTION),
                           colours=dict(COLOURS), readers=dict(READERS), writers=dict(WRITERS))


@blueprint.route("/e/<event_slug>/set-up/details", methods=["GET", "POST"])
@allow(ORGANISER)
def set_up_details(event):
    """Name, dates, place, who may see it."""
    form = DetailsForm(obj=event)
    form.time_zone.choices = zones(event.time_zone)
    if event.hue not in dict(COLOURS):
        form.hue.choices = offered([*COLOURS, (event.hue, "Its own colour")])
    return _edit(event, form, "events/set_up_details.html", VISIBILITY_HINTS,
                 lambda: {field.name: field.data for field in form if field.name != "csrf_token"})


@blueprint.route("/e/<event_slug>/set-up/notes", methods=["GET", "POST"])
@allow(ORGANISER)
def set_up_notes(event):
    """What notes name, who reads and writes them and until when, their template and licence; the code of conduct."""
    form = NotesForm.of(event)
    return _edit(event, form, "events/set_up_notes.html", HINTS, lambda: form.said(event))


def _edit(event, form, template: str, hints: dict, said: Callable[[], dict]):
    if form.validate_on_submit():
        try:
            with transaction(event):
                actions.edit_event(guard.person(), event, at=clock.now(), **said())
            flash("Saved.", "success")
            return redirect(url_for("events.set_up", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template(template, form=form, hints=hints), 422 if form.errors else 200
