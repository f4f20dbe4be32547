"""The grid that open pages fetch: the same bytes for everybody, of nobody's, never old, and nothing of what is not for all."""

import gzip
import json
import re

import brotli
import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from app.events.models import ATTENDEES_ONLY, DRAFT, UNLISTED, Role
from app.events.versions import count_change
from app.grid import kept_grid
from app.grid.actions import take_off
from app.infra import db
from app.pitches import actions as pitches
from tests.grid.arrange import LATER, place
from tests.test_access import refused

AT = "/e/camp/grid/shared/auto"
VARYING = {"Content-Length", "Date"}


@pytest.fixture
def ada(event, world):
    """Somebody with a day of their own."""
    ada = world.holder(event, name="Ada")
    world.session(event, "Bins", room=1, slot=1, leaders=[ada])
    world.session(event, "Boxes", room=2, slot=1, interested=[ada])
    return ada


def counted(event):
    with db.transaction(event):
        count_change(event, nudge=False)


def test_the_same_bytes_and_headers_for_everybody_made_or_kept(client, event, world, ada, ann):
    def asked():
        return [client.get(AT), client.sign_in(ada).get(AT), client.sign_in(ann).get(AT), client.sign_out().get(AT)]

    answers = asked()  # the first is made, the others are kept
    counted(event)
    client.sign_in(ada)
    answers += [client.get(AT), *asked()]  # the first is made for somebody who sends a cookie
    assert {answer.status_code for answer in answers} == {200}
    assert len({re.sub(rb'data-version="\d+"', b"", answer.data) for answer in answers}) == 1
    assert len({json.dumps(sorted((k, v) for k, v in a.headers if k not in VARYING | {"ETag"})) for a in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 2
    assert "mark-mine" not in answers[-1].text
    assert kept_grid.MARK not in answers[-1].text
    assert answers[0].headers["Vary"] == "Accept-Encoding"
    assert answers[0].headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answers[0].headers
    assert answers[0].headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_it_is_what_a_strangers_page_holds(client, ada):
    for mode in ("auto", "grid", "list", "notes"):
        page = client.sign_out().get(f"/e/camp/grid?view={mode}").text
        assert page.split("<!--live-->")[1].split("<!--/live-->")[0] == client.get(f"/e/camp/grid/shared/{mode}").text
        assert f'data-shared="/e/camp/grid/shared/{mode}"' in page
        assert "data-mine" not in page


def test_compressed_once_and_304_for_who_has_it(app, ada):
    client = Client(app)  # ours reads every page it gets, and this one is compressed
    packed = client.get(AT, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert packed.headers["Content-Encoding"] == "br"
    zipped, plain = client.get(AT, headers={"Accept-Encoding": "gzip;q=1, br;q=0"}), client.get(AT, headers={"Accept-Encoding": ""})
    assert brotli.decompress(packed.data) == gzip.decompress(zipped.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert len({answer.headers["ETag"] for answer in (packed, zipped, plain)}) == 3
    for tag in (packed.headers["ETag"], f"W/{zipped.headers['ETag']}", f'"other", {plain.headers["ETag"]}'):
        again = client.get(AT, headers={"If-None-Match": tag, "Accept-Encoding": "br"})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get(AT, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head(AT).status_code == 200


def test_every_change_and_the_clock_are_there_at_once(client, event, world, ann, clock_at):
    clock_at("2027-01-23 10:59")
    pitch = world.pitch(event, "Bins", leaders=["Zed"])
    assert "Bins" not in client.get(AT).text
    session = place(ann, event, pitch, 1, 1)
    before = client.get(AT).text
    assert "Bins" in before
    clock_at("2027-01-23 11:01")
    assert client.get(AT).text != before, "a slot began"
    with db.transaction(event):
        pitches.edit(ann, pitch, title="Boxes", about="", leaders=["Zed"], topics=[], seen=pitch.version, at=LATER)
    assert "Boxes" in client.get(AT).text
    with db.transaction(event):
        take_off(ann, event, session, seen=None, at=LATER)
    assert "Boxes" not in client.get(AT).text


def test_nothing_of_a_draft_whoever_asks(client, event, ada, ann):
    assert "Bins" in client.get(AT).text  # kept
    with db.transaction(event):
        event.grid_state = DRAFT  # and the version not even counted
    for somebody in (ann, ada, None):
        client.sign_in(somebody) if somebody else client.sign_out()
        answer = client.get(AT)
        assert answer.status_code == 404
        assert "Bins" not in answer.text
        assert "data-shared" not in client.get("/e/camp/grid").text
        assert ("Bins" in client.get("/e/camp/grid/fragment/auto").text) == (somebody is ann)


def test_nothing_of_what_is_for_attendees_only_whoever_asks(client, event, ada, ann):
    assert "Bins" in client.get(AT).text
    with db.transaction(event):
        event.visibility = ATTENDEES_ONLY
    for somebody in (ann, ada, None):
        client.sign_in(somebody) if somebody else client.sign_out()
        answer = client.get(AT)
        assert refused(answer)
        assert "Bins" not in answer.text
    client.sign_in(ada)
    assert "Bins" in client.get("/e/camp/grid/fragment/auto").text
    assert "data-shared" not in client.get("/e/camp/grid").text
    with db.transaction(event):
        event.visibility = UNLISTED  # read by who has the address
    assert "Bins" in client.sign_out().get(AT).text


def test_no_such_grid(client, ada):
    assert [client.get(path).status_code for path in (
        "/e/camp/grid/shared/arrange", "/e/camp/grid/shared/zebra", "/e/nowhere/grid/shared/auto", AT + "/")] == [404] * 4
    assert client.post(AT).status_code in (400, 405)


def test_kept_it_takes_one_statement(client, ada, statements):
    client.get(AT)
    with statements() as said:
        client.get(AT)
    assert len(said) == 1


def test_a_database_that_does_not_answer_is_said_in_words(client, ada, monkeypatch):
    def broken(*_arguments, **_named):
        raise OperationalError("select", {}, Exception("no answer"))

    client.get(AT)
    monkeypatch.setattr(db.engine().pool, "connect", broken)
    assert client.get(AT).status_code == 503


def test_what_is_ones_own_for_pages_that_mark_it(client, event, world, ada):
    page = client.sign_in(ada).get("/e/camp/grid").text
    mine, known = re.search(r'data-mine="([\d ]*)" data-known="(\d+)" data-mine-at="/e/camp/grid/own"', page).groups()
    said = client.get("/e/camp/grid/own").json
    assert (" ".join(map(str, said["mine"])), str(said["known"])) == (mine, known)
    cells = dict(re.findall(r'data-pitch="(\d+)">\s*<a class="title"[^>]*>(\w+)', page))
    assert sorted(cells[i] for i in mine.split()) == ["Bins", "Boxes"]
    assert page.count('id="mine-sign"') == 1
    later = world.pitch(event, "Waiting", interested=[ada])
    again = client.get("/e/camp/grid/own").json
    assert again == {"mine": [*said["mine"], later.id], "known": later.id}
    other = world.holder(event, Role.ATTENDEE)
    assert client.sign_in(other).get("/e/camp/grid/own").json["mine"] == []
    assert client.sign_out().get("/e/camp/grid/own").json["mine"] == []
