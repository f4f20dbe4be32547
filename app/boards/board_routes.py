"""Reading boards: the list, a board's page, its columns, what changed of them, and the stream that says so."""

import uuid

from flask import Response, render_template, request, url_for

from app.accounts.models import Person
from app.boards import insights_queries, policy, queries, readers, versions
from app.boards.blueprint import blueprint
from app.boards.insights_queries import ALL, Reader
from app.boards.material import reading_of
from app.boards.models import COLOURS, VOTING, Board, BoardStage
from app.errors import NotFound
from app.events.following import follow
from app.events.models import Event
from app.grid.models import Session
from app.infra import clock
from app.web.guard import READER, allow, person
from app.web.panels import Panel

NOT_KEPT = {"Cache-Control": "no-store"}
ANEW = 205  # the page fetches its columns whole


@blueprint.get("/e/<event_slug>/boards")
@allow(READER)
def listing(event):
    """The event's boards."""
    return render_template("boards/list.html", active="boards", boards=queries.boards_of(event, person()),
                           may_set_up=policy.can_create(person(), event, None))


@blueprint.get("/e/<event_slug>/boards/<int:board_id>")
@allow(READER)
def show(event, board_id: int):
    """One stage of a board: one's own group's columns (`?group=` another's, or all), as they stand or (`?sort=votes`) by dots."""
    board, reader = readers.read(event, board_id)
    return render_template("boards/show.html", active="boards", anonymous=policy.anonymous(board),
                           undo=request.args.get("undo", type=int) if reader.rights.write else None,
                           **_columns(event, board, reader))


@blueprint.get("/e/<event_slug>/boards/<int:board_id>/columns")
@allow(READER)
def columns(event, board_id: int):
    """What the board's live region holds."""
    board, reader = readers.read(event, board_id)
    return render_template("boards/_columns.html", **_columns(event, board, reader)), NOT_KEPT


@blueprint.get("/e/<event_slug>/boards/<int:board_id>/changes")
@allow(READER)
def changes(event, board_id: int):
    """What a page lacks that shows the version `since`: the stickies and clusters that changed, and what is gone.

    205: too much did, or the set-up; the page fetches its columns.
    """
    board, reader = readers.read(event, board_id)
    stage = readers.stage_asked(board)
    group, groups = readers.group_asked(board, stage)
    delta = insights_queries.delta_of(board, stage, group, reader, readers.number(request.args.get("since")), groups)
    if delta is None:
        return Response(status=ANEW, headers=NOT_KEPT)
    return render_template("boards/_changes.html", delta=delta, **_facts(event, board, stage, reader)), NOT_KEPT


@blueprint.get("/e/<event_slug>/boards/<int:board_id>/stream")
@allow(READER)
def stream(event, board_id: int):
    """Nudges when the board changes: with `?group=` only when that group's columns do, or the set-up."""
    board, _reader = readers.read(event, board_id)
    of = request.args.get("group", "")
    topics = [versions.topic(board.id)]
    if of and of != ALL:
        topics = [versions.topic(board.id, readers.number(of)), versions.topic(board.id, versions.SET_UP)]
    number = board.id

    def may(somebody: Person | None, what: Event) -> bool:
        try:
            return policy.can_read(somebody, queries.board_in(what, number))
        except NotFound:
            return False

    return follow(event, *topics, may=may)


def session_panel(session: Session, somebody: Person | None) -> Panel | None:
    """On a session's page: its boards, and for who may the way to set one up."""
    boards = queries.boards_of(session.event, somebody, session)
    may_set_up = policy.can_create(somebody, session.event, session)
    if not boards and not may_set_up:
        return None
    return Panel("boards/_session_panel.html",
                 {"event": session.event, "session": session, "boards": boards, "may_set_up": may_set_up})


def _columns(event: Event, board: Board, reader: Reader) -> dict:
    stage = readers.stage_asked(board)
    here = stage if stage.here else queries.stage_here(board)
    group, groups = readers.group_asked(board, stage)
    view = insights_queries.view_of(board, stage, group, reader, by_votes=request.args.get("sort") == "votes", groups=groups)
    of = {"event_slug": event.slug, "board_id": board.id}
    asked = {name: request.args[name] for name in ("stage", "group", "sort") if request.args.get(name)}
    stages = [one for one in board.stages if one.position <= here.position or reader.rights.facilitate]
    return _facts(event, board, stage, reader) | {
        "stages": stages, "reading": reading_of(view.material), "view": view, "here": here,
        "own_group": readers.own_group(board, stage) if view.groups else None, "asked": asked,
        "colours": COLOURS, "new_key": lambda: str(uuid.uuid4()), "of": of,
        "page_url": url_for("boards.show", **of, **asked), "columns_url": url_for("boards.columns", **of, **asked),
        "live_url": url_for("boards.stream", group=view.group or ALL, **of),
    }


def _facts(event: Event, board: Board, stage: BoardStage, reader: Reader) -> dict:
    """What templates of stickies need. The address of their pages is made once: `url_for` for each takes longer than the rest."""
    base = url_for("boards.show", event_slug=event.slug, board_id=board.id)
    return {"event": event, "board": board, "stage": stage, "may": reader.rights, "base": base, "at": f"{base}/insights/",
            "on": f"{base}/clusters/", "voting": stage.voting == VOTING and reader.rights.write,
            "kinds": {kind["colour"]: kind["label"] for kind in board.kinds},
            "now": clock.now(), "facilitates": reader.rights.facilitate}
