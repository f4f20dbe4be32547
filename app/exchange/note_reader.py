"""Reading a note: who led it, where and when, who wrote, who carries it on, and the notes and their summary apart.

    note = read_note(markdown, "ukgc/session-3.md")
    note.title, [person.name for person in note.leaders], note.wants_host, note.unsure

Nothing a person wrote is lost: every line of the text is in `body`, in `summary`, or is a header listed in `recognised` as it
was written. Where the reader had to guess, a sentence in `unsure` says so, for the organiser who checks the import.
"""

import re

from app.exchange import note_parts, note_title
from app.exchange.dates_said import date_said, is_only_a_date, time_said
from app.exchange.front_matter import read_front_matter
from app.exchange.note_assembly import Draft
from app.exchange.note_headers import Header, HeaderFinder
from app.exchange.note_labels import (
    EVENT,
    HOSTS,
    LEADERS,
    NOTE_TAKERS,
    NOTES,
    PRESENT,
    REGRETS,
    ROOM,
    SLOT,
    TAGS,
    TITLE,
    WHEN,
    fields_of,
)
from app.exchange.note_lines import BULLET, CODE, HEADING, PLAIN, lines_of, words
from app.exchange.note_sections import find_sections
from app.exchange.note_shape import ReadNote
from app.exchange.people_names import looks_like_name, parse_names


def read_note(markdown: str, source_name: str) -> ReadNote:
    """Read `markdown` (with "\\n" line ends); `source_name` stands in for a title where the text has none.

    Never raises on text: what is not understood is left in the body.
    """
    lines = lines_of(markdown.replace("\r\n", "\n").replace("\r", "\n"))
    entries, start = read_front_matter([line.raw for line in lines[:100]])
    draft = Draft(lines, source_name)
    for number in range(start):
        lines[number].kind = CODE  # not scanned again for headers
    finder = HeaderFinder(lines)
    headers = [*_front_matter_headers(entries), *finder.find(start)]
    if start:
        draft.drop(0, start - 1)
    parts, marks = note_parts.parts_of(lines, headers)
    draft.blanked = finder.blanked
    _apply(draft, headers, parts)
    _places(draft, lines, headers, parts, source_name)
    _title_and_event(draft, lines, headers, parts, marks)
    _said_in_a_sentence(draft, lines)
    if parts == 1:
        draft.take_sections(find_sections(lines, finder.labels, draft.taken))
    return draft.note(parts)


def _front_matter_headers(entries: list) -> list[Header]:
    headers = []
    for entry in entries:
        fields = tuple(name for name in fields_of(entry.key.replace("_", " ")) if hasattr(Draft, name) or name in _PLAIN)
        if not fields or fields[0] in ("summary", "notes", "other"):
            continue
        separator = ", " if fields[0] == TAGS else "\n"
        header = Header(fields, entry.key, separator.join(entry.values), "front matter", entry.lines[0], list(entry.lines))
        if set(fields) & _PEOPLE:
            names = parse_names(header.value, listed=True)
            header.people, header.leftovers = names.people, names.leftovers
            if names.leftovers:
                header.lines = []
        headers.append(header)
    return headers


_NAMED = r" by ((?:(?!,? (?:and |with )?(?:notes?|minutes|scribed?|led|hosted|facilitated)\b)[^.;]){2,120})"
_LED_BY = re.compile(r"\b(?:led|lead|facilitated|hosted|moderated|presented|chaired|run)" + _NAMED, re.I)
_NOTED_BY = re.compile(r"\b(?:notes?|minutes)(?: taken| written| captured)?" + _NAMED, re.I)
_PEOPLE = {LEADERS, NOTE_TAKERS, PRESENT, REGRETS, HOSTS}
_PLAIN = {EVENT, SLOT, TITLE, ROOM, WHEN, TAGS, *_PEOPLE}


def _apply(draft: Draft, headers: list[Header], parts: int) -> None:
    for header in headers:
        draft.recognise(header)
        if parts == 1:
            draft.take(header.lines)
        for name in header.fields:
            if name in _PEOPLE:
                draft.people(name, header)
            elif parts > 1 and name in (SLOT, ROOM, WHEN):
                continue
            elif name == TAGS:
                draft.add_tags(header.value)
            elif name in _PLAIN:
                draft.say(name, header)
    if parts > 1:
        draft.unsure.append(
            f"The file seems to hold {parts} meetings or breakouts. The people are those of all of them, and the "
            f"headers "
            "of each were left in the notes. Split the file if each should be a session of its own.")


