"""Pages of a conversation's shared note: reading and writing it, its history, and the address of its WebSocket."""

import secrets

from flask import Response, flash, jsonify, redirect, render_template, request, url_for

from app.documents import queries as documents
from app.documents.actions import MergeConflict
from app.documents.diffing import diff as differences
from app.documents.models import TEXT_BYTES, Document
from app.errors import Invalid, NotFound, Refused, require
from app.events.models import Event
from app.followups import policy, queries, shared_note_actions
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.conversation_routes import CONVERSATION
from app.followups.letters_words import seats_for, who_reads
from app.followups.models import FollowUp
from app.followups.parts import NOTE, Seen, part
from app.followups.shared_note import NOT_READ, admit
from app.infra import clock, db
from app.infra.db import transaction
from app.notes import policy as notes_policy
from app.notes.editor_page import page_with
from app.notes.forms import NoteForm, RevertForm
from app.notes.live_routes import connected, newcomer
from app.notes.reading import reading
from app.web.guard import PUBLIC, READER, allow, person, wants_json
from app.web.panels import Panel
from app.web.templating import safe_next, time_of

SHARED_NOTE = f"{CONVERSATION}/note"
PAGE, CLASHES_SHOWN = 50, 20
EXCERPT = 600  # characters of it shown on the conversation's page


@part(NOTE)
def note_part(seen: Seen) -> Panel | None:
    """What the shared note begins with, for who may read it."""
    followup, may = seen.followup, seen.may
    may_write = may.part is not None
    if not may.read_posts or (followup.document is None and not may_write):
        return None
    text = followup.document.text if followup.document else ""
    short = text if len(text) <= EXCERPT else text[:text.rfind("\n", 0, EXCERPT) + 1 or EXCERPT]
    return Panel("followups/_shared_note.html", {
        "followup": followup, "event": followup.event, "text": short, "more": len(short) < len(text), "may_write": may_write})


@blueprint.get("/ws/follow-ups/<int:followup_id>")
@allow(PUBLIC)
def together(followup_id: int):
    """Write a conversation's shared note together, or read along: as `notes.together`."""
    somebody, who = newcomer()
    followup = db.session.get(FollowUp, followup_id) if followup_id < 2**31 else None
    seats = seats_for(somebody, followup) if followup else policy.NO_SEATS
    if followup is None or not policy.can_read(somebody, followup, seats):
        raise NotFound(queries.NO_CONVERSATION)
    return connected(admit(somebody, followup, seats, clock.now()), who)


@blueprint.route(SHARED_NOTE, methods=["GET", "POST"])
@allow(READER)
def shared_note(event, followup_id: int):
    """The note: its editor for who is in the conversation, its text for other readers. POST saves, as a form or as JSON."""
    followup, seats = _readable(event, followup_id)
    if request.method == "GET":
        document = followup.document
        if not policy.can_write_note(person(), followup, seats):
            shown = reading(document.text if document else "", "shared-")
            return _page("shared_note", followup, document=document, can_write=False, **shown)
        saved_at = documents.newest_revision(document).at if document and document.revision > 1 else None
        return _editor(followup, document.text if document else "", documents.base_of(document) if document else 0,
                       saved_at=time_of(saved_at, event.time_zone) if saved_at and notes_policy.names_people(event) else "")
    form = NoteForm()
    try:
        form.validate()
        text, base, at = form.typed, form.base, clock.now()
        with transaction(event):
            followup, seats = _readable(event, followup_id)
            saved = shared_note_actions.save(person(), followup, text=text, base_revision=base, at=at, seats=seats)
    except MergeConflict as clash:
        return _clash(event, followup_id, clash)
    except Refused as problem:
        if wants_json() or not isinstance(problem, Invalid):
            raise
        form.refuse(problem)
        followup, _ = _readable(event, followup_id)
        return _editor(followup, form.text.data or "", form.base_revision.data or "", form=form), problem.status
    when = time_of(at, event.time_zone)
    if wants_json():
        return jsonify(revision=saved.revision, text=saved.text, saved_at=when, merged=saved.merged)
    flash(f"Saved {when}" + (", together with what others wrote meanwhile." if saved.merged else "."), "success")
    return redirect(_at(followup_id, event, "shared_note"), 303)


@blueprint.post(f"{SHARED_NOTE}/preview")
@allow(READER)
def preview_shared_note(event, followup_id: int):
    """What the typed text will look like: a fragment for note.ts, a page that keeps the text for a browser without scripts."""
    followup, seats = _readable(event, followup_id)
    require(policy.can_write_note(person(), followup, seats), shared_note_actions.FOR_PEOPLE_IN_IT)
    form = NoteForm()
    try:
        shown = reading(form.typed, "preview-")
    except Invalid as problem:
        if not form.page.data:
            raise
        form.refuse(problem)
        return _editor(followup, form.text.data or "", form.base_revision.data or "", form=form), problem.status
    if form.page.data:
        return _editor(followup, form.text.data, form.base_revision.data or "", unsaved=True, shown=shown)
    return render_template("notes/_text.html", **shown)


