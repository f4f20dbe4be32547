"""A passage taken off the record is nowhere: not in the database's files, not in the index, not on any page."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.documents import actions as documents
from app.documents import queries as document_queries
from app.documents.models import DocumentUpdate, Redaction, Revision
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import NAMED, READ_ALL, READ_ATTENDEES, Role
from app.infra import db, findable, jobs, live
from app.notes import actions, off_record, queries
from app.search import index
from app.search.engine import Query
from app.search.models import SearchEntry
from app.search.postgres_schema import TABLES
from tests.documents.test_anew import doc_of, typed
from tests.world import AT

CANARY = "Zephyrine Quandt told the board that Xylofarm is insolvent"
WORDS = ("Zephyrine", "Quandt", "Xylofarm", "insolvent", "zephyrin", "quandt", "xylofarm", "insolv")
RULE = pytest.mark.parametrize(("attribution", "readers"), [("chatham", READ_ALL), (NAMED, READ_ATTENDEES)])


@pytest.fixture
def session(world):
    return world.session(world.event(), room=1, slot=1)


def save(person, session, said, base, minutes=0):
    with db.transaction():
        return actions.save(person, session, text=said, base_revision=base, at=AT + timedelta(minutes=minutes))


def take_off(person, session, passage=CANARY, **more):
    with db.transaction():
        return off_record.take_off(person, session, passage=passage, at=AT + timedelta(minutes=190), **more)


def idle(*things):
    """Do the jobs, which begin and end database sessions of their own."""
    jobs.work_until_idle()
    db.session.add_all(things)


def kept_words() -> list[tuple[str, str]]:
    """Every word of the canary that is in any table, with the table's name."""
    with db.engine().connect() as connection:
        names = [*(t.name for t in db.Base.metadata.sorted_tables), *([] if db.on_sqlite() else TABLES)]
        kept = {name: " ".join(part.decode("latin-1") if isinstance(part, bytes) else str(part)
                               for row in connection.execute(text(f'SELECT * FROM "{name}"')) for part in row) for name in names}
    return [(name, word) for name, said in kept.items() for word in WORDS if word in said]


def written(world, session):
    """Notes with the canary in them, come about by typing, by forms and by an import; two others wrote as well."""
    writer, other = (world.holder(session.event, name=name) for name in ("Wilma Writer", "Otto Other"))
    organiser = world.holder(session.event, Role.ORGANISER, name="Olga Organiser")
    with db.transaction():
        actions.bring_in(organiser, session, text=f"Before\n\n{CANARY}.\n\nAfter\n", note_takers=[], present=["Xylofarm Ltd"],
                         remark="Imported from a.docx", at=AT)
    document = queries.note_of(session).document
    save(writer, session, document.text.replace(f"{CANARY}.\n\n", ""), document.revision, 1)
    save(writer, session, document.text + "\nMine is here.\n", document.revision, 2)
    doc = doc_of(document, 4242)
    for letter in range(0, len(CANARY), 4):  # typed, with a revision in the middle of it
        with db.transaction():
            documents.append_update(document, typed(doc, letter, CANARY[letter:letter + 4]), AT + timedelta(minutes=3))
        if letter == 20:
            save(other, session, document.text + "Others wrote too.\n", f"{document.revision}.{document.seq}", 4)
            doc = doc_of(document, 4243)
    save(other, session, document.text.replace(CANARY, f"- {CANARY}"), f"{document.revision}.{document.seq}", 5)
    revision = db.session.scalar(select(Revision).where(Revision.number == 3))
    with db.transaction():
        revision.name = "Where Zephyrine spoke"
    return writer, document


@RULE
def test_a_canary_is_nowhere(world, session, attribution, readers, settings, tmp_path):
    with db.transaction():
        session.event.attribution, session.event.notes_readers = attribution, readers
    writer, document = written(world, session)
    idle(writer, document, session)
    assert {name for name, _ in kept_words()} >= {"document", "document_update", "revision", "note", "search_entry"}
    assert found("Xylofarm", session) == 1
    assert take_off(writer, session) == []
    assert [one for one in kept_words() if one[0] not in TABLES] == []  # before any job has run
    idle(writer, document, session)
    assert kept_words() == []
    for word in ("Xylofarm", "zephyrine quandt", "insolvent", '"told the board that"', "xylofarn"):
        hits = index.find(Query(word), readable(session))
        assert (hits.total, hits.did_you_mean, hits.facets["kind"]) == (0, None, ()), word
    assert found("Others wrote", session) == 1
    assert document.text == "- Before\n\nAfter\n\nMine is here.\nOthers wrote too.\n"
    files = [settings.database_url.replace("template", "test").removeprefix("sqlite:///")] if db.on_sqlite() else []
    db.session.remove()
    assert in_files([Path(f"{name}{end}") for name in files for end in ("", "-wal")] + list((tmp_path / "search").rglob("*"))) == []


