"""Notes written together on a running site, by clients of our own over real sockets: what one types the others have, and what is
called saved is in the database (D11, D13, D14, S8)."""

import json
import os
import random
import shutil
import subprocess
import threading
import time
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.documents import wire
from app.documents.crdt import Shared
from tests.journeys.editors import Closed, Editor, Line, Refused
from tests.journeys.people import SignedIn
from tests.pace import within
from tests.servers import ROOT, missing
from tests.waiting import eventually

EVENT = "govcamp-north"


class Notes:
    """The demo camp, its people, and notes nobody has written on yet."""

    def __init__(self, site):
        self.site = site
        self.event = site.ask("select id from event where slug = :slug", slug=EVENT)[0]
        self.people = site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=self.event)
        self.boss = site.ask("select id from person where email = 'organiser@camp.example'")[0]
        self._free = iter(site.ask("select p.session_id from placement p where event_id = :event and part = 1 and not exists "
                                   "(select 1 from note n where n.session_id = p.session_id) order by 1", event=self.event))
        self._cookies = {}

    def fresh(self) -> int:
        """A session without notes."""
        return next(self._free)

    def cookie(self, number: int) -> str:
        """The cookie of an attendee."""
        person = self.people[number]
        if person not in self._cookies:
            self._cookies[person] = self.site.cookie_of(person)["value"]
        return self._cookies[person]

    def editor(self, session: int, number: int = 0) -> Editor:
        """An attendee's editor, connected."""
        return Editor(self.site.address, session, self.cookie(number)).connect()

    def log(self, session: int) -> list[bytes]:
        """Every update as it is stored."""
        return [bytes(data) for data in self.site.ask(
            "select u.data from document_update u join note n on n.document_id = u.document_id where n.session_id = :s order by u.seq",
            s=session)]

    def stored(self, session: int) -> str:
        """What the log makes."""
        return Shared(self.log(session)).text

    def of(self, session: int, what: str):
        """A column of the session's document."""
        return self.site.ask(f"select d.{what} from document d join note n on n.document_id = d.id where n.session_id = :s", s=session)[0]


@pytest.fixture(scope="module")
def notes(together) -> Notes:
    return Notes(together)


def test_what_one_types_the_other_has_and_it_is_stored_when_it_is_called_saved(notes):
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    assert ada.text == ben.text != ""
    ada.type(0, "Bins — 🗑️\n")
    ada.saved()
    assert notes.stored(session) == ada.text
    ben.until(lambda: ben.text == ada.text)
    del ben.doc["text"][0:5]
    ben.send()
    ada.until(lambda: ada.text.startswith("— 🗑️"))
    ben.saved()
    eventually(lambda: notes.of(session, "text") == ada.text)
    assert notes.of(session, "text_seq") == notes.of(session, "seq") == len(notes.log(session))
    ada.until(lambda: ada.facts is not None)
    assert ada.facts.items() >= {"epoch": 1, "limit": 256 * 1024, "can_write": True, "closes_at": None}.items()
    ada.leave()
    ben.leave()
    eventually(lambda: notes.of(session, "revision") == 2, seconds=5)  # the last who leaves makes a revision


def test_a_change_sent_twice_is_stored_once(notes):
    session = notes.fresh()
    ada = notes.editor(session)
    ada.doc["text"].insert(0, "once ")
    [update] = ada.unsent
    for _ in range(3):
        ada.line.send(wire.sync(wire.UPDATE, update))
    ada.saved()
    assert notes.log(session).count(update) == 1


def test_changes_that_come_before_what_they_build_on_are_kept_and_shown_when_that_comes(notes):
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    for word in ("one ", "two ", "three "):
        ada.doc["text"].insert(0, word)
    first, second, third = ada.unsent
    for update in (third, second):
        ada.line.send(wire.sync(wire.UPDATE, update))
    ada.saved()
    late = notes.editor(session, 2)  # who comes while they wait gets them all the same, once
    ada.line.send(wire.sync(wire.UPDATE, first))
    ada.saved()
    for other in (ben, late, notes.editor(session, 3)):
        other.until(lambda other=other: other.text == ada.text)
    assert notes.stored(session) == ada.text


