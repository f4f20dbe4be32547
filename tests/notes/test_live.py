"""Notes written together, apart from the sockets: who is let in, and what is put right after a server was ended."""

import pytest
from pycrdt import Doc, Text
from sqlalchemy import select

from app.documents import log, queries
from app.documents.models import Document
from app.errors import Forbidden
from app.events.models import ATTENDEES_ONLY, CHATHAM_HOUSE, NAMED
from app.infra import db
from app.infra.jobs import Job
from app.notes import live_routes
from app.notes.live import admit, editors_of
from app.notes.live_jobs import bring_texts
from app.web import crowding
from app.web.crowding import Crowd
from tests.world import AT


def test_who_may_write_begins_the_note_and_who_may_read_does_not(world):
    event = world.event(attribution=NAMED)
    session, writer = world.session(event, room=1, slot=1), world.holder(event, name="Ada")
    assert admit(None, session, AT).document_id is None
    admitted = admit(writer, session, AT)
    assert (admitted.may_write, admitted.user["name"], admitted.user["role"]) == (True, "Ada", "attendee")
    stranger = admit(None, session, AT)
    assert (stranger.document_id, stranger.may_write, stranger.user["name"]) == (admitted.document_id, False, "Reader")
    assert admit(writer, session, AT).document_id == admitted.document_id
    closed = world.event(visibility=ATTENDEES_ONLY)
    with pytest.raises(Forbidden):
        admit(None, world.session(closed), AT)
    assert editors_of([session.id]) == {}


def test_under_the_chatham_house_rule_only_the_hour_is_kept(world):
    for rule, kept in ((CHATHAM_HOUSE, AT.replace(minute=0)), (NAMED, AT)):
        event = world.event(attribution=rule)
        owner = admit(world.holder(event), world.session(event), AT).owner
        assert (owner.named, owner.moment(AT)) == (rule == NAMED, kept)


def test_a_text_that_lags_when_the_worker_starts_is_brought_up_to_date(world):
    event = world.event()
    document_id = admit(world.holder(event), world.session(event), AT).document_id
    doc, made = Doc({"text": Text()}), []
    for data in queries.updates_of(db.session.get(Document, document_id)):
        doc.apply_update(data)
    doc.observe(lambda event: made.append(event.update))
    doc["text"].insert(0, "typed just before the end ")
    with db.transaction():
        log.append(document_id, 1, [log.Change(made[0], AT, None)])
    before = len(db.session.scalars(select(Job)).all())
    assert bring_texts() == 1
    document = db.session.get(Document, document_id)
    assert (document.text, document.text_seq) == (str(doc["text"]), 2)
    assert len(db.session.scalars(select(Job)).all()) == before + 1  # search is told
    assert bring_texts() == 0


def test_who_asks_to_be_connected_too_often_is_refused(client, world, monkeypatch):
    monkeypatch.setattr(live_routes, "crowd", Crowd())
    monkeypatch.setitem(crowding.A_MINUTE, "address", 3)
    wanted = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "a" * 22 + "=="}
    answers = [client.get("/ws/notes/99999", headers=wanted, environ_overrides={"gunicorn.socket": object()}).status_code
               for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
