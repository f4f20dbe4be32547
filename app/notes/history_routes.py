"""The history of a session's notes: going through it, what changed between two versions, who wrote what, bringing one back."""

from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.documents import history as document_history
from app.documents import queries as documents
from app.documents.actions import MergeConflict
from app.documents.diffing import diff as differences
from app.documents.history import Step
from app.documents.models import Document, Revision
from app.errors import NotFound, require
from app.grid.models import Session
from app.grid.queries import session_in
from app.infra import clock
from app.infra.db import transaction
from app.notes import actions, history_actions, off_record, policy, queries
from app.notes.authors import written_by
from app.notes.blueprint import NOTE, blueprint
from app.notes.forms import NameForm, RestoreForm, RevertForm
from app.notes.pages import clash_page, page
from app.notes.reading import reading
from app.web.guard import ATTENDEE, allow, person, wants_json

REVISIONS_A_PAGE = 50
READ, CHANGES, PEOPLE = "read", "changes", "people"


@blueprint.get(f"{NOTE}/history")
@allow(ATTENDEE)
def history(event, session_id: int):
    """A slider through all versions (`?at=` one of them, or `step` of those up to update `of`), and a list of them."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    pages = max(1, -(-documents.how_many_revisions(document) // REVISIONS_A_PAGE))
    number = min(_number(request.args.get("page")) or 1, pages)
    revisions = documents.revisions_of(document, most=REVISIONS_A_PAGE, skip=(number - 1) * REVISIONS_A_PAGE)
    return page("notes/history.html", session, document=document, revisions=revisions, page=number, pages=pages,
                redactions=off_record.redactions_of(document), can_write=policy.can_write(person(), session, clock.now()),
                **_chosen(session, document))


@blueprint.get(f"{NOTE}/history/moment")
@allow(ATTENDEE)
def moment(event, session_id: int):
    """The part of the history's page that the slider changes."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    return render_template("notes/_moment.html", session=session, document=document,
                           names_people=policy.names_people(session.event),
                           can_write=policy.can_write(person(), session, clock.now()), **_chosen(session, document))


@dataclass(frozen=True)
class Chosen:
    """A step of the history, and where among the steps it is."""

    step: Step
    index: int
    steps: list[Step]
    of: int

    @property
    def before(self) -> Step | None:
        """The step before it."""
        return self.steps[self.index - 1] if self.index else None

    @property
    def after(self) -> Step | None:
        """The step after it."""
        return self.steps[self.index + 1] if self.index + 1 < len(self.steps) else None


def _chosen(session: Session, document: Document) -> dict:
    """What `_moment.html` shows of the step that was asked for, as it was asked for."""
    names_people = policy.names_people(session.event)
    of, asked = _number(request.args.get("of")), request.args.get("at", "").strip()
    steps = document_history.steps_of(document, moments=names_people, up_to=of)
    if asked:
        steps, index = _with(steps, document, asked)
    else:
        step = _number(request.args.get("step"))
        index = min(len(steps) - 1 if step is None else step, len(steps) - 1)
    chosen = Chosen(steps[index], index, steps, of or document.seq)
    view = request.args.get("view")
    view = view if view in (CHANGES, PEOPLE) and (names_people or view != PEOPLE) else READ
    text = document_history.text_of_step(document, chosen.step)
    shown: dict = {}
    if view == CHANGES:
        shown = {"diff": differences(document_history.text_of_step(document, chosen.before) if chosen.before else "", text)}
    elif view == PEOPLE:
        shown = {"written": written_by(document, chosen.step, text)}
    else:
        shown = reading(text, "then-")
    return {"chosen": chosen, "view": view, "base": documents.base_of(document),
            "is_now": chosen.step.seq == document.seq and not chosen.after, **shown}