def test_a_form_saved_in_between_reaches_open_editors_and_merges(notes):
    session = notes.fresh()
    ada = notes.editor(session)
    ada.type(0, "typed\n\n")
    ada.saved()
    eventually(lambda: "typed" in notes.of(session, "text"), seconds=5)
    revision = notes.of(session, "revision")
    base = notes.site.ask("select text from revision r join note n on n.document_id = r.document_id "
                          "where n.session_id = :s and r.number = :r", s=session, r=revision)[0]
    with SignedIn(notes.site, notes.people[5]) as ben:
        status, _ = ben.post(f"/e/{EVENT}/sessions/{session}/note", text=base + "\nfrom a form\n", base_revision=revision)
    assert status in (200, 303)
    ada.until(lambda: "from a form" in ada.text and "typed" in ada.text, seconds=5)
    assert notes.stored(session) == ada.text


def test_who_was_away_and_closed_the_tab_has_their_work_merged(notes):
    """D11, in short: typed offline, the tab closed, opened again from what the device kept."""
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    ada.leave()
    ada.type(0, "offline ")
    kept = ada.doc.get_update()
    ben.type(0, "meanwhile ")
    ben.saved()
    back = Editor(notes.site.address, session, notes.cookie(0))
    back.doc.apply_update(kept)
    began = time.monotonic()
    back.connect()
    back.saved()
    ben.until(lambda: "offline" in ben.text)
    assert time.monotonic() - began < within(5)
    assert back.text == ben.text == notes.stored(session)


def test_presence_carries_the_accounts_name_and_nobody_elses_under_the_chatham_house_rule(notes):
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    ada.be_here(user={"name": "Somebody Else"}, cursor={"anchor": None, "head": None})
    ada.until(lambda: ada.people)  # the echo that the reference client needs
    ben.quiet()
    assert ben.people == {}
    ben.saved()
    ben.until(lambda: ben.facts and ben.facts.get("here") == 2)  # how many, and nothing else of them
    ada.leave()
    ben.until(lambda: ben.facts["here"] == 1)
    notes.site.change(f"update event set attribution = 'named' where id = {notes.event}")
    try:
        other = notes.fresh()
        ada, ben = notes.editor(other), notes.editor(other, 1)
        ada.be_here(user={"name": "Somebody Else"}, cursor={"anchor": None, "head": None}, more="no")
        ben.until(lambda: ben.people)
        name = notes.site.ask("select name from person where id = :id", id=notes.people[0])[0]
        [shown] = ben.people.values()
        assert shown["user"]["name"] == name
        assert set(shown) == {"user", "cursor"}
        ben.line.send(wire.awareness([(ada.doc.client_id, 99, b'{"cursor": null}')]))  # nobody speaks for another
        ada.leave()
        ben.until(lambda: ben.people == {ada.doc.client_id: None})
        stranger = Editor(notes.site.address, other).connect()
        stranger.be_here(user={"name": name})
        ben.until(lambda: stranger.doc.client_id in ben.people)
        assert ben.people[stranger.doc.client_id]["user"]["name"] == "Reader"
    finally:
        notes.site.change(f"update event set attribution = 'chatham' where id = {notes.event}")


def test_who_may_only_read_reads_along_and_cannot_write(notes):
    session = notes.fresh()
    with pytest.raises(Closed) as nothing:
        Editor(notes.site.address, session).connect()
    assert nothing.value.code == 4404
    ada = notes.editor(session)
    stranger = Editor(notes.site.address, session).connect()
    ada.type(0, "read this ")
    stranger.until(lambda: "read this" in stranger.text)
    stranger.saved()
    before = notes.log(session)
    stranger.type(0, "graffiti")
    with pytest.raises(Closed) as refused:
        stranger.until(lambda: False)
    assert refused.value.code == 4403
    ada.saved()
    assert notes.log(session) == before
    again = Editor(notes.site.address, session).connect()
    again.saved()
    again.until(lambda: again.facts)
    assert again.facts["can_write"] is False


def test_handshakes_that_are_refused(notes):
    session, cookie = notes.fresh(), notes.cookie(0)
    forged = cookie[:-3] + ("abc" if cookie[-3:] != "abc" else "abd")
    for status, path, said, more in [
            (403, f"/ws/notes/{session}", cookie, {"Origin": "https://evil.example"}),
            (403, f"/ws/notes/{session}", cookie, {"Origin": "null"}),
            (401, f"/ws/notes/{session}", forged, {}),
            (404, "/ws/notes/99999999", cookie, {}), (404, "/ws/notes/x", cookie, {}),
            (426, f"/ws/notes/{session}", cookie, {"Sec-WebSocket-Version": "8"}),
            (426, f"/ws/notes/{session}", cookie, {"Sec-WebSocket-Key": "short"})]:
        with pytest.raises(Refused) as refused:
            Line(notes.site.address, path, cookie=said, **more)
        assert refused.value.status == status, (path, more)
    Line(notes.site.address, f"/ws/notes/{session}", cookie=cookie, Origin=notes.site.address).close()


