"""Who is meant by what people type after "Leader:" or "Present:".

`parse_names("Joe Beda ([@jbeda](…)) & Amit Kumar, Google")` gives the people, each with the handle and the affiliation
that stood beside the name, and what did not look like a name at all, so that the caller can leave it in the text.
"""

import re
from dataclasses import dataclass, field

from app.exchange.brackets import depths_of, outside_and_inside
from app.exchange.markdown_text import plain_text
from app.exchange.name_words import (
    HONORIFICS,
    NAMES_TOO,
    NOT_IN_NAMES,
    ORGANISATION_OR_ROLE,
    PARTICLES,
    PLACEHOLDERS,
    PRONOUNS,
    REMARKS,
)

LONGEST_NAME = 60
LONGEST_VALUE = 20_000


@dataclass(frozen=True)
class Named:
    """A person as written: the name to show, and what stood beside it (either may be empty)."""

    name: str
    handle: str = ""
    affiliation: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass
class Names:
    """What a value held: people, pieces that are not names, and whether it was only "TBC", "?" and the like."""

    people: list[Named] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    placeholder: bool = False


_STRUCK = re.compile(r"~~[^~\n]{1,300}~~")
_URL = re.compile(r"<?\bhttps?://[^\s<>()\[\]]+>?")
_EMAIL = re.compile(r"[<(\[]?\b(?:mailto:)?([\w.+-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b[>)\]]?")
_STRONG = re.compile(
    r"\n|;|\s+\+\s+|\||•|·|\s*&\s*|\s+(?:and|und|et|y|a'r|ac|plus)\s+(?=\S)|(?<=[a-z]{3})\.\s+(?=[A-Z])|"
    r"\s+with\s+(?:(?:assist|help|support|thanks)\s+(?:from|of|to)\s+)?(?=[\w@])",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^(?:(?:and|then|also|with|plus|by|from|&)\s+|[-*+•–—]\s+|\[[ xX]?\]\s*|\d{1,3}[.)]\s+)+", re.I)
_INITIALS = re.compile(r"^[A-Z]{1,4}\s?:\s+(?=\S)")
_DASH = re.compile(r"\s+[-–—]+\s+|\s*[–—]\s*|\s+@\s+|\s+(?:from|at|of)\s+(?=[A-Z])")
_TURN = re.compile(r"\b(?:[ap]m|morning|afternoon|evening|(?:mon|tue|tues|wed|thu|thur|fri|sat|sun)\w*|day \d|first|"
                   r"second|part)\b", re.I)
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9][\w.-]{0,38})|(?<![\w@.])([A-Za-z0-9][\w.-]{1,38})@(?!\w)")
_TOKEN_HANDLE = re.compile(r"^@?[a-z0-9][\w.-]{1,38}$")
_ACRONYM = re.compile(r"^[A-Z][A-Z&]{2,7}$")  # two letters are more often a person ("TC")
_SUFFIX = re.compile(r"(?:jr|sr|snr|jnr|ii|iii|iv|phd|mbe|obe|cbe|frsa|mp|ms)\.?", re.I)
_COUNT = re.compile(r"^(?:about|around|approx\.?|circa|c\.|~|roughly|some)?\s*\d+\+?\b(?!\w)", re.I)