def _with(steps: list[Step], document: Document, asked: str) -> tuple[list[Step], int]:
    """The steps with the one that was asked for among them, and where. Raises NotFound for none of this document's."""
    found = next((i for i, step in enumerate(steps) if step.base == asked), None)
    if found is not None:
        return steps, found
    version = documents.revision(document, _numbered(asked))  # one of those that were left out, or no version at all
    after = next((i for i, step in enumerate(steps) if step.seq > version.seq), len(steps))
    return [*steps[:after], Step(asked, version.seq, version.at, version), *steps[after:]], after


@blueprint.get(f"{NOTE}/revisions/<int:number>")
@allow(ATTENDEE)
def revision(event, session_id: int, number: int):
    """The notes as they were."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    one = documents.revision(document, number)
    return page("notes/revision.html", session, document=document, revision=one, base=documents.base_of(document),
                can_write=policy.can_write(person(), session, clock.now()), **reading(one.text, "then-"))


@blueprint.get(f"{NOTE}/diff")
@allow(ATTENDEE)
def diff(event, session_id: int):
    """What changed between two revisions; by default between the newest and the one before."""
    session = with_history(event, session_id)
    document = queries.existing_note(session).document
    newer = documents.revision(document, _asked("to", document.revision))
    older = documents.revision(document, _asked("from", 0)) if request.args.get("from", "").strip() else _before(document, newer)
    return page("notes/diff.html", session, document=document, older=older, newer=newer, base=documents.base_of(document),
                later=documents.number_after(document, newer.number), diff=differences(older.text, newer.text),
                can_write=policy.can_write(person(), session, clock.now()))


@blueprint.post(f"{NOTE}/revisions/<int:number>/restore")
@allow(ATTENDEE)
def revert(event, session_id: int, number: int):
    """Bring a revision's text back, as a new revision."""
    return _restored(event, session_id, RevertForm(), number, f"revision {number}")


@blueprint.post(f"{NOTE}/history/restore")
@allow(ATTENDEE)
def restore(event, session_id: int):
    """Bring back what the notes said at a moment between two revisions, as a new revision."""
    form = RestoreForm()
    return _restored(event, session_id, form, form.moment.data or "", "that moment")


def _restored(event, session_id: int, form: RevertForm, number: int | str, called: str):
    session = session_in(event, session_id)
    try:
        with transaction(event):
            saved = actions.revert(person(), session, number=number, base_revision=form.base, at=clock.now())
    except MergeConflict as clash:
        return clash_page(event, session_id, clash)
    if saved.changed:
        flash(f"The text of {called} is back, as revision {saved.revision}. Nothing is gone from the history.", "success")
    else:
        flash(f"The notes say already what {called} said.", "info")
    return redirect(url_for("notes.history", event_slug=event.slug, session_id=session_id), 303)


@blueprint.post(f"{NOTE}/revisions/<int:number>/name")
@allow(ATTENDEE)
def name_version(event, session_id: int, number: int):
    """Give a revision a name, another name, or none."""
    session, form = session_in(event, session_id), NameForm()
    with transaction(event):
        named = history_actions.name_version(person(), session, number=number, name=form.name.data or "", at=clock.now())
        said = f"Revision {number} is called “{named.name}” now." if named.name else f"Revision {number} has no name now."
    if wants_json():
        return jsonify(message=said)
    flash(said, "success")
    return redirect(url_for("notes.history", event_slug=event.slug, session_id=session_id, at=number), 303)


def with_history(event, session_id: int) -> Session:
    """The session, for somebody who may see its notes' history."""
    session = session_in(event, session_id)
    require(policy.can_see_history(person(), session), policy.FOR_HOLDERS)
    return session


def _before(document: Document, newer: Revision) -> Revision:
    """The version before one; numbers may be missing between them."""
    return documents.revision_before(document, newer.number) or newer


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else None


def _numbered(said: str) -> int:
    number = _number(said)
    if number is None:
        raise NotFound("There is no such revision of these notes.")
    return number


def _asked(name: str, otherwise: int) -> int:
    said = request.args.get(name, "").strip()
    return _numbered(said) if said else otherwise
