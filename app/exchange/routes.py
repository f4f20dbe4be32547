"""Pages for bringing files in, and files to take out."""

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for

from app.events.models import Event
from app.exchange import actions, cli, queries
from app.exchange import api_routes as _api  # noqa: F401 - hangs the API on the blueprint
from app.exchange import board_routes as _boards  # noqa: F401 - boards to take along
from app.exchange import feed_routes as _feeds  # noqa: F401 - hangs the feeds on it
from app.exchange import jobs as _jobs  # noqa: F401 - registers the job that reads uploads
from app.exchange import out_routes as _out  # noqa: F401 - and notes to take along
from app.exchange import recap_routes as _recap  # noqa: F401 - and what came of it
from app.exchange.blueprint import blueprint
from app.exchange.book_routes import named_panel
from app.exchange.forms import UploadForm
from app.exchange.models import DONE
from app.exchange.reports import Report, counted
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import ORGANISER, READER, allow, person
from app.web.panels import Panel

__all__ = ["blueprint", "named_panel", "session_panel"]

cli.install(blueprint)


@blueprint.route("/e/<event_slug>/import", methods=["GET", "POST"])
@allow(ORGANISER)
def upload(event: Event):
    """Choose a file to bring in; earlier imports."""
    form = UploadForm()
    if form.validate_on_submit():
        with transaction(event):
            row = actions.keep_upload(
                person(), event, kind=form.kind.data, name=form.file.data.filename or "upload", data=form.file.data.read(),
                only_try=form.only_try.data, base_url=current_app.extensions["base_url"], at=clock.now())
            import_id = row.id
        flash("The file is being read.", "info")
        return redirect(url_for(".imported", event_slug=event.slug, import_id=import_id), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("exchange/upload.html", form=form, imports=queries.imports_of(event)), status


@blueprint.get("/e/<event_slug>/imports/<int:import_id>")
@allow(ORGANISER)
def imported(event: Event, import_id: int):
    """What has become of an upload, file by file."""
    row = queries.import_in(event, import_id)
    reports = [Report(**report) for report in row.reports]
    part = "exchange/_reports.html" if request.headers.get("X-Requested-With") == "fetch" else "exchange/imported.html"
    return render_template(part, row=row, reports=reports, counts=counted(reports), done=row.state == DONE)


@blueprint.get("/e/<event_slug>/grid.csv")
@allow(READER)
def grid_csv(event: Event):
    """The grid in the columns of the UKGovCamp family."""
    return _csv(queries.grid_csv_of(event, current_app.extensions["base_url"]), f"{event.slug}-grid.csv")


@blueprint.get("/e/<event_slug>/attendees.csv")
@allow(ORGANISER)
def attendees_csv(event: Event):
    """Who holds a pass, with addresses."""
    return _csv(queries.attendees_csv_of(event), f"{event.slug}-attendees.csv")


@blueprint.get("/e/<event_slug>/imports/files/<int:file_id>")
@allow(ORGANISER)
def original(event: Event, file_id: int):
    """A file as it came, to save; never shown in the browser."""
    try:
        name, content = queries.original_of(event, file_id)
    except KeyError:
        abort(404)
    return Response(content, mimetype="application/octet-stream", headers={
        "Content-Disposition": f"attachment; filename=\"{name}\"", "Content-Security-Policy": "default-src 'none'; sandbox"})


def _csv(text: str, name: str) -> Response:
    return Response(text.encode("utf-8-sig"), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


def session_panel(session, _person) -> Panel | None:
    """Links that came with an imported grid, and the session's own calendar feed."""
    links, timed = queries.links_of(session), session.placement is not None and session.placement.slot.starts_at is not None
    if not links and not timed:
        return None
    return Panel("exchange/_links_panel.html", {"links": links, "timed": timed, "event": session.event, "session": session},
                 aside=True)
