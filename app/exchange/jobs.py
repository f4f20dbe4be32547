"""Reading uploads in the background, a second's worth at a time, so that mail and search are not kept waiting by a large one."""

import time
from collections.abc import Iterator
from itertools import islice

from app.exchange import forgetting as _forgetting  # noqa: F401 - registers what a passage off the record takes along
from app.exchange import importing
from app.exchange.actions import JOB
from app.exchange.bundles import from_upload
from app.exchange.models import ATTENDEES, DONE, GRID, NOTES, READING, Import
from app.exchange.reports import Report
from app.infra import db, files, jobs
from app.infra.db import transaction

SLICE_SECONDS = 1.0


@jobs.handles(JOB)
def read_some(payloads: list[dict]) -> None:
    """Read on in an upload for about a second, note how far it got, and ask for the rest as another job."""
    for payload in payloads:
        row = db.session.get(Import, payload["import"])
        if row is None or row.state == DONE:
            continue
        began, reports, finished = time.monotonic(), [], True
        for report in _reports(row, payload["base_url"]):
            reports.append(report.as_json())
            if row.kind == NOTES and time.monotonic() - began > SLICE_SECONDS:
                finished = False
                break
        with transaction():
            row.reports = [*row.reports, *reports]
            row.position += len(reports)
            row.state = DONE if finished else READING
            if not finished:
                jobs.enqueue(JOB, payload)


def _reports(row: Import, base_url: str) -> Iterator[Report]:
    data = files.fetch(row.file_key)
    if row.kind == GRID:
        yield from importing.import_grid(row.by, row.event, data, base_url=base_url, only_try=row.only_try)
    elif row.kind == ATTENDEES:
        yield from importing.import_attendees(row.by, row.event, data, only_try=row.only_try)
    else:
        sources = islice(from_upload(row.name, data), row.position, None)
        yield from importing.import_notes(row.by, row.event, sources, only_try=row.only_try)
