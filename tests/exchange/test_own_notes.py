"""Notes that Folkmoot wrote come back as they were: the text byte for byte, and all that is said above it."""

import io
import json
import re
import time
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.events.models import NAMED, Role
from app.exchange import importing, own_notes, queries, written
from app.exchange.bundles import Found, from_upload
from app.exchange.front_matter import read_front_matter
from app.exchange.notes_zip import zip_of
from app.exchange.reports import CHANGED, NEW, SAME
from app.infra import db, pictures
from app.infra.db import transaction
from app.notes import actions, picture_actions, picture_queries, states
from app.notes.models import Note
from tests.infra.test_pictures import photo
from tests.world import AT

SLUG = "camp-2027"
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
names = st.lists(anything, max_size=3)
NAMES = ["aaaaaaaaaaaaaaaaaaaa.jpg", "bbbbbbbbbbbbbbbbbbbb.png"]
pieces = st.lists(st.one_of(
    anything, st.sampled_from(["---", "\n---\n\n", "\n", f"![x](/e/{SLUG}/pictures/{NAMES[0]})", f"/e/{SLUG}/pictures/{NAMES[1]}x",
                               f"/e/other/pictures/{NAMES[0]}", f"../pictures/{NAMES[0]}", "folkmoot: 1"])), max_size=12).map("".join)


def note_of(text: str, *, title: str = "Bins", leaders=(), topics=(), shown=(), **more) -> written.WrittenNote:
    """A note that no database knows."""
    head = SimpleNamespace(session_id=1, title=title, code=more.get("code", "s1r3"), leaders=tuple(leaders), note_takers=tuple(leaders),
                           present=(), cancelled=more.get("cancelled", ""), state="draft")
    room = SimpleNamespace(name=more.get("room", "Main hall"), floor="", number=3, seats=140)
    slot = SimpleNamespace(number=1, starts_at=datetime(2027, 1, 23, 11, tzinfo=UTC), ends_at=datetime(2027, 1, 23, 11, 45, tzinfo=UTC))
    return written.WrittenNote(head, text, 3, AT, tuple(topics), room, (slot,), 1,
                               tuple(SimpleNamespace(name=name, alt=alt) for name, alt in shown))


EVENT = SimpleNamespace(name="Camp", slug=SLUG, time_zone="Europe/London", notes_licence="CC BY 4.0")


def round_trip(note: written.WrittenNote, *, beside: bool = True) -> tuple[own_notes.OwnNote, str, str]:
    """What comes back of it, its text at home again, and the file."""
    source = own_notes.whole(EVENT, note, source="https://x.example/e/camp-2027/sessions/1/notes", pictures_beside=beside)
    back = own_notes.parsed(source.encode())
    assert back is not None
    text = back.text
    if back.texts.get("pictures_as") == "files":
        text = own_notes.at_home(text, SLUG, {name: name for name, _ in back.pictures})
    return back, text, source


@given(pieces, anything, names, names, st.booleans())
def test_a_file_says_what_went_in(text, title, leaders, topics, beside):
    title = f"t{title}"
    note = note_of(text, title=title, leaders=leaders, topics=topics, shown=[(name, title) for name in NAMES], room=title, cancelled=title)
    back, at_home, source = round_trip(note, beside=beside)
    assert at_home == text
    assert (back.title, back.texts["room"], back.texts["cancelled"]) == (title, title, title)
    assert back.lists.get("leaders", ()) == tuple(leaders)
    assert back.lists.get("topics", ()) == tuple(topics)
    assert back.pictures == tuple((name, title) for name in NAMES)
    assert (back.numbers["slot"], back.starts_at, back.ends_at) == (1, note.slots[0].starts_at, note.slots[0].ends_at)
    head = source[:len(source) - len(back.text)]
    assert head.count("\n---\n") == 1  # nothing that was typed ends it
    assert all(re.fullmatch(r"[a-z_]+: .*", line) for line in head.split("\n")[1:-3])