def _places(draft: Draft, lines: list, headers: list[Header], parts: int, source_name: str) -> None:
    """Session number, room and time: from their headers, from a grid code, or from each other."""
    draft.read_slot()
    if parts > 1:
        return
    top = "\n".join(line.raw for line in lines[:40])
    for where, text in (("a hashtag", " ".join(draft.tags)), ("a hashtag", top), ("the file's name", source_name)):
        code = note_title.grid_code(text)
        if code and (draft.slot is None or draft.slot == code[1]):
            tag, slot, room = code
            if draft.slot is None:
                draft.slot, draft.slot_text = slot, draft.slot_text or tag
                draft.found(SLOT, tag, f"in {where}")
            if not draft.room:
                draft.room = room
                draft.found(ROOM, tag, f"in {where}")
            if re.match(r"[a-z]{2,12}\d*s", tag, re.I) and tag not in draft.tags:
                draft.tags.append(tag)
            break
    draft.date, draft.time = date_said(draft.when_text), time_said(draft.when_text)
    if draft.date is None:
        line = note_title.date_in_heading(lines)
        said = date_said(line.text) if line is not None else date_said(re.sub(r"[/_]", "-", source_name))
        if said:
            draft.date = said
            draft.found(WHEN, line.text if line is not None else source_name,
                        "in a heading" if line is not None else "in the file's name", line.number if line is not None else 0)
            if line is not None and draft.time is None:
                draft.time = time_said(line.text)
            if line is not None and is_only_a_date(words(line)):
                draft.when_text = draft.when_text or words(line)


def _said_in_a_sentence(draft: Draft, lines: list) -> None:
    """`Dashboard breakout, led by Rahul Dhide and Dan Romlein`: no label, but the first lines say it all the same."""
    top = [line for line in lines[:40] if line.kind in (PLAIN, HEADING, BULLET)][:6]
    for name, pattern in ((LEADERS, _LED_BY), (NOTE_TAKERS, _NOTED_BY)):
        if getattr(draft, name):
            continue
        for line in top:
            found = pattern.search(words(line)[:400])
            names = parse_names(found[1]) if found else None
            if names and names.people and not names.leftovers and all(
                    person.handle or looks_like_name(person.name, full=True) for person in names.people):
                getattr(draft, name).extend(names.people)
                draft.found(name, found[0], "in a sentence", line.number)
                draft.unsure.append(f"“{found[0]}” was read out of a sentence, which was left in the notes.")
                if draft.title.endswith(found[0]):
                    draft.title = draft.title[: -len(found[0])].rstrip(" ,;:–—-(") or draft.title
                    draft.taken.discard(line.number)
                break


def _title_and_event(draft: Draft, lines: list, headers: list[Header], parts: int, marks: list[int]) -> None:
    labelled = [header.start for header in headers if header.how != "front matter" and header.lines]
    if not draft.event_name:
        line, likely = note_title.event_line(lines, min(labelled, default=0), bool(draft.title))
        if line is not None and words(line).casefold() == draft.title.casefold():
            draft.found(TITLE, draft.title, "the line above the headers", line.number)
            draft.take([line.number] if parts == 1 else [])
        elif line is not None:
            draft.event_name = " ".join(line.text.strip(" *_#").split())
            draft.found(EVENT, draft.event_name, "the line above the headers", line.number)
            draft.take([line.number] if parts == 1 else [])
            if likely:
                draft.unsure.append(f"The first line, “{draft.event_name}”, was taken for the name of the event.")
    if draft.title:
        return
    free = {line.number for line in lines} - draft.taken - draft.doubtful
    if marks:
        free = {number for number in free if number < marks[0] + (parts <= 3)}
    if draft.event_name:
        free -= {line.number for line in lines[:10] if line.text.strip(" *_#") == draft.event_name}
    notes = next((header.start for header in headers if header.fields == (NOTES,)), None)
    if notes is not None and any(start < notes for start in labelled):
        free = {number for number in free if number < notes}
    name = draft.source_name if parts == 1 else note_parts.archive_name(draft.source_name)
    found = note_title.find_title(lines, free, name, [start for start in labelled if start != notes])
    draft.title = found.title
    draft.found(TITLE, found.title, f"the {found.where}", found.lines[0] if found.lines else 0)
    if parts == 1:
        draft.take(found.lines)
    draft.unsure.append(f"No label gives the title: the {found.where} was used, “{found.title}”.")