def parse_names(value: str, *, listed: bool = False) -> Names:
    """The people in `value`. With `listed`, each line is one person, so `Name, Somewhere` is a person and a place."""
    found = Names()
    value = value[:LONGEST_VALUE]
    struck = bool(_STRUCK.search(value))
    text = plain_text(_STRUCK.sub("", value))
    text, urls = _URL.subn("", re.sub(r",[ \t]*\n\s*", ", ", text))
    text = _EMAIL.sub(lambda email: "" if text[: email.start()].strip(" -*,;&") and _alone(text, email) else
                      " " + email[1].split(".")[0] + " ", text)
    groups = [group for group in _split(text, strong=True) if group.strip()]
    parted = [[part for part in _split(group, strong=False) if part.strip()] for group in groups]
    paired = len(parted) > 1 and all(len(parts) == 2 and _words(parts[0]) > 1 and _words(parts[1]) <= 3 for parts in
                                     parted) and not listed
    seen_placeholder = False
    for parts in parted:
        person = None
        pair = paired or (listed and len(parts) == 2 and _words(parts[0]) > 1 and _is_affiliation(parts[1], eager=True))
        for number, part in enumerate(parts):
            if person and number and (pair or (_words(person.name) > 1 and _is_affiliation(part))):
                if _SUFFIX.fullmatch(part.strip()):
                    person = Named(f"{person.name} {_tidy(part)}", person.handle, person.affiliation)
                else:
                    joined = ", ".join(filter(None, [person.affiliation, _tidy(part)]))
                    person = Named(person.name, person.handle, joined)
                found.people[-1] = person
                continue
            for piece in [part] if _is_placeholder(part) else _slashed(part):
                read = _read_one(piece, listed)
                if read == "placeholder":
                    seen_placeholder = True
                elif isinstance(read, Named):
                    person = read
                    found.people.append(read)
                elif piece.strip(" .,;:-–—*_\n\t"):
                    person = None
                    found.leftovers.append(piece.strip())
    if urls and not found.people:
        found.leftovers.append(value.strip())
    found.people = _merged(found.people)
    found.placeholder = not found.people and not found.leftovers and (seen_placeholder or struck)
    return found


def looks_like_name(text: str, *, full: bool = False) -> bool:
    """Whether `text` could be a person's name or handle; with `full`, only a name of two words or more, capitalised."""
    words = text.split()
    if not words or len(text) > LONGEST_NAME or len(words) > 5 or not any(char.isalpha() for char in text):
        return False
    if re.search(r"[?!:;=<>{}#\\/\"“”%$£€|]|\.\.|…", text):
        return False
    lowered = [word.lower().strip(".,'’") for word in words]
    lowered = ["" if len(word) == 1 and len(words) > 1 and words[place][0].isupper() else word  # an initial
               for place, word in enumerate(lowered)]
    lowered = ["" if word in NAMES_TOO and words[place][0].isupper() else word for place, word in enumerate(lowered)]
    if words[0] == "The" and 2 <= len(words) <= 3:
        lowered = lowered[1:]
    elif len(words) == 3 and lowered[1] == "the" and words[0][0].isupper():
        lowered = [lowered[0], lowered[2]]
    if any(word in NOT_IN_NAMES for word in lowered) or (len(words) > 1 and lowered[-1].isdigit() and words[0] != "The"):
        return False
    capitals = [word[0].isupper() or not word[0].isascii() or word.lower() in PARTICLES
                or (word == "the" and len(words) == 3 and place == 1) for place, word in enumerate(words)]
    if full:
        return len(words) > 1 and all(capitals) and not any(char.isdigit() for char in text)
    if len(words) == 1:
        return True
    return all(capitals) or (capitals[0] and len(words) == 2) or (len(words) == 2 and not any(capitals))


def _alone(text: str, email: re.Match) -> bool:
    """Whether an address belongs to a name before it in the same piece ("Jane Doe <jane@…>")."""
    before = text[max(0, email.start() - 80): email.start()]
    return bool(re.split(r"[,;\n&]", before)[-1].strip(" -*<(["))


def _split(text: str, *, strong: bool) -> list[str]:
    """Split at separators that stand outside brackets (a bracket that never closes counts as ordinary text)."""
    depth, cuts, position = depths_of(text), [], 0
    for mark in (_STRONG if strong else re.compile(r",|、|，")).finditer(text):
        if mark.start() >= position and (depth[mark.start()] == 0 or mark[0] == "\n"):
            cuts.append((mark.start(), mark.end()))
            position = mark.end()
    pieces, start = [], 0
    for begin, end in cuts:
        pieces.append(text[start:begin])
        start = end
    pieces.append(text[start:])
    return pieces


def _slashed(part: str) -> list[str]:
    """`Walter Fender / cheftako` is one person and a handle; `Chris/Josh/Kaslin` are three people."""
    if re.fullmatch(r"\s*(?:@[\w.-]{1,40}\s+){1,60}@[\w.-]{1,40}\s*", part):
        return part.split()
    depths = depths_of(part)
    cuts = [place for place, char in enumerate(part) if char == "/" and not depths[place]]
    pieces, start = [], 0
    for cut in cuts:
        pieces.append(part[start:cut])
        start = cut + 1
    pieces.append(part[start:])
    pieces = [piece for piece in pieces if piece.strip()]
    if len(pieces) == 2 and _words(pieces[0]) > 1 and _TOKEN_HANDLE.match(pieces[1].strip()):
        return [f"{pieces[0].strip()} (@{pieces[1].strip().lstrip('@')})"]
    return pieces