@given(anything.map("t{}".format))
def test_anybody_else_can_read_the_front_matter_too(title):
    """Every value is JSON, which YAML reads; our own reader of anybody's front matter finds the keys."""
    source = own_notes.whole(EVENT, note_of("Text.", title=title), source="https://x.example")
    lines = source.split("\n")
    entries, end = read_front_matter(lines)
    assert {"folkmoot", "title", "room", "starts"} <= {entry.key for entry in entries}
    assert end == lines.index("---", 1) + 1
    assert json.loads(lines[2].removeprefix("title: ")) == title
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u2028\u2029\ufeff" for c in "".join(lines[:end]))


@pytest.mark.parametrize("change", [
    ("folkmoot: 1", "folkmoot: 2"), ('title: "Bins"', "title: Bins"), ('title: "Bins"', 'owner: "Eve"'), ('title: "Bins"', 'title: ["a"]'),
    ("slot: 1", "slot: true"), ("slot: 1", "slot: 1e5"), ("slot: 1", "slot: 99999999999"), ("---\n\n", ""), ('title: "Bins"', 'title: " "'),
    ('title: "Bins"', 'title: ' + "[" * 5000),
], ids=lambda pair: pair[1][:20])
def test_one_that_was_changed_beyond_telling_is_read_as_any_file(change):
    source = own_notes.whole(EVENT, note_of("Text."), source="")
    assert change[0] in source
    assert own_notes.parsed(source.replace(*change).encode()) is None


@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at(data):
    assert own_notes.parsed(data) is None
    own_notes.parsed(b"---\nfolkmoot: 1\n" + data)


def test_it_takes_no_time():
    for data in (b"---\nfolkmoot: 1\n" + b"a" * 300_000, b"---\nfolkmoot: 1\n" + b'a: "b"\n' * 50_000, b"---\nfolkmoot: 1\n" + b"[" * 100_000):
        began = time.process_time()
        own_notes.parsed(data)
        assert time.process_time() - began < 0.5


