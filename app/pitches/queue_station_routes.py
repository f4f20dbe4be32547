"""The pitching station: campmakers take pitches down, call the next, note the hands, keep the order."""

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.errors import Invalid
from app.events.models import Event
from app.infra import clock
from app.infra.db import transaction
from app.pitches import policy, queue_queries
from app.pitches import queue_actions as actions
from app.pitches.blueprint import blueprint
from app.pitches.duplicates import likely_duplicates
from app.pitches.forms import Draft
from app.pitches.queue_forms import StationForm
from app.pitches.queue_steps import last_change, told
from app.web.guard import CAMPMAKER, allow, person, wants_json
from app.web.panels import panels_of, tell_rooms

LONGEST_NUMBER = 9
ALIKE_SHOWN = 2  # of what a pitch just taken down looks like


@blueprint.route("/e/<event_slug>/pitches/station", methods=["GET", "POST"])
@allow(CAMPMAKER)
def station(event):
    """Take a pitch down for somebody: title and name are enough. As JSON it says where in the queue the pitch is."""
    form, typed = StationForm(event), request.form
    only_look = "before" in typed  # what came before, without scripts
    if not only_look and form.validate_on_submit():
        try:
            return _taken(event, form)
        except Invalid as problem:
            form.refuse(problem)
    if request.method == "POST" and wants_json() and not only_look:
        problems = {name: " ".join(map(str, found)) for name, found in form.errors.items()}
        return jsonify(error={"message": " ".join(problems.values()), "fields": {k or "": v for k, v in problems.items()}}), 422
    draft = Draft(event, typed.get("title", ""), typed.get("about", ""), typed.get("carries_on", ""), request.method == "POST")
    page = render_template("pitches/station.html", active="pitches", form=form, known=queue_queries.unqueued(event),
                           parts=panels_of("pitch form", draft, person()), **_station(event))
    return page, 422 if form.errors else 200


@blueprint.get("/e/<event_slug>/pitches/station/fragment")
@allow(CAMPMAKER)
def station_fragment(event):
    """What the station's live region holds: who is up, the controls, the queue."""
    return render_template("pitches/_station.html", event=event, **_station(event)), {"Cache-Control": "no-store"}


@blueprint.post("/e/<event_slug>/pitches/station/stage")
@allow(CAMPMAKER)
def run_stage(event):
    """What `do` says: next, start, stop, undo (each with the version `seen`), open, close, seconds."""
    asked, seen, at = request.form.get("do", ""), _number("seen") or 0, clock.now()
    with transaction(event):
        if asked == "next":
            stage = actions.call_next(person(), event, seen=seen, at=at)
            said = f"“{stage.entry.pitch.title}” is up." if stage.entry else "That was the last one."
        elif asked == "start":
            actions.start_countdown(person(), event, seen=seen, at=at)
            said = "The countdown runs."
        elif asked == "stop":
            actions.stop_countdown(person(), event, seen=seen, at=at)
            said = "The countdown is stopped."
        elif asked == "undo":
            said = f"Undone: {actions.undo(person(), event, seen=seen, at=at)}."
        elif asked in ("open", "close"):
            actions.set_stage(person(), event, open_to_all=asked == "open", at=at)
            said = "The queue is open to phones." if asked == "open" else "The queue is closed to phones."
        elif asked == "seconds":
            stage = actions.set_stage(person(), event, seconds=_number("seconds") or 0, at=at)
            said = f"Each pitch has {stage.seconds} seconds."
        else:
            raise Invalid("Say what to do with the stage.", "do")
    return _answer(event, said)


@blueprint.post("/e/<event_slug>/pitches/queue/<int:entry_id>")
@allow(CAMPMAKER)
def run_entry(event, entry_id: int):
    """What `do` says with one entry: up, down, front, skip, remove (the last two with the version `seen`), hands."""
    asked, seen, at = request.form.get("do", ""), _number("seen") or 0, clock.now()
    with transaction(event):
        entry = queue_queries.entry_in(event, entry_id)
        title = f"“{entry.pitch.title}”"
        if asked in ("up", "down", "front"):
            actions.move(person(), event, entry, asked, at=at)
            said = f"{title} has been moved."
        elif asked == "skip":
            actions.skip(person(), event, entry, seen=seen, at=at)
            said = f"{title} waits at the back of its round."
        elif asked == "remove":
            actions.remove(person(), event, entry, seen=seen, at=at)
            said = f"{title} is out of the queue."
        elif asked == "hands":
            actions.note_hands(person(), event, entry, _number("hands"), at=at)
            said = f"{title}: {entry.pitch.hands} hands." if entry.pitch.hands is not None else f"{title}: no number of hands."
        else:
            raise Invalid("Say what to do with this entry.", "do")
    return _answer(event, said)


def _taken(event: Event, form: StationForm):
    with transaction(event):
        pitcher = form.pitcher(person())
        known = queue_queries.said_before(event, form.title.data, pitcher)
        entry, new = actions.join(
            person(), event, pitch=known, title=form.title.data, about=form.about.data or "", topics=form.topic_names(),
            pitcher=pitcher, key=form.sent_key(), at=clock.now())
        tell_rooms("pitched", person(), entry.pitch, request.form, clock.now())
        entry_id, title, pitch = entry.id, entry.pitch.title, entry.pitch
    now, url = queue_queries.queue_of(event), url_for("pitches.show", event_slug=event.slug, pitch_id=pitch.id)
    alike = likely_duplicates(event, pitch, person=person(), at=clock.now())[:ALIKE_SHOWN] if new else []
    nth = next((i for i, line in enumerate(now.waiting, 1) if line.id == entry_id), None)
    place = f"number {nth} in the queue" if nth else "in the queue"
    said = f"“{title}” is {place}." if new else f"“{title}” was {place} already."
    if wants_json():
        return jsonify(message=said, place=nth, new=new, url=url, alike=[one.second.title for one in alike])
    flash(" ".join([said, *(f"{one.said}." for one in alike)]), "success")
    return redirect(url_for("pitches.station", event_slug=event.slug), 303)


def _station(event: Event) -> dict:
    now, undoable = queue_queries.queue_of(event), last_change(event, can_be_undone=True)
    last, shown = last_change(event), now.up is not None and policy.can_see_marks(person(), event, clock.now())
    return {
        "queue": now, "now": clock.now(), "marks": queue_queries.marks_on(now.up.pitch_id, None) if shown else None,
        "undoable": told(undoable, event) if undoable else "", "last": told(last, event) if last else "",
    }


def _answer(event: Event, said: str):
    if wants_json():
        return jsonify(message=said, version=queue_queries.queue_of(event).version)
    flash(said, "success")
    return redirect(url_for("pitches.station", event_slug=event.slug), 303)


def _number(field: str) -> int | None:
    """A whole number that was typed; None for nothing. Raises Invalid for anything else."""
    said = request.form.get(field, "").strip()
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > LONGEST_NUMBER:
        raise Invalid("Give a whole number.", field)
    return int(said)
