"""Pages that change pitches in a way that may touch the grid: withdrawing, merging and undoing a merge."""

from flask import flash, redirect, render_template, request, url_for

from app.errors import Conflict, Invalid
from app.grid import actions, queries
from app.grid.pages import blueprint
from app.infra import clock
from app.infra.db import transaction
from app.pitches.forms import MergeForm
from app.pitches.models import OPEN, TITLE_LENGTH, Pitch
from app.pitches.queries import origins_interest, pitch_in, pitches_in
from app.web.guard import ATTENDEE, CAMPMAKER, allow, person


@blueprint.post("/e/<event_slug>/pitches/<int:pitch_id>/withdraw")
@allow(ATTENDEE)
def withdraw(event, pitch_id: int):
    """Withdraw a pitch, off the grid too if it is on it."""
    with transaction(event):
        pitch = actions.withdraw(person(), pitch_in(event, pitch_id), at=clock.now())
    flash(f"“{pitch.title}” has been withdrawn. It can be reopened here.", "success")
    return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch_id), 303)


@blueprint.route("/e/<event_slug>/pitches/merge", methods=["GET", "POST"])
@allow(CAMPMAKER)
def merge(event):
    """Make one pitch of those ticked (`pitch`, several times)."""
    ids = request.values.getlist("pitch", type=int)
    if len(set(ids)) < 2:
        flash("Tick two or more pitches, then choose Merge.", "warn")
        return redirect(url_for("pitches.listing", event_slug=event.slug), 303)
    origins = pitches_in(event, ids)
    form, problem = MergeForm(), None
    if request.method == "GET":
        form.title.data, form.about.data = _together(origins)
    elif form.validate_on_submit():
        try:
            with transaction(event):
                merged = actions.merge(person(), pitches_in(event, ids), title=form.title.data, about=form.about.data,
                                       at=clock.now())
        except Conflict as refused:
            problem, origins = refused, pitches_in(event, ids)
        except Invalid as refused:
            form.refuse(refused)
        else:
            flash(f"“{merged.title}” is made of {len(ids)} pitches now. The merge can be undone here.", "success")
            return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=merged.id), 303)
    sessions = queries.sessions_of(origins)
    status = problem.status if problem else 422 if request.method == "POST" else 200
    return render_template(
        "pitches/merge.html", active="pitches", form=form, problem=problem, origins=origins,
        interest=origins_interest(origins, person()),
        leaders=list(dict.fromkeys(leader.name for pitch in origins for leader in pitch.leaders)),
        where={pitch_id: queries.where_of(session) for pitch_id, session in sessions.items() if session.placement},
        all_open=all(pitch.state == OPEN for pitch in origins)), status


@blueprint.post("/e/<event_slug>/pitches/<int:pitch_id>/unmerge")
@allow(CAMPMAKER)
def unmerge(event, pitch_id: int):
    """Undo a merge."""
    with transaction(event):
        origins = actions.unmerge(person(), pitch_in(event, pitch_id), at=clock.now())
    flash(f"The merge is undone: {' and '.join(f'“{pitch.title}”' for pitch in origins)} are separate pitches again.", "success")
    return redirect(url_for("pitches.listing", event_slug=event.slug), 303)


def _together(origins: list[Pitch]) -> tuple[str, str]:
    """A first draft of the merged pitch: the titles beside each other if they fit, and every text under its title."""
    title = " / ".join(pitch.title for pitch in origins)
    about = "\n\n".join(f"**{pitch.title}**\n\n{pitch.about}".strip() for pitch in origins if pitch.about)
    return (title if len(title) <= TITLE_LENGTH else origins[0].title), about