def test_real_notes_come_back_to_the_byte(shared):
    found = sorted((shared / "data" / "notes").rglob("*.md"))
    assert found
    for path in found:
        text = path.read_text("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        _, at_home, _ = round_trip(note_of(text, title=path.stem or "x", shown=[(name, "") for name in NAMES]))
        assert at_home == text, path


# With a database: a whole event out, and into another.

@pytest.fixture
def camp(world):
    """An event with three notes, pictures in two of them."""
    event = world.event(attribution=NAMED, slug=SLUG)
    organiser = world.holder(event, Role.ORGANISER, name="Olive")
    sessions = [world.session(event, title, room=n, slot=1 + n % 2, leaders=["Ada Byron", "Ŵyn ap Siôn"])
                for n, title in enumerate(['Bins: "full" or not?', "Ŵyau a llaeth — café", "--- #1 =cmd|' /C calc'!A0"], 1)]
    made = pictures.make(photo())
    with transaction():
        shown = picture_actions.add_picture(organiser, sessions[0], made=made, alt="Flip chart [1]", at=AT)
        line = picture_queries.markdown_of(event, shown)
        for number, session in enumerate(sessions):
            actions.bring_in(organiser, session, text=f"---\n# Notes {number}\n\n- a\ttab  \n\n{line if number < 2 else ''}\n---\n\nEnd, no line end",
                             note_takers=["Nia Tudor"], present=["Bob"], remark="x", at=AT)
        states.written_up(organiser, sessions[0], at=AT)
        states.publish(organiser, sessions[1], at=AT)
    return event, organiser


def packed(event, person) -> bytes:
    """The zip without `event.json`: notes alone, as another site's may be."""
    return zip_of(event, written.notes_out(event, person), queries.grid_csv_of(event, "https://x.example"),
                  lambda note: f"https://x.example/e/{event.slug}/sessions/{note.head.session_id}/notes")


def facts(event, person) -> list[tuple]:
    """What must be the same in both, whatever rows are called."""
    db.session.rollback()
    return sorted((
        n.head.title, re.sub(r"/e/[^/]+/pictures/[^)]+", "PICTURE", n.text), n.head.code, n.room.name, n.room.number, n.room.seats, n.room.floor,
        n.slots[0].starts_at, n.slots[0].ends_at, n.head.leaders, n.head.note_takers, n.head.present, n.head.state,
        tuple((p.alt, p.width, p.height, p.file) for p in n.pictures)) for n in written.notes_out(event, person))


def bring(event, organiser, data: bytes) -> list:
    return [r for r in importing.import_notes(organiser, event, from_upload("notes.zip", data)) if r.outcome != "skipped"]


def test_an_event_comes_back_as_it_was(camp, world):
    event, organiser = camp
    data = packed(event, organiser)
    assert packed(event, organiser) == data  # the same notes, the same bytes
    other = world.event(attribution=NAMED, rooms=0, slots=0, slug="another-camp")
    chief = world.holder(other, Role.ORGANISER)
    reports = bring(other, chief, data)
    assert [r.outcome for r in reports] == [NEW] * 3
    assert [r.warnings for r in reports] == [[]] * 3
    assert facts(other, chief) == facts(event, organiser)
    assert {r.outcome for r in bring(other, chief, data)} == {SAME}
    assert len(written.notes_out(other, chief)) == 3
    assert all(p.name not in text for n in written.notes_out(event, organiser) for p in n.pictures
               for text in [m.text for m in written.notes_out(other, chief)])  # the picture's name was another event's already


def test_what_was_added_meanwhile_stays(camp):
    """Bringing the zip back into the event that it came from makes nothing twice and takes nothing back."""
    event, organiser = camp
    data, before = packed(event, organiser), facts(event, organiser)
    assert {r.outcome for r in bring(event, organiser, data)} == {CHANGED}
    assert facts(event, organiser) == before


def test_the_zip_holds_only_what_its_reader_may_read(camp, world):
    event, _ = camp
    with transaction():
        event.notes_readers = "published"
    names = zipfile.ZipFile(io.BytesIO(packed(event, None))).namelist()
    assert len([n for n in names if n.startswith("notes/")]) == 1
    assert "README.txt" in names
    assert "grid.csv" in names
    assert len(zipfile.ZipFile(io.BytesIO(packed(event, world.holder(event)))).namelist()) == 6


def test_pictures_from_outside_are_made_anew_and_others_left_out(world):
    event = world.event(slug="third-camp")
    chief = world.holder(event, Role.ORGANISER)
    note = note_of("![a](../pictures/a.jpg) ![b](../pictures/b.png) ![c](../pictures/c.png)",
                   shown=[("a.jpg", "A"), ("b.png", "B"), ("c.png", "C")])
    source = own_notes.whole(EVENT, note, source="").replace('pictures_as: "addresses"', 'pictures_as: "files"')
    there = {"../pictures/a.jpg": photo(), "../pictures/b.png": b"<svg onload=alert(1)>"}
    report = importing.import_one(chief, event, Found("x.md", source.encode(), there.get))
    assert report.outcome == NEW
    assert len(report.warnings) == 2
    [out] = written.notes_out(event, chief)
    [picture] = out.pictures
    assert picture.alt == "A"
    assert (picture.width, picture.height) == (200, 300)
    assert "/e/third-camp/pictures/a.jpg" in out.text
    assert pictures.as_it_is(photo()) is None


def test_a_file_cannot_say_who_it_belongs_to(world):
    event = world.event()
    chief = world.holder(event, Role.ORGANISER)
    source = own_notes.whole(EVENT, note_of("Text.", leaders=["Eve"]), source="").replace("run: 1", 'run: 1\nowner: "Eve"\nid: 7')
    report = importing.import_one(chief, event, Found("x.md", source.encode()))
    assert report.outcome == NEW  # read as anybody's file
    assert report.session_id != 7
    assert db.session.query(Note).one().document.id != 7


def test_trying_changes_nothing(camp, world):
    event, organiser = camp
    data = packed(event, organiser)
    other = world.event(rooms=0, slots=0)
    chief = world.holder(other, Role.ORGANISER)
    reports = [*importing.import_notes(chief, other, from_upload("notes.zip", data), only_try=True)]
    assert [r.outcome for r in reports].count(NEW) == 3
    db.session.rollback()
    assert written.notes_out(other, chief) == []
    assert other.rooms == []


def test_a_large_picture_is_kept_as_it_is():
    noise = Image.effect_noise((900, 700), 60).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG")
    made = pictures.make(out.getvalue())
    assert pictures.as_it_is(made.data) == made
