"""Pictures in notes: sending one (from the editor, or on a page of its own), and showing one."""

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.file import FileField
from wtforms import BooleanField

from app.errors import Invalid, Refused, require
from app.events.models import READ_ALL
from app.grid.queries import code_of, session_in, where_of
from app.infra import clock, db, files, pictures
from app.infra.db import transaction
from app.notes import actions, picture_actions, picture_queries, policy, queries
from app.notes import picture_jobs as _jobs  # noqa: F401 - registers the job that takes unused ones away
from app.notes.blueprint import NOTE, blueprint
from app.web.forms import Form, Line
from app.web.guard import ATTENDEE, READER, allow, person, wants_json
from app.web.limits import limiter, unnamed

WEEK = 7 * 24 * 3600
KINDS = {"jpg": "image/jpeg", "png": "image/png"}


class PictureForm(Form):
    """A picture and what it shows."""

    picture = FileField("Picture")
    alt = Line("What it shows", picture_actions.ALT_LENGTH)
    decorative = BooleanField("It adds nothing to the text")
    at_end = BooleanField("Put it at the end of the notes", default=True)


@blueprint.route(f"{NOTE}/pictures", methods=["GET", "POST"])
@limiter.limit("120 per hour", key_func=lambda: unnamed(person().id if person() else None), methods=["POST"])
@allow(ATTENDEE)
def pictures_of_note(event, session_id: int):
    """Add a picture to the notes: as a form, or for note.ts, which asks for JSON and is told the Markdown that shows it."""
    session, form = session_in(event, session_id), PictureForm()
    reason = policy.why_not_write(person(), session, clock.now())
    require(not reason, reason)
    if request.method == "GET":
        return _page(session, form)
    try:
        added = _added(event, session_id, form)
    except Refused as problem:
        if wants_json():
            raise
        if isinstance(problem, Invalid):
            form.refuse(problem)
        else:
            form.form_errors.append(problem.message)
        return _page(session_in(event, session_id), form), problem.status
    if wants_json():
        return jsonify(added), 201
    where = "It is at the end of the notes." if form.at_end.data else "Copy its line from below into the notes."
    flash(f"The picture is kept. {where}", "success")
    return redirect(url_for(".pictures_of_note", event_slug=event.slug, session_id=session_id), 303)


def _added(event, session_id: int, form: PictureForm) -> dict:
    """Make the picture anew, outside any transaction, and keep it. Raises Invalid, naming the field."""
    if not form.validate():
        raise Invalid(next(iter(form.alt.errors or form.picture.errors), "The form did not arrive whole. Nothing was added."),
                      "alt" if form.alt.errors else "picture")
    if not form.picture.data:
        raise Invalid("Choose a picture.", "picture")
    picture_actions.described(form.alt.data, form.decorative.data)
    picture_actions.room_for_one(session_in(event, session_id))
    db.session.rollback()  # making it takes a while: give the connection back
    try:
        made = pictures.make(form.picture.data.read(pictures.LARGEST + 1))
    except pictures.NotAPicture as problem:
        raise Invalid(f"The picture was not added. {problem}", "picture") from problem
    with transaction(event):
        session = session_in(event, session_id)
        picture = picture_actions.add_picture(person(), session, made=made, alt=form.alt.data, decorative=form.decorative.data,
                                              at=clock.now())
        said = {"markdown": picture_queries.markdown_of(event, picture), "url": picture_queries.path_of(event, picture),
                "width": picture.width, "height": picture.height}
        if form.at_end.data and not wants_json():
            draft = queries.draft_of(session)
            actions.save(person(), session, text=f"{draft.text.rstrip()}\n\n{said['markdown']}\n".lstrip("\n"),
                         base_revision=draft.base, at=clock.now())
    return said


def _page(session, form: PictureForm) -> str:
    event = session.event
    kept = [(picture, picture_queries.markdown_of(event, picture)) for picture in picture_queries.pictures_of(session)]
    return render_template(
        "notes/pictures.html", active="notes", session=session, where=where_of(session), code=code_of(session), form=form,
        leaders=[leader.name for leader in session.pitch.leaders], kept=kept, most=picture_actions.IN_A_NOTE,
        largest=pictures.LARGEST // 1024 ** 2)


@blueprint.get("/e/<event_slug>/pictures/<name>")
@allow(READER)
def picture(event, name: str):
    """A picture, for whoever may read the notes it is in."""
    found = picture_queries.picture_called(event, name)
    require(policy.can_read(person(), picture_queries.with_session(found)), "These notes are not for everybody to read.")
    for_all = event.notes_readers == READ_ALL and policy.can_read(None, picture_queries.with_session(found))
    try:
        data = files.fetch(found.file)
    except KeyError:
        data = b""
    response = Response(data, status=200 if data else 410, mimetype=KINDS[name.rpartition(".")[2]], headers={
        "Cache-Control": f"public, max-age={WEEK}, immutable" if for_all and data else "private, no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"})
    response.set_etag(found.file[:32])
    return response.make_conditional(request)
