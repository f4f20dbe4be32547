"""A board as a table: a row for each sticky note. Written for spreadsheets, read from whatever program kept the stickies before.

    text = write_board_csv(board_out(board))
    sheet = read_board_csv(data)

Reading knows the columns that whiteboards call by other names, and takes a file with one column for the texts alone.
"""

import colorsys
import re
from dataclasses import dataclass

from app.boards.models import COLOURS
from app.boards.reading_out import BoardOut, Bunch, Lane, Said
from app.exchange.csv_tables import BadTable, Row, Table, canonical, columns, read_table, write_table

COLUMNS = ("text", "column", "group", "colour", "votes", "cluster", "stage", "material", "state")
MOST_ROWS = 5_000
MOST_VOTES = 100_000
HIDDEN = "hidden"
_NAMES = {
    "text": ("sticky", "sticky note", "sticky notes", "stickies", "sticky text", "note", "notes", "note text", "content",
             "contents", "insight", "insights", "message", "comment", "post", "post text", "body", "card", "card name",
             "answer", "response", "idea", "testun", "texte", "texto", "inhalt"),
    "column": ("prompt", "question", "list", "list name", "category", "section", "area", "frame", "heading", "lane", "swimlane",
               "colofn", "colonne", "spalte", "board section"),
    "group": ("table", "breakout", "breakout group", "breakout room", "room", "team", "group name", "grŵp", "groupe", "gruppe"),
    "colour": ("color", "bg color", "bg colour", "background", "background color", "background colour", "sticky color",
               "sticky colour", "note color", "note colour", "fill", "lliw", "couleur", "farbe"),
    "votes": ("dots", "dot votes", "vote", "vote count", "number of votes", "total votes", "likes", "upvotes", "score",
              "pleidleisiau", "stimmen"),
    "cluster": ("theme", "tag", "tags", "cluster title", "cluster name", "affinity", "together"),
    "stage": ("step", "phase", "cam"),
    "material": ("project", "about", "subject of"),
    "state": ("status", "hidden"),
    "kind": ("colour means",),
}
# What other programs call colours.
_CALLED = {"yellow": "lemon", "gold": "lemon", "amber": "lemon", "orange": "peach", "apricot": "peach", "brown": "peach",
           "red": "rose", "pink": "rose", "magenta": "rose", "purple": "lilac", "violet": "lilac", "lavender": "lilac",
           "blue": "sky", "cyan": "sky", "turquoise": "sky", "teal": "mint", "green": "mint", "lime": "mint"}
