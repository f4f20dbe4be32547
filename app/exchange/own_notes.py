"""Notes as Markdown files of our own: front matter that says all the grid knows of the session, a blank line, the text as it is.

Every value is written as JSON in double quotes, which YAML reads as well: nothing that people typed can end the block, start
another, or become anything but a text. `parsed(whole(note)…)` gives back what went in, the text byte for byte.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.events.models import Event
from app.exchange.board_chapters import Chapter
from app.exchange.note_shape import ReadNote, Recognised
from app.exchange.people_names import Named
from app.exchange.written import WrittenNote
from app.infra import clock

VERSION = 1
PICTURES = "../pictures/"  # where pictures lie, seen from a note in the zip
_LONGEST_BLOCK = 64 * 1024  # characters of front matter
_LINE = re.compile(r"([a-z_]{1,40}): (.{1,16000})")
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_TEXTS = {"title", "event", "code", "guid", "room", "floor", "starts", "ends", "cancelled", "state", "saved", "licence", "source",
          "pictures_as"}
_LISTS = {"leaders", "note_takers", "present", "topics"}
_NUMBERS = {"folkmoot", "slot", "slots", "room_number", "seats", "run"}


@dataclass(frozen=True)
class OwnNote:
    """What a file of our own says. Empty, None and () are what it does not say."""

    title: str
    text: str
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    pictures: tuple[tuple[str, str], ...] = ()  # name, what it shows

    @property
    def saved_at(self) -> datetime | None:
        """When it was saved last."""
        return _moment(self.texts.get("saved", ""))

    @property
    def starts_at(self) -> datetime | None:
        """When its slot begins."""
        return _moment(self.texts.get("starts", ""))

    @property
    def ends_at(self) -> datetime | None:
        """When its slot ends."""
        return _moment(self.texts.get("ends", ""))

    def people(self, of: str) -> tuple[Named, ...]:
        """The names in one of its lists."""
        return tuple(Named(name) for name in self.lists.get(of, ()))

    def as_read(self, text: str) -> ReadNote:
        """The same as what is read from anybody's file, with `text` for its notes: nothing of it is a guess."""
        texts, slot = self.texts, self.numbers.get("slot")
        said = {"title": self.title, "room": texts.get("room", ""), "slot": str(slot or ""), "state": texts.get("state", "")}
        return ReadNote(
            title=self.title, body=text, summary="", event_name=texts.get("event", ""), slot=slot, slot_text=str(slot or ""),
            room=texts.get("room", ""), leaders=self.people("leaders"), note_takers=self.people("note_takers"),
            present=self.people("present"), regrets=(), hosts=(), wants_host=False, when_text=texts.get("starts", ""),
            date=self.starts_at.date() if self.starts_at else None, time=None, tags=self.lists.get("topics", ()), parts=1,
            recognised=tuple(Recognised(of, of.capitalize(), value, "front matter", 0) for of, value in said.items() if value),
            unsure=())


def whole(event: Event, note: WrittenNote, *, source: str, pictures_beside: bool = False) -> str:
    """The file. `source` is the address of the notes; with `pictures_beside`, pictures of the text lie in `PICTURES`."""
    text, pictures_as = note.text, "addresses"
    if pictures_beside and PICTURES not in text:  # else nobody could tell which stood there before
        text, pictures_as = beside(text, event.slug, [picture.name for picture in note.pictures]), "files"
    head, slot = note.head, note.slots[0] if note.slots else None
    values: dict[str, object] = {
        "folkmoot": VERSION, "title": head.title, "event": event.name, "code": head.code, "guid": note.guid, "run": note.run,
        "slot": slot.number if slot else None, "slots": len(note.slots) or None,
        "starts": _said(slot.starts_at if slot else None, event.time_zone),
        "ends": _said(slot.ends_at if slot else None, event.time_zone),
        "room": note.room.name if note.room else "", "floor": note.room.floor if note.room else "",
        "room_number": note.room.number if note.room else None,
        "seats": note.room.seats if note.room else None, "leaders": list(head.leaders), "note_takers": list(head.note_takers),
        "present": list(head.present), "topics": list(note.topics), "cancelled": head.cancelled, "state": head.state,
        "saved": _said(note.saved_at, event.time_zone), "licence": event.notes_licence, "source": source,
        "pictures": [{"name": one.name, "alt": one.alt} for one in note.pictures],
        "pictures_as": pictures_as if note.pictures else "",
    }
    lines = [f"{key}: {_json(value)}" for key, value in values.items() if value not in ("", None, [])]
    return "\n".join(["---", *lines, "---", "", text])


