"""Finding the headers of a note among its lines, wherever they stand.

A label alone is not enough: `Host: welcome everybody` is somebody speaking and `Topic:` may head every part of the minutes.
So what a label means is weighed with where it stands (before the notes begin, or among them), how it is set (heading, bold,
plain) and whether the value is of the kind that the label asks for. What is in doubt stays in the text.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from app.exchange import note_values
from app.exchange.dates_said import date_said, time_said
from app.exchange.note_labels import (
    EVENT,
    HOSTS,
    LEADERS,
    NOTE_TAKERS,
    NOTES,
    OTHER,
    PEOPLE,
    ROOM,
    SLOT,
    SUMMARY,
    TAGS,
    TITLE,
    WHEN,
    canonical,
    says_notes,
)
from app.exchange.note_lines import BLANK, BULLET, CODE, HEADING, ROW, RULE, Label, Line, labelled
from app.exchange.note_tables import cell_lines, read_table
from app.exchange.people_names import Named, looks_like_name, parse_names

# What may part several headers on one line, the surest first.
_BETWEEN_HEADERS = (r"\s*(?:\||·|•|\t|;)\s*|\s{3,}|\s+//?\s+", r"\s*(?:\||·|•|\t|;|\s[-–—]\s)\s*|\s{2,}",
                    r",\s+(?=[A-Z*_][\w *&]{1,25}\s?:)")
HEAD_LINES = 14  # so many lines of other text may stand before the headers are thought to be over
MOST_HEADERS = 3_000  # in a file; a year's minutes have a few hundred
LONGEST = {ROOM: 60, WHEN: 90, EVENT: 100, SLOT: 160, TITLE: 200, TAGS: 300}


@dataclass
class Header:
    """One header: the fields it gives, the label and value as written, the lines it takes, and the people in it."""

    fields: tuple[str, ...]
    written: str
    value: str
    how: str
    start: int
    lines: list[int] = field(default_factory=list)
    people: list[Named] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    in_head: bool = True
    guessed: bool = False  # the value was taken from a line that does not belong to the label beyond doubt


class HeaderFinder:
    """One pass over the lines; `found` holds the headers in order, `blanked` rows of tables to leave empty."""

    def __init__(self, lines: list[Line]):
        self.lines = lines
        self.found: list[Header] = []
        self.blanked: set[int] = set()
        self.notes_at: int | None = None
        self.head_end = len(lines)
        self.labels = {line.number: labelled(line) for line in lines}
        self.times = Counter(canonical(label.written) for label in self.labels.values() if label and label.colon)

    def find(self, start: int = 0) -> list[Header]:
        position, other = start, 0
        while position < len(self.lines) and len(self.found) < MOST_HEADERS:
            line = self.lines[position]
            if other > HEAD_LINES or (self.notes_at is not None and position > self.notes_at):
                self.head_end = min(self.head_end, position)
            in_head = position <= self.head_end
            if line.kind == ROW:
                after = self._table(position)
                other += 0 if self.found and self.found[-1].how == "table row" else after - position
                position = after
                continue
            if line.kind in (BLANK, RULE, CODE):
                position += 1
                continue
            headers = self._several(line) if in_head else []
            if not headers:
                header = self._one(position, in_head)
                headers = [header] if header else []
            self.found += headers
            taken = max((number for header in headers for number in header.lines), default=position)
            if not headers and not (line.kind == HEADING or (self.labels[position] and in_head)):
                other += 1
            position = max(position, taken) + 1
        return self.found

    def _table(self, position: int) -> int:
        table = read_table(self.lines, position)
        for said in table.headers:
            value = cell_lines(said.value)
            header = Header(said.fields, said.written, value, "table row", said.rows[-1], list(said.rows))
            if any(name in PEOPLE for name in said.fields):
                self._people_into(header, value)
                if header.leftovers:
                    header.lines = []
            self.found.append(header)
        if table.headers:
            rows = {number for header in self.found[-len(table.headers):] for number in header.lines}
            kept = [number for number in range(position, table.end) if number not in rows and number != table.delimiter]
            if not table.leftover_rows and not any(self.lines[number].raw.strip(" |") for number in kept):
                self.found[-1].lines += [*kept, *([table.delimiter] if table.delimiter is not None else [])]
            elif position in rows:
                self.blanked.add(position)
        return table.end

    def _several(self, line: Line) -> list[Header]:
        """`Session: 1 | Room: M69 | Time: 11:00` on one line."""
        if line.text.count(":") + line.text.count("：") < 2 or len(line.text) > 400:
            return []
        for separator in _BETWEEN_HEADERS:
            pieces = [piece for piece in re.split(separator, line.text) if piece.strip()]
            if len(pieces) < 2:
                continue
            labels = [labelled(_piece(line, piece), loose=False) for piece in pieces]
            if all(label and label.colon and not {OTHER, SUMMARY, NOTES} & set(label.fields) for label in labels):
                headers = []
                for label in labels:
                    header = Header(label.fields, label.written, label.value, label.how, line.number, [line.number])
                    if any(name in PEOPLE for name in label.fields):
                        self._people_into(header, label.value)
                    headers.append(header)
                return headers if not any(header.leftovers for header in headers) else []
        return []

    def _one(self, position: int, in_head: bool) -> Header | None:
        label = self.labels[position]
        if not label:
            return None
        wanted = [name for name in label.fields if name not in (OTHER, SUMMARY)]
        if wanted == [NOTES]:
            return self._notes_marker(position, label)
        if not wanted:
            return None
        if any(name in PEOPLE for name in wanted):
            return self._people(position, label, in_head)
        return self._plain(position, label) if in_head else None

    def _notes_marker(self, position: int, label: Label) -> Header | None:
        plural = says_notes(label)
        before = self.found or position < 3 or any(
            each and SUMMARY in each.fields for each in map(self.labels.get, range(position)))
        if label.value and plural and label.colon and self._among_headers(position):
            return self._notes_person(position, label)
        if label.value or not plural or self.notes_at is not None or not before:
            return None
        if self.lines[position].kind == BULLET or not label.written[0].isupper():
            return None
        self.notes_at = position
        return Header((NOTES,), label.written, "", label.how, position, [position])

    def _notes_person(self, position: int, label: Label) -> Header | None:
        """`Notes: Bo Sample` between other headers says who took them, if it is a full name and nothing else."""
        header = Header((NOTE_TAKERS,), label.written, label.value, label.how, position, [position], guessed=True)
        self._people_into(header, label.value)
        sure = header.people and not header.leftovers and all(map(known_person, header.people))
        return header if sure and len(label.value) <= 80 else None

    def _plain(self, position: int, label: Label) -> Header | None:
        """Title, slot, room, time, event or tags."""
        name, line = label.fields[0], self.lines[position]
        once = name in (TITLE, SLOT) and self.times[canonical(label.written)] > 1 and label.colon
        if once or any(name in header.fields for header in self.found if name not in (WHEN, TAGS)):
            return None
        value, used, guessed = label.value, [position], False
        if not value:
            if not label.colon and not label.strong and not (name in (ROOM, TITLE, WHEN) and " " in label.written):
                return None
            value, used, guessed = note_values.following_text(self.lines, self.labels, position, label, name)
            if not value and (not label.colon or self._heads_text(position, label)):
                return None
        else:
            value, used = note_values.continued(self.lines, self.labels, position, value)
        if len(value) > LONGEST[name] or not self._suits(name, value, line):
            return None
        return Header(label.fields[:1], label.written, value, label.how if len(used) == 1 else f"{label.how}, next "
                                                                                               f"line",
                      position, used, guessed=guessed)

    @staticmethod
    def _suits(name: str, value: str, line: Line) -> bool:
        if not value:
            return True
        if name == WHEN:
            return bool(date_said(value) or time_said(value) or re.search(r"\d|day\b", value)) and value.count(" ") < 14
        if name in (ROOM, EVENT):
            return not re.search(r"[.!?]\s+\S", value) and value.count(" ") < 12
        if name == SLOT:
            return not re.search(r"[.!?]\s+[A-Z]", value)
        return True

    def _people(self, position: int, label: Label, in_head: bool) -> Header | None:
        header = Header(tuple(name for name in label.fields if name != OTHER), label.written, label.value, label.how,
                        position, [position], in_head=in_head)
        if label.value:
            header.value, header.lines = note_values.continued(self.lines, self.labels, position, label.value)
            placeholder = self._people_into(header, header.value)
        else:
            note_values.following_people(self.lines, self.labels, position, label, header)
            placeholder = not header.people
            if placeholder and not (label.colon or (label.strong and HOSTS in label.fields)):
                return None
            if placeholder and HOSTS not in label.fields and self._heads_text(position, label):
                return None
        if HOSTS in header.fields:
            sure = label.colon or self.lines[position].kind == HEADING or (in_head and (label.strong or header.people))
            return header if sure else None
        if placeholder:
            return header if in_head and (label.colon or label.strong) else None
        if not header.people or len(header.leftovers) > len(header.people) / 3:
            return self._doubtful(header, label) if in_head else None
        if header.leftovers:
            header.lines = []  # some of it could not be read: leave the line where it is
        if not in_head and not self._sure_in_text(header, label):
            return None
        if in_head and not label.colon and not label.strong and not self._by(label) and len(label.value) > 80:
            return None
        return header

    def _heads_text(self, position: int, label: Label) -> bool:
        """Whether a heading that could be an empty label stands over text, which would be orphaned without it."""
        if not label.strong or (self.lines[position].bold_label and not self.lines[position].emphasised):
            return False
        following = note_values.next_line(self.lines, position)
        if following is None or following.kind in (HEADING, RULE) or self.labels[following.number]:
            return False
        return self.lines[position].kind == HEADING or not following.emphasised

    def _doubtful(self, header: Header, label: Label) -> Header | None:
        """A label that asks for people, with something else after it: said, and left in the text."""
        if not label.colon or len(header.value) > 120:
            return None
        header.lines, header.people = [], []
        header.leftovers = header.leftovers or [header.value]
        return header

    def _sure_in_text(self, header: Header, label: Label) -> bool:
        """Among the notes, `Moderator: Thanks` is a turn; `Notes taken by: Sarah Slack` is not."""
        if not (label.colon or self._by(label) or label.strong):
            return False
        names = header.people
        capital = all(person.name[0].isupper() or person.handle or not person.name[0].isascii() for person in names)
        if NOTE_TAKERS in header.fields:
            return capital or all(" " not in person.name for person in names)
        if LEADERS in header.fields:
            known = all(person.handle or looks_like_name(person.name, full=True) for person in names)
            return known or (capital and (label.strong or self._among_headers(header.start)))
        return capital and (len(names) > 1 or label.strong or known_person(names[0]))

    def _among_headers(self, position: int) -> bool:
        """Whether another label of people stands just above or below: "Chair: Dan" over "Scribe: ?"."""
        here = self.labels.get(position)
        for step in (-1, 1):
            place = position + step
            while 0 <= place < len(self.lines) and abs(place - position) <= 2 and self.lines[place].kind == BLANK:
                place += step
            other = self.labels.get(place)
            if other and other.colon and set(other.fields) & PEOPLE - set(here.fields if here else ()) and len(other.value) < 120:
                return True
        return False

    @staticmethod
    def _by(label: Label) -> bool:
        return label.written.lower().endswith((" by", " gan", " par", " von"))

    @staticmethod
    def _people_into(header: Header, value: str) -> bool:
        """Read people from a value; True when it is empty or holds only "TBC" and the like."""
        names = parse_names(value)
        header.people, header.leftovers = names.people, names.leftovers
        return not value.strip() or names.placeholder or not (names.people or names.leftovers)


def known_person(person: Named) -> bool:
    """Whether a single name among prose is one beyond doubt."""
    return bool(person.handle) or looks_like_name(person.name, full=True)


def _piece(line: Line, piece: str) -> Line:
    return Line(line.number, piece, line.kind, piece.strip(), line.indent, line.level, False, piece.strip()[:1] in "*_")
