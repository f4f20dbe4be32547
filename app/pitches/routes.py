"""Pages of pitches: one pitch, pitching, changing, marking interest.

Withdrawing and merging, which may touch the grid, have their pages in `app/grid/`.
"""

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid, require
from app.infra import clock, db
from app.infra.db import transaction
from app.pitches import (  # noqa: F401  (their tables, and their pages on the blueprint)
    actions,
    duplicates_routes,
    listing_routes,
    opening_routes,
    policy,
    queries,
    queue_models,
    queue_routes,
    queue_station_routes,
    scoring_models,
    scoring_routes,
)
from app.pitches.blueprint import blueprint
from app.pitches.duplicates import likely_duplicates
from app.pitches.forms import Draft, MergedPitchForm, PitchForm
from app.pitches.listing_routes import marks_of
from app.pitches.models import OPEN
from app.web.guard import ATTENDEE, READER, allow, person, wants_json
from app.web.panels import panels_of, tell_rooms
from app.web.templating import safe_next


@blueprint.get("/e/<event_slug>/pitches/<int:pitch_id>")
@allow(READER)
def show(event, pitch_id: int):
    """One pitch, whatever became of it."""
    pitch, helps = queries.pitch_in(event, pitch_id), policy.can_merge(person(), event)
    return render_template(
        "pitches/show.html", active="pitches", pitch=pitch,
        likely=likely_duplicates(event, pitch, person=person()) if helps and pitch.state == OPEN else [],
        interest=queries.interest_in(pitch, person()),
        topic_keys=queries.topic_keys(event), panels=panels_of("pitch", pitch, person()),
        marks=marks_of(event),
        can_mark=policy.can_mark_interest(person(), event), can_change=policy.can_change(person(), pitch),
        can_merge=helps)


@blueprint.route("/e/<event_slug>/pitches/new", methods=["GET", "POST"])
@allow(ATTENDEE)
def new(event):
    """Pitch something."""
    form, typed = PitchForm(event), request.form
    draft = Draft(event, typed.get("title", ""), typed.get("about", ""), typed.get("carries_on", ""), request.method == "POST")
    for_others = policy.can_pitch_for_others(person(), event)
    closed = policy.pitching_closed(event, clock.now()) and not for_others
    if closed and request.method == "GET":
        return render_template("pitches/closed.html", active="pitches")
    if request.method == "GET" and not for_others:
        form.write_leaders([_called(form)])
    if "before" in typed:  # only to see what came before, without scripts
        return _typing(form, draft, for_others)
    if form.validate_on_submit():
        try:
            with transaction(event):
                pitch = actions.pitch(person(), event, title=form.title.data, about=form.about.data,
                                      leaders=form.led_by(person(), _person), topics=form.topic_names(),
                                      step_free=form.step_free.data, at=clock.now())
                tell_rooms("pitched", person(), pitch, typed, clock.now())
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
        except actions.Closed as problem:  # while it was being typed: nothing is lost
            form.form_errors.append(problem.message)
            return _typing(form, draft, for_others, problem.status)
        else:
            flash(f"“{pitch.title}” has been pitched.", "success")
            return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch.id), 303)
    return _typing(form, draft, for_others, 422 if request.method == "POST" else 200)


@blueprint.route("/e/<event_slug>/pitches/<int:pitch_id>/edit", methods=["GET", "POST"])
@allow(ATTENDEE)
def edit(event, pitch_id: int):
    """Change what a pitch says. Saving over somebody else's change shows both and keeps what was typed."""
    pitch = queries.pitch_in(event, pitch_id)
    require(policy.can_change(person(), pitch), actions.NOT_YOURS)
    if request.method == "GET" and pitch.state != OPEN:
        return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch.id))
    form = (MergedPitchForm if pitch.origins else PitchForm)(event, pitch)
    status, theirs = 200, None
    if request.method == "GET":
        form.show(pitch)
    elif form.validate_on_submit():
        try:
            with transaction(event):
                pitch = actions.edit(
                    person(), queries.pitch_in(event, pitch_id), title=form.title.data, about=form.about.data,
                    leaders=form.led_by(person(), _person), topics=form.topic_names(), seen=form.seen_version(),
                    step_free=form.step_free.data, at=clock.now())
        except actions.Changed:
            status, theirs = 409, queries.pitch_in(event, pitch_id)
            form.version.data = str(theirs.version)
        except Invalid as problem:
            status = 422
            form.refuse(problem)
        else:
            flash("Saved.", "success")
            return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch.id), 303)
    else:
        status = 422
    return render_template("pitches/edit.html", active="pitches", form=form, pitch=pitch, theirs=theirs,
                           topic_keys=queries.topic_keys(event)), status


@blueprint.post("/e/<event_slug>/pitches/<int:pitch_id>/reopen")
@allow(ATTENDEE)
def reopen(event, pitch_id: int):
    """Put a withdrawn pitch forward again."""
    with transaction(event):
        pitch = actions.reopen(person(), queries.pitch_in(event, pitch_id), at=clock.now())
    flash(f"“{pitch.title}” is open again.", "success")
    return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch_id), 303)


@blueprint.post("/e/<event_slug>/pitches/<int:pitch_id>/interest")
@allow(ATTENDEE)
def interest(event, pitch_id: int):
    """Say "I'm interested" (`on=1`), or take it back (`on=0`); then back to the page (`next`) it was said on."""
    verb = actions.unmark_interest if request.form.get("on") == "0" else actions.mark_interest
    with transaction(event):
        pitch = verb(person(), queries.pitch_in(event, pitch_id), at=clock.now())
    count, mine = queries.interest_in(pitch, person())
    if wants_json():
        return jsonify(interested=mine, count=count, used=queries.marks_used(event, person()))
    if pitch.id != pitch_id and mine:
        flash(f"That pitch is part of “{pitch.title}” now, so your interest was marked there.", "info")
    target = request.form.get("next")
    return redirect(safe_next(target) if target else url_for("pitches.show", event_slug=event.slug, pitch_id=pitch_id), 303)


def _typing(form: PitchForm, draft: Draft, for_others: bool, status: int = 200):
    """The form of a new pitch, with what other rooms show beside it."""
    return render_template("pitches/new.html", active="pitches", form=form, for_others=for_others,
                           parts=panels_of("pitch form", draft, person())), status


def _called(form: PitchForm) -> str:
    """What the person who looks is called in the form's list of names."""
    return next((label for label, person_id in form.called.items() if person_id == person().id), person().name)


def _person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)
