"""Pages of notes: reading what there is, writing, history. What they show on the session's page is in `panels`."""

from flask import Response, flash, jsonify, redirect, render_template, request, url_for

from app.documents.actions import MergeConflict
from app.errors import Invalid, Refused, require
from app.grid.models import Session
from app.grid.queries import session_in
from app.infra import clock
from app.infra.db import transaction
from app.notes import actions, history_routes, live_routes, picture_routes, policy, queries  # noqa: F401 - hang their pages on the blueprint
from app.notes import desk_routes as _desk  # noqa: F401
from app.notes import off_record_routes as _off_record  # noqa: F401 - and those of a file each
from app.notes import reading_routes as _reading  # noqa: F401
from app.notes.blueprint import NOTE, blueprint
from app.notes.editor_page import live_facts, page_with
from app.notes.forms import NoteForm
from app.notes.pages import clash_page, page
from app.notes.panels import cell_facts, note_takers_panel, session_panel
from app.notes.reading import reading
from app.web.guard import ATTENDEE, READER, allow, person, wants_json
from app.web.templating import safe_next, time_of

__all__ = ["blueprint", "cell_facts", "note_takers_panel", "session_panel"]


@blueprint.get("/e/<event_slug>/notes")
@allow(READER)
def listing(event):
    """The event's sessions by slot, with what there is of their notes."""
    parts = queries.listing_of(event)
    counts = {asked: sum(e.fits(asked) for part in parts for e in part.entries) for asked in queries.SHOWN}
    asked = request.args.get("show", "")
    asked = asked if asked in queries.SHOWN else ""
    shown = [queries.Part(p.slot, p.when, some) for p in parts if (some := [e for e in p.entries if e.fits(asked)])]
    return render_template("notes/listing.html", active="notes", parts=shown, asked=asked, shown=queries.SHOWN, counts=counts,
                           may=policy.rights_in(person(), event, clock.now()))


@blueprint.route(NOTE, methods=["GET", "POST"])
@allow(ATTENDEE)
def edit(event, session_id: int):
    """The editor: GET shows it, POST saves (as a form, or as JSON for static/src/note.ts)."""
    session = session_in(event, session_id)
    if request.method == "GET":
        _require_writer(session)
        draft = queries.draft_of(session)
        return _editor(session, draft.text, draft.base, saved_at=draft.saved_at)
    form = NoteForm()
    try:
        form.validate()
        text, base, at = form.typed, form.base, clock.now()
        with transaction(event):
            saved = actions.save(person(), session, text=text, base_revision=base, at=at)
    except MergeConflict as clash:
        return clash_page(event, session_id, clash)
    except Refused as problem:
        if wants_json():
            raise
        return _again(event, session_id, form, problem)
    when = time_of(at, event.time_zone)
    if wants_json():
        return jsonify(revision=saved.revision, text=saved.text, saved_at=when, merged=saved.merged)
    flash(f"Saved {when}" + (", together with what others wrote meanwhile." if saved.merged else "."), "success")
    return redirect(url_for("notes.edit", event_slug=event.slug, session_id=session_id), 303)


@blueprint.post(f"{NOTE}/preview")
@allow(ATTENDEE)
def preview(event, session_id: int):
    """What the typed text will look like: a fragment for note.ts, a page that keeps the text for a browser without scripts."""
    session, form = session_in(event, session_id), NoteForm()
    _require_writer(session)
    try:
        shown = reading(form.typed, "preview-")
    except Invalid as problem:
        if form.page.data:
            return _again(event, session_id, form, problem)
        raise
    if form.page.data:
        return _editor(session, form.text.data, form.base_revision.data or "", unsaved=True, shown=shown)
    return render_template("notes/_text.html", **shown)


@blueprint.post(f"{NOTE}/take")
@allow(ATTENDEE)
def take(event, session_id: int):
    """I'll take notes."""
    session = session_in(event, session_id)
    with transaction(event):
        actions.take_notes(person(), session, at=clock.now())
    return _back("You take notes in this session. Thank you.", event, session_id)


@blueprint.post(f"{NOTE}/stop")
@allow(ATTENDEE)
def stop_taking(event, session_id: int):
    """No longer take notes."""
    session = session_in(event, session_id)
    with transaction(event):
        actions.stop_taking_notes(person(), session, at=clock.now())
    return _back("You no longer take notes in this session.", event, session_id)


def _require_writer(session: Session) -> None:
    require(policy.can_write(person(), session, clock.now()), policy.who_writes(session.event, clock.now()))


def _back(message: str, event, session_id: int):
    flash(message, "success")
    page = url_for("grid.session_page", event_slug=event.slug, session_id=session_id)
    return redirect(safe_next(request.form.get("next") or page), 303)


def _editor(session: Session, text: str, base: int | str, *, unsaved: bool = False, saved_at=None, shown: dict | None = None,
            form: NoteForm | None = None, refusal: Refused | None = None) -> Response:
    live = None if unsaved or form else live_facts(session)
    when = time_of(saved_at, session.event.time_zone)
    if when and not policy.names_people(session.event):
        when = f"after {when}"  # only the hour of a change is kept there
    html = page("notes/edit.html", session, takers=queries.note_takers_of(session), text=text, base=base, unsaved=unsaved,
                saved_at=when, shown=shown, form=form, refusal=refusal, live=live)
    return page_with(html, live)


def _again(event, session_id: int, form: NoteForm, problem: Refused):
    """The editor once more, with all that was typed and what is in the way."""
    session = session_in(event, session_id)
    if isinstance(problem, Invalid):
        form.refuse(problem)
    page = _editor(session, form.text.data or "", form.base_revision.data or "", unsaved=True, form=form, refusal=problem)
    return page, problem.status
