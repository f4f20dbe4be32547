"""Markdown as exporters and converters leave it, made into what its writer meant.

Google Docs escapes half the punctuation and ends lines with two spaces; others leave entities, links that lead nowhere,
redirects, and whole pictures as letters. Code, in fences or backticks, is left alone. Every step takes time in proportion to
the text: patterns are bounded, and what they may skip never contains what they begin with.
"""

import html
import re
from urllib.parse import unquote

from app.exchange.html_tables import tables_to_markdown

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_DATA_INLINE = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(\s{0,3}<?data:[^()\s<>]*>?(?:\s[^()\n]{0,200})?\)", re.I)
_DATA_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,100})\]:[ \t]*<?data:[^\s<>]*>?[^\n]{0,200}$", re.I | re.M)
_DATA_TAG = re.compile(r"<img\b[^<>]{0,300}?\bsrc\s{0,3}=\s{0,3}[\"']?data:[^\"'<>\s]*[\"']?[^<>]{0,300}>", re.I)
_BARE_DATA = re.compile(r"data:(?:image|video|audio|font|application)/[\w.+-]{1,60};base64,[A-Za-z0-9+/=%]{200,}", re.I)
_CODE_SPAN = re.compile(r"((?<!\\)`+[^`\n]*`+)")
_ESCAPE = re.compile(r"\\(\\|[-_.!+=~|()\[\]{}<>&\"'$#*:;,/%?^@`])")
_ESCAPED_BRACKETS = re.compile(r"\\\[([^\[\]\\\n]{0,100})\\\](?![(\[:])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINK = re.compile(r"(?<![!\\])\[([^\[\]\n]{1,500})\]\(\s{0,3}<?([^()\s<>]{0,2000})>?(?:\s+\"[^\"\n]{0,200}\")"
                   r"?\s{0,3}\)")
_DEAD = re.compile(r"^(?:#|#(?:heading|bookmark|id|h|_)[=.\w-]*|about:blank|(?:javascript|data|vbscript|file|blob|"
                   r"about):.*)?$", re.I)
_REDIRECT = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/url\?(?:[^\s()<>\]&]{1,200}&(?:amp;)?){0,5}"
                       r"?q=([^&\s()<>\]]{1,2000})[^\s()<>\]]{0,2000}", re.I)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.I)
_LIST_OR_HEADING = re.compile(r"^\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#{1,6}\s|>|\||[-*_=]{3,}\s*$)")


def clean(text: str) -> tuple[str, list[str]]:
    """The cleaned Markdown, and warnings about what was left out."""
    warnings: list[str] = []
    text = _without_data(text, warnings)
    text = tables_to_markdown(text)
    lines, fence = text.split("\n"), ""
    for number, line in enumerate(lines):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if opening:
            fence = opening[1][:3]
            continue
        if line:
            lines[number] = _line(line)
    return _spaced(lines), warnings


def drop_data(text: str) -> tuple[str, int]:
    """The text without pictures written out as letters, and how many there were."""
    if "data:" not in text and "DATA:" not in text.upper():
        return text, 0
    count, labels = 0, []
    text, found = _DATA_INLINE.subn(lambda match: match[1], text)
    count += found

    def definition(match: re.Match) -> str:
        labels.append(match[1].casefold())
        return ""

    text, found = _DATA_DEFINITION.subn(definition, text)
    count += found
    for pattern in (_DATA_TAG, _BARE_DATA):
        text, found = pattern.subn("", text)
        count += found
    if labels:
        known = set(labels)
        text = re.sub(r"!\[([^\[\]\n]{0,300})\]\[([^\[\]\n]{0,100})\]",
                      lambda match: match[1] if (match[2] or match[1]).casefold() in known else match[0], text)
    return text, count


def _without_data(text: str, warnings: list[str]) -> str:
    text, count = drop_data(text)
    if count:
        noun = "A picture that was part of the text was" if count == 1 else f"{count} pictures that were part of the text were"
        warnings.append(f"{noun} left out; the original file still has {'it' if count == 1 else 'them'}.")
    return text


def _line(line: str) -> str:
    if "google." in line:
        line = _REDIRECT.sub(_unwrapped, line)
    pieces = _CODE_SPAN.split(line) if "`" in line else [line]
    for place in range(0, len(pieces), 2):
        piece, before = pieces[place], "".join(pieces[:place]) if place < 7 else "x"
        if "](" in piece:
            piece = _LINK.sub(_living, piece)
        if "\\" in piece:
            piece = _ESCAPED_BRACKETS.sub(r"[\1]", piece)
            piece = _ESCAPE.sub(lambda match, text=piece, start=before: _unescaped(match, text, start), piece)
        if "&" in piece:
            piece = _ENTITY.sub(_entity, piece)
        pieces[place] = piece
    line = "".join(pieces)
    if "<" in line and not line.lstrip().startswith("|"):
        line = _BREAK_TAG.sub("  \n", line).removesuffix("\n")
    return line


def _living(match: re.Match) -> str:
    return match[1] if _DEAD.match(match[2]) else match[0]


def _unwrapped(match: re.Match) -> str:
    address = unquote(match[1])
    if not re.match(r"https?://[^\s]+$", address, re.I):
        return match[0]
    return re.sub(r"[()<>\[\]\s]", lambda char: f"%{ord(char[0]):02X}", address)


def _unescaped(match: re.Match, text: str, before: str) -> str:
    """The character without its backslash where the backslash changes nothing; otherwise both, as they were."""
    char, start, end = match[1], match.start(), match.end()
    if char in "\\*`|[]{}#" and not (char == "#" and (before + text[:start]).strip()):
        return match[0]
    previous, following = text[start - 1: start], text[end: end + 1]
    if char in "-+=>" and not (before + text[:start]).strip():
        return match[0]  # at the start of a line it would begin a list, a rule or a quotation
    if char == "." or char == ")":
        return match[0] if (before + text[:start]).strip().isdigit() else char
    if char == "_":
        return char if previous.isalnum() and following.isalnum() else match[0]
    if char == "<":
        return "&lt;"
    if char == "~":
        doubled = "~" in (previous, following) or "\\~" in (text[end: end + 2], text[start - 2: start])
        return match[0] if doubled else char
    if char == "!":
        return match[0] if following in ("[", "\\") else char
    if char == "(":
        return match[0] if previous == "]" else char
    return char


def _entity(match: re.Match) -> str:
    said = html.unescape(match[0])
    if said == match[0] or said in "<>&`*_[]|\\#\n\r\x00" or any(ord(char) < 32 for char in said):
        if said == "&" and not _ENTITY.match("&" + match.string[match.end(): match.end() + 33]):
            return "&"
        return match[0]
    return " " if said == "\xa0" else said


def _spaced(lines: list[str]) -> str:
    """Lines without trailing space, but for the two spaces that break a line inside a paragraph."""
    lines = "\n".join(lines).split("\n")
    for number, line in enumerate(lines):
        bare = line.rstrip()
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        breaks = line.endswith("  ") and bare and following and not _LIST_OR_HEADING.match(lines[number + 1])
        lines[number] = bare + "  " if breaks and not bare.lstrip().startswith(("#", "|")) else bare
    return "\n".join(lines).strip("\n")
