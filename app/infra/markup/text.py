"""Reading Markdown without formatting it: its words, its first heading, its summary.

Everything here is linear in the length of the text, whatever it says: regular expressions whose parts cannot match the
same character in two ways (possessive, or anchored to the start of a run), each applied once to the whole text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.infra.markup.links import decoded

_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")

_FENCE = re.compile(r"\n *+(`{3,}+|~{3,}+)([^\n]*)(?=\n)")
_ADDRESS = r"\(\s*+(?:<[^<>\n]*+>|[^\s()<>]*+(?:\([^\s()]*+\)[^\s()]*+)*+)"
_TITLE = r"(?:\s++(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\)))?+"
_LINK = re.compile(rf"!?\[([^\[\]]*+)\]{_ADDRESS}{_TITLE}\s*+\)")
_TAGS_BETWEEN_WORDS = "p|br|h[1-6]|li|tr|div|td|th|table|ul|ol|hr|summary|pre|blockquote|dt|dd"
_TAGS_WITHIN_WORDS = (
    "a|b|strong|i|em|u|s|del|ins|sub|sup|mark|kbd|code|small|q|cite|span|font|center|img|details|thead|tbody|tfoot|dl|caption"
)
# What goes, or is replaced, and a character without which there is nothing to look for. The text begins and ends with a
# line break, which most of these begin with: that lets them be searched for at the speed of `str.find`.
_SUBSTITUTIONS = [
    ("", re.compile(r"\n[-=*_:| >]++(?=\n)"), "\n"),  # rules, underlines of headings, separators of tables
    ("]:", re.compile(r"\n {0,3}\[[^\[\]\n]++\]:[^\n]*+(?=\n)"), "\n"),  # definitions of references
    ("", re.compile(r"\n[ >]++"), "\n"),
    ("#", re.compile(r"\n#{1,6} ++"), "\n"),
    ("", re.compile(r"\n[-*+•●○▪◦‣] ++"), "\n- "),
    ("]", re.compile(r"\n- \[ ?\] "), "\n☐ "),
    ("]", re.compile(r"\n- \[[xX]\] "), "\n☑ "),
    ("|", re.compile(r"\n\| *+"), "\n"),
    ("|", re.compile(r"\|(?=\n)"), ""),
    ("](", _LINK, r"\1"),
    ("](", _LINK, r"\1"),  # again, for a picture within a link
    ("][", re.compile(r"!?\[([^\[\]]*+)\]\[[^\[\]\ufddf]*+\]"), r"\1"),
    ("<", re.compile(r"<(https?://[^<>\s]++|[^<>\s@]++@[^<>\s@]++)>"), r"\1"),
    ("<", re.compile(rf"</?(?:{_TAGS_BETWEEN_WORDS})(?:\s[^<>\ufddf]*+|/)?+>", re.IGNORECASE), " "),
    ("<", re.compile(rf"</?(?:{_TAGS_WITHIN_WORDS})(?:\s[^<>\ufddf]*+|/)?+>", re.IGNORECASE), ""),
]
_WEB_ADDRESS = re.compile(r"(https?://[^\s*`]++)")
_EMPHASIS = re.compile(r"(?<=[^\s*])\*++|(?<!\*)\*++(?=\S)|~~|`++|(?<!\w)_++(?=\S)|(?<=[^\s_])_++(?!\w)")
_ESCAPED = {mark: chr(0xFDD0 + n) for n, mark in enumerate("\\*_`~")}  # while emphasis is taken away
_CODE = re.compile("\ufddf([0-9]+)\ufddf")  # stands for a block of code meanwhile

_HEADING = re.compile(r" {0,3}(#{1,6}) +(.*)")
_UNDERLINE = re.compile(r" {0,3}(={2,}|-{2,}) *$")
_BOLD = re.compile(r" {0,3}(?:\*\*|__)([^*_]+)(?:\*\*|__) ?:? *$")
_NOT_A_TITLE = re.compile(r"\s*(?:$|[#>|`~]|[-*+] |\d+[.)] )")
_SUMMARY = re.compile(r"(?:\d+[.)] *)?(?:(?:key |main )?takeaways?|summary|conclusions?|key points?) *:?", re.IGNORECASE)
_LABEL = re.compile(r"(?:notes|actions?|action items|next steps|links|resources|attendees|summary) *:?", re.IGNORECASE)
_AS_BOLD = 7  # the level of a heading that is only bold, or a known word alone on its line


def cleaned(text: str) -> str:
    """`text` without what no page can hold or should obey: controls, lone surrogates, overrides of the direction."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").removeprefix("\ufeff")
    return _UNWANTED.sub("", text)


