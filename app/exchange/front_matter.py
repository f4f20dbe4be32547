"""The block of `key: value` lines between two `---` at the top of a Markdown file.

Only the flat part of YAML that people and tools write there is read (scalars, `[a, b]`, and lists of `- a`), line by line:
nothing is evaluated, so no document can make this slow or large.
"""

import re
from dataclasses import dataclass, field

MOST_LINES = 80

_KEY = re.compile(r"^([A-Za-z][\w .'/()-]{0,60}?)\s*:(?:\s+(.*))?$")


@dataclass
class Entry:
    """One key, its values (one for a scalar) and the lines it takes."""

    key: str
    values: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_front_matter(raws: list[str]) -> tuple[list[Entry], int]:
    """The entries, and the number of the line after the block (0 when the file has none)."""
    if not raws or raws[0].strip() != "---":
        return [], 0
    end = next((number for number, raw in enumerate(raws[1:MOST_LINES], 1) if raw.strip() in ("---", "...")), 0)
    if not end or not any(_KEY.match(raw) for raw in raws[1:end]):
        return [], 0
    entries: list[Entry] = []
    for number in range(1, end):
        raw = raws[number]
        found = _KEY.match(raw)
        if found:
            entries.append(Entry(found[1].strip(), _values(found[2] or ""), [number]))
        elif not raw.strip() or raw.lstrip().startswith("#"):
            continue
        elif entries and raw[0] in " \t-":
            item = raw.strip()
            entries[-1].lines.append(number)
            if item.startswith("- "):
                entries[-1].values.append(_unquoted(re.sub(r"^name:\s*", "", item[2:].strip())))
            elif entries[-1].values and _KEY.match(item):  # "org: Foogle" below "- name: Ada"
                entries[-1].values[-1] += f" ({_unquoted(_KEY.match(item)[2] or '')})"
            else:
                entries[-1].values.append(_unquoted(item))
        else:
            return [], 0  # not front matter after all, but text between two rules
    return entries, end + 1


def _values(text: str) -> list[str]:
    text = text.strip()
    if text in ("", "|", ">", "|-", ">-", "null", "~", "[]"):
        return []
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return [_unquoted(part) for part in text[1:-1].split(",") if part.strip()]
    return [_unquoted(text)]


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
