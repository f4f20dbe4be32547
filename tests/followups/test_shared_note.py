"""The shared note of a conversation: who writes and reads it, without scripts and over the socket; its history."""

from datetime import timedelta

import pytest
from pycrdt import Doc, Text

from app.accounts.models import Person
from app.documents import log
from app.documents import queries as documents
from app.documents.models import Document
from app.errors import Forbidden, NotFound
from app.events.models import NAMED
from app.followups import shared_note, shared_note_actions
from app.followups.models import FollowUp, FollowUpPerson
from app.infra import db
from app.infra.db import transaction
from tests.world import AT


@pytest.fixture
def host(world):
    return world.person(name="Ada")


@pytest.fixture
def followup(world, host):
    session = world.session(world.event(attribution=NAMED), "Bins and what they tell us", room=1, slot=1)
    return world.followup(session, hosts=[host], question="What next for bins?")


def at(followup, tail: str = "") -> str:
    return f"/e/{followup.event.slug}/follow-ups/{followup.id}{tail}"


def save(person, followup, text, base=0, when=AT):
    with transaction() as store:
        return shared_note_actions.save(store.get_one(Person, person.id), store.get_one(FollowUp, followup.id), text=text,
                                        base_revision=base, at=when)


@pytest.mark.once
def test_writing_without_scripts(client, followup, host):
    client.sign_in(host)
    assert "Begin it" in client.get(at(followup)).text
    page = client.get(at(followup, "/note"))
    assert f'data-socket="/ws/follow-ups/{followup.id}"' in page.text
    assert client.send(at(followup, "/note"), text="## What we know\nBins fill.", base_revision="0").status_code == 303
    assert "Bins fill." in client.get(at(followup)).text
    saved = client.send(at(followup, "/note"), json=True, text="## What we know\nBins fill fast.", base_revision="2")
    assert (saved.json["revision"], saved.json["merged"]) == (3, False)
    clash = client.send(at(followup, "/note"), text="## What we know\nBins overflow.", base_revision="2")
    assert clash.status_code == 409
    assert "Both of you changed the same words" in clash.text
    preview = client.send(at(followup, "/note/preview"), text="## Heading", base_revision="3", page="1")
    assert "Not saved yet" in preview.text


@pytest.mark.once
def test_people_in_the_conversation_write_and_its_readers_read(client, world, followup, host):
    save(host, followup, "Bins fill.")
    reader = world.holder(followup.event, name="Ben")
    client.sign_in(reader)
    page = client.get(at(followup, "/note"))
    assert "Bins fill." in page.text
    assert "data-socket" not in page.text
    assert client.send(at(followup, "/note"), text="Mine", base_revision="2").status_code == 403
    assert client.get(at(followup, "/note/history")).status_code == 403
    client.sign_in(world.person())
    assert client.get(at(followup, "/note")).status_code == 403
    assert "Bins fill." not in client.get(at(followup)).text
    with pytest.raises(Forbidden):
        save(reader, followup, "Mine", 2)


@pytest.mark.once
def test_history_what_changed_and_bringing_one_back(client, followup, host):
    save(host, followup, "One bin.")
    save(host, followup, "Two bins.", 2, AT + timedelta(minutes=5))
    client.sign_in(host)
    page = client.get(at(followup, "/note/history"))
    assert "Revision 3" in page.text
    assert "Ada" in page.text
    assert "One" in client.get(at(followup, "/note/revisions/3")).text
    assert client.get(at(followup, "/note/revisions/9")).status_code == 404
    assert client.send(at(followup, "/note/revisions/2/restore"), base_revision="3").status_code == 303
    assert db.session.get(FollowUp, followup.id).document.text == "One bin."
    other = db.session.get(FollowUp, followup.id)
    assert other.document.revision == 4


def test_no_note_has_no_history(client, followup, host):
    client.sign_in(host)
    assert client.get(at(followup, "/note/history")).status_code == 404
    with pytest.raises(NotFound):
        shared_note_actions.note_of(followup)


def admit(app, person_id, followup_id):
    with app.test_request_context():
        return shared_note.admit(db.session.get(Person, person_id), db.session.get(FollowUp, followup_id), frozenset(), AT)


def test_who_may_connect(app, world, followup, host):
    number, event, me = followup.id, followup.event_id, host.id
    reader, stranger = world.holder(followup.event, name="Ben").id, world.person().id
    assert admit(app, reader, number).document_id is None
    admitted = admit(app, me, number)
    assert (admitted.may_write, admitted.user["name"], admitted.owner.named) == (True, "Ada", True)
    again = admit(app, reader, number)
    assert (again.document_id, again.may_write) == (admitted.document_id, False)
    with pytest.raises(Forbidden):
        admit(app, stranger, number)
    assert {f"access:{event}", f"followup:{number}"} <= {*admitted.owner.topics}


def test_who_leaves_may_write_no_longer_and_what_is_gone_is_gone(app, followup, host):
    number, me = followup.id, host.id
    owner = admit(app, me, number).owner
    assert owner.anew().may(db.session.get(Person, me), AT) == (True, True)
    with transaction() as store:
        store.query(FollowUpPerson).delete()
    assert owner.anew().may(db.session.get(Person, me), AT) == (False, False)
    with transaction() as store:
        store.delete(store.get_one(FollowUp, number))
    assert owner.anew() is None
    assert db.session.query(Document).count() == 0  # what was written goes with it


def test_what_is_written_together_moves_the_conversation(app, followup, host):
    number = followup.id
    owner = admit(app, host.id, number).owner
    with transaction() as store:
        store.get_one(FollowUp, number).asked = 1
    with transaction():
        owner.told(None)
    assert db.session.get(FollowUp, number).asked == 1
    with transaction():
        owner.told(2)
    assert db.session.get(FollowUp, number).asked == 0


def test_a_text_that_lags_when_the_worker_starts_is_brought_up_to_date(app, followup, host):
    save(host, followup, "One bin.")
    document = db.session.get(FollowUp, followup.id).document_id
    made = []
    doc = Doc({"text": Text()})
    for data in documents.updates_of(db.session.get(Document, document)):
        doc.apply_update(data)
    doc.observe(lambda event: made.append(event.update))
    doc["text"].insert(0, "At least ")
    with transaction():
        log.append(document, 1, [log.Change(made[0], AT, None)])
    assert shared_note.bring_texts() == 1
    assert db.session.get(Document, document).text == "At least One bin."
    assert shared_note.bring_texts() == 0
