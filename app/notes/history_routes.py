"""The history of a session's notes: every version, what changed between two, who wrote what, and bringing one back."""

from flask import flash, redirect, request, url_for

from app.documents import queries as documents
from app.documents.actions import MergeConflict
from app.documents.diffing import diff as differences
from app.errors import NotFound, require
from app.grid.models import Session
from app.grid.queries import session_in
from app.infra import clock
from app.infra.db import transaction
from app.notes import actions, policy, queries
from app.notes.blueprint import NOTE, blueprint
from app.notes.forms import RevertForm
from app.notes.pages import clash_page, page
from app.notes.panels import reading
from app.web.guard import ATTENDEE, allow, person

REVISIONS_A_PAGE = 50


@blueprint.get(f"{NOTE}/history")
@allow(ATTENDEE)
def history(event, session_id: int):
    """Every revision, newest first, and a form to compare any two."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    pages = max(1, -(-documents.how_many_revisions(document) // REVISIONS_A_PAGE))
    number = min(_number(request.args.get("page")) or 1, pages)
    revisions = documents.revisions_of(document, most=REVISIONS_A_PAGE, skip=(number - 1) * REVISIONS_A_PAGE)
    return page("notes/history.html", session, document=document, revisions=revisions, page=number, pages=pages)


@blueprint.get(f"{NOTE}/revisions/<int:number>")
@allow(ATTENDEE)
def revision(event, session_id: int, number: int):
    """The notes as they were."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    one = documents.revision(document, number)
    return page("notes/revision.html", session, document=document, revision=one, **reading(one.text, "then-"))


@blueprint.get(f"{NOTE}/diff")
@allow(ATTENDEE)
def diff(event, session_id: int):
    """What changed between two revisions; by default between the newest and the one before."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    newer = documents.revision(document, _asked("to", document.revision))
    older = documents.revision(document, _asked("from", max(1, newer.number - 1)))
    return page("notes/diff.html", session, document=document, older=older, newer=newer,
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
        return clash_page(event, session_id, clash)
    if saved.changed:
        flash(f"The text of revision {number} is back, as revision {saved.revision}. Every revision is kept.", "success")
    else:
        flash(f"The notes say already what revision {number} said.", "info")
    return redirect(url_for("notes.history", event_slug=event.slug, session_id=session_id), 303)


def with_history(event, session_id: int) -> Session:
    """The session, for somebody who may see its notes' history."""
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
