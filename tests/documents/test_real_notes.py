"""Real people's notes: two people work on each, and nothing of either is lost. Read from ../shared, skipped without it."""

import random

from app.documents.crdt import Shared, seed
from app.documents.diffing import diff
from app.documents.edits import smallest_edits
from app.documents.merging import merge
from app.documents.models import TEXT_BYTES


def worked_on(chance: random.Random, lines: list[str], places: range, name: str) -> list[str]:
    """`lines` with a few of those at `places` changed, taken out or added to."""
    lines = lines[:]
    for at in sorted(chance.sample(places, min(6, len(places))), reverse=True):
        kind = chance.randrange(3)
        if kind == 0:
            lines.insert(at, f"- {name} adds {at} here")
        elif kind == 1:
            del lines[at]
        else:
            lines[at] += f" ({name} was at {at})"
    return lines


def test_real_notes_are_merged_shown_and_stored(shared):
    chance = random.Random(4)
    files = sorted((shared / "data" / "notes").rglob("*.md"))
    assert len(files) > 200
    merged = 0
    for path in chance.sample(files, 60):
        base = path.read_text("utf-8", "replace").replace("\r\n", "\n").replace("\0", "")
        if len(base.encode()) > TEXT_BYTES or base.count("\n") < 20:
            continue
        lines = base.split("\n")
        middle = len(lines) // 2  # far enough from each other that there is nothing to decide
        theirs = "\n".join(worked_on(chance, lines, range(2, middle - 3), "Ada"))
        mine = "\n".join(worked_on(chance, lines, range(middle + 3, len(lines) - 1), "Ben"))
        result = merge(base, theirs, mine)
        expected = theirs.split("\n")[:-len(lines[middle:])] + mine.split("\n")[-(len(mine.split("\n")) - middle):]
        assert result == ("\n".join(expected), ()), path
        shown = diff(base, result.text)
        assert shown.rows or result.text == base
        log = [seed(base)]
        log.append(Shared(log).edit(smallest_edits(base, result.text)))
        assert Shared(log).text == result.text
        assert len(log[1]) < 3000
        merged += 1
    assert merged > 40
