"""Pages of what changed: the whole history for who holds a pass, the change log for everybody."""

from flask import render_template, request

from app.events.models import DRAFT
from app.grid import policy, publishing, queries, undoing
from app.grid.models import NO_STEPS, UNDONE
from app.grid.pages import blueprint
from app.web.guard import ATTENDEE, READER, allow, person

NOT_UNDONE = {UNDONE, *NO_STEPS}


@blueprint.get("/e/<event_slug>/grid/history")
@allow(ATTENDEE)
def history(event):
    """Every change of the grid, newest first; who arranges can take any of them back."""
    page = _page()
    changes, pages = queries.changes_of(event, page)
    may = policy.can_arrange(person(), event)
    back = undoing.taken_back(changes) if may else set()
    return render_template("grid/history.html", active="grid", changes=changes, page=page, pages=pages, taken_back=back,
                           undoable={c.id for c in changes if c.verb not in NOT_UNDONE and c.id not in back} if may else set())


@blueprint.get("/e/<event_slug>/grid/changes")
@allow(READER)
def changelog(event):
    """What changed since the grid was published; who did it is for those who hold a pass."""
    page, since = _page(), publishing.published_at(event)
    changes, pages = ([], 1) if event.grid_state == DRAFT else queries.changes_of(event, page, after=since[0] if since else 0)
    return render_template("grid/changes.html", active="grid", changes=changes, page=page, pages=pages,
                           since=since[1] if since else None, names=policy.can_see_history(person(), event))


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 10_000))
