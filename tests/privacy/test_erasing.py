"""Erased is erased: a canary name and address are in no table, no index, no history, no file, no job, no mail, no log (G2)."""

import json
import logging
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.accounts.models import Person
from app.boards import marks
from app.boards.idea_models import Idea
from app.boards.insight_models import Insight, Vote
from app.documents.models import Revision
from app.errors import Conflict, Forbidden
from app.events.models import SeriesOwner
from app.exchange.models import Import
from app.followups.models import FollowUp, Post
from app.infra import db, files, jobs
from app.infra.mail import Mail
from app.pitches.models import Leader, Pitch
from app.privacy import actions, queries
from app.privacy.models import Erasure
from app.privacy.traces import Traces
from app.search import index
from app.search.engine import EVERYTHING, Query
from app.search.postgres_schema import TABLES
from tests.privacy.life import ADDRESS, FRIENDS, NAME, lived, pointed_at
from tests.search.rooms import work
from tests.world import AT

WORDS = ("Zephyrine", "Quandt", "quandt-canary", "quandt-new", "zephyrin", "quandt")


@pytest.fixture
def life(app, world):
    found = lived(world, app.secret_key)
    work()
    return found


def erase(app, person, posts=actions.UNNAMED, at=AT + timedelta(days=1)):
    with db.transaction():
        actions.erase(db.session.merge(person), posts=posts, secret=app.secret_key, at=at)


def kept_words() -> list[tuple[str, str]]:
    """Every word of the canary that is in any table, with the table's name."""
    with db.engine().connect() as connection:
        names = [*(t.name for t in db.Base.metadata.sorted_tables), *([] if db.on_sqlite() else TABLES)]
        kept = {name: " ".join(part.decode("latin-1") if isinstance(part, bytes) else str(part)
                               for row in connection.execute(text(f'SELECT * FROM "{name}"')) for part in row) for name in names}
    return [(name, word) for name, said in kept.items() for word in WORDS if word.casefold() in said.casefold()]


def in_files(paths) -> list[tuple[str, str]]:
    """Words of the canary in files, in any case and as wide characters."""
    found = []
    for path in paths:
        held = path.read_bytes().lower() if path.is_file() else b""
        found += [(path.name, word) for word in WORDS if word.lower().encode() in held or word.lower().encode("utf-16-le") in held]
    return found


@pytest.mark.parametrize("posts", [actions.UNNAMED, actions.REMOVED])
def test_a_canary_is_nowhere(app, life, settings, tmp_path, caplog, posts):
    caplog.set_level(logging.DEBUG)
    number, others = life.person.id, {one.id for one in life.others.values()}
    before = {name for name, _ in kept_words()}
    assert before >= {"person", "mail", "mail_waiting", "document", "revision", "note", "leader", "note_taker", "followup", "followup_post",
                      "followup_person", "followup_offer", "insight", "idea", "queue_entry", "queue_change", "grid_change", "notice",
                      "search_entry", "import", "imported_file", "link", "mailing", "contact_report", "note_picture"}
    assert index.find(Query("quandt"), EVERYTHING).total > 0
    erase(app, life.person, posts)
    assert [one for one in kept_words() if one[0] not in TABLES] == [], "with the transaction, before any job has run"
    assert pointed_at(number) == []
    db.session.remove()  # who still reads keeps the database from being written anew
    work()
    assert kept_words() == []
    for typed in ("quandt", "zephyrine quandt", '"zephyrine quandt"', "quandd"):
        assert index.find(Query(typed), EVERYTHING).total == 0, typed
    db.session.remove()
    own = [Path(settings.database_url.replace("template", "test").removeprefix("sqlite:///"))] if db.on_sqlite() else []
    places = [*own, *(path.with_name(path.name + "-wal") for path in own), *(tmp_path / "search").rglob("*"),
              *Path(settings.files_folder).rglob("*")]
    assert in_files(places) == []
    with pytest.raises(KeyError):
        files.fetch(life.upload)
    assert not [word for word in WORDS if word in caplog.text], "nor in what was logged meanwhile"
    assert set(db.session.scalars(select(Person.id))) >= others, "nobody else went"