_HUES = ((15, "rose"), (42, "peach"), (70, "lemon"), (170, "mint"), (225, "sky"), (325, "lilac"), (361, "rose"))  # up to degrees
_GREY = 0.06  # of saturation: less is no colour
_UNTITLED = re.compile(r"\(untitled \d+\)")
_HEX = re.compile(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?", re.IGNORECASE)


@dataclass(frozen=True)
class Sticky:
    """One row: `number` as a spreadsheet shows it. Empty: the file does not say. `votes` is None where it is no number.

    `colour` is what the file says: a name, a number (`colour_of`), or what a colour stands for on the board.
    """

    number: int
    text: str
    column: str = ""
    group: str = ""
    colour: str = ""
    votes: int | None = 0
    cluster: str = ""
    stage: str = ""
    material: str = ""
    hidden: bool = False

    @property
    def untitled(self) -> bool:
        """Whether its cluster is named only so that the file can tell it from others."""
        return bool(_UNTITLED.fullmatch(self.cluster))


@dataclass(frozen=True)
class Sheet:
    """The stickies of a file, and what was odd about it."""

    stickies: tuple[Sticky, ...]
    warnings: tuple[str, ...]


def write_board_csv(out: BoardOut) -> str:
    """The board as CSV text, in its order, every cell harmless to spreadsheets; `read_board_csv` reads it back.

    A cluster without a title is called “(untitled 1)”, and one whose title another in its column has gets a number.
    """
    kinds = bool(out.board.kinds)
    rows = [[*_cells(out, part.title, lane, one, cluster), *([one.kind] if kinds else [])]
            for part in out.parts for lane in part.lanes for one, cluster in _in_lane(lane)]
    return write_table([*COLUMNS, *(["kind"] if kinds else [])], rows)


def _in_lane(lane: Lane) -> list[tuple[Said, str]]:
    found, taken, untitled = [], set(), 0
    for thing in lane.things:
        if not isinstance(thing, Bunch):
            found.append((thing, ""))
            continue
        title, number = thing.title, 1
        if not title:
            untitled += 1
            title = f"(untitled {untitled})"
        while title in taken:
            number += 1
            title = f"{thing.title} {number}"
        taken.add(title)
        found += [(one, title) for one in thing.insights]
    return found


def _cells(out: BoardOut, stage: str, lane: Lane, one: Said, cluster: str) -> list[str]:
    return [one.text, lane.prompt.words, lane.group.name if lane.group else "", one.colour,
            "" if one.votes is None else str(one.votes), cluster, stage if len(out.parts) > 1 else "",
            lane.project.title if lane.project else "", HIDDEN if one.hidden else ""]


def read_board_csv(data: bytes) -> Sheet:
    """The stickies in a CSV file. Raises `BadTable` where no column holds texts, and for more than `MOST_ROWS` of them."""
    table = read_table(data)
    found, strange, twice = columns(table.header, _NAMES)
    warnings = [*table.warnings, *twice]
    rows = table.rows
    if "text" not in found:
        found, rows = _without_heading(table, found, warnings)
    elif strange:
        warnings.append("Left aside: " + ", ".join(f"“{heading[:40]}”" for heading in strange[:8]) + ".")
    stickies = tuple(sticky for row in rows if (sticky := _sticky(row, found)) is not None)
    if len(stickies) > MOST_ROWS:
        raise BadTable(f"The file has {len(stickies):,} notes, and {MOST_ROWS:,} can be brought in at once.")
    if not stickies:
        raise BadTable("The file has no notes in it.")
    return Sheet(stickies, tuple(warnings))


def _without_heading(table: Table, found: dict[str, int], warnings: list[str]) -> tuple[dict[str, int], tuple[Row, ...]]:
    """A file without the column we look for: one with a single column is taken for a list of texts from its first row on."""
    rows = (Row(1, table.header), *table.rows)
    used = {place for row in rows for place, cell in enumerate(row.cells) if cell}
    if found or len(used) != 1:
        raise BadTable("Row 1 names no column of texts. Call the column with what the notes say “text”.")
    warnings.append(f"The file has one column and no heading, so row 1 (“{table.header[0][:40]}”) is taken for a note. "
                    "If it is a heading, call it “text”.")
    return {"text": used.pop()}, rows


def _sticky(row: Row, found: dict[str, int]) -> Sticky | None:
    def cell(name: str) -> str:
        place = found.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def line(name: str) -> str:
        return " ".join(cell(name).split())

    if not cell("text"):
        return None
    return Sticky(row.number, cell("text"), line("column"), line("group"), line("colour"), _votes(line("votes")),
                  line("cluster"), line("stage"), line("material"), canonical(cell("state")) in ("hidden", "yes", "true", "1"))


def _votes(said: str) -> int | None:
    if not said:
        return 0
    whole = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?(?: (?:votes?|dots?|likes?))?", said)
    return int(whole[1]) if whole and int(whole[1]) <= MOST_VOTES else None


def colour_of(said: str) -> str:
    """The colour of ours that is meant by a name or a number (“#ffd966”); empty for none that can be told."""
    said = said.strip().lower()
    if said in COLOURS:
        return said
    hexadecimal = _HEX.fullmatch(said)
    if hexadecimal:
        hue, _, saturation = colorsys.rgb_to_hls(*(int(part, 16) / 255 for part in hexadecimal.groups()[:3]))
        return next(name for most, name in _HUES if hue * 360 < most) if saturation > _GREY else ""
    return next((ours for theirs, ours in _CALLED.items() if theirs in said), "")
