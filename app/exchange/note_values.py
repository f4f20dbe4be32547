"""The value of a label that goes on past its line, or begins on the next: wrapped lines, lists, paragraphs of names."""

import re

from app.exchange.dates_said import date_said, time_said
from app.exchange.note_labels import PRESENT, REGRETS, ROOM, SLOT, TITLE, WHEN
from app.exchange.note_lines import BLANK, BULLET, PLAIN, Label, Line, words
from app.exchange.people_names import looks_like_name, parse_names

MOST_LINES = 400  # of one value


def continued(lines: list[Line], labels: dict, position: int, value: str) -> tuple[str, list[int]]:
    """A value with the wrapped lines that belong to it, and the lines it takes."""
    line, used = lines[position], [position]
    for following in lines[position + 1: position + 20]:
        hanging = (following.indent > line.indent and line.kind == BULLET) or following.indent > line.indent + 1
        unfinished = value.rstrip(" *_").endswith((",", "&", " and", ";"))
        if following.kind != PLAIN or labels[following.number] or not (hanging or unfinished):
            break
        value = f"{value} {following.text}"
        used.append(following.number)
    return value, used


def next_line(lines: list[Line], position: int, blanks: int = 3) -> Line | None:
    """The next line with text, at most `blanks` blank lines further on."""
    for following in lines[position + 1: position + 2 + blanks]:
        if following.kind != BLANK:
            return following
    return None


def following_text(lines: list[Line], labels: dict, position: int, label: Label, name: str) -> tuple[str, list[int], bool]:
    """The value of an empty title, room, slot, time or event label: the value, the lines taken, whether it is a guess."""
    line, following = lines[position], next_line(lines, position)
    nothing = ("", [position], False)
    if following is None or following.kind not in (PLAIN, BULLET):
        return nothing
    other = labels[following.number]
    if other and not (name in other.fields and not other.colon and other.value):  # "Room:" above "Room 5"
        return nothing
    if following.kind == BULLET and line.kind == BULLET and following.indent <= line.indent:
        return nothing
    text = words(following)
    near = following.number == position + 1
    fits = {
        ROOM: bool(re.search(r"\d|room|hall|theatre|lounge|studio|space|floor", text, re.I)) and len(text) <= 40,
        WHEN: bool(date_said(text) or time_said(text)) and len(text) <= 80,
        SLOT: bool(re.fullmatch(r"(?:session |slot )?\d{1,2}\b.{0,30}", text, re.I)),
        TITLE: len(text) <= 160 and not text.endswith("."),
    }.get(name, len(text) <= 80 and not text.endswith("."))
    if not fits or (not near and not label.strong and name in (TITLE, "event")):
        return nothing
    return following.text, [*range(position, following.number + 1)], not near and not label.strong


def following_people(lines: list[Line], labels: dict, position: int, label: Label, header) -> None:
    """Fill `header` with the people listed after an empty label, if that is what follows it."""
    following = next_line(lines, position)
    if following is None or following.kind not in (PLAIN, BULLET):
        return
    if following.kind == BULLET:
        if lines[position].kind != BULLET or following.indent > lines[position].indent:
            _listed(lines, labels, following.number, header)
        return
    if labels[following.number]:
        return
    near = following.number == position + 1
    _paragraphs(lines, labels, following.number, header, near=near, strong=label.strong,
                many=label.strong and {PRESENT, REGRETS} & set(label.fields))


def _listed(lines: list[Line], labels: dict, start: int, header) -> None:
    """A list of people, one or more an item; items that are not people stay in the text."""
    items, indent, position = [], lines[start].indent, start
    while position < len(lines) and len(items) < MOST_LINES:
        line = lines[position]
        if line.kind == BLANK:
            following = next_line(lines, position)
            if following is None or following.kind != BULLET or following.indent < indent:
                break
        elif line.kind == BULLET and line.indent >= indent:
            if labels[position] and not parse_names(line.text).people:
                break
            items.append([line.text, [position]])
        elif line.kind == PLAIN and line.indent > indent and items:
            items[-1][0] += " " + line.text
            items[-1][1].append(position)
        else:
            break
        position += 1
    read = [(numbers, parse_names(text, listed=True)) for text, numbers in items]
    good = [(numbers, names) for numbers, names in read if names.people and not names.leftovers]
    empty = [numbers for numbers, names in read if names.placeholder or not (names.people or names.leftovers)]
    if len(good) + len(empty) < 0.6 * len(items) or not good:
        return
    taken = [number for numbers, _ in good for number in numbers] + [number for numbers in empty for number in numbers]
    _take(header, [person for _, names in good for person in names.people], taken, lines, "list")


def _paragraphs(lines: list[Line], labels: dict, start: int, header, *, near: bool, strong: bool, many) -> None:
    """Names on the lines after a label. Past a blank line, and under a plain label, only what is surely a name."""
    people, taken, position, guess = [], [], start, not near and not strong
    while position < len(lines) and len(taken) < MOST_LINES:
        line = lines[position]
        if line.kind == BLANK:
            if not many and taken:
                break
            position += 1
            continue
        if line.kind != PLAIN or labels[position] or line.emphasised or line.text.endswith("?"):
            break
        text = line.text
        names = parse_names(text, listed=True)
        unsure = guess or (taken and lines[position - 1].kind == BLANK)
        if not names.people or names.leftovers or len(text) > 600 or (
                unsure and not all(looks_like_name(person.name, full=True) or person.handle for person in names.people)):
            break
        if text.endswith(".") and not names.people[-1].name.endswith("."):
            break  # a sentence
        people += names.people
        taken.append(position)
        position += 1
    if people:
        header.guessed = guess
        _take(header, people, taken, lines, "next lines")


def _take(header, people: list, taken: list[int], lines: list[Line], how: str) -> None:
    header.people = list({person.name.casefold(): person for person in reversed(people)}.values())[::-1]
    header.value = "\n".join(lines[number].text for number in sorted(taken))
    header.how = f"{header.how}, {how}"
    header.lines = sorted({header.start, *taken})
