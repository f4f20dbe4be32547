"""What several of the notes' pages are put together from."""

from flask import jsonify, render_template, url_for

from app.documents.actions import MergeConflict
from app.documents.diffing import diff as differences
from app.grid.models import Session
from app.grid.queries import code_of, session_in, where_of
from app.notes import policy
from app.web.guard import wants_json

CLASHES_SHOWN = 20


def page(template: str, session: Session, **more) -> str:
    """A page about a session's notes: its head says from the grid what the text need not."""
    return render_template(template, active="notes", session=session, where=where_of(session), code=code_of(session),
                           leaders=[leader.name for leader in session.pitch.leaders],
                           names_people=policy.names_people(session.event), **more)


def clash_page(event, session_id: int, clash: MergeConflict):
    """409: what both changed, both versions beside each other, and the merged text to finish on the present revision."""
    here = url_for("notes.edit", event_slug=event.slug, session_id=session_id)
    if wants_json():
        return jsonify(error={"message": clash.message}, conflict_url=here), clash.status
    session = session_in(event, session_id)
    shown = [{"line": c.line, "lines": c.lines, "theirs": differences(c.base, c.theirs), "mine": differences(c.base, c.mine),
              "they_removed": not c.theirs.strip(), "you_removed": not c.mine.strip()} for c in clash.clashes[:CLASHES_SHOWN]]
    shown_page = page("notes/conflict.html", session, clash=clash, clashes=shown, more=len(clash.clashes) - len(shown))
    return shown_page, clash.status
