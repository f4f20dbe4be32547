"""Measures pages of the demo camp in this process: CPU per request, SQL statements, bytes sent. `python -m tests.bench.pages`."""

import tempfile
import time
from statistics import median, quantiles

from sqlalchemy import event, select

from app import config, create_app
from app.accounts.models import Person
from app.demo import camp
from app.events.models import Event
from app.grid.models import Session
from app.infra import clock, db, jobs
from app.notes.models import Note

RUNS = 60


def main() -> None:
    """Fill a fresh database with the demo camp, index it, ask for each page `RUNS` times, print a Markdown table."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as folder:
        settings = config.load({
            "FOLKMOOT_MODE": "development", "SECRET_KEY": "b" * 40, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "SEARCH_URL": f"whoosh://{folder}/search", "FILES_URL": f"file://{folder}/files"})
        app = create_app(settings)
        app.test_cli_runner().invoke(args=["database", "upgrade"], catch_exceptions=False)
        with app.app_context():
            camp.fill(clock.now().date(), clock.now())
            jobs.work_until_idle()
            here = db.session.scalar(select(Event).where(Event.slug == "govcamp-north"))
            session = db.session.scalar(select(Session.id).join(Note).where(Session.event_id == here.id).limit(1))
            attendee = db.session.scalar(select(Person).where(Person.email.is_(None)).limit(1)).get_id()
            organiser = db.session.scalar(select(Person).where(Person.email == camp.ORGANISER)).get_id()
            db.session.remove()
        print("| page | CPU ms, median | CPU ms, p95 | SQL statements | bytes, compressed |\n|---|---|---|---|---|")
        for name, path, who in (
                ("grid, stranger", "/e/govcamp-north/grid", None), ("grid, attendee", "/e/govcamp-north/grid", attendee),
                ("arrange, organiser", "/e/govcamp-north/grid/arrange", organiser),
                ("session with notes, attendee", f"/e/govcamp-north/sessions/{session}", attendee),
                ("pitches, attendee", "/e/govcamp-north/pitches", attendee),
                ("follow-ups, attendee", "/e/govcamp-north/follow-ups", attendee),
                ("search results, attendee", "/search?q=data+council", attendee), ("front page, stranger", "/", None)):
            print(f"| {name} | {' | '.join(measured(app, path, who))} |")


def measured(app, path: str, who: str | None) -> tuple[str, str, str, str]:
    """Median and 95th percentile of CPU milliseconds, statements and compressed bytes of one page."""
    client = app.test_client()
    if who:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = who, True
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    times = []
    for run in range(RUNS + 5):
        said.clear()
        event.listen(db.engine(), "before_cursor_execute", note)
        began = time.process_time()
        response = client.get(path, headers={"Accept-Encoding": "br"})
        spent = time.process_time() - began
        event.remove(db.engine(), "before_cursor_execute", note)
        assert response.status_code == 200, (path, response.status_code)
        if run >= 5:
            times.append(spent * 1000)
    return f"{median(times):.1f}", f"{quantiles(times, n=20)[-1]:.1f}", str(len(said)), f"{len(response.data):,}"


if __name__ == "__main__":
    main()
