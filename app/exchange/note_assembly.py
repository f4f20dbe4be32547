"""Putting a note together from what was found in it, so that no line falls between the parts."""

import re

from app.exchange import note_title
from app.exchange.markdown_text import plain_text
from app.exchange.note_headers import Header
from app.exchange.note_labels import EVENT, HOSTS, ROOM, SLOT, SUMMARY, TITLE, WHEN
from app.exchange.note_lines import Line, underline
from app.exchange.note_sections import Section
from app.exchange.note_shape import ReadNote, Recognised
from app.exchange.note_tables import blank_row
from app.exchange.people_names import Named

_FIELD_WORDS = {"leaders": "leader", "note_takers": "note-taker", "present": "person present", "regrets": "absent person",
                "hosts": "person to carry the conversation on"}
_ORDINALS = {word: number for number, words in enumerate(["one first", "two second", "three third", "four fourth",
                                                          "five fifth", "six sixth", "seven seventh", "eight eighth"], 1)
             for word in words.split()}
_NUMBER = re.compile(r"^(?:session|slot|s|no\.?|number|#|sesiwn)*\s*[#:]?\s*(\d{1,2})(?!\d|[:.]\d|(?:st|nd|rd|"
                     r"th)\s+(?!session|slot))(?:st|nd|rd|th)?(?:\s+session|\s+slot)?\b\s*", re.I)
_ROOM_IN = re.compile(r"(?:^|[\s,;(|–-])(?:in\s+)?room\s*[:#]?\s*([A-Z0-9][\w.-]{0,12})\)?\s*", re.I)
_CLOCKS = re.compile(r"^\W*\d{1,2}(?:[:.h]\d\d)?\s*(?:[ap]m)?(?:\s*(?:-|–|"
                     r"to)\s*\d{1,2}(?:[:.h]\d\d)?\s*(?:[ap]m)?)?\W*$", re.I)


