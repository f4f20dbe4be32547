"""Words that some or all may not have (S16): a hidden note, one that was taken out for good, a private pledge. They are on no page,
in no delta, export, search result or projector of anybody who may not have them, and what was taken out is in no table either."""

import io
import zipfile

import pytest
from sqlalchemy import select

from app.boards.models import Board
from app.events.models import PUBLIC
from app.infra import db, jobs
from tests.access_rows import ROWS
from tests.boards.doing import key
from tests.test_access import KINDS, call, scene_of

SHOWN, HIDDEN, GONE, EARLIER, PRIVATE = "Zwitscherbox", "Hushabyemoon", "Gobbledymire", "Flapdoodlian", "Whifflepockets"
FACILITATE = ("campmaker", "organiser", "owner")
ROOMS = ("boards.", "exchange.", "search.", "notes.", "followups.", "grid.session", "grid.show", "events.show")
LOOKED_AT = [row for row in ROWS if row.method == "GET" and row.endpoint.startswith(ROOMS) and "stream" not in row.endpoint
             and not row.endpoint.startswith(("exchange.api_description", "exchange.book", "exchange.import", "exchange.original"))
             and row.endpoint != "notes.together"]  # books are made of what the notes' own pages show
LOOKING = ("stranger", "attendee", "organiser")


@pytest.fixture
def scene(world, client):
    """The board of a session with all three, put into the session's notes while the one that is gone was there."""
    scene = scene_of(world, PUBLIC)
    board = db.session.get_one(Board, scene.names["session_board"])
    board_id, prompt, event = board.id, board.stages[0].prompts[0].id, f"/e/{board.event.slug}"
    at = f"{event}/boards/{board_id}"
    client.sign_in(scene.people["organiser"])

    def post(path, **fields):
        answer = client.send(path, json=True, **fields)
        assert answer.status_code in (200, 303), answer.text
        return answer

    shown, hidden, gone = (post(f"{at}/insights", key=key(), text=f"{words} said somebody", prompt=prompt).json["id"]
                           for words in (SHOWN, HIDDEN, EARLIER))
    post(f"{at}/insights/{gone}", text=f"{GONE} said somebody", was=f"{EARLIER} said somebody")
    post(f"{at}/insights/{hidden}/hide")
    post(f"{at}/record")
    post(f"{event}/pledges/new", text=f"{PRIVATE} by March", shown="private", key="k1")
    jobs.work_until_idle()
    found = client.get(f"{event}/search?q={GONE}").text
    assert found.count("said somebody") >= 1, "it could be found before"
    post(f"{at}/insights/{gone}/remove")
    jobs.work_until_idle()
    scene.names |= {"board": board_id, "prompt": prompt, "insight": shown, "hidden": hidden}
    return scene


def words_of(answer) -> str:
    """What an answer says, also inside of a ZIP."""
    if not zipfile.is_zipfile(io.BytesIO(answer.data)):
        return answer.data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


@pytest.mark.long
@pytest.mark.once
def test_words_that_one_may_not_have(scene, client, app, monkeypatch):
    monkeypatch.setattr("tests.pages.faults_of", lambda *_page, **_how: [])  # tests/test_access.py has looked at all of them
    found, seen, event = [], 0, scene.names["event"]
    for kind in LOOKING:
        client.sign_out()
        if scene.people[kind] is not None:
            client.sign_in(scene.people[kind])
        never = {GONE, EARLIER} | ({HIDDEN} if kind not in FACILITATE else set()) | ({PRIVATE} if kind != "organiser" else set())
        for row in LOOKED_AT:
            if row.marks[KINDS.index(kind)] == "+":
                said = words_of(call(client, app, row, scene))
                seen += SHOWN in said
                found += [(kind, row.endpoint, word) for word in never if word.casefold() in said.casefold()]
        for word in (GONE, EARLIER, HIDDEN, PRIVATE):
            for path in (f"/e/{event}/search", "/search"):
                said = client.get(f"{path}?q={word}").text.replace(f'value="{word}"', "")
                found += [(kind, path, word) for _ in range("by March" in said and word == PRIVATE and kind != "organiser")]
                found += [(kind, path, word) for one in (GONE, HIDDEN, EARLIER) if f"{one} said" in said]
        if kind not in FACILITATE:
            assert client.get(f"/e/{event}/boards/{scene.names['board']}/insights/{scene.names['hidden']}").status_code == 404
    assert found == []
    assert seen > 12, "pages that show what all may read were among them"


def test_what_was_taken_out_is_in_no_table(scene):
    db.session.rollback()
    left = []
    for table in db.Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            left += [table.name for value in row if any(word in (
                value if isinstance(value, str) else bytes(value).decode(errors="ignore") if isinstance(value, (bytes, memoryview)) else repr(value))
                for word in (GONE, EARLIER))]
    assert left == []
