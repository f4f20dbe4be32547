"""Taking a board along: the page that offers it, and putting it into its session's notes with one button."""

from flask import flash, redirect, render_template, url_for

from app.boards import policy, queries, recording
from app.boards.blueprint import blueprint
from app.errors import Refused
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import ATTENDEE, READER, allow, person


@blueprint.get("/e/<event_slug>/boards/<int:board_id>/take-along")
@allow(READER)
def export_page(event, board_id: int):
    """Ways to take the board along: into the notes, as files, onto paper; and to bring stickies in."""
    board = queries.board_read_by(person(), event, board_id)
    return render_template("boards/take_along.html", active="boards", board=board,
                           facilitates=policy.can_facilitate(person(), board),
                           may_record=board.session is not None and policy.can_record(person(), board, clock.now()))


@blueprint.post("/e/<event_slug>/boards/<int:board_id>/record")
@allow(ATTENDEE)
def record(event, board_id: int):
    """Put it in, or bring what is there up to date; leads to the notes, or back with the reason why not."""
    board = queries.board_read_by(person(), event, board_id)
    try:
        with transaction(event):
            board = queries.board_read_by(person(), event, board_id)
            done = recording.record(person(), board, at=clock.now())
            session_id = board.session_id
    except Refused as problem:
        if problem.status != 409:
            raise
        flash(problem.message, "error")
        return redirect(url_for("boards.export_page", event_slug=event.slug, board_id=board_id), 303)
    flash(_said(done), "success")
    return redirect(url_for("notes.read", event_slug=event.slug, session_id=session_id), 303)


def _said(done: recording.Recorded) -> str:
    if not done.changed:
        return "The board is in the notes already, as it is now."
    said = "The board is in the session’s notes now, as a section that can be edited like the rest."
    if done.kept:
        lines = "One line that somebody" if done.kept == 1 else f"{done.kept} passages that people"
        said += f" {lines} had changed there stayed as {'it is' if done.kept == 1 else 'they are'}."
    return said
