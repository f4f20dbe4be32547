"""Taking a passage off the record over HTTP: from the editor, and by ticking paragraphs."""

from app.infra import db
from app.notes import queries
from tests.notes.test_off_record import CANARY, session, written  # noqa: F401 - a fixture


def here(session) -> str:  # noqa: F811
    return f"/e/{session.event.slug}/sessions/{session.id}/note/off-record"


def test_the_editor_sends_the_words(world, session, client):  # noqa: F811
    writer, document = written(world, session)
    client.sign_in(writer)
    said = client.send(here(session), json=True, passage=CANARY)
    assert said.status_code == 200, said.get_data(as_text=True)
    assert said.json["message"].startswith("It is off the record")
    db.session.rollback()
    assert "Quandt" not in document.text
    again = client.send(here(session), json=True, passage=CANARY)
    assert (again.status_code, "Quandt" in again.get_data(as_text=True)) == (409, False)
    assert client.send(here(session), json=True, passage=" - ").status_code == 422


def test_without_a_script_paragraphs_are_ticked(world, session, client):  # noqa: F811
    writer, document = written(world, session)
    client.sign_in(writer)
    page = client.get(here(session)).get_data(as_text=True)
    line = next(i for i, one in enumerate(document.text.split("\n")) if CANARY in one)
    assert f'value="{line}"' in page
    base = queries.draft_of(session).base
    nothing = client.send(here(session), base_revision=base)
    assert nothing.status_code == 422
    assert "Tick the paragraphs" in nothing.get_data(as_text=True)
    done = client.send(here(session), base_revision=base, line=[str(line), "999999"])
    assert done.status_code == 303
    shown = client.get(done.location).get_data(as_text=True)
    assert "A passage was taken off the record" in shown
    assert "Quandt" not in shown
    for number in range(1, document.revision + 1):
        assert "Quandt" not in client.get(f"{here(session).removesuffix('off-record')}revisions/{number}").get_data(as_text=True)


def test_several_paragraphs_of_an_earlier_version(world, session, client):  # noqa: F811
    writer, document = written(world, session)
    client.sign_in(writer)
    earlier = client.get(f"{here(session)}?at=2")
    assert "as they were" in earlier.get_data(as_text=True)
    done = client.send(here(session), base_revision="2", line=["0", "2"])  # "Before", and the canary
    assert done.status_code == 303
    db.session.rollback()
    assert "Quandt" not in document.text
    assert "Before" not in document.text
    assert "Others wrote too." in document.text
    assert client.get(f"{here(session)}?at=77").status_code == 404


def test_whoever_lost_their_right_to_write_is_told_and_gets_their_text_back(world, session, client):  # noqa: F811
    writer, document = written(world, session)
    client.sign_in(writer)
    gone = world.pass_of(session.event, writer)
    with db.transaction():
        db.session.delete(gone)
    address, mine = here(session).removesuffix("/off-record"), "What I wrote on the train </textarea>"
    page = client.send(address, text=mine, base_revision="1")
    assert page.status_code == 403
    assert "What I wrote on the train &lt;/textarea&gt;" in page.get_data(as_text=True)
    told = client.send(address, json=True, text=mine, base_revision="1")
    assert (told.status_code, "pass" in told.json["error"]["message"]) == (403, True)
    client.sign_out()
    assert "What I wrote on the train" in client.send(address, text=mine, base_revision="1").get_data(as_text=True)
    assert "train" not in document.text


def test_a_form_from_before_is_shown_what_became_of_the_notes(world, session, client):  # noqa: F811
    writer, document = written(world, session)
    before, base = document.text, document.revision
    client.sign_in(writer)
    client.send(here(session), json=True, passage=CANARY)
    shown = client.send(here(session).removesuffix("/off-record"), text=before + "Mine, too\n", base_revision=base)
    assert shown.status_code == 409
    page = shown.get_data(as_text=True)
    assert "Something was taken out of these notes" in page
    assert "Mine, too" in page
    db.session.rollback()
    assert "Mine, too" not in document.text
