"""Pages of notes: reading what there is, writing, history. What they show on the session's page is in `panels`."""

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.documents import queries as documents
from app.documents.actions import MergeConflict
from app.documents.diffing import diff as differences
from app.errors import Invalid, NotFound, Refused, require
from app.events import policy as events_policy
from app.grid.models import Session
from app.grid.queries import code_of, session_in, where_of
from app.infra import clock
from app.infra.db import transaction
from app.notes import actions, policy, queries
from app.notes import picture_routes as _pictures  # noqa: F401 - hangs their pages on the blueprint
from app.notes.blueprint import NOTE, blueprint
from app.notes.forms import NoteForm, RevertForm
from app.notes.panels import cell_facts, note_takers_panel, reading, session_panel
from app.web.guard import ATTENDEE, READER, allow, person, wants_json
from app.web.templating import safe_next, time_of

__all__ = ["blueprint", "cell_facts", "note_takers_panel", "session_panel"]

REVISIONS_A_PAGE = 50
CLASHES_SHOWN = 20


@blueprint.get("/e/<event_slug>/notes")
@allow(READER)
def listing(event):
    """The event's sessions by slot, with what there is of their notes."""
    parts = queries.listing_of(event)
    entries = [entry for part in parts for entry in part.entries]
    only_empty = request.args.get("show") == "empty"
    if only_empty:
        parts = [queries.Part(p.slot, p.when, empty) for p in parts if (empty := [e for e in p.entries if e.saved_at is None])]
    return render_template(
        "notes/listing.html", active="notes", parts=parts, only_empty=only_empty, total=len(entries),
        written=sum(e.saved_at is not None for e in entries), can_write=events_policy.can_take_part(person(), event))


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
        return _clash(event, session_id, clash)
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


@blueprint.get(f"{NOTE}/history")
@allow(ATTENDEE)
def history(event, session_id: int):
    """Every revision, newest first, and a form to compare any two."""
    session = _with_history(event, session_id)
    document = queries.existing_note(session).document
    pages = max(1, -(-documents.how_many_revisions(document) // REVISIONS_A_PAGE))
    page = min(_number(request.args.get("page")) or 1, pages)
    revisions = documents.revisions_of(document, most=REVISIONS_A_PAGE, skip=(page - 1) * REVISIONS_A_PAGE)
    return _page("notes/history.html", session, document=document, revisions=revisions, page=page, pages=pages)


@blueprint.get(f"{NOTE}/revisions/<int:number>")
@allow(ATTENDEE)
def revision(event, session_id: int, number: int):
    """The notes as they were."""
    session = _with_history(event, session_id)
    document = queries.existing_note(session).document
    one = documents.revision(document, number)
    return _page("notes/revision.html", session, document=document, revision=one, **reading(one.text, "then-"))


@blueprint.get(f"{NOTE}/diff")
@allow(ATTENDEE)
def diff(event, session_id: int):
    """What changed between two revisions; by default between the newest and the one before."""
    session = _with_history(event, session_id)
    document = queries.existing_note(session).document
    newer = documents.revision(document, _asked("to", document.revision))
    older = documents.revision(document, _asked("from", max(1, newer.number - 1)))
    return _page("notes/diff.html", session, document=document, older=older, newer=newer,
                 diff=differences(older.text, newer.text))


@blueprint.post(f"{NOTE}/revisions/<int:number>/restore")
@allow(ATTENDEE)
def revert(event, session_id: int, number: int):
    """Bring a revision's text back, as a new revision."""
    session, form = session_in(event, session_id), RevertForm()
    try:
        with transaction(event):
            saved = actions.revert(person(), session, number=number, base_revision=form.base, at=clock.now())
    except MergeConflict as clash:
        return _clash(event, session_id, clash)
    if saved.changed:
        flash(f"The text of revision {number} is back, as revision {saved.revision}. Every revision is kept.", "success")
    else:
        flash(f"The notes say already what revision {number} said.", "info")
    return redirect(url_for("notes.history", event_slug=event.slug, session_id=session_id), 303)


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


def _with_history(event, session_id: int) -> Session:
    session = session_in(event, session_id)
    require(policy.can_see_history(person(), session), policy.FOR_HOLDERS)
    return session


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else None


def _asked(name: str, otherwise: int) -> int:
    said = request.args.get(name, "").strip()
    if not said:
        return otherwise
    number = _number(said)
    if number is None:
        raise NotFound("There is no such revision of these notes.")
    return number


def _page(template: str, session: Session, **more) -> str:
    """A page about a session's notes: its head says from the grid what the text need not."""
    return render_template(template, active="notes", session=session, where=where_of(session), code=code_of(session),
                           leaders=[leader.name for leader in session.pitch.leaders],
                           names_people=policy.names_people(session.event), **more)


def _editor(session: Session, text: str, base: int | str, *, unsaved: bool = False, saved_at=None, shown: dict | None = None,
            form: NoteForm | None = None, refusal: Refused | None = None) -> str:
    return _page("notes/edit.html", session, takers=queries.note_takers_of(session), text=text, base=base, unsaved=unsaved,
                 saved_at=time_of(saved_at, session.event.time_zone), shown=shown, form=form, refusal=refusal)


def _again(event, session_id: int, form: NoteForm, problem: Refused):
    """The editor once more, with all that was typed and what is in the way."""
    session = session_in(event, session_id)
    if isinstance(problem, Invalid):
        form.refuse(problem)
    page = _editor(session, form.text.data or "", form.base_revision.data or "", unsaved=True, form=form, refusal=problem)
    return page, problem.status


def _clash(event, session_id: int, clash: MergeConflict):
    """409: what both changed, both versions beside each other, and the merged text to finish on the present revision."""
    here = url_for("notes.edit", event_slug=event.slug, session_id=session_id)
    if wants_json():
        return jsonify(error={"message": clash.message}, conflict_url=here), clash.status
    session = session_in(event, session_id)
    shown = [{"line": c.line, "lines": c.lines, "theirs": differences(c.base, c.theirs), "mine": differences(c.base, c.mine),
              "they_removed": not c.theirs.strip(), "you_removed": not c.mine.strip()} for c in clash.clashes[:CLASHES_SHOWN]]
    page = _page("notes/conflict.html", session, clash=clash, clashes=shown, more=len(clash.clashes) - len(shown))
    return page, clash.status

