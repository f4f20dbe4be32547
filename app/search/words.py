"""From text to terms: the one analysis used for indexing, queries and snippets.

A *word* is what somebody wrote, folded (lower case, accents off); a *term* is its English stem. Both engines store
what this module makes, so that a query means the same on either, and marks in a snippet agree with what was found.
Folding never changes a text's length: places in the folded text are places in the original.
"""

import re
import unicodedata
from functools import lru_cache

from whoosh.lang.porter2 import stem as porter2

LONGEST = 64  # characters of a word that count; longer runs are keys, hashes and pictures
JOINABLE = 4  # co-design is also codesign; a whole address is not also one word

# Words too frequent to tell entries apart. They are kept in titles, and hold their places inside phrases.
_STOPPED = """a an and are as at be been but by for from had has have i if in into is it its no not of on or our so such that
the their then there these they this to was we were what when which will with would you your"""
STOP = frozenset(_STOPPED.split())

# One match is one written word, whole: people's, o'brien, co-design, gov.uk, r&d, 10,000, 11:45, user_research.
WORD = re.compile(r"[^\W_]+(?:(?:['.&_-]|(?<=\d)[,:](?=\d))[^\W_]+)*")
_SEPARATOR = re.compile(r"[.&_,:-]")
# What may follow an apostrophe without making another word: English endings and Welsh clitics (mae'r, i'n, o'u).
_CLITICS = frozenset({"s", "r", "n", "u", "i", "w", "m", "d", "ll", "re", "ve", "th", "ch"})
# A cell's code at the end of an event's tag: ukgc25s1r3.
_CELL = re.compile(r"([a-z][^\W_]*?)(s\d{1,2}r\d{1,2})")
_HASHTAG = re.compile(r"#(\w*[a-z]\w*[A-Z]\w*|[A-Z]+[a-z]\w*)")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_IZE = re.compile(r"iz(e|es|ed|er|ers|ing|ation|ations|ational)$")


class _Folding(dict):
    """A table for str.translate, one character to one character, filled with the letters that are met."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        base = unicodedata.normalize("NFKD", letter)[0].lower()
        if len(base) != 1 or not (base.isalnum() or base == letter):
            base = letter
        folded = ord(base)
        if folded != code or code < 0x3000:  # not all of a million signs: somebody could type them
            self[code] = folded
        return folded


_FOLDING = _Folding({ord(old): ord(new) for old, new in zip("’‘ʼʹ´ßæœøđłðþı‐‑‒", "'''''saoodldti---", strict=True)})
_FOLDING |= {ord(old): ord(new) for old, new in zip("ÆŒØĐŁÐÞ", "aoodldt", strict=True)}


def composed(text: str) -> str:
    """`text` with letters and their accents in one character each, which folding and cutting expect."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` in lower case, without accents, with plain apostrophes and hyphens; of exactly the same length."""
    if not text.isascii():  # only where needed: translating costs ten times as much as lower()
        text = _NOT_ASCII.sub(lambda run: run[0].translate(_FOLDING), text)
    return text.lower()


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The term of a folded word. Short words, numbers, codes and words outside a–z stay as they are."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if len(word) > 6:
        word = _IZE.sub(r"is\1", word)  # organization is organisation
    return porter2(word)


@lru_cache(maxsize=100_000)
def pieces(written: str) -> tuple[tuple[str, int], ...]:
    """The words in one match of WORD on folded text, each with its place relative to the first.

    A compound gives its parts in a row and, at the first place, all of them in one: co-design → codesign, co, design.
    """
    parts = [part for part in map(_without_clitic, _SEPARATOR.split(written)) if part]
    if len(parts) == 1:
        if cell := _CELL.fullmatch(parts[0]):
            return ((parts[0], 0), (cell[1], 0), (cell[2], 0))
        return ((parts[0], 0),)
    found = tuple((part, place) for place, part in enumerate(parts))
    whole = "".join(parts)
    if len(parts) <= JOINABLE and len(whole) <= LONGEST:
        found = ((whole, 0), *found)
    return found


def _without_clitic(part: str) -> str:
    if "'" in part:
        first, *rest = part.split("'")
        part = first if len(rest) == 1 and rest[0] in _CLITICS else first + "".join(rest)
    return part[:LONGEST]


def width(written: str) -> int:
    """How many places a match of WORD takes."""
    return pieces(written)[-1][1] + 1


def written_words(text: str) -> list[str]:
    """The matches of WORD in `text`, folded, in order; hashtags in camel case are followed by their parts."""
    text = composed(text)
    if "#" in text:
        text = _HASHTAG.sub(lambda tag: f"{tag[0]} {' '.join(_CAMEL.findall(tag[1]))}", text)
    return WORD.findall(fold(text))