def closed_within(editor: Editor, seconds: float) -> tuple[int, float]:
    """The code an editor is closed with, and how long that took."""
    began = time.monotonic()
    with pytest.raises(Closed) as closed:
        editor.until(lambda: False, seconds)
    return closed.value.code, time.monotonic() - began


def test_a_role_taken_away_closes_the_editor_at_once(notes):
    session, number = notes.fresh(), 27
    ada, ben = notes.editor(session, number), notes.editor(session, 1)
    person = notes.people[number]
    held = notes.site.ask("select id from pass where person_id = :p and event_id = :e", p=person, e=notes.event)[0]
    with SignedIn(notes.site, notes.boss) as boss:
        assert boss.post(f"/e/{EVENT}/people/{held}/remove")[0] in (200, 303)
    code, seconds = closed_within(ada, 5)
    assert (code, seconds < 2) == (4403, True)
    ben.type(0, "still here ")
    ben.saved()


def test_a_session_that_ends_closes_the_editor(notes):
    session, number = notes.fresh(), 28
    ada = notes.editor(session, number)
    notes.site.change(f"update person set session_key = 'another' where id = {notes.people[number]}")  # signed out everywhere
    code, seconds = closed_within(ada, 5)
    assert (code, seconds < 2.5) == (4401, True)


def test_writing_that_closes_while_people_write(notes):
    session = notes.fresh()
    ada = notes.editor(session, 2)
    column = "notes_close_at"
    soon = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 1.5))
    notes.site.change(f"update event set {column} = '{soon}' where id = {notes.event}")
    try:
        with SignedIn(notes.site, notes.boss) as boss:  # (any change of roles makes the server look again)
            held = notes.site.ask("select id from pass where person_id = :p and event_id = :e", p=notes.people[29], e=notes.event)[0]
            boss.post(f"/e/{EVENT}/people/{held}", role="2")
        code, seconds = closed_within(ada, 6)
        assert (code, seconds < 4.5) == (4403, True)
        late = Editor(notes.site.address, session, notes.cookie(2)).connect()
        late.saved()
        late.until(lambda: late.facts)
        assert late.facts["can_write"] is False
    finally:
        notes.site.change(f"update event set {column} = null where id = {notes.event}")


def test_a_text_at_its_limit_takes_no_more_and_a_message_too_large_is_refused(notes):
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    ada.type(0, "x" * (256 * 1024 - 200))
    ada.saved()
    before = len(notes.log(session))
    ada.type(0, "y" * 400)
    assert closed_within(ada, 5)[0] == 4413
    ben.until(lambda: len(ben.text) > 256 * 1024 - 200)
    ben.saved()
    assert len(notes.log(session)) == before
    ben.type(0, "z" * 50)  # what still fits
    del ben.doc["text"][100:5000]
    ben.send()
    ben.saved()
    assert len(notes.stored(session)) < 256 * 1024
    huge = notes.editor(session, 2)
    huge.line.socket.sendall(b"\x82\xff" + (100 * 2**20).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 100_000)
    assert closed_within(huge, 5)[0] == 1009
    ben.saved()


def test_a_nul_typed_into_a_text_is_taken_out_again(notes):
    session = notes.fresh()
    ada = notes.editor(session)
    ada.type(0, "a\0b\0c ")
    ada.until(lambda: ada.text.startswith("abc "))
    ada.saved()
    assert notes.stored(session) == ada.text


def test_ten_thousand_awareness_states_are_passed_over(notes):
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    ben.line.send(wire.awareness([(i, 1, json.dumps({"user": {"name": f"bot {i}"}}).encode()) for i in range(10_000)]))
    ben.saved()
    ada.saved()
    ada.quiet(0.2)
    assert ada.people == {}


def node_program() -> str:
    """Node of this machine, or the one that the Makefile put beside the interpreter."""
    found = next((str(path) for path in (ROOT / ".venv" / "node" / "node", shutil.which("node"), ROOT / ".venv" / "bin" / "node")
                  if path and Path(path).exists()), None)
    return found or missing("Node", "run make build")