def in_files(paths: list[Path]) -> list[tuple[str, str]]:
    """Words of the canary found in files, in any case and as wide characters."""
    found = []
    for path in paths:
        held = path.read_bytes() if path.is_file() else b""
        folded = held.lower()
        found += [(path.name, word) for word in WORDS
                  if word.lower().encode() in folded or word.encode("utf-16-le") in held]
    return found


def readable(session) -> frozenset[int]:
    return frozenset(row.entry().scope for row in db.session.scalars(
        select(SearchEntry).where(SearchEntry.event_id == session.event_id)))


def found(words, session) -> int:
    return index.find(Query(words), readable(session)).total


def test_the_history_says_that_something_went_and_nothing_more(world, session):
    with db.transaction():
        session.event.attribution = NAMED
    writer, document = written(world, session)
    numbers = [r.number for r in document_queries.revisions_of(document, most=99)]
    with live.relay.listen(f"document:{document.id}", f"note:{session.id}") as inbox:
        take_off(writer, session)
        assert {inbox.get(1)[0], inbox.get(1)[0]} == {f"document:{document.id}", f"note:{session.id}"}
    (redaction,) = off_record.redactions_of(document)
    assert redaction.at == AT + timedelta(minutes=190)
    newest, *others = document_queries.revisions_of(document, most=99)
    assert [r.number for r in others] == numbers
    assert (newest.remark, newest.by, newest.name) == (off_record.REMARK, None, "")
    assert [r.name for r in others if r.name] == ["Where spoke"]
    assert {u.by_id for u in db.session.scalars(select(DocumentUpdate))} == {None}
    assert queries.note_of(session).present == []
    assert {r.by.name for r in others if r.by} == {"Olga Organiser", "Wilma Writer", "Otto Other"}


def test_under_the_chatham_house_rule_only_the_hour_is_kept(world, session):
    writer, document = written(world, session)
    take_off(writer, session)
    assert {r.at.minute for r in db.session.scalars(select(Redaction))} == {0}
    assert {u.at.minute for u in db.session.scalars(select(DocumentUpdate))} == {0}


def test_what_others_wrote_meanwhile_stays_and_a_form_from_before_is_shown(world, session):
    writer, document = written(world, session)
    before, base = document.text, document.revision
    take_off(writer, session)
    with pytest.raises(documents.BegunAnew) as shown:
        save(writer, session, before + "And a last line\n", base)
    assert CANARY not in document.text
    assert "And a last line" in shown.value.text
    assert "Others wrote too." in shown.value.text


def test_who_may_and_what_cannot_be(world, session):
    writer, document = written(world, session)
    stranger = world.person()
    with pytest.raises(Forbidden):
        take_off(stranger, session)
    for passage, problem in (("  \n- *", Invalid), ("words that are not there at all", Conflict), ("", Invalid)):
        with pytest.raises(problem):
            take_off(writer, session, passage)
    assert CANARY in document.text
    save(writer, session, document.text + "\nyes and yes", document.revision)
    with pytest.raises(Invalid, match="2 places"):
        take_off(writer, session, "yes")
    take_off(writer, session, "yes", everywhere=True)
    assert "yes" not in document.text


def test_a_passage_that_is_only_in_the_history(world, session):
    writer, document = written(world, session)
    save(writer, session, "All gone\n", document.revision)
    now, words = document.text, Revision.text.contains("Quandt")
    assert db.session.scalar(select(Revision.id).where(words).limit(1)) is not None
    take_off(writer, session)
    assert document.text == now
    assert db.session.scalar(select(Revision.id).where(words).limit(1)) is None


def test_a_search_while_the_jobs_worker_rests_shows_nothing_of_it(world, session, client):
    writer, document = written(world, session)
    idle(writer, session, document)
    take_off(writer, session)
    page = client.get("/search?q=Xylofarm+insolvent").get_data(as_text=True)
    assert "Quandt" not in page
    assert "the board" not in page


def test_search_forgets_within_the_transaction(world, session):
    written(world, session)
    idle(session)
    said = []
    with db.transaction():
        findable.forget("session", session.id)
        said = list(db.session.scalars(select(jobs.Job.kind)))
    assert "search.forget" in said
