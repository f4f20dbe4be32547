"""Notes to measure search on: as many as wanted, recombined from real ones, and questions whose answer is known.

Every note is made of sections of several real notes. Half of each line comes from another line, and one word in four is
exchanged for another of the corpus, drawn as often as it occurs there; so no two notes are alike although the material
is limited, and frequent words stay frequent.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.search.engine import Entry, Query
from app.search.snippets import plain
from app.search.words import STOP, fold

NOTES = Path(__file__).resolve().parents[3] / "shared" / "data" / "notes"
TOPICS = ("data", "policy", "local government", "accessibility", "procurement", "identity", "open source", "skills", "health",
          "climate", "ethics", "service design", "user research", "content", "leadership", "security", "housing", "welsh")
EXCHANGED = 0.25
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.M)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Section:
    """A heading and the words under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A query that is meant to find the entry `wanted`."""

    query: Query
    wanted: int


def sections() -> list[Section]:
    """All sections of the real notes that have something to say."""
    found = []
    for path in sorted(NOTES.rglob("*.md")):
        text = path.read_bytes()[:400_000].decode("utf-8", "replace")
        pieces = _HEADING.split(text)
        for title, body in zip([path.stem, *pieces[1::2]], pieces[::2], strict=False):
            lines = tuple(line for line in plain(body).splitlines() if _is_prose(line))
            for at in range(0, len(lines), 30):
                if sum(map(len, lines[at:at + 30])) > 200:
                    found.append(Section(plain(title)[:80], lines[at:at + 30]))
    often = Counter(line for section in found for line in section.lines)
    return [Section(one.title, lines) for one in found if (lines := tuple(line for line in one.lines if often[line] < 4))]


class Corpus:
    """`size` entries, the same for the same size."""

    def __init__(self, size: int):
        self._random = random.Random(size)
        self._sections = sections()
        self._words = [word for section in self._sections for line in section.lines for word in _WORD.findall(line)]
        self._telling = [word for word in self._words if len(word) > 3 and fold(word) not in STOP]
        self._often = Counter(map(fold, self._words))
        self._rarer = sorted({word for word in self._telling if 3 <= self._often[fold(word)] < 300})
        self._names = [f"{first} {last}" for first in sorted({word.title() for word in self._telling if len(word) == 5})[:60]
                       for last in sorted({word.title() for word in self._telling if len(word) == 8})[:40]]
        self.entries = [self._entry(number) for number in range(1, size + 1)]

    def _entry(self, number: int) -> Entry:
        chance = self._random
        parts = chance.sample(self._sections, chance.randint(1, 3))
        lines = [self._varied(line) for part in parts for line in part.lines]
        lines = [f"{line[:_middle(line)]}{other[_middle(other):]}" for line, other in zip(lines, lines[::-1], strict=True)]
        event = 1 + int(60 * chance.random() ** 2)
        return Entry(
            id=number, kind=chance.choices(("session", "pitch", "followup"), (7, 2, 1))[0], event_id=event, version=1,
            series_id=1 + event % 8, year=2015 + event % 12, title=self._title(parts[0]), body="\n".join(lines),
            topics=tuple(chance.sample(TOPICS, chance.randint(0, 3))), rooms=(f"Room {chance.randint(1, 30)}",),
            leaders=tuple(chance.sample(self._names, chance.randint(1, 3))),
            note_takers=tuple(chance.sample(self._names, chance.randint(0, 2))), looking_for_host=chance.random() < 0.3,
        )

    def _title(self, section: Section) -> str:
        words = [word for word in _WORD.findall(section.title) if len(word) > 2][:2]
        words += self._random.sample(self._telling, 2) + self._random.sample(self._rarer, 2)
        return " ".join(words)[:120]

    def _varied(self, line: str) -> str:
        chance = self._random
        return _WORD.sub(lambda word: chance.choice(self._words) if chance.random() < EXCHANGED else word[0], line)

    # Questions

    def title_words(self, count: int) -> list[Question]:
        """Three words of the title, in any order."""
        return [Question(Query(" ".join(self._random.sample(words, min(3, len(words))))), entry.id)
                for entry in self._some(count) if (words := self._telling_words(entry.title))]

    def title_with_slip(self, count: int) -> list[Question]:
        """The title with one letter of one word left out, doubled, exchanged or swapped."""
        return [Question(Query(_slipped(entry.title, self._random)), entry.id) for entry in self._some(count)]

    def half_remembered(self, count: int) -> list[Question]:
        """Of ten words in a row of the text the four rarest and two others, in order; one time in three one is wrong."""
        chance, found = self._random, []
        for entry in self._some(len(self.entries)):
            rows = [words for line in entry.body.splitlines() if len(words := _WORD.findall(line)) >= 10]
            if not rows:
                continue
            row = chance.choice(rows)
            at = chance.randint(0, len(row) - 10)
            row = row[at:at + 10]
            by_rarity = sorted(range(10), key=lambda place: self._often[fold(row[place])])
            places = by_rarity[:4] + chance.sample(by_rarity[4:], 2)
            kept = [row[place] for place in sorted(places)]
            if chance.random() < 1 / 3:
                kept[chance.randrange(6)] = chance.choice(self._telling)
            found.append(Question(Query(" ".join(kept)), entry.id))
            if len(found) == count:
                break
        return found

    def everyday(self, count: int) -> list[Query]:
        """What people type: beginnings, phrases, filters, exclusions, slips, empty boxes.

        Half of the words are drawn as often as they are said, the others from those said less often.
        """
        chance, asked = self._random, []

        def word() -> str:
            return chance.choice(self._telling if chance.random() < 0.5 else self._rarer)

        makers = [
            lambda: Query(word()),
            lambda: Query(f"{word()} {word()}"),
            lambda: Query(f"{word()} {word()} {word()} {word()}"),
            lambda: Query(word()[:chance.randint(2, 4)]),
            lambda: Query(f"{word()} {word()[:3]}"),
            lambda: Query(f'"{self._run(2)}"'),
            lambda: Query(f"{word()} -{word()}"),
            lambda: Query(word(), topic=chance.choice(TOPICS)),
            lambda: Query(word(), year=chance.randint(2015, 2026), kind="session"),
            lambda: Query("", event=chance.randint(1, 60)),
            lambda: Query(_slipped(word(), chance)),
            lambda: Query(self._run(7)),
        ]
        while len(asked) < count:
            asked += [maker() for maker in makers]
        return asked[:count]

    def _some(self, count: int) -> list[Entry]:
        return self._random.sample(self.entries, min(count, len(self.entries)))

    def _run(self, length: int) -> str:
        while True:
            line = self._random.choice(self._random.choice(self._sections).lines)
            words = _WORD.findall(line)
            if len(words) >= length:
                at = self._random.randint(0, len(words) - length)
                return " ".join(words[at:at + length])

    @staticmethod
    def _telling_words(text: str) -> list[str]:
        return list(dict.fromkeys(word for word in _WORD.findall(text) if len(word) > 3 and fold(word) not in STOP))


def _is_prose(line: str) -> bool:
    """Not an address, a picture in letters, or a lone name: nobody half-remembers those."""
    words = _WORD.findall(line)
    return len(words) > 3 and "://" not in line and max(map(len, line.split())) < 40


def _middle(line: str) -> int:
    """Where the second half of a line begins, between two words."""
    return max(line.rfind(" ", 0, len(line) // 2 + 1), 0)


def _slipped(text: str, chance: random.Random) -> str:
    long = [word for word in _WORD.findall(text) if len(word) > 4]
    if not long:
        return text
    word = chance.choice(long)
    at = chance.randint(1, len(word) - 2)
    wrong = chance.choice([
        word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + chance.choice(LETTERS) + word[at + 1:],
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
    ])
    return text.replace(word, wrong, 1)