@pytest.mark.long
def test_the_reference_client_is_a_client(notes, request):
    """npm's y-websocket as it is; with --full, also that it stays connected while silent."""
    session = notes.fresh()
    silent = "75" if request.config.getoption("--full") else "0"
    done = subprocess.run([node_program(), ROOT / "tests" / "journeys" / "reference.mjs", notes.site.address.replace("http", "ws") + "/ws/notes",
                           str(session), notes.cookie(30), notes.cookie(31)], cwd=ROOT, env=os.environ | {"SILENT": silent},
                          capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["ada"] == said["ben"] == notes.stored(session)
    assert said["ada"].startswith(("offline meanwhile Ada 😀 ", "meanwhile offline Ada 😀 "))
    assert (said["people"], said["closed"]) == (1, 0)  # the Chatham House Rule: nobody hears of anybody


ACTIONS = st.tuples(st.integers(0, 9), st.sampled_from(["type"] * 6 + ["delete"] * 3 + ["leave", "come", "twice", "reorder", "form"]),
                    st.integers(0, 400), st.text("abc é😀\n*", min_size=1, max_size=8))


def play(notes: Notes, session: int, steps: list, seed: int) -> None:
    """Ten editors do what is drawn; at the end all have what the log makes."""
    chance = random.Random(seed)
    editors = [notes.editor(session, number) for number in range(10)]
    for number, action, at, words in steps:
        one = editors[number]
        size = len(one.doc["text"])
        if action == "type":
            at = min(at, size)
            while str(one.doc["text"]).encode()[at:at + 1] and str(one.doc["text"]).encode()[at] & 0xC0 == 0x80:
                at += 1
            one.type(at, words)
        elif action == "delete" and size:
            raw = str(one.doc["text"]).encode()
            start = len(raw[:at % size].decode(errors="ignore").encode())
            end = len(raw[:start + 6].decode(errors="ignore").encode())
            if end > start:
                del one.doc["text"][start:end]
                one.send()
        elif action == "leave":
            one.leave()
        elif action == "come" and one.line is None:
            one.connect()
        elif action in ("twice", "reorder") and one.line is not None:
            one.doc["text"].insert(0, words)
            one.doc["text"].insert(0, words[::-1])
            sent = one.unsent * 2 if action == "twice" else one.unsent[::-1]
            for update in sent:
                one.line.send(wire.sync(wire.UPDATE, update))
            one.unsent.clear()
        elif action == "form":
            with SignedIn(notes.site, notes.people[10 + number]) as writer:
                revision = notes.of(session, "revision")
                base = notes.site.ask("select text from revision r join note n on n.document_id = r.document_id where "
                                      "n.session_id = :s and r.number = :r", s=session, r=revision)[0]
                writer.post(f"/e/{EVENT}/sessions/{session}/note", text=base + f"\nform {chance.random()}\n", base_revision=revision)
        if chance.random() < 0.2:
            one.quiet(0.001) if one.line else None
    for one in editors:
        if one.line is None:
            one.connect()
    for one in editors:
        one.saved()
    expected = notes.stored(session)
    for one in editors:
        one.until(lambda one=one: one.text == expected)
        one.heard = 0
        one.line.send(wire.sync(wire.STEP1, one.doc.get_state()))
        one.until(lambda one=one: one.heard)
    assert [one.text for one in editors] == [expected] * 10
    for one in editors:
        one.leave()
    eventually(lambda: notes.of(session, "text") == expected)


@pytest.mark.long
def test_ten_editors_come_and_go_and_end_with_the_same_text(notes, request):
    runs = 1000 if request.config.getoption("--full") else 6
    # Several notes in turn: one that a thousand runs wrote to would make every run slower than the last.
    sessions = cycle([notes.fresh() for _ in range(10 if runs > 100 else 1)])

    # (A shorter failing case is not looked for: it takes minutes, and what went wrong between ten sockets may not happen again.)
    @settings(max_examples=runs, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(st.lists(ACTIONS, min_size=5, max_size=40), st.integers(0, 2**32))
    def run(steps, seed):
        play(notes, next(sessions), steps, seed)

    run()


def test_many_open_and_close_at_once_and_a_blank_is_never_stored(notes):
    """D13: saving and letting go race; what is opened is never less than what was saved."""
    session = notes.fresh()
    notes.editor(session).leave()
    wrong, texts = [], []

    def come_and_go(number: int) -> None:
        try:
            for turn in range(6):
                one = notes.editor(session, number)
                if not one.text:
                    wrong.append("a blank")
                one.type(0, f"{number}.{turn} ")
                one.saved()
                texts.append(f"{number}.{turn} ")
                one.leave()
        except Exception as problem:  # a thread's error must reach the test
            wrong.append(repr(problem))

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    stored = notes.stored(session)
    assert all(stored.count(one) == 1 for one in texts)
    eventually(lambda: notes.of(session, "text") == stored)