def plain(text: str) -> str:
    """The words of a Markdown text, for search, mail and snippets: no marks but `- ` before items, links by their text.

    Linear: at most 0.2 s for 256 kB, whatever they are.
    """
    text, blocks = _without_code("\n" + cleaned(text).expandtabs(4) + "\n")
    text = _without_comments(text)
    for mark, stand_in in _ESCAPED.items():
        text = text.replace("\\" + mark, stand_in)
    for needed, pattern, replacement in _SUBSTITUTIONS:
        if needed in text:
            text = pattern.sub(replacement, text)
    parts = _WEB_ADDRESS.split(text)
    parts[::2] = [_EMPHASIS.sub("", part) for part in parts[::2]]
    text = "".join(parts)
    for mark in "!\"#$%&'()+,-./:;<=>?@[]^{|}\n":
        text = text.replace("\\" + mark, mark)
    for mark, stand_in in _ESCAPED.items():
        text = text.replace(stand_in, mark)
    text = _CODE.sub(lambda m: blocks[int(m[1])], decoded(text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, text.split("\n")))).strip()


def excerpt(text: str, length: int) -> str:
    """The first words of a Markdown text on one line, at most `length` characters; "…" at the end if more follow."""
    words = " ".join(re.sub(r"^- ", "", plain(text), flags=re.MULTILINE).split())
    if len(words) <= length:
        return words
    cut = words[:length]
    end = cut.rfind(" ", length * 2 // 3)
    return cut[: end if end > 0 else length - 1].rstrip(" ,;:–-") + "…"


def first_heading(text: str) -> str:
    """The words of the first heading, or "" when there is none."""
    found = (heading for heading in _headings(cleaned(text).split("\n")) if heading.level < _AS_BOLD)
    return next((words for heading in found if (words := plain(heading.source))), "")


def split_summary(text: str) -> tuple[str, str]:
    """The text without its summary, and the summary without its heading; ("the same text", "") when it has none.

    A summary is what stands below a heading (`#`, underlined, bold alone on a line, or just the word alone on a line
    after a blank one) that says Summary, Takeaways, Conclusion(s) or Key points, up to the next heading of the same or
    a higher level. Only the first one counts.
    """
    lines = cleaned(text).split("\n")
    start: _Heading | None = None
    end = len(lines)
    for heading in _headings(lines):
        if start and heading.level <= start.level:
            end = heading.first
            break
        if not start and _SUMMARY.fullmatch(heading.source.strip("*_`~: ")):
            start = heading
    summary = "\n".join(lines[start.last + 1 : end]).strip("\n ") if start else ""
    if not start or not summary:
        return text, ""
    before, after = "\n".join(lines[: start.first]).rstrip(), "\n".join(lines[end:]).lstrip("\n")
    return "\n\n".join(part for part in (before, after) if part.strip()), summary


class _Heading(NamedTuple):
    level: int
    source: str
    first: int  # the lines it takes
    last: int


def _headings(lines: list[str]) -> Iterator[_Heading]:
    fence = ""
    for n, line in enumerate(lines):
        if not line or line.isspace():
            continue
        mark = _FENCE.match(f"\n{line}\n") if "```" in line or "~~~" in line else None
        if fence:
            if mark and _closes(mark, fence):
                fence = ""
        elif mark and _opens(mark):
            fence = mark[1]
        elif heading := _HEADING.match(line):
            words = heading[2].rstrip(" ")
            bare = words.rstrip("#")
            yield _Heading(len(heading[1]), bare if not bare or bare.endswith(" ") else words, n, n)
        elif bold := _BOLD.match(line):
            yield _Heading(_AS_BOLD, bold[1], n, n)
        elif n and lines[n - 1].strip() and not _HEADING.match(lines[n - 1]):
            continue  # within a paragraph
        elif n + 1 < len(lines) and (under := _UNDERLINE.match(lines[n + 1])) and not _NOT_A_TITLE.match(line):
            yield _Heading(1 if "=" in under[1] else 2, line, n, n + 1)
        elif len(line) < 40 and (_SUMMARY.fullmatch(line.strip()) or _LABEL.fullmatch(line.strip())):
            yield _Heading(_AS_BOLD, line, n, n)


def _opens(mark: re.Match[str]) -> bool:
    return mark[1][0] == "~" or "`" not in mark[2]  # else it is inline code that happens to begin a line


def _closes(mark: re.Match[str], fence: str) -> bool:
    return mark[1].startswith(fence) and not mark[2].strip()


def _without_code(text: str) -> tuple[str, list[str]]:
    """The text with a stand-in (see `_CODE`) for what is in each fence, and what that was."""
    if "```" not in text and "~~~" not in text:
        return text, []
    outside, inside, at, fence = [], [], 0, ""
    for mark in _FENCE.finditer(text):
        if fence and _closes(mark, fence):
            outside.append(f"\ufddf{len(inside)}\ufddf")
            inside.append(text[at + 1 : mark.start()])
            at, fence = mark.end(), ""
        elif not fence and _opens(mark):
            outside.append(text[at : mark.start() + 1])
            at, fence = mark.end(), mark[1]
    if fence:
        outside.append(f"\ufddf{len(inside)}\ufddf\n")
        inside.append(text[at + 1 :])
    else:
        outside.append(text[at:])
    return "".join(outside), inside


def _without_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join([*parts, text[at:]])
