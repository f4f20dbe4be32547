"""The page where organisers set up pitching."""

from flask import flash, redirect, render_template, url_for
from wtforms import BooleanField
from wtforms.validators import Optional

from app.errors import Invalid
from app.events.forms import Day
from app.events.row_forms import Clock, Whole
from app.events.timetable import said_on_the_wall
from app.infra import clock, db
from app.infra.db import transaction
from app.pitches import opening
from app.pitches.blueprint import blueprint
from app.web.forms import Form
from app.web.guard import ORGANISER, allow, person


class PitchingForm(Form):
    """When pitching closes (in the event's own time), and what holds for marks."""

    closes_on = Day("Pitching closes on", [Optional()])
    closes_at = Clock("At", [Optional()])
    marks_hidden = BooleanField("Hide how many are interested until then")
    marks_most = Whole("Marks for each person", [Optional()])


@blueprint.route("/e/<event_slug>/set-up/pitching", methods=["GET", "POST"])
@allow(ORGANISER)
def set_up(event):
    """Closing time, hidden marks, a limit of marks."""
    local = clock.local(event.pitches_close_at, event.time_zone) if event.pitches_close_at else None
    form = PitchingForm(data={
        "closes_on": local.date() if local else None,
        "closes_at": local.time().replace(second=0, microsecond=0) if local else None,
        "marks_hidden": event.marks_hidden, "marks_most": event.marks_most})
    if form.validate_on_submit():
        try:
            with transaction(event):
                opening.set_up_pitching(person(), event, closes_at=said_on_the_wall(form.closes_on.data, form.closes_at.data,
                                                                                    event.time_zone, ("closes_on", "closes_at")),
                                        marks_hidden=form.marks_hidden.data, marks_most=form.marks_most.data)
            flash("Saved.", "success")
            return redirect(url_for("events.set_up", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("pitches/set_up.html", form=form), 422 if form.errors else 200