def parsed(data: bytes) -> OwnNote | None:
    """What a file of our own says; None for any other file, or one that somebody changed so that it cannot be told."""
    if not data.startswith(b"---\nfolkmoot: 1\n"):
        return None
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    end = source.find("\n---\n\n", 0, _LONGEST_BLOCK)
    if end < 0:
        return None
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, int] = {}
    pictures: tuple[tuple[str, str], ...] = ()
    for line in source[4:end].split("\n"):
        found = _LINE.fullmatch(line)
        try:
            key, value = found[1], json.loads(found[2])
        except (TypeError, ValueError, RecursionError):
            return None
        if key in _TEXTS and isinstance(value, str):
            texts[key] = value
        elif key in _NUMBERS and type(value) is int and abs(value) < 10**9:
            numbers[key] = value
        elif key in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
            lists[key] = tuple(value)
        elif key == "pictures" and isinstance(value, list) and all(_is_picture(one) for one in value):
            pictures = tuple((one["name"], one["alt"]) for one in value)
        else:
            return None  # a key of a later version, or a value that is not what it should be: read it as any file of notes
    if not texts.get("title", "").strip():
        return None
    return OwnNote(texts["title"], source[end + 6:], texts, lists, numbers, pictures)


def _is_picture(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"name", "alt"} and all(isinstance(one, str) for one in value.values())


def beside(text: str, slug: str, names: list[str]) -> str:
    """The text with these pictures of the event lying in `PICTURES`."""
    return _pattern(re.escape(f"/e/{slug}/pictures/"), names).sub(lambda m: PICTURES + m[1], text) if names else text


def at_home(text: str, slug: str, names: dict[str, str]) -> str:
    """The text with pictures that lay in `PICTURES` at their addresses in the event; `names` gives each its name there."""
    return _pattern(re.escape(PICTURES), list(names)).sub(lambda m: f"/e/{slug}/pictures/{names[m[1]]}", text) if names else text


def renamed(text: str, before: str, slug: str, names: dict[str, str]) -> str:
    """The text with pictures of the event once called `before` at their addresses in this one."""
    pattern = _pattern(re.escape(f"/e/{before}/pictures/"), list(names))
    return pattern.sub(lambda m: f"/e/{slug}/pictures/{names[m[1]]}", text) if names else text


def _pattern(where: str, names: list[str]) -> re.Pattern[str]:
    return re.compile(f"{where}({'|'.join(map(re.escape, names))})(?![a-z0-9])")


def _json(value: object) -> str:
    return _UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def _said(moment: datetime | None, zone: str) -> str:
    return clock.local(moment, zone).isoformat() if moment else ""


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment.astimezone(ZoneInfo("UTC")) if moment.tzinfo else None


def book_of(event: Event, notes: list[WrittenNote], named: list[str], dates: str, source: Callable[[WrittenNote], str],
            boards: Sequence[Chapter] = ()) -> str:
    """All notes as one Markdown file: each under its title, with what is known of its session, its text as it is."""
    parts = [f"---\ntitle: {_json(f'{event.name}: book of proceedings')}\ndate: {_json(dates)}\n"
             f"licence: {_json(event.notes_licence)}\n---\n"]
    for note in notes:
        facts = "\n".join(f"- {label}: {_one_line(value)}" for label, value in note.head.lines if label != "Event")
        parts.append(f"# {_one_line(note.head.title)}\n\n{facts}\n- Read at: <{source(note)}>\n\n{note.text.strip()}\n")
    if boards:
        parts.append("# Boards\n")
        parts += [f"## {_one_line(one.title)}\n\n" + (f"- Session: {_one_line(one.where)}\n\n" if one.where else "")
                  + f"{one.text.strip()}\n" for one in boards]
    if named:
        parts.append("# People\n\nThese people were at the event and agreed to be named here.\n\n"
                     + "\n".join(f"- {_one_line(name)}" for name in named) + "\n")
    return "\n".join(parts)


def _one_line(words: str) -> str:
    """Somebody's words on one line of Markdown, with no mark in them that means anything there."""
    return re.sub(r"([\\`*_\[\]<>#|~!&])", r"\\\1", " ".join(words.split()))
