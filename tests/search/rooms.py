"""What search tests put into the rooms, and how they look things up."""

from concurrent.futures import ThreadPoolExecutor

from app.documents.models import Document
from app.followups.models import HOST, POSTED, FollowUp, FollowUpPerson
from app.grid.models import Session
from app.infra import db, findable, jobs
from app.notes.models import Note, NoteTaker
from app.search import index
from app.search.engine import EVERYTHING, Query
from app.search.models import SearchEntry
from tests.world import AT


def note(world, session: Session, text: str, *, note_takers=()) -> Note:
    """Notes of `session`, written by the named."""
    document = world.save(Document(text=text, created_at=AT))
    world.save(*[NoteTaker(session_id=session.id, name=name, since=AT) for name in note_takers] or [document])
    return world.save(Note(session_id=session.id, document_id=document.id, present=["Paula Present"], created_at=AT))


def followup(world, session: Session, *, hosts=(), posted=()) -> FollowUp:
    """A conversation of `session` with these names in it."""
    return world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT, people=[
        FollowUpPerson(name=name, part=part, since=AT) for part, names in ((HOST, hosts), (POSTED, posted)) for name in names]))


def changed(kind: str, thing_id: int) -> None:
    """Say that something changed, as actions do, and let the worker do what is due."""
    with db.transaction():
        findable.changed(kind, thing_id)
    work()


def work() -> None:
    """Let the worker do what is due. It has a thread, so a database session, of its own, as it has a process in life."""
    with ThreadPoolExecutor(1) as worker:
        worker.submit(jobs.work_until_idle).result()
    db.session.rollback()  # what this thread read before is old now


def keys(text: str = "", **filters) -> list[str]:
    """The keys of what the engine finds for somebody who may read everything, best first."""
    found = [entry_id for entry_id, _ in index.find(Query(text, **filters), EVERYTHING).items]
    named = dict(db.session.query(SearchEntry.id, SearchEntry.key).filter(SearchEntry.id.in_(found)))
    return [named[entry_id] for entry_id in found]