def _read_one(piece: str, listed: bool = False) -> Named | str | None:
    """One person, "placeholder", or None when it is not a name."""
    text = _INITIALS.sub("", _LEAD_IN.sub("", piece.strip()))
    if _is_placeholder(text):
        return "placeholder"
    outside, inside = outside_and_inside(text)
    handle, affiliations = "", []
    for note in inside:
        note = note.strip()
        if not note or PRONOUNS.fullmatch(note) or REMARKS.match(note):
            continue
        named = _HANDLE.search(note)
        if named:
            handle = handle or (named[1] or named[2])
            note = note.replace(named[0], "").strip(" ,;/-")
        elif _TOKEN_HANDLE.match(note):
            handle, note = handle or note, ""
        if note and not PRONOUNS.fullmatch(note):
            affiliations.append(_tidy(note))
    named = _HANDLE.search(outside)
    if named:
        handle = handle or (named[1] or named[2])
        outside = outside.replace(named[0], " ")
    if not outside.strip(" -–—:,.*_?") and affiliations:  # "[Jorge Castro/SIG ContribEx/VMware]"
        outside, *rest = re.split(r"\s*[/,]\s*", affiliations.pop(0))
        affiliations[:0] = rest
    outside = _role_and_name(outside, affiliations)
    head, *tail = _DASH.split(outside.strip(), maxsplit=1)
    if tail and looks_like_name(_tidy(head)):
        outside = head
        if tail[0].strip() and not REMARKS.match(tail[0].strip()):
            affiliations.append(_tidy(tail[0]))
    name = _tidy(outside)
    if not name and handle:
        name = handle
    words = name.split()
    if len(words) == 2 and words[0][0].isupper() and words[1].islower() and words[1] not in PARTICLES and not listed:
        name = words[0]  # "Mark simulacrum", "Max later"
        if not handle and not REMARKS.match(words[1]) and words[1] not in NOT_IN_NAMES:
            handle = words[1]
    if _is_placeholder(name):
        return "placeholder"
    if not looks_like_name(name) or (_COUNT.match(name) and not re.fullmatch(r"\w*[A-Za-z]\w*", name)):
        return None
    return Named(name, handle, ", ".join(affiliations)[:200])


def _role_and_name(text: str, affiliations: list[str]) -> str:
    """`Morning: Travis` and `Tests: Jane` name Travis and Jane; `Jane Doe: Cabinet Office` names Jane."""
    left, colon, right = text.partition(":")
    left, right = _tidy(left), _tidy(right)
    if not colon:
        return text
    if looks_like_name(left) and not _TURN.search(left) and right and (ORGANISATION_OR_ROLE.search(right) or (
            looks_like_name(left, full=True) and not looks_like_name(right, full=True))):
        affiliations.append(right)
        return left
    return re.sub(r"^\d+\.\s*", "", right)


def _is_placeholder(text: str) -> bool:
    bare = re.sub(r"[^\w/ ]+", "", text).strip().lower()
    return not bare or bare in PLACEHOLDERS


def _is_affiliation(part: str, *, eager: bool = False) -> bool:
    text = _tidy(outside_and_inside(part)[0])
    if not text:
        return False
    if ORGANISATION_OR_ROLE.search(text) or _ACRONYM.match(text) or _SUFFIX.fullmatch(text):
        return True
    return eager and not looks_like_name(text, full=True)


def _words(text: str) -> int:
    outside, _ = outside_and_inside(text)
    return len([word for word in outside.split() if word.lower().strip(".") not in HONORIFICS])


def _tidy(text: str) -> str:
    text = " ".join(text.split()).strip(" ,;:!?*_~-–—/\\|>\"“”")
    return text[:-1] if text.endswith(".") and len(text.split()[-1]) > 3 else text


def _merged(people: list[Named]) -> list[Named]:
    """Each name once, keeping the first handle and affiliation that were given for it."""
    by_name: dict[str, Named] = {}
    for person in people:
        key = person.name.casefold()
        old = by_name.get(key)
        by_name[key] = person if old is None else Named(
            old.name, old.handle or person.handle, old.affiliation or person.affiliation)
    return list(by_name.values())
