"""HTML that exporters leave in Markdown, read tag by tag: tables as pipe tables, and plain words when nothing better can.

One pattern finds the tags; it never looks past the next angle bracket, so the time is in proportion to the text, whatever it
holds. (The standard library's parser and real HTML parsers take minutes for some kinds of nonsense.)
"""

import html
import re
from collections.abc import Iterator

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:\s[^<>]*|/)?)>")
_TABLE = re.compile(r"<table\b", re.I)
_TABLE_END = re.compile(r"</table\s*>", re.I)
_HREF = re.compile(r"""\bhref\s{0,3}=\s{0,3}["']?((?:https?://|mailto:)[^"'\s<>]{1,2000})""", re.I)
_BLOCKS = {"p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr",
           "section", "article", "header", "footer", "dt", "dd", "dl", "title", "figcaption", "td", "th"}
_SILENT = {"script", "style", "head", "template", "svg", "math", "object", "iframe", "noscript"}
_NO_END_NEEDED = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
                  "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot"}


def tables_to_markdown(text: str) -> str:
    """`text` with each `<table>…</table>` that stands in it written as a pipe table; a table that never ends is left."""
    if "<table" not in text.lower():
        return text
    pieces, position = [], 0
    while True:
        start = _TABLE.search(text, position)
        end = _TABLE_END.search(text, start.end()) if start else None
        if end is None:
            break
        inner = _TABLE.search(text, start.end(), end.start())
        if inner:  # a table in a table is somebody's page layout: leave it
            pieces.append(text[position:end.end()])
        else:
            pieces.append(text[position:start.start()])
            pieces.append(_as_pipes(text[start.start():end.end()]))
        position = end.end()
    pieces.append(text[position:])
    return "".join(pieces)


def text_of(source: str) -> str:
    """The words of HTML in lines, without any markup: the fallback when a document is too odd for the converter."""
    pieces, silent = [], ""
    for tag, closing, _, data in _parts(source):
        if not silent:
            pieces.append(data)
            if tag in _SILENT and not closing:
                silent = tag
            elif tag in _BLOCKS:
                large = tag in ("p", "table") or tag[0] == "h"
                pieces.append("\n- " if tag == "li" and not closing else "\n\n" if large else "\n")
        elif closing and tag == silent:
            silent = ""
    lines = [" ".join(line.split()) for line in html.unescape("".join(pieces)).replace("\0", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join("" if line == "-" else line for line in lines)).strip()


def depth_of(source: str, most: int) -> int:
    """How deeply tags nest in HTML, counted no further than `most` + 1; tags that need no end do not count."""
    depth = deepest = 0
    for found in _TAG.finditer(source):
        if found[2].lower() in _NO_END_NEEDED:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > deepest:
            deepest = depth
            if deepest > most:
                break
    return deepest


def _parts(source: str) -> Iterator[tuple[str, bool, str, str]]:
    """(tag, whether it closes, its attributes, the text before it) for every tag, and the text after the last."""
    position = 0
    for found in _TAG.finditer(source):
        yield found[2].lower(), bool(found[1]), found[3], source[position:found.start()]
        position = found.end()
    yield "", False, "", source[position:]


def _as_pipes(source: str) -> str:
    rows = [row for row in _rows(source) if any(row)]
    if not rows:
        return ""
    width = min(max(len(row) for row in rows), 30)
    rows = [[*row[: width - 1], " ".join(row[width - 1:])] if len(row) > width else row for row in rows]
    lines = ["| " + " | ".join((row + [""] * width)[:width]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n\n" + "\n".join(lines) + "\n\n"


def _rows(source: str) -> list[list[str]]:
    """The cells of a table, row by row; links, bold and italic stay as Markdown, breaks and list items as `<br>`."""
    rows: list[list[str]] = [[]]
    cell: list[str] = []
    links: list[str] = []
    for tag, closing, attributes, data in _parts(source):
        cell.append(data)
        if tag in ("td", "th", "tr", "table", ""):
            text = _cell_text("".join(cell))
            if text or (closing and tag in ("td", "th")):
                rows[-1].append(text)
            cell = []
            if tag == "tr" and rows[-1]:
                rows.append([])
        elif tag in ("br", "p", "div", "li") and not closing:
            cell.append("\n")
        elif tag in ("b", "strong"):
            cell.append("**")
        elif tag in ("i", "em"):
            cell.append("*")
        elif tag == "a":
            if closing:
                address = links.pop() if links else ""
                cell.append(f"]({address})" if address else "")
            else:
                address = _HREF.search(attributes[:3000])
                links.append(address[1] if address else "")
                cell.append("[" if address else "")
    return rows


def _cell_text(text: str) -> str:
    lines = [" ".join(html.unescape(line).split()).rstrip("\\").strip() for line in text.split("\n")]
    joined = "<br>".join(line.replace("<", "&lt;") for line in lines if line)
    return joined.replace("|", "\\|").replace("****", "")
