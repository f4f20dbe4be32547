"""The shared note of a conversation on a running site, over real sockets: written together, read along, closed at once to who may
no longer be there."""

import time

import pytest

from app.documents.crdt import Shared
from tests.journeys.editors import Closed, Editor, Refused
from tests.journeys.people import SignedIn

EVENT = "govcamp-north"


class Conversation:
    """A conversation of the demo camp with a host and somebody who is kept posted, which nobody has written in."""

    def __init__(self, site):
        self.site = site
        self.event = site.ask("select id from event where slug = :slug", slug=EVENT)[0]
        people = site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=self.event)
        self.host, self.posted, self.reader = people[31:34]
        session = site.ask("select s.id from session s where event_id = :event and not exists "
                           "(select 1 from followup f where f.session_id = s.id) order by id", event=self.event)[-1]
        site.change("insert into followup (event_id, session_id, line, question, goal, readers, state, came_of, next_step, next_where, next_version, "
                    "guid, moved_at, asked, version, created_at) values "
                    f"({self.event}, {session}, '', 'What next?', '', 'pass', 'open', '', '', '', 0, 'guid-{session}', '2027-01-23 10:00:00', 1, 1, "
                    "'2027-01-23 10:00:00')")
        self.id = site.ask(f"select id from followup where session_id = {session}")[0]
        for person, part in ((self.host, "host"), (self.posted, "posted")):
            site.change("insert into followup_person (followup_id, person_id, name, part, since) values "
                        f"({self.id}, {person}, 'Somebody', '{part}', '2027-01-23 10:00:00')")

    def editor(self, person: int | None) -> Editor:
        """Somebody's editor, connected."""
        cookie = self.site.cookie_of(person)["value"] if person else None
        return Editor(self.site.address, self.id, cookie, among="follow-ups").connect()

    def stored(self) -> str:
        """What the log of its note makes."""
        return Shared([bytes(data) for data in self.site.ask(
            "select u.data from document_update u join followup f on f.document_id = u.document_id where f.id = :f order by u.seq",
            f=self.id)]).text


@pytest.fixture(scope="module")
def conversation(together) -> Conversation:
    return Conversation(together)


def test_written_together_and_closed_at_once_to_who_leaves(conversation):
    host, posted, reader = (conversation.editor(one) for one in (conversation.host, conversation.posted, conversation.reader))
    host.type(0, "Bins fill on Fridays. ")
    host.saved()
    for other in (posted, reader):
        other.until(lambda other=other: "Fridays" in other.text)
    posted.type(0, "We know: ")
    posted.saved()
    assert conversation.stored() == "We know: Bins fill on Fridays. "
    with pytest.raises(Refused) as refused:
        conversation.editor(None)
    assert refused.value.status == 403
    reader.type(0, "Mine: ")
    assert closed(reader)[0] == 4403

    with SignedIn(conversation.site, conversation.posted) as somebody:
        assert somebody.post(f"/follow-ups/{conversation.id}/leave")[0] in (200, 303)
    code, seconds = closed(posted)
    assert (code, seconds < 2) == (4403, True)
    host.type(0, "Still here. ")
    host.saved()
    again = conversation.editor(conversation.posted)  # with a pass, they read along
    assert "Still here." in again.text


def closed(editor: Editor, seconds: float = 5) -> tuple[int, float]:
    """The code an editor is closed with, and how long that took."""
    began = time.monotonic()
    with pytest.raises(Closed) as why:
        editor.until(lambda: False, seconds)
    return why.value.code, time.monotonic() - began