class Draft:
    """A note while it is being read. Lines are given to the summary or dropped as headers; the rest is the body."""

    leaders: list[Named]
    note_takers: list[Named]
    present: list[Named]
    regrets: list[Named]
    hosts: list[Named]

    def __init__(self, lines: list[Line], source_name: str):
        self.lines, self.source_name = lines, source_name
        self.title = self.event_name = self.slot_text = self.room = self.when_text = self.summary = ""
        self.slot = self.date = self.time = None
        self.leaders, self.note_takers, self.present, self.regrets, self.hosts = [], [], [], [], []
        self.asks_for_host = False
        self.tags: list[str] = []
        self.recognised: list[tuple] = []
        self.unsure: list[str] = []
        self.taken: set[int] = set()
        self.doubtful: set[int] = set()
        self.blanked: set[int] = set()

    def take(self, numbers: list[int]) -> None:
        """These lines are headers: they leave the body."""
        for number in numbers:
            self.taken.update([number, *underline(self.lines, number)])

    def drop(self, *numbers: int) -> None:
        """The two rules around front matter; its unread lines stay."""
        self.taken.update(numbers)

    def recognise(self, header: Header) -> None:
        for name in header.fields:
            self.recognised.append((name, header.written, header.value.strip(), header.how, header.start + 1))
        if header.guessed:
            self.unsure.append(f"“{_short(header.value)}” was taken to belong to “{header.written}”, which is not certain.")

    def found(self, name: str, value: str, how: str, number: int = -1) -> None:
        self.recognised.append((name, "", value, how, number + 1))

    def people(self, name: str, header: Header) -> None:
        """Add a header's people to a field, each once."""
        people = getattr(self, name)
        known = {person.name.casefold() for person in people}
        people += [person for person in header.people if person.name.casefold() not in known]
        if name == HOSTS and not header.people:
            self.asks_for_host = True
        if header.leftovers:
            self.doubtful.add(header.start)
            self.unsure.append(f"After “{header.written}”, “{_short('; '.join(header.leftovers))}” does not look "
                               f"like a "
                               f"{_FIELD_WORDS[name]}'s name: the line was left in the notes.")

    def say(self, name: str, header: Header) -> None:
        """Set a plain field from its first header."""
        value = " ".join(plain_text(header.value).split())
        if name == TITLE and not self.title:
            self.title = value.strip(" *_\"“”") if value.count('"') != 1 else value
        elif name == EVENT and not self.event_name:
            self.event_name = value
        elif name == ROOM and not self.room:
            self.room = value.strip(" .,;")
        elif name == WHEN:
            self.when_text = f"{self.when_text}, {value}".strip(", ")
        elif name == SLOT and not self.slot_text:
            self.slot_text = value

    def add_tags(self, value: str) -> None:
        quoted = re.findall(r"`([^`\n]{1,60})`", value)
        for tag in quoted or re.split(r"[,;]|\s+(?=#)", value):
            tag = plain_text(tag).strip(" #\"'[]")
            if tag and len(tag) <= 60 and tag.casefold() not in {known.casefold() for known in self.tags}:
                self.tags.append(tag)

    def read_slot(self) -> None:
        """`Session:` may hold a number, a title, or both, with a room or a time behind them."""
        if not self.slot_text:
            return
        code = note_title.grid_code(self.slot_text)
        text = self.slot_text
        number = _NUMBER.match(text)
        word = re.match(r"^(?:session\s+)?([a-z]+)(?:\s+session)?\b", text, re.I)
        if code and not number:
            self.slot, self.room, text = code[1], self.room or code[2], text.replace(code[0], "")
        elif number:
            self.slot, text = int(number[1]), text[number.end():]
        elif word and word[1].lower() in _ORDINALS and len(text.split()) <= 3:
            self.slot, text = _ORDINALS[word[1].lower()], text[word.end():]
        room = _ROOM_IN.search(text)
        if room and (self.slot is not None or not self.room):
            self.room = self.room or room[1]
            text = (text[: room.start()] + " " + text[room.end():]).strip()
        rest = re.sub(r"^[\s,;:.()|–—-]+|[\s,;:(|–—-]+$", "", text)
        if not rest or re.fullmatch(r"of\s+\d+|\d+", rest):
            return
        if _CLOCKS.match(rest):
            self.when_text = self.when_text or rest
        elif not self.title and re.search(r"[^\W\d_]{2}", rest):
            self.title = rest.strip("\"“”").rstrip(")") if "(" not in rest else rest
            if self.slot is None:
                self.unsure.append(f"“Session” holds “{_short(rest)}”, which was taken for the title.")

    def take_sections(self, sections: list[Section]) -> None:
        """Move the summing-up parts out of the body, in order, each under its own label unless that is just "Summary"."""
        pieces = []
        for section in sections:
            text = _tidied([section.value, *(self._raw(number) for number in section.lines)])
            self.take([section.start])
            self.taken.update(section.lines)
            self.recognised.append((SUMMARY, section.written, section.value, "section", section.start + 1))
            if text:
                pieces.append(text if section.proper else f"**{section.written.strip()}**\n\n{text}")
            if section.guessed:
                self.unsure.append(f"Only the text right below “{section.written}” was taken for the summary: "
                                   f"nothing marks its end.")
        self.summary = "\n\n".join(pieces)

    def _raw(self, number: int) -> str:
        line = self.lines[number]
        return blank_row(line.text) if number in self.blanked else line.raw

    def note(self, parts: int) -> ReadNote:
        """The finished `ReadNote`."""
        body = _tidied([self._raw(line.number) for line in self.lines
                        if line.number not in self.taken or line.number in self.blanked])
        return ReadNote(
            title=self.title, body=body, summary=self.summary, event_name=self.event_name, slot=self.slot,
            slot_text=self.slot_text, room=self.room, leaders=tuple(self.leaders), note_takers=tuple(self.note_takers),
            present=tuple(self.present), regrets=tuple(self.regrets), hosts=tuple(self.hosts),
            wants_host=self.asks_for_host and not self.hosts, when_text=self.when_text, date=self.date, time=self.time,
            tags=tuple(self.tags), parts=parts,
            recognised=tuple(Recognised(*each) for each in self.recognised), unsure=tuple(dict.fromkeys(self.unsure)))


def _tidied(raws: list[str]) -> str:
    """Lines as one text: no blank lines or rules at the ends, at most two blank lines in a row."""
    kept: list[str] = []
    for raw in raws:
        if raw.strip() or (kept and (kept[-1].strip() or (len(kept) > 1 and kept[-2].strip()))):
            kept.append(raw if raw.strip() else "")
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join(kept)


def _short(text: str, most: int = 80) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