def test_what_stays_stays_without_a_name(app, life):
    session_id, talk_id, own_talk = life.session.id, life.talk.id, life.own_talk.id
    document_id, noted = life.talk.document_id, life.note.document_id
    erase(app, life.person)
    assert [(post.person_id, post.name, post.text) for post in db.session.scalars(select(Post).order_by(Post.id))] == [
        (None, "", "It was me, somebody, (removed)"), (life.friend.id, "Fred Friend", "Thank you, somebody")]
    assert db.session.get(FollowUp, own_talk) is None, "the conversation of a pledge goes with it"
    talk = db.session.get(FollowUp, talk_id)
    assert ([one.name for one in talk.people], talk.question) == (["Fred Friend"], "What would somebody do?")
    texts = {revision.document_id: revision.text for revision in db.session.scalars(select(Revision).order_by(Revision.number))}
    assert texts[document_id] == "- A shared line\n"
    assert texts[noted] == "# Notes\n\nNotes taken by : somebody\n\n- Canaries sing\n"
    assert {one.by_id for one in db.session.scalars(select(Revision))} == {None}
    pitch = db.session.scalar(select(Pitch).where(Pitch.title == "Bins"))
    assert (pitch.pitched_by_id, [one.name for one in pitch.leaders]) == (None, ["Fred Friend"])
    assert db.session.scalar(select(Leader.id).where(Leader.name == NAME)) is None
    assert (db.session.scalar(select(Idea.offered_name)), db.session.scalar(select(Insight.signed))) == ("", "")
    assert db.session.scalar(select(Insight.text)) == "Canaries do"
    assert session_id == db.session.scalar(select(FollowUp.session_id).where(FollowUp.id == talk_id))
    mail = db.session.scalars(select(Mail)).one()
    assert (mail.recipient, mail.subject, mail.body) == (FRIENDS, "somebody wrote", "somebody <(removed)> wrote")
    assert db.session.scalars(select(Import)).all() == []


def test_dots_stay_counted_and_are_nobodys(app, life):
    board = db.session.scalar(select(Insight.board_id))
    voter = marks.of_person(app.secret_key, marks.VOTER, board, life.person.id)
    assert db.session.scalars(select(Vote.voter)).all() == [voter]
    erase(app, life.person)
    assert [(vote.dots, vote.voter == voter, len(vote.voter)) for vote in db.session.scalars(select(Vote))] == [(2, False, 64)]


@pytest.mark.once
def test_somebody_else_of_the_same_name_keeps_it(app, world, life):
    other = world.holder(life.event, name=NAME.upper())
    world.save(Mail(person_id=other.id, recipient="other@example.org", subject=f"Dear {NAME}", body="", message_id="9", created_at=AT))
    typed = world.pitch(life.event, "Boats", leaders=[NAME])
    erase(app, life.person)
    assert db.session.scalar(select(Mail.subject).where(Mail.message_id == "9")) == f"Dear {NAME}"
    assert [one.name for one in db.session.get(Pitch, typed.id).leaders] == [NAME], "it may be the other's"
    assert (ADDRESS in str(kept_words()), ("followup_post", "Quandt") in kept_words()) == (False, True)


@pytest.mark.once
def test_names_are_taken_out_as_whole_names():
    traces = Traces(1, frozenset(("Ann", "Zoë O’Hara")), frozenset(("Ann", "Zoë O’Hara")), frozenset(("ann@x.example",)))
    for said, left in (("Ann said", "somebody said"), ("Ann Smith and Anna", "Ann Smith and Anna"), ("ZOË\nO’HARA!", "somebody!"),
                       ("Ann@X.example, joann@x.example", "(removed), joann@x.example"), ("ann@x.example.org", "(removed).org"),
                       ("mailto:ann@x.example", "mailto:(removed)")):
        assert traces.without(said, names=True) == left
    assert traces.without_in({"a": ["Ann", 1, None, {"Ann": True}]}, names=True) == {"a": ["somebody", 1, None, {"somebody": True}]}
    assert "Zo\\u00eb O\\u2019Hara" in traces.needles(names=True)


