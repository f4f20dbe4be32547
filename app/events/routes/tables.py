"""Setting up an event: the tables of rooms, slots and topics. One page each, saved at once, without scripts too."""

from collections.abc import Callable
from dataclasses import asdict

from flask import flash, redirect, render_template, request, url_for

from app.errors import Conflict, Invalid
from app.events import layout, queries, timetable
from app.events.blueprint import blueprint
from app.events.row_forms import PlanForm, RoomsForm, SlotsForm, TableForm, TopicsForm
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import ORGANISER, allow


@blueprint.route("/e/<event_slug>/set-up/rooms", methods=["GET", "POST"])
@allow(ORGANISER)
def set_up_rooms(event):
    """The rooms."""
    form = RoomsForm.of(event)
    return _table(event, form, lambda: layout.save_rooms(guard.person(), event, form.values(), seen=form.seen.data,
                                                          at=clock.now()),
                  "rooms", used=queries.rooms_in_use(event))


@blueprint.route("/e/<event_slug>/set-up/slots", methods=["GET", "POST"])
@allow(ORGANISER)
def set_up_slots(event):
    """The timetable."""
    form = SlotsForm.of(event)
    return _table(event, form, lambda: layout.save_slots(guard.person(), event, form.values(event), seen=form.seen.data,
                                                          at=clock.now()),
                  "slots", used=queries.slots_in_use(event), plan=None if event.slots else _usual())


@blueprint.route("/e/<event_slug>/set-up/topics", methods=["GET", "POST"])
@allow(ORGANISER)
def set_up_topics(event):
    """The topics."""
    form = TopicsForm.of(event)
    return _table(event, form, lambda: layout.save_topics(guard.person(), event, form.values(), seen=form.seen.data), "topics")


@blueprint.post("/e/<event_slug>/set-up/timetable")
@allow(ORGANISER)
def make_slots(event):
    """A whole timetable from a few numbers."""
    form = PlanForm()
    if form.validate_on_submit():
        try:
            with transaction(event):
                timetable.make_slots(guard.person(), event, form.plan())
            flash("The timetable is made. Change what differs.", "success")
            return redirect(url_for("events.set_up_slots", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("events/slots.html", form=SlotsForm.of(event), used=set(), plan=form), 422


def _usual() -> PlanForm:
    """The plan as it is first shown: the day that most such events have."""
    return PlanForm(formdata=None, data=asdict(timetable.USUAL))


def _table(event, form: TableForm, save: Callable[[], None], what: str, **more):
    status = 200
    if form.validate_on_submit():
        try:
            with transaction(event):
                save()
            flash("Saved.", "success")
            page = f"events.set_up_{what}" if "more" in request.form else "events.set_up"
            return redirect(url_for(page, event_slug=event.slug), 303)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            status = problem.status
            form.refuse(Invalid(problem.message))
            if status == Conflict.status:
                form.form_errors.append("Open this page again in another tab to compare. Saving here again keeps yours.")
                form.seen.data, form.seen.raw_data = event.set_up_version, None
    elif form.errors:
        status = Invalid.status
    return render_template(f"events/{what}.html", form=form, **more), status
