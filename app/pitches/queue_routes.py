"""Pages of the queue for everybody: the queue on a phone, the stage screen, their fragments and streams, the QR code."""

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid
from app.events import join_codes
from app.events.following import follow
from app.events.models import Event
from app.infra import clock
from app.infra.db import transaction
from app.pitches import policy, queries, queue_actions, queue_queries
from app.pitches.blueprint import blueprint
from app.pitches.models import OPEN, Pitch
from app.pitches.queue_forms import JoinForm
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.panels import Panel
from app.web.qr import qr_answer
from app.web.templating import absolute_url_for

SHOWN_ON_PHONES = 12  # of those who wait; hundreds of phones fetch them at each "next", and their own place is told anyway


@blueprint.get("/e/<event_slug>/pitches/queue")
@allow(READER)
def queue(event):
    """Who is up and who comes next; for who holds a pass "I'd come", their own place, and the way in."""
    return render_template("pitches/queue.html", active="pitches", **_queue(event))


@blueprint.get("/e/<event_slug>/pitches/queue/fragment")
@allow(READER)
def queue_fragment(event):
    """What the queue page's live region holds."""
    return render_template("pitches/_queue.html", event=event, **_queue(event)), {"Cache-Control": "no-store"}


@blueprint.get("/e/<event_slug>/pitches/queue/stream")
@allow(READER)
def queue_stream(event):
    """Nudges when the stage changes. Joins and marks are not told here: that would be too much for hundreds of phones."""
    return follow(event, f"stage:{event.id}")


@blueprint.post("/e/<event_slug>/pitches/queue/join")
@allow(ATTENDEE)
def queue_join(event):
    """Stand in the queue with a pitch of one's own (`pitch`), or with a new one (`title`, `about`)."""
    pitch_id = request.form.get("pitch", type=int)
    form = JoinForm()
    if pitch_id is None and not form.validate_on_submit():
        return render_template("pitches/queue.html", active="pitches", **_queue(event, form)), 422
    try:
        with transaction(event):
            pitch = queries.pitch_in(event, pitch_id) if pitch_id is not None else None
            entry, _ = queue_actions.join(person(), event, pitch=pitch, title=form.title.data or "", about=form.about.data or "",
                                          key=form.sent_key(), at=clock.now())
            title = entry.pitch.title
    except Invalid as problem:
        form.refuse(problem)
        return render_template("pitches/queue.html", active="pitches", **_queue(event, form)), 422
    flash(f"“{title}” is in the queue.", "success")
    return redirect(url_for("pitches.queue", event_slug=event.slug), 303)


@blueprint.post("/e/<event_slug>/pitches/queue/<int:entry_id>/leave")
@allow(ATTENDEE)
def queue_leave(event, entry_id: int):
    """Stand in the queue no more."""
    with transaction(event):
        entry = queue_actions.leave(person(), event, queue_queries.entry_in(event, entry_id), at=clock.now())
        title = entry.pitch.title
    flash(f"“{title}” has left the queue. It is still among the pitches, and you can join again.", "success")
    return redirect(url_for("pitches.queue", event_slug=event.slug), 303)


@blueprint.get("/e/<event_slug>/pitches/queue/qr.svg")
@allow(READER)
def queue_qr(event):
    """The QR code that opens the queue. The join code is not in it: the address may be seen by who may not join."""
    return qr_answer(_address(event))


@blueprint.get("/e/<event_slug>/pitches/stage")
@allow(READER)
def stage(event):
    """The stage screen, for a projector. The join code shows where a clerk or an organiser opened it: it lets people in."""
    code = join_codes.shown(event.join_code) if policy.can_run_queue(person(), event) else ""
    join = absolute_url_for("events.join").split("://", 1)[1]
    address = _address(event).split("://", 1)[1]
    return render_template("pitches/stage.html", code=code, join_address=join, address=address, **_stage(event))


@blueprint.get("/e/<event_slug>/pitches/stage/fragment")
@allow(READER)
def stage_fragment(event):
    """What the stage screen's live region holds."""
    return render_template("pitches/_stage.html", event=event, **_stage(event)), {"Cache-Control": "no-store"}


@blueprint.get("/e/<event_slug>/pitches/stage/stream")
@allow(READER)
def stage_stream(event):
    """Nudges when the stage changes, somebody joins or leaves the queue, or marks what is pitched now."""
    return follow(event, f"stage:{event.id}", f"queue:{event.id}")


def pitch_panel(pitch: Pitch, somebody: Person | None) -> Panel | None:
    """On a pitch's page: that it is in the queue, or the way in for who pitches it while that is open, and for clerks."""
    if pitch.state != OPEN or not policy.can_join_queue(somebody, pitch.event):
        return None
    entry, is_open = queue_queries.place_of(pitch.event, pitch), queue_queries.is_open(pitch.event)
    clerk = policy.can_run_queue(somebody, pitch.event)
    may_join = entry is None and (clerk or (is_open and policy.is_own(somebody, pitch)))
    if entry is None and not may_join:
        return None
    return Panel("pitches/_queue_panel.html", {"pitch": pitch, "entry": entry, "may_join": may_join}, aside=True)


def event_panel(event: Event, somebody: Person | None) -> Panel | None:
    """On an event's page, while people can join the queue or stand in it: the way there."""
    now = queue_queries.queue_of(event)
    if not (now.open or now.up or now.waiting):
        return None
    return Panel("pitches/_queue_event_panel.html", {"queue": now, "can_run": policy.can_run_queue(somebody, event)})


def _stage(event: Event) -> dict:
    now = queue_queries.queue_of(event)
    shown = now.up is not None and policy.can_see_marks(None, event, clock.now())
    return {"queue": now, "marks": queue_queries.marks_on(now.up.pitch_id, None) if shown else None, "now": clock.now()}


def _queue(event: Event, form: JoinForm | None = None) -> dict:
    somebody, now = person(), queue_queries.queue_of(event)
    can_join = policy.can_join_queue(somebody, event)
    return {
        "queue": now, "now": clock.now(), "mine": now.of(somebody), "can_join": can_join, "form": form or JoinForm(formdata=None),
        "marks": queue_queries.marks_on(now.up.pitch_id, somebody) if now.up else None,
        "marks_shown": policy.can_see_marks(somebody, event, clock.now()),
        "own": queue_queries.can_bring(event, somebody) if can_join and now.open else [],
        "can_run": can_join and policy.can_run_queue(somebody, event),
        "shown": len(now.waiting) if request.args.get("all") else SHOWN_ON_PHONES, "all": bool(request.args.get("all")),
    }


def _address(event: Event) -> str:
    return absolute_url_for("pitches.queue", event_slug=event.slug)
