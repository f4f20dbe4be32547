"""What came of an event or a series, to take along as CSV: for who sees its page."""

from flask import Response

from app.errors import require
from app.exchange import recap_csv
from app.exchange.blueprint import blueprint
from app.recaps import policy, queries
from app.web.guard import PUBLIC, READER, allow, person
from app.web.templating import absolute_url_for


@blueprint.get("/e/<event_slug>/came-of-it.csv")
@allow(READER)
def came_of_it_csv(event):
    """The event's numbers and outcomes."""
    require(policy.can_see(person(), event), policy.NOT_SHOWN)
    return _csv(recap_csv.write_recap_csv(event, queries.came_of(event, person()), absolute_url_for), event.slug)


@blueprint.get("/s/<series_slug>/came-of-it.csv")
@allow(PUBLIC)
def series_came_of_it_csv(series):
    """The numbers of each of the series' events that the person sees."""
    return _csv(recap_csv.write_series_csv(queries.of_series(series, person()), absolute_url_for), series.slug)


def _csv(text: str, slug: str) -> Response:
    return Response(text, mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="{slug}-came-of-it.csv"', "Cache-Control": "no-store"})
