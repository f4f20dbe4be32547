"""Pages of the coverage desk, the state of notes, who was there, and the head that stays in step with the grid."""

from flask import Response, flash, redirect, render_template, request, url_for

from app.errors import Invalid
from app.events.following import follow
from app.grid.queries import session_in
from app.infra import clock
from app.infra.db import transaction
from app.notes import policy, presence, queries, states, wanted
from app.notes.blueprint import NOTE, blueprint
from app.notes.desk import FILTERS, HEADINGS, NEXT, NOW, desk_of
from app.notes.live import editors_of
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP
from app.web.guard import ATTENDEE, CAMPMAKER, READER, allow, person
from app.web.sending import tagged
from app.web.templating import safe_next

DESK = "/e/<event_slug>/notes/desk"
STEPS = {
    WRITTEN_UP: (states.written_up, "These notes are written up. Thank you."),
    DRAFT: (states.draft_again, "These notes are a draft again."),
    PUBLISHED: (states.publish, "These notes are published."),
    "unpublished": (states.unpublish, "These notes are not published any more: they are written up."),
}


@blueprint.app_context_processor
def of_notes() -> dict:
    """What templates say of the state of notes, and the head above them."""
    return {"note_head": queries.head_of, "state_words": states.WORDS, "state_icons": states.ICONS, "state_means": states.MEANS}


@blueprint.get(DESK)
@allow(CAMPMAKER)
def desk(event):
    """Which sessions have note-takers, which notes are empty, who is typing."""
    return render_template("notes/desk.html", active="notes", **_desk(event))


@blueprint.get(f"{DESK}/fragment")
@allow(CAMPMAKER)
def desk_fragment(event):
    """What the desk's live region holds now."""
    return tagged(render_template("notes/_desk.html", **_desk(event)))


@blueprint.get(f"{DESK}/stream")
@allow(CAMPMAKER)
def desk_stream(event) -> Response:
    """Nudges when the grid, its times, a note-taker or the state of a note changes."""
    return follow(event, f"grid:{event.id}", f"set-up:{event.id}", states.topic(event.id), may=policy.can_manage)


@blueprint.post(f"{DESK}/ask")
@allow(CAMPMAKER)
def ask_for_all(event):
    """Ask for note-takers of all sessions on now or next that have none (`time`)."""
    asked = request.form.get("time", "")
    if asked not in (NOW, NEXT):
        raise Invalid("Say whether now or next.")
    watched = desk_of(event, clock.now(), editors_of(queries.session_ids_of(event)))
    ids = [one.session_id for part in watched.parts if part.key == asked for one in part.sessions if one.missing]
    with transaction(event):
        count = wanted.ask_for_all(person(), event, ids, at=clock.now())
    flash(f"Asked for note-takers of {count} {'session' if count == 1 else 'sessions'}." if count else
          "They have been asked for already.", "success")
    return _back(url_for("notes.desk", event_slug=event.slug))


@blueprint.post(f"{DESK}/publish")
@allow(CAMPMAKER)
def publish_all(event):
    """Publish all notes that are written up; with `drafts` the others too."""
    with transaction(event):
        count = states.publish_all(person(), event, drafts=request.form.get("drafts") == "1", at=clock.now())
    said = f"{count} {'note is' if count == 1 else 'notes are'} published now."
    flash(said if count else "There was nothing to publish.", "success")
    return _back(url_for("notes.desk", event_slug=event.slug))


@blueprint.post(f"{NOTE}/state")
@allow(ATTENDEE)
def set_state(event, session_id: int):
    """Say how far the notes are: `to` is a step of STEPS."""
    session, step = session_in(event, session_id), STEPS.get(request.form.get("to", ""))
    if step is None:
        raise Invalid("Say whether the notes are a draft, written up or published.")
    with transaction(event):
        step[0](person(), session, at=clock.now())
    return _done(step[1], event, session_id)


@blueprint.post(f"{NOTE}/wanted")
@allow(CAMPMAKER)
def want(event, session_id: int):
    """Ask for a note-taker, or with `on=0` ask no more."""
    session, on = session_in(event, session_id), request.form.get("on") == "1"
    with transaction(event):
        (wanted.ask_for_note_taker if on else wanted.stop_asking)(person(), session, at=clock.now())
    return _done("Asked for a note-taker. The grid says so, and those it concerns are nudged five minutes before it begins." if on
                 else "Nobody is asked for any more.", event, session_id)


@blueprint.post(f"{NOTE}/was-there")
@allow(ATTENDEE)
def present(event, session_id: int):
    """I was there, or with `on=0` not after all."""
    session, on = session_in(event, session_id), request.form.get("on") == "1"
    with transaction(event):
        (presence.was_there if on else presence.was_not_there)(person(), session, at=clock.now())
    return _done("You are named as having been there." if on else "You are not named any more.", event, session_id)


@blueprint.get(f"{NOTE}/head")
@allow(READER)
def head(event, session_id: int):
    """What the grid knows of the session, as it stands above its notes: for pages that are open."""
    session = session_in(event, session_id)
    return tagged(render_template("notes/_head_live.html", session=session, head=queries.head_of(session),
                                  readable=policy.can_read(person(), session), with_title=request.args.get("title") == "1"))


@blueprint.get(f"{NOTE}/head/stream")
@allow(READER)
def head_stream(event, session_id: int) -> Response:
    """Nudges when the grid changes, or the state of these notes, or who was there."""
    session = session_in(event, session_id)
    return follow(event, f"grid:{event.id}", f"head:{session.id}")


def _desk(event) -> dict:
    at, asked = clock.now(), request.args.get("show", "")
    asked = asked if asked in FILTERS else ""
    watched = desk_of(event, at, editors_of(queries.session_ids_of(event)))
    return {"desk": watched, "parts": watched.only(asked), "asked": asked, "filters": FILTERS, "headings": HEADINGS, "at": at}


def _done(message: str, event, session_id: int):
    flash(message, "success")
    return _back(url_for("grid.session_page", event_slug=event.slug, session_id=session_id, _anchor="notes"))


def _back(otherwise: str):
    return redirect(safe_next(request.form.get("next") or otherwise), 303)
