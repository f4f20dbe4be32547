"""The parts of a note that sum it up: "Summary", "Key takeaways", "Action items", "Next steps" and their kin.

A part runs as far as its label says: a heading to the next heading of its level, a bullet over what is indented below it, a
plain "Summary" to the next label or the end.
"""

from collections import Counter
from dataclasses import dataclass, field

from app.exchange.note_labels import NOTES, SUMMARY, canonical, says_notes
from app.exchange.note_lines import BLANK, BULLET, CODE, HEADING, PLAIN, ROW, RULE, Label, Line, underline

# Labels that only say "this is the summary"; others ("Action items") say what kind, and stay with the text.
_PROPER = {canonical(label) for label in ("summary", "session summary", "summary of session", "short summary", "in summary",
                                          "tl;dr", "tldr", "executive summary", "brief summary", "summary of discussion",
                                          "discussion summary", "crynodeb", "résumé", "zusammenfassung", "resumen", "recap",
                                          "in short", "in brief")}
# After these, text on the same line is too often one decision or task among many to be the note's summary.
_NOT_INLINE = {canonical(label) for label in ("action", "actions", "action item", "action point", "decision", "decisions",
                                              "resolution", "result", "results", "todo", "to do", "lesson", "follow up",
                                              "followup", "recommendation", "outcome", "highlight", "output", "next action",
                                              "headline", "lessons", "what next", "next step")}


@dataclass
class Section:
    """One summing-up part: its label, the line it stands on, the text after it there, the lines of its text."""

    written: str
    start: int
    value: str
    lines: list[int] = field(default_factory=list)
    guessed: bool = False

    @property
    def proper(self) -> bool:
        """Whether the label says no more than "summary"."""
        return canonical(self.written) in _PROPER


def find_sections(lines: list[Line], labels: dict[int, Label | None], taken: set[int]) -> list[Section]:
    """The summing-up parts, in order, not overlapping. `taken` are lines that are headers already."""
    sections, position = [], 0
    times = Counter(canonical(label.written) for number, label in labels.items()
                    if label and label.fields == (SUMMARY,) and number not in taken and _starts(lines, lines[number], label))
    while position < len(lines):
        label = labels.get(position)
        line = lines[position]
        if label and label.fields == (SUMMARY,) and position not in taken and _starts(lines, line, label):
            # Where each topic has its conclusions, they stay where they belong.
            several = times[canonical(label.written)] > 1
            section = None if several else _extent(lines, labels, taken, position, label)
            if section and not _too_long(lines, section):
                sections.append(section)
                position = max([position, *section.lines]) + 1
                continue
        position += 1
    return sections


def _too_long(lines: list[Line], section: Section) -> bool:
    """Whether the part is most of the note: then "Lessons learned" or "Follow-ups" is what the note is about."""
    whole = sum(len(line.raw) for line in lines)
    size = sum(len(lines[number].raw) for number in section.lines)
    return whole > 1500 and size > (0.8 if section.proper else 0.45) * whole


def _starts(lines: list[Line], line: Line, label: Label) -> bool:
    if line.kind == HEADING:
        return not label.value or canonical(label.written) not in _NOT_INLINE
    if line.indent > 1 or (not label.written[:1].isupper() and not label.strong):
        return False
    if label.value:
        return label.colon and canonical(label.written) not in _NOT_INLINE
    before = lines[line.number - 1] if line.number else None
    stands_alone = before is None or before.kind in (BLANK, HEADING, RULE)
    return label.strong or line.kind == BULLET or (stands_alone if not label.colon else True)


def _extent(lines: list[Line], labels: dict, taken: set[int], start: int, label: Label) -> Section | None:
    line = lines[start]
    if line.kind == HEADING:
        end = _heading_end(lines, labels, start)
    elif line.kind == BULLET:
        end = _children_end(lines, start)
        if end == start + 1 and not label.value:
            return None
    elif label.value:
        end = _block_end(lines, labels, start + 1)
    else:
        end, stopped = _plain_end(lines, labels, taken, start, label)
        if not stopped and start < len(lines) / 3 and len(lines) > 30:
            end = _block_end(lines, labels, _first_text(lines, start + 1))
            return Section(label.written, start, label.value, _kept(lines, taken, start, end), guessed=True)
    return Section(label.written, start, label.value, _kept(lines, taken, start, end))


def _kept(lines: list[Line], taken: set[int], start: int, end: int) -> list[int]:
    skipped = taken.union(underline(lines, start))
    numbers = [number for number in range(start + 1, end) if number not in skipped]
    while numbers and lines[numbers[-1]].kind in (BLANK, RULE):
        numbers.pop()
    return numbers


def _heading_end(lines: list[Line], labels: dict, start: int) -> int:
    for line in lines[start + 1:]:
        if line.kind == HEADING and line.level <= lines[start].level:
            return line.number
        if _is_notes(labels.get(line.number), line):
            return line.number
    return len(lines)


def _children_end(lines: list[Line], start: int) -> int:
    end = start + 1
    for line in lines[start + 1:]:
        if line.kind == BLANK:
            continue
        if line.kind in (HEADING, RULE, ROW) or (line.indent <= lines[start].indent and line.kind != CODE):
            break
        end = line.number + 1
    return end


def _block_end(lines: list[Line], labels: dict, start: int) -> int:
    """The end of a paragraph, and of a list that follows it without a gap."""
    for line in lines[start:]:
        if line.kind in (BLANK, HEADING, RULE) or (line.number > start and labels.get(line.number)):
            return line.number
    return len(lines)


def _plain_end(lines: list[Line], labels: dict, taken: set[int], start: int, label: Label) -> tuple[int, bool]:
    emphasised = lines[start].emphasised
    for line in lines[start + 1:]:
        if line.kind == HEADING or line.number in taken:
            return line.number, True
        other = labels.get(line.number)
        alone = line.kind == PLAIN and lines[line.number - 1].kind == BLANK
        if other and alone and not other.value and (other.colon or other.strong or _is_notes(other, line) or
                                                    other.fields == (SUMMARY,)):
            return line.number, True
        if emphasised and line.emphasised and alone and line.number > start + 1:
            return line.number, True
    return len(lines), False


def _first_text(lines: list[Line], start: int) -> int:
    return next((line.number for line in lines[start:] if line.kind != BLANK), len(lines))


def _is_notes(label: Label | None, line: Line) -> bool:
    return bool(label and label.fields == (NOTES,) and not label.value and line.kind in (PLAIN, HEADING)
                and says_notes(label))