def test_what_must_be_handed_over_first(app, world, life):
    with db.transaction() as session:
        session.execute(text("delete from series_owner where person_id <> :me"), {"me": life.person.id})
        session.get(Person, life.person.id).keeper = True
    with pytest.raises(Conflict, match=r"only owner of Canary camps.*alone look after this site"):
        erase(app, life.person)
    assert db.session.get(Person, life.person.id) is not None
    world.save(SeriesOwner(series_id=life.series.id, person_id=life.friend.id), world.person(keeper=True))
    erase(app, life.person)
    with pytest.raises(Forbidden), db.transaction():
        actions.erase(None, posts=actions.UNNAMED, secret="x", at=AT)


def test_an_older_copy_put_back(app, world, tmp_path):
    """The list, kept beside the backups, erases again who was erased; not who got their number since."""
    somebody, other = world.person(NAME, ADDRESS), world.person("Stays", "stays@example.org")
    created, number = somebody.created_at, somebody.id
    list_file, run = tmp_path / "erasures.jsonl", app.test_cli_runner().invoke
    assert "Nobody here" in run(args=["privacy", "erase", "nobody@example.org"]).output
    assert "Erased" in run(args=["privacy", "erase", ADDRESS.upper(), "--remove-posts"]).output
    assert "Wrote 1 erasures" in run(args=["privacy", "erasures", str(list_file)]).output
    assert kept_words() == [one for one in kept_words() if one[0] in TABLES]
    assert json.loads(list_file.read_text())["posts"] == actions.REMOVED
    # The older copy: they are there, and nothing of the erasure.
    with db.transaction() as session:
        session.execute(text("delete from erasure"))
        session.add(Person(id=number, name=NAME, email=ADDRESS, created_at=created))
    assert other.name == "Stays"
    run(args=["privacy", "erasures", str(list_file)])  # by a timer, before anybody erased again
    assert len(list_file.read_text().splitlines()) == 1
    assert "1 listed, 1 erased again" in run(args=["privacy", "erase-again", str(list_file)]).output
    assert [one for one in kept_words() if one[0] not in TABLES] == []
    assert [one.person_id for one in queries.erasures()] == [number]
    # Twice changes nothing, nor does it touch somebody new of the same number.
    world.save(Person(id=number, name="New", email="new@example.org", created_at=created + timedelta(seconds=1)))
    assert "1 listed, 0 erased again" in run(args=["privacy", "erase-again", str(list_file)]).output
    assert db.session.get(Person, number).name == "New"
    assert db.session.query(Erasure).count() == 1
    list_file.write_text("nonsense\n")
    assert "not a list of erasures" in run(args=["privacy", "erase-again", str(list_file)]).output


def test_the_page(client, world, life):
    client.sign_in(life.person, entered=0)
    page = client.get("/account/erase")
    assert "sign in anew" in page.text
    assert client.send("/account/erase", posts="unnamed", sure="y").status_code == 403
    assert client.send("/me/prove", back="privacy.erase").status_code == 303
    assert "next_path" not in page.text
    client.sign_in(life.person, entered=int(time.time()))
    assert "Erase me" in client.get("/account/erase").text
    assert client.send("/account/erase", posts="unnamed").status_code == 422
    assert client.send("/account/erase", posts="kept", sure="y").status_code == 422
    assert client.send("/account/erase", posts="removed", sure="y").status_code == 303
    assert client.get("/me").status_code == 302
    assert db.session.query(Post).filter(Post.person_id.is_(None)).count() == 0
    assert jobs.counts()["given up"] == 0
