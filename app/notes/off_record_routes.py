"""Taking a passage off the record: from the editor, or on a page where paragraphs are ticked."""

from flask import flash, jsonify, redirect, request, url_for
from wtforms import BooleanField, StringField

from app.documents import queries as documents
from app.documents.redacting import line_ranges
from app.documents.words import lines_of, says_something, words_of
from app.errors import Invalid, Refused, require
from app.grid.queries import session_in
from app.infra import clock
from app.infra.db import transaction
from app.notes import off_record, picture_jobs, policy, queries
from app.notes.blueprint import NOTE, blueprint
from app.notes.forms import BaseForm
from app.notes.pages import page
from app.web.guard import ATTENDEE, allow, person, wants_json

DONE = ("It is off the record: taken out of the notes, their history and search. Copies that somebody has made elsewhere are not "
        "reached.")


class OffRecordForm(BaseForm):
    """The passage as it stands in the text, or the ticked paragraphs of a version that was shown."""

    passage = StringField("Passage")
    everywhere = BooleanField("Take these words out wherever they stand")


@blueprint.route(f"{NOTE}/off-record", methods=["GET", "POST"])
@allow(ATTENDEE)
def take_off_record(event, session_id: int):
    """GET shows the notes' paragraphs to be ticked (`?at=` those of an earlier version); POST takes what is chosen out."""
    session, form = session_in(event, session_id), OffRecordForm()
    reason = policy.why_not_write(person(), session, clock.now())
    require(not reason, reason)
    if request.method == "GET":
        return _page(session, form, request.args.get("at"))
    base = form.base_revision.data or None
    try:
        form.validate()
        passages = [form.passage.data] if form.passage.data else _ticked(session, form)
        _take_off(event, session_id, passages, base, form.everywhere.data or not form.passage.data)
    except Refused as problem:
        if wants_json() or not isinstance(problem, Invalid):
            raise
        form.refuse(problem)
        return _page(session_in(event, session_id), form, base), problem.status
    if wants_json():
        return jsonify(message=DONE)
    flash(DONE, "success")
    return redirect(url_for("notes.history", event_slug=event.slug, session_id=session_id), 303)


def _take_off(event, session_id: int, passages: list[str], base: str | None, everywhere: bool) -> None:
    keys: list[str] = []
    with transaction(event):
        session, at = session_in(event, session_id), clock.now()
        for number, passage in enumerate(passages):  # the first begins the log anew: what was shown is no base for the next
            keys += off_record.take_off(person(), session, passage=passage, base=None if number else base, everywhere=everywhere,
                                        at=at)
    for key in dict.fromkeys(keys):
        picture_jobs.drop_unless_needed(key)


def _ticked(session, form: OffRecordForm) -> list[str]:
    """The paragraphs that were ticked. Raises Invalid when none was, or the text is not the one that was shown."""
    numbers = [int(said) for said in request.form.getlist("line") if said.isascii() and said.isdigit() and len(said) < 9]
    document = queries.existing_note(session).document
    passages = [one for one in line_ranges(documents.text_at(document, form.base), numbers) if one.strip()]
    if not passages:
        raise Invalid("Tick the paragraphs that are to be off the record.", "passage")
    return passages


def _page(session, form: OffRecordForm, base: str | None) -> str:
    document = queries.existing_note(session).document
    now = documents.base_of(document)
    text = documents.text_at(document, base) if base else documents.text_of(document)
    lines = [(number, line) for number, line in enumerate(lines_of(text)) if any(map(says_something, words_of(line)))]
    return page("notes/off_record.html", session, form=form, lines=lines, base=base or now,
                earlier=bool(base) and base != str(now), ticked=set(request.form.getlist("line")))
