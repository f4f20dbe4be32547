"""A board as Markdown: a section of notes, or a file of its own.

What people wrote on stickies is plain text, so whatever Markdown would make something of is escaped; their line ends stay.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from app.boards.models import PICTURE, STORY, Material
from app.boards.reading_out import BoardOut, Lane, Part, Said

DEEPEST = 6  # levels of headings
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)")
_SPECIAL = re.compile(r"[\\`*|~]|<(?=[A-Za-z/!?])|&(?=[#A-Za-z])|(?<!\w)_|_(?!\w)")
_LINKED = re.compile(r"\]\s*[(\[:]|\[\[|^\s*\[")
_AT_BEGINNING = re.compile(r"^(\s*)([#+>-]|=(?=[=\s]*$)|\d{1,9}(?=[.)]))")
_AS_ENTITY = {"<": "&lt;", "&": "&amp;"}


@dataclass(frozen=True)
class Links:
    """Where things are: the board, its ideas by id, the pictures of its material."""

    board: str
    idea: Callable[[int], str]
    picture: Callable[[Material], str]


def section(out: BoardOut, links: Links, *, names: bool) -> str:
    """The board as a section of its session's notes: what was said, and of the material what it was and whose.

    It begins with its title as a heading of the second level and the line `marker(links.board)` begins; no heading in it but
    the first is of that level or above. With `names` people who signed theirs are named. Empty where nothing was said.
    """
    body = [block for part in out.parts for block in _part(part, links, 3, full=False, several=len(out.parts) > 1, names=names)]
    if not out.insights:
        return ""
    count = len(out.insights)
    groups = len(out.groups)
    said = f"{count} {'insight' if count == 1 else 'insights'}" + (f" from {groups} groups" if groups > 1 else "")
    head = [f"## {escaped(out.board.title)}", f"From the board: {marker(links.board)}, {said}."]
    return "\n\n".join([*head, *body])


def marker(board_address: str) -> str:
    """What the section's own line holds, by which it is found again."""
    return f"[open it]({board_address})"


def document(out: BoardOut, links: Links, *, names: bool) -> str:
    """The board as a file: all of it, with the texts of its material."""
    head = [f"# {escaped(out.board.title)}", out.board.about.strip(), f"Board: {links.board}"]
    body = [block for part in out.parts for block in _part(part, links, 2, full=True, several=len(out.parts) > 1, names=names)]
    return "\n\n".join([one for one in head if one] + body) + "\n"


def _part(part: Part, links: Links, level: int, *, full: bool, several: bool, names: bool) -> Iterator[str]:
    lanes = [lane for lane in part.lanes if full or any(lane.insights)]
    if not (lanes or part.material):
        return
    if several or part.title:
        yield _heading(level, part.title or "Stage")
        level += 1
    if full and part.stage.about.strip():
        yield part.stage.about.strip()
    yield from material_lines(part.material, links, full=full)
    for project, of_project in groupby(lanes, key=lambda lane: lane.project):
        below = level
        if project is not None:
            yield _heading(level, ": ".join(filter(None, (project.theme, project.title))))
            yield from _about_project(project, full)
            below = level + 1
        for prompt, of_prompt in groupby(of_project, key=lambda lane: lane.prompt):
            yield _heading(below, prompt.words)
            for lane in of_prompt:
                yield from _lane(lane, part.named, below + 1, links, names)


def _lane(lane: Lane, named: bool, level: int, links: Links, names: bool) -> Iterator[str]:
    if named:
        yield _heading(level, group_name(lane))
        level += 1
    if lane.loose:
        yield "\n".join(item(one, links, names) for one in lane.loose)
    for bunch in lane.bunches:
        yield _heading(level, (bunch.title or "Together"), dots(bunch.votes))
        yield "\n".join(item(one, links, names) for one in bunch.insights)


def group_name(lane: Lane) -> str:
    """Which group it was, with what it was about."""
    if lane.group is None:
        return "The whole room"
    return f"{lane.group.name}: {lane.group.topic}" if lane.group.topic else lane.group.name


def item(said: Said, links: Links, names: bool) -> str:
    """An insight as an item of a list: its words, its kind and dots, who signed it, the idea that was made of it."""
    told = ", ".join(filter(None, (said.kind, dots(said.votes), "hidden" if said.hidden else "")))
    lines = [f"- {words(said.text)}"]
    if told:
        lines.append(f" ({escaped(told)})")
    if names and said.signed:
        lines.append(f" – {escaped(said.signed)}")
    if said.idea:
        lines.append(f" → [Idea: {_label(said.idea[1])}]({links.idea(said.idea[0])})")
    return "".join(lines)


def words(text: str) -> str:
    """What a sticky says, as it stands in an item of a list."""
    return "\n  ".join(escaped(line) for line in text.split("\n"))


def dots(votes: int | None) -> str:
    """How many dots; nothing for none, and where they are not told."""
    return f"{votes} {'dot' if votes == 1 else 'dots'}" if votes else ""


def material_lines(material: list[Material], links: Links, *, full: bool) -> Iterator[str]:
    """What a stage gave people to read or look at. Pictures always with credit and licence."""
    listed = []
    for one in material:
        if one.kind == PICTURE:
            yield from filter(None, ("\n".join(listed),))
            listed = []
            yield (f"![{_label(one.alt)}]({links.picture(one)})\n" if one.name else "") + f"*{escaped(credit(one))}*"
            continue
        title = escaped(one.title or one.url or "Untitled")
        if one.url:
            title = f"[{_label(one.title)}]({one.url})" if one.title else one.url
        source = escaped(", ".join(filter(None, (one.source, one.credit, one.licence))))
        line = f"- {'Story: ' if one.kind == STORY else ''}{title}" + (f" ({source})" if source else "")
        if full and one.text.strip():
            yield from filter(None, ("\n".join(listed),))
            listed = []
            yield f"**{title}**" + (f" ({source})" if source else "")
            yield one.text.strip()
        elif one.title or one.url:
            listed.append(line)
    if listed:
        yield "\n".join(listed)


def credit(one: Material) -> str:
    """Whose a picture is and under which licence."""
    return ". ".join(filter(None, (one.title, f"Picture: {one.credit}" if one.credit else "Picture", one.licence))) + "."


def _about_project(project: Material, full: bool) -> Iterator[str]:
    if full and project.text.strip():
        yield project.text.strip()
    if full and (project.source or project.url):
        yield ", ".join(filter(None, (escaped(project.source), project.url)))


def _heading(level: int, words_: str, told: str = "") -> str:
    """A heading; where headings cannot go deeper, a line in bold."""
    said = escaped(" ".join(words_.split())) + (f" ({told})" if told else "")
    return f"{'#' * level} {said}" if level <= DEEPEST else f"**{said}**"


def _label(said: str) -> str:
    """What a link or picture says."""
    return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", escaped(said))


def escaped(line: str) -> str:
    """A line of plain text as Markdown that reads the same. Addresses stay addresses."""
    parts = _ADDRESS.split(line)
    parts[::2] = [_SPECIAL.sub(lambda found: _AS_ENTITY.get(found[0], "\\" + found[0]), part) for part in parts[::2]]
    line = "".join(parts)
    if _LINKED.search(line):
        line = line.replace("[", "\\[")
    return _AT_BEGINNING.sub(lambda found: f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}", line)
