"""Going through the history of notes: steps, names of versions, who wrote what, and bringing a moment back."""

from datetime import timedelta

import pytest

from app.documents import actions as documents
from app.documents import history
from app.errors import Forbidden, Invalid
from app.events.models import NAMED
from app.infra import db
from app.notes import actions, history_actions, queries
from tests.documents.test_anew import doc_of, typed
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def session(world):
    return world.session(world.event(attribution=NAMED), room=1, slot=1)


@pytest.fixture
def written(world, session):
    """Ada saves, Bo types in an editor, Ada saves again; the document and the two."""
    ada, bo = world.holder(session.event, name="Ada Byron"), world.holder(session.event, name="Bo Quist")
    with db.transaction():
        actions.save(ada, session, text="Ada began here.\n", base_revision=0, at=AT)
    document = queries.note_of(session).document
    doc = doc_of(document, 900)
    for n, word in enumerate(("Bo wrote ", "these words ", "too.\n")):
        with db.transaction():
            at = len(str(doc["text"]).encode())
            documents.append_update(document, typed(doc, at, word), AT + timedelta(minutes=1 + n), bo)
    with db.transaction():
        actions.save(ada, session, text=document.text + "The end.\n", base_revision=f"2.{document.seq}", at=AT + timedelta(minutes=9))
    return document, ada, bo


def said_on(page: str) -> str:
    """The words of a page."""
    return " ".join(text_of(parsed(page)[0]).split())


def path(session, rest="history"):
    return f"/e/{session.event.slug}/sessions/{session.id}/note/{rest}"


def test_versions_and_the_moments_between_them_are_steps(written):
    document, *_ = written
    assert [s.base for s in history.steps_of(document, moments=True)] == ["1", "2", "2.3", "2.4", "2.5", "3"]
    assert [s.base for s in history.steps_of(document, moments=False)] == ["1", "2", "3"]
    assert [s.base for s in history.steps_of(document, moments=True, up_to=4)] == ["1", "2", "2.3", "2.4"]
    steps = history.steps_of(document, moments=True)
    assert history.text_of_step(document, steps[3]) == "Ada began here.\nBo wrote these words "
    assert history.text_of_step(document, steps[5]).endswith("The end.\n")


def test_a_long_history_has_few_steps_and_all_its_names(written, session, monkeypatch):
    document, ada, _ = written
    monkeypatch.setattr(history, "VERSIONS_MOST", 2)
    monkeypatch.setattr(history, "MOMENTS_MOST", 2)
    with db.transaction():
        history_actions.name_version(ada, session, number=2, name="  Before\tlunch ", at=AT)
    assert [s.base for s in history.steps_of(document, moments=True)] == ["1", "2", "2.3", "3"]
    assert queries.note_of(session).document.revision == 3


def test_the_page_goes_through_time_without_a_script(written, session, client):
    _, ada, _ = written
    client.sign_in(ada)
    page = client.get(path(session)).get_data(as_text=True)
    assert 'type="range"' in page
    assert 'max="5"' in page
    assert 'value="5"' in page
    earlier = client.get(f"{path(session)}?step=3&of=6&view=read").get_data(as_text=True)
    assert "Bo wrote these words" in said_on(earlier)
    assert "The end." not in earlier
    assert "Between two versions" in earlier
    changes = client.get(f"{path(session)}?at=3&view=changes").get_data(as_text=True)
    assert "2 words put in" in changes
    fragment = client.get(f"{path(session, 'history/moment')}?step=3&of=6").get_data(as_text=True)
    assert 'data-base="2.4"' in fragment
    assert "<html" not in fragment
    for wrong in ("at=2.77", "at=9", "at=x"):
        assert client.get(f"{path(session)}?{wrong}").status_code == 404
    assert client.get(f"{path(session)}?step=999999").status_code == 200


def test_who_wrote_what_is_said_in_words_and_marks(written, session, client):
    document, ada, bo = written
    client.sign_in(ada)
    page = client.get(f"{path(session)}?view=people").get_data(as_text=True)
    said = said_on(page)
    assert "AB Ada Byron 5 words" in said
    assert "BQ Bo Quist 5 words" in said
    assert "Bo Quist: Bo wrote these words too." in said
    assert "Ada Byron: The end." in said
    with db.transaction():
        session.event.attribution = "chatham"
    page = client.get(f"{path(session)}?view=people").get_data(as_text=True)
    assert "Bo Quist" not in page
    assert "treat it as personal data" in page
    assert "in the hour from" in page.casefold()


def test_a_version_has_a_name_another_and_none(written, session, client, world):
    _, ada, _ = written
    client.sign_in(ada)
    assert client.send(path(session, "revisions/2/name"), name="Before lunch").status_code == 303
    page = client.get(path(session)).get_data(as_text=True)
    assert "“Before lunch”" in page
    assert "Named versions" in page
    assert "no name now" in client.send(path(session, "revisions/2/name"), json=True, name=" ").json["message"]
    assert "Named versions" not in client.get(path(session)).get_data(as_text=True)
    with pytest.raises(Invalid), db.transaction():
        history_actions.name_version(ada, session, number=2, name="x" * 101, at=AT)
    stranger = world.person()
    with pytest.raises(Forbidden), db.transaction():
        history_actions.name_version(stranger, session, number=2, name="x", at=AT)
    assert client.send(path(session, "revisions/99/name"), name="x").status_code == 404


def test_a_moment_comes_back_as_a_new_version_that_editors_get_as_an_edit(written, session, client):
    document, ada, _ = written
    client.sign_in(ada)
    editor = doc_of(document, 901)
    seq, log = document.seq, len(queries.note_of(session).document.text)
    done = client.send(path(session, "history/restore"), moment="2.4", base_revision="3")
    assert done.status_code == 303
    db.session.rollback()
    assert document.text == "Ada began here.\nBo wrote these words "
    assert (document.epoch, document.seq, document.revision) == (1, seq + 1, 4)
    assert log > len(document.text)
    before = editor.get_state()
    editor["text"].insert(0, "I type on. ")
    mine = editor.get_update(before)
    with db.transaction():
        documents.append_update(document, mine, AT)
    assert document.text == "I type on. Ada began here.\nBo wrote these words "
    assert client.send(path(session, "history/restore"), moment="7.1x", base_revision="4").status_code == 404
