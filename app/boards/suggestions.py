"""Which notes of a column may say the same, from the words they use (TF-IDF). A person says whether they do.

The same notes give the same suggestions, in the same order, on every machine.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

from sqlalchemy import select

from app.accounts.models import Person
from app.boards import policy
from app.boards.insight_actions import refusal
from app.boards.insight_models import Insight, NotAlike
from app.boards.models import Board
from app.errors import Invalid, require
from app.infra import db

LIKE = 0.24  # cosine: how alike two notes are at least, and on average those of two groups that become one
LARGEST = 12  # notes in a suggestion
LOOKED_AT = 400  # notes of a column
EVERYWHERE = 0.5  # a word in more than this part of the notes says nothing (once there are some)
SOME = 8
TITLE_WORDS = 3

SAY_NOTHING = """
a about above after again all almost along also although always am among an and another any anyone anything are around
as at away back be because become been before being below best better between both but by came can cannot come could did
do does doing done down each either else enough especially even ever every everyone everything few find first for from
further get getting give go goes going good got great had has have having he help her here him his how however i if in
instead into is isn it its itself just keep know less let like little look lot lots made mainly make makes making many
may maybe me mean might mine more most much must my need needed needs never new no nobody none nor not nothing now of
off often on once one only onto or other others our out over own part people perhaps please put quite rather really
right said same say see seem seen shall she should since so some somebody someone something sometimes soon still such
sure take than that the their them then there these they thing things think this those though through to together too
try two under until up upon us use used useful using very want wants was way ways we well went were what when where
whether which while who whole whom whose why will with within without work working works would yes yet you your don
doesn didn won isn aren wasn weren ve re ll
"""
STOP_WORDS = frozenset(SAY_NOTHING.split())
WORD = re.compile(r"[^\W_]+")
ENDINGS = (("ies", "y"), *((ending, "") for ending in ("ings", "ing", "edly", "ed", "ers", "er", "es", "s", "e")))
SHORTEST = 4  # letters that an ending leaves


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Notes that may say the same: their ids in the order they stand in, and a title made of words they share."""

    insights: tuple[int, ...]
    title: str

    @property
    def key(self) -> str:
        """What is kept when it is turned down."""
        return key_of(self.insights)


def key_of(insights: Iterable[int]) -> str:
    """A digest of the ids, in whatever order."""
    return hashlib.sha256(",".join(map(str, sorted(insights))).encode()).hexdigest()


def suggest(notes: Sequence[tuple[int, str]], turned_down: frozenset[str] = frozenset()) -> list[Suggestion]:
    """The likely groups among notes (id, text) of one column, the most alike first."""
    notes = notes[:LOOKED_AT]
    said = {note_id: _stems(text) for note_id, text in notes}
    weights = _weights(said)
    alike = _alike(weights)
    found: list[tuple[float, Suggestion]] = []
    for group in _groups(list(said), alike):
        made = Suggestion(tuple(group), _title(group, weights, dict(notes)))
        if made.key not in turned_down:
            pairs = [alike.get((a, b), 0.0) for i, a in enumerate(group) for b in group[i + 1:]]
            found.append((sum(pairs) / len(pairs), made))
    return [made for _, made in sorted(found, key=lambda one: (-round(one[0], 9), one[1].insights))]


def turned_down(board: Board) -> frozenset[str]:
    """Digests of what was turned down on the board (1 statement)."""
    return frozenset(db.session.scalars(select(NotAlike.key).where(NotAlike.board_id == board.id)))


def turn_down(actor: Person | None, board: Board, insights: list[Insight]) -> None:
    """Say that these do not belong together: they are not suggested again."""
    require(policy.can_write(actor, board), refusal(board))
    if len(insights) < 2:
        raise Invalid("A group takes two notes at least.", "insight")
    key = key_of(insight.id for insight in insights)
    if db.session.get(NotAlike, (board.id, key)) is None:
        db.session.add(NotAlike(board_id=board.id, key=key))


def _stem(word: str) -> str:
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= SHORTEST:
            return word.removesuffix(ending) + instead
    return word


def _stems(text: str) -> Counter[str]:
    return Counter(_stem(word) for word in WORD.findall(text.casefold())
                   if len(word) > 2 and word not in STOP_WORDS and not word.isdigit())


def _weights(said: dict[int, Counter[str]]) -> dict[int, dict[str, float]]:
    """The weight of each word in each note, all of a note's together of length 1."""
    count = len(said)
    held = Counter(word for words in said.values() for word in words)
    telling = {word: log(1 + count / number) for word, number in held.items()
               if number > 1 and (count < SOME or number <= EVERYWHERE * count)}
    made = {}
    for note_id, words in said.items():
        # A word that no other note has makes a note less like others, too.
        raw = {word: (1 + log(number)) * telling.get(word, log(1 + count)) for word, number in sorted(words.items())}
        length = sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        made[note_id] = {word: weight / length for word, weight in raw.items() if word in telling}
    return made


def _alike(weights: dict[int, dict[str, float]]) -> dict[tuple[int, int], float]:
    """How alike notes are that share a word, by their ids in the order of `weights`."""
    having: dict[str, list[int]] = {}
    alike: dict[tuple[int, int], float] = {}
    for note_id, words in weights.items():
        for word, weight in words.items():
            for other in having.setdefault(word, []):
                alike[other, note_id] = alike.get((other, note_id), 0.0) + weight * weights[other][word]
            having[word].append(note_id)
    return alike


def _groups(notes: list[int], alike: dict[tuple[int, int], float]) -> list[list[int]]:
    """Groups of two and more, put together from the most alike pair on, as long as they are alike on average."""
    place = {note_id: number for number, note_id in enumerate(notes)}
    group_of = {note_id: [note_id] for note_id in notes}
    likely = sorted((pair for pair, how in alike.items() if how >= LIKE),
                    key=lambda pair: (-round(alike[pair], 9), place[pair[0]], place[pair[1]]))
    for a, b in likely:
        one, other = group_of[a], group_of[b]
        if one is other or len(one) + len(other) > LARGEST:
            continue
        between = sum(alike.get((x, y) if place[x] < place[y] else (y, x), 0.0) for x in one for y in other)
        if between >= LIKE * len(one) * len(other):
            one += other
            for note_id in other:
                group_of[note_id] = one
    groups = {id(group): group for group in group_of.values() if len(group) > 1}
    return [sorted(group, key=place.__getitem__) for group in groups.values()]


def _title(group: list[int], weights: dict[int, dict[str, float]], texts: dict[int, str]) -> str:
    """The words that most of the group share, as the first of them writes them."""
    shared = Counter(word for note_id in group for word in weights[note_id])
    total = {word: sum(weights[note_id].get(word, 0.0) for note_id in group) for word, count in shared.items()
             if count * 2 > len(group)}
    best = sorted(total, key=lambda word: (-round(total[word], 9), word))[:TITLE_WORDS]
    written: dict[str, str] = {}
    for note_id in group:
        for word in WORD.findall(texts[note_id]):
            written.setdefault(_stem(word.casefold()), word.casefold())
    title = ", ".join(written[word] for word in best)
    return title[:1].upper() + title[1:]