@blueprint.get(f"{SHARED_NOTE}/history")
@allow(READER)
def shared_note_history(event, followup_id: int):
    """Every version, newest first."""
    followup, document, can_write = _with_history(event, followup_id)
    pages = max(1, -(-documents.how_many_revisions(document) // PAGE))
    number = min(_number("page") or 1, pages)
    revisions = documents.revisions_of(document, most=PAGE, skip=(number - 1) * PAGE)
    return _page("shared_note_history", followup, document=document, revisions=revisions, page=number, pages=pages,
                 base=documents.base_of(document), can_write=can_write)


@blueprint.get(f"{SHARED_NOTE}/revisions/<int:number>")
@allow(READER)
def shared_note_revision(event, followup_id: int, number: int):
    """One version: what it said and, by default, what it changed; `from` compares it with another one."""
    followup, document, can_write = _with_history(event, followup_id)
    newer = documents.revision(document, number)
    older = documents.revision(document, _number("from")) if _number("from") else documents.revision_before(document, number)
    return _page("shared_note_revision", followup, document=document, revision=newer, older=older, can_write=can_write,
                 base=documents.base_of(document), diff=differences(older.text if older else "", newer.text),
                 **reading(newer.text, "then-"))


@blueprint.post(f"{SHARED_NOTE}/revisions/<int:number>/restore")
@allow(READER)
def restore_shared_note(event, followup_id: int, number: int):
    """Bring a version's text back, as a new one."""
    form = RevertForm()
    try:
        with transaction(event):
            followup, seats = _readable(event, followup_id)
            saved = shared_note_actions.revert(person(), followup, number=number, base_revision=form.base, at=clock.now(),
                                               seats=seats)
    except MergeConflict as clash:
        return _clash(event, followup_id, clash)
    flash(f"The text of revision {number} is back, as revision {saved.revision}." if saved.changed
          else f"The note says already what revision {number} said.", "success")
    return redirect(safe_next(request.form.get("next") or _at(followup_id, event, "shared_note_history")), 303)


def _readable(event: Event, followup_id: int) -> tuple[FollowUp, frozenset[int]]:
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_read_posts(person(), followup, seats), NOT_READ)
    return followup, seats


def _with_history(event: Event, followup_id: int) -> tuple[FollowUp, Document, bool]:
    """For who is in the conversation or runs the event: what was taken out again is not for everybody to read."""
    followup, seats = _readable(event, followup_id)
    can_write = policy.can_write_note(person(), followup, seats)
    require(can_write or policy.can_host(person(), followup, seats), "The history is for people in the conversation.")
    return followup, shared_note_actions.note_of(followup), can_write


def _at(followup_id: int, event: Event, endpoint: str, **more) -> str:
    return url_for(f"followups.{endpoint}", event_slug=event.slug, followup_id=followup_id, **more)


def _page(name: str, followup: FollowUp, **more) -> str:
    event = followup.event
    return render_template(f"followups/{name}.html", active="followups", followup=followup, who_reads=who_reads(followup),
                           names_people=notes_policy.names_people(event), back=_at(followup.id, event, "conversation"), **more)


def _editor(followup: FollowUp, text: str, base: int | str, *, unsaved: bool = False, saved_at: str = "",
            shown: dict | None = None, form: NoteForm | None = None, clash: MergeConflict | None = None) -> Response:
    event, live = followup.event, None
    if not (unsaved or form or clash):
        live = {"socket": f"/ws/follow-ups/{followup.id}", "epoch": followup.document.epoch if followup.document else 1,
                "limit": TEXT_BYTES, "named": notes_policy.names_people(event), "names": [],
                "style_nonce": secrets.token_urlsafe(16)}
    clashes = [{"line": c.line, "lines": c.lines, "theirs": differences(c.base, c.theirs), "mine": differences(c.base, c.mine)}
               for c in (clash.clashes if clash else ())[:CLASHES_SHOWN]]
    return page_with(_page("shared_note", followup, can_write=True, text=text, base=base, unsaved=unsaved or bool(form or clash),
                           saved_at=saved_at, shown=shown, form=form, clash=clash, clashes=clashes, live=live), live)


def _clash(event: Event, followup_id: int, clash: MergeConflict):
    if wants_json():
        return jsonify(error={"message": clash.message}, conflict_url=_at(followup_id, event, "shared_note")), clash.status
    followup, _ = _readable(event, followup_id)
    return _editor(followup, clash.text, clash.revision, clash=clash), clash.status


def _number(name: str) -> int | None:
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
