"""Series: starting one, its owners, its next event."""

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.accounts.routes.sign_in import link_to
from app.errors import Invalid, NotFound
from app.events import actions, queries
from app.events.blueprint import blueprint
from app.events.choices import offered
from app.events.forms import FirstEventForm, NewEventForm, OwnerForm, SeriesForm
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import KEEPER, OWNER, allow


@blueprint.route("/series/new", methods=["GET", "POST"])
@allow(KEEPER)
def series_new():
    """A series and its first event in one step."""
    form = FirstEventForm()
    if form.validate_on_submit():
        try:
            with transaction():
                event = actions.set_up_first_event(
                    guard.person(), series_name=form.series_name.data, name=form.name.data, starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data, venue=form.venue.data, time_zone=form.time_zone.data, at=clock.now())
            flash(f"{event.name} is there. Add its rooms and its timetable next.", "success")
            return redirect(url_for("events.set_up", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("events/series_new.html", form=form), 422 if form.errors else 200


@blueprint.route("/s/<series_slug>/events/new", methods=["GET", "POST"])
@allow(OWNER)
def event_new(series):
    """One more event, blank or with the set-up of an earlier one."""
    earlier = queries.events_found_by(guard.person(), series=series)
    by_slug = {event.slug: event for event in earlier}
    form = NewEventForm(data=None if request.method == "POST" else {"copy_from": earlier[0].slug if earlier else ""})
    form.copy_from.choices = offered([*((e.slug, f"The set-up of {e.name}") for e in earlier), ("", "Nothing: a blank event")])
    if form.validate_on_submit():
        try:
            with transaction():
                event = actions.set_up_event(
                    guard.person(), series, name=form.name.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data,
                    venue=form.venue.data, copy_from=by_slug.get(form.copy_from.data), at=clock.now())
            flash(f"{event.name} is there. Look through its set-up.", "success")
            return redirect(url_for("events.set_up", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("events/event_new.html", form=form, series=series, earlier=earlier), 422 if form.errors else 200


@blueprint.route("/s/<series_slug>/edit", methods=["GET", "POST"])
@allow(OWNER)
def series_edit(series):
    """What the series is called and about, and who owns it."""
    form = SeriesForm(obj=series)
    if form.validate_on_submit():
        try:
            with transaction(series):
                actions.edit_series(guard.person(), series, name=form.name.data, slug=form.slug.data, about=form.about.data)
            flash("Saved.", "success")
            return redirect(url_for("events.series_show", series_slug=series.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    page = render_template("events/series_edit.html", form=form, series=series, owners=queries.owners_of(series))
    return page, 422 if form.errors else 200


@blueprint.route("/s/<series_slug>/owners", methods=["GET", "POST"])
@allow(OWNER)
def owners(series):
    """Make somebody an owner too."""
    form = OwnerForm()
    if form.validate_on_submit():
        try:
            with transaction(series):
                person = actions.add_owner(guard.person(), series, email=form.email.data, name=form.name.data, link_to=link_to,
                                           next_path=url_for("events.series_show", series_slug=series.slug), at=clock.now())
            flash(f"{person.name} is an owner now. We have sent them a link to sign in.", "success")
            return redirect(url_for("events.series_edit", series_slug=series.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("events/owners.html", form=form, series=series), 422 if form.errors else 200


@blueprint.post("/s/<series_slug>/owners/<int:person_id>/remove")
@allow(OWNER)
def remove_owner(series, person_id: int):
    """Make somebody an owner no more."""
    person = db.session.get(Person, person_id)
    if person is None or person.id not in queries.owner_ids(series.id):
        raise NotFound("They are not an owner of this series.")
    with transaction(series):
        actions.remove_owner(guard.person(), series, person)
    flash(f"{person.name} is not an owner any more.", "success")
    mine = person.id == guard.person().id
    return redirect(url_for("events.series_show" if mine else "events.series_edit", series_slug=series.slug), 303)
