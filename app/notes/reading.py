"""A note as it is read: its summary apart, contents from its headings, its marked lines listed, each part with a link to it."""

import html
import re
from dataclasses import dataclass

from markupsafe import Markup

from app.infra import markdown
from app.notes.marks import Mark, counted, marks_of

CONTENTS_FROM = 3  # headings; fewer need no list
_HEADING = re.compile(r'<(h[2-6]) id="(n-[^"]*)">(.*?)</\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ANCHOR_ID = re.compile(r' id="n-[^"]*mark--([0-9]+)"')


@dataclass(frozen=True)
class Heading:
    """A heading of a text: how deep it stands (from 0), the id to link to, and its words."""

    depth: int
    id: str
    words: str


@dataclass(frozen=True)
class ShownMark:
    """A marked line, and the id of the place where it stands; empty where it is not shown as one."""

    mark: Mark
    id: str


def reading(text: str, prefix: str) -> dict:
    """What `notes/_text.html` shows of a note's text: `body` and `summary` as HTML, `contents` (a list of `Heading`), `marks`
    (of `ShownMark`), and `marks_said`, how many there are in words. Ids begin with `n-` and `prefix`.

    Takes what `markdown.render` takes, and no longer; people's text becomes HTML there and nowhere else.
    """
    body, summary = markdown.split_summary(text)
    said, shown = "", ""
    marks: list[ShownMark] = []
    if summary.strip():
        said = markdown.render(summary, f"{prefix}summary-")
        marks += _shown(summary, f"{prefix}summary-", said)
    if body.strip():
        shown = markdown.render(body, prefix)
        marks += _shown(body, prefix, shown)
    contents = headings_in(shown)
    return {"body": with_anchors(shown), "summary": with_anchors(said),
            "contents": contents if len(contents) >= CONTENTS_FROM else [],
            "marks": marks, "marks_said": counted(one.mark for one in marks)}


def headings_in(rendered: str) -> list[Heading]:
    """The headings of sanitised HTML, the first level of them at depth 0."""
    found = [(int(m[1][1]), m[2], " ".join(html.unescape(_TAG.sub("", m[3])).split())) for m in _HEADING.finditer(rendered)]
    top = min((level for level, _, _ in found), default=0)
    return [Heading(level - top, identifier, words) for level, identifier, words in found]


def with_anchors(rendered: str) -> Markup:
    """The same HTML with a link to itself in every heading."""
    return Markup(_HEADING.sub(  # noqa: S704 - sanitised, and the id was made there
        r'<\1 id="\2">\3 <a class="md-anchor" href="#\2" aria-label="Link to this part">#</a></\1>', str(rendered)))


def _shown(text: str, prefix: str, rendered: str) -> list[ShownMark]:
    there = {int(m[1]) for m in _ANCHOR_ID.finditer(rendered)}
    return [ShownMark(mark, f"n-{prefix}mark--{number}" if number in there else "")
            for number, mark in enumerate(marks_of(text), 1)]
