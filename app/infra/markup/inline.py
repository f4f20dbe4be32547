"""What is within paragraphs: links, addresses, known HTML tags, and reading them without going over a block twice."""

import html
import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.inlinepatterns import (
    BACKTICK_RE,
    IMAGE_LINK_RE,
    LINK_RE,
    BacktickInlineProcessor,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import InlineProcessor as InlineReader
from markdown.util import INLINE_PLACEHOLDER_RE, AtomicString

from app.infra.markup.links import decoded, link_to, own_file

_TAG = r"<(/?)([A-Za-z][A-Za-z0-9]*)(\s[^<>]*|/?)>"
_COMMENT = r"<!--(?:(?!-->|<!--).)*-->"
_ATTRIBUTE = re.compile(r"""(?<![\w-])([A-Za-z]++)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]++)""")
_INLINE = frozenset(
    ["a", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "strong", "sub", "sup", "u"]
)
_BLOCK = frozenset(
    ["blockquote", "caption", "dd", "details", "dl", "dt", "li", "ol", "p", "pre", "summary", "tbody", "td", "tfoot"]
    + ["th", "thead", "tr", "ul"]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_NO_MEANING = frozenset(["article", "center", "col", "colgroup", "div", "font", "section", "span"])


def heading_level(tag: str, top: int) -> str:
    """The tag for a heading in the page, where the first level of a note is `top`."""
    return f"h{min(6, int(tag[1]) + top - 1)}"


class RawHtml:
    """Builds known tags anew, with nothing of theirs but a checked address or a cell's span."""

    def __init__(self, md: Markdown):
        self.md = md

    def block(self, source: str) -> str:
        """A block of raw HTML: known tags, and everything else as text."""
        return _BLOCK_TAG.sub(lambda m: self.tag(m) if m[2] else ("" if m[0] != "<" else "&lt;"), source)

    def tag(self, m: re.Match[str]) -> str:
        """One tag built anew, "" for one without meaning, or its characters, escaped, when it is not known."""
        name, closing = m[2].lower(), bool(m[1])
        attributes = m[3].strip().removesuffix("/")
        if name in _INLINE and attributes and "=" not in attributes:
            return html.escape(m[0])  # <i think so>
        if name in _NO_MEANING:
            return ""
        if name in ("br", "hr"):
            return f"<{name}>"
        if name in _HEADINGS:
            name = heading_level(name, self.md.top_level)
        elif name == "table":
            return "</table></div>" if closing else '<div class="md-table" tabindex="0"><table>'
        elif name == "img":
            return "" if closing else self._picture(_attributes(attributes))
        elif name not in _INLINE and name not in _BLOCK:
            return html.escape(m[0])
        if closing:
            return f"</{name}>"
        return f"<{name}{self._kept(name, attributes)}>" if name != "a" else self._link(_attributes(attributes))

    def _kept(self, name: str, attributes: str) -> str:
        if name not in ("td", "th"):
            return ""
        given = _attributes(attributes)
        return "".join(f' {k}="{given[k]}"' for k in ("colspan", "rowspan") if re.fullmatch("[1-9][0-9]?", given.get(k, "")))

    def _link(self, given: dict[str, str]) -> str:
        address = link_to(given.get("href", ""))
        return f'<a href="{html.escape(address)}">' if address else ""

    def _picture(self, given: dict[str, str]) -> str:
        source, words = decoded(given.get("src", "")), html.escape(decoded(given.get("alt", "")))
        if own_file(source):
            return f'<img src="{source}" alt="{words}" loading="lazy">'
        address = link_to(given.get("src", ""))
        return f'<a href="{html.escape(address)}">{words or "picture"}</a>' if address else words


def _attributes(source: str) -> dict[str, str]:
    return {m[1].lower(): m[2].strip("\"'") for m in _ATTRIBUTE.finditer(source)}


_BLOCK_TAG = re.compile(f"{_TAG}|{_COMMENT}|<", re.DOTALL)


class InlineTag(InlineProcessor):
    """A known tag within running text. One of a pair counts only when the other follows in the same block."""

    def handleMatch(self, m: re.Match[str], data: str):
        if m[2] is None:
            return "", m.start(), m.end()  # a comment
        name, closing = m[2].lower(), bool(m[1])
        pair = name in _INLINE or name in _NO_MEANING
        if not pair and name not in ("br", "img"):
            return None, m.start(), m.end()
        if pair and not closing and data.find(f"</{m[2]}>", m.end()) < 0 and name not in _NO_MEANING:
            return None, m.start(), m.end()
        built = RawHtml(self.md).tag(re.fullmatch(_TAG, self.unescaped(m[0])) or m)
        if built.startswith("&"):
            return None, m.start(), m.end()
        return self.md.htmlStash.store(built), m.start(), m.end()

    def unescaped(self, text: str) -> str:
        return self.md.treeprocessors["unescape"].unescape(self.unescape(text))


class Entity(InlineProcessor):
    """`&nbsp;` and its kind, as the character it stands for."""

    def handleMatch(self, m: re.Match[str], data: str):
        return html.escape(html.unescape(m[0])), m.start(), m.end()


class Address(InlineProcessor):
    """A bare web address, or one in angle brackets, or a mail address in angle brackets."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str):
        source = m[0]
        if source.startswith("<"):
            shown, end = self.unescape(source[1:-1]), m.end()
        else:
            source = _without_punctuation(self._up_to_an_element(source))
            shown, end = self.unescape(source), m.start() + len(source)
        link = etree.Element("a")
        link.text = AtomicString(shown)
        link.set("href", shown if m.lastgroup != "mail" or shown.lower().startswith("mailto:") else f"mailto:{shown}")
        return link, m.start(), end

    def _up_to_an_element(self, source: str) -> str:
        """Characters that were escaped are part of an address; code, a tag or a link set aside before is not."""
        kept = self.md.treeprocessors["inline"].stashed_nodes
        for m in INLINE_PLACEHOLDER_RE.finditer(source):
            value = kept.get(m[1])
            if not isinstance(value, str) or "wzxhzdk" in value:
                return source[: m.start()]
        return source


def _without_punctuation(address: str) -> str:
    """A bare address without the sentence's own full stop, or a bracket that was opened before it."""
    opened, closed = address.count("("), address.count(")")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and closed > opened:
            closed -= 1
        elif last not in ".,:;!?'*_~|":
            break
        end -= 1
    return address[:end]


class Code(BacktickInlineProcessor):
    """`` `code` ``: a run of backticks up to the next run of the same length."""

    RUN = re.compile("`+")
    _data, _missing = "", set()

    def find_code_spans(self, start: int, text: str) -> tuple[int, int | None]:
        """Where the code between this run and its partner begins and ends; the end is None when there is no partner."""
        if text != self._data:
            self._data, self._missing = text, set()  # lengths for which there is no further run
        opening = self.RUN.match(text, start)
        length = opening.end() - start
        if length not in self._missing:
            for run in self.RUN.finditer(text, opening.end()):
                if run.end() - run.start() == length:
                    return opening.end(), run.start()
            self._missing.add(length)
        return opening.end(), None


class Brackets:
    """Finds the end of `[…]` without reading to the end of the block for each `[` in it. (To be mixed in.)"""

    SIMPLE = re.compile(r"[^\[\]]*\]")
    ANY = re.compile(r"[\[\]]")

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        """The text between the bracket before `index` and its partner, where that ends, and whether it does."""
        simple = self.SIMPLE.match(data, index)
        end = simple.end() if simple else self._partner(data, index - 1)
        return (data[index : end - 1], end, True) if end else ("", index, False)

    _data, _partners = "", {}

    def _partner(self, data: str, opening: int) -> int:
        """Just after the partner of the bracket at `opening`, or 0."""
        if data != self._data:
            self._data, self._partners, opened = data, {}, []
            for m in self.ANY.finditer(data):
                if m[0] == "[":
                    opened.append(m.start())
                elif opened:
                    self._partners[opened.pop()] = m.end()
        return self._partners.get(opening, 0)


class Link(Brackets, LinkInlineProcessor):
    """`[text](address)`."""


class Picture(Brackets, ImageInlineProcessor):
    """`![words](address)`."""


class Reference(Brackets, ReferenceInlineProcessor):
    """`[text][name]`."""


class ShortReference(Brackets, ShortReferenceInlineProcessor):
    """`[name]`."""


class PictureReference(Brackets, ImageReferenceInlineProcessor):
    """`![words][name]`."""


class ShortPictureReference(Brackets, ShortImageReferenceInlineProcessor):
    """`![name]`."""


class Inline(InlineReader):
    """Reads what is within paragraphs; most lines of a note hold nothing to read, and are passed by."""

    SOMETHING = re.compile(r"[\\`\[<&*_~\n]|://")

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        if not self.SOMETHING.search(data):
            return data
        return super()._InlineProcessor__handleInline(data, patternIndex)


def add_inline(md: Markdown) -> None:
    """Register all of the above, in the order that they need."""
    inline = md.inlinePatterns
    inline.deregister("automail")
    inline.register(Code(BACKTICK_RE), "backtick", 190)
    inline.register(Reference(LINK_RE, md), "reference", 170)
    inline.register(Link(LINK_RE, md), "link", 160)
    inline.register(Picture(IMAGE_LINK_RE, md), "image_link", 150)
    inline.register(PictureReference(IMAGE_LINK_RE, md), "image_reference", 140)
    inline.register(ShortReference(LINK_RE, md), "short_reference", 130)
    inline.register(ShortPictureReference(IMAGE_LINK_RE, md), "short_image_ref", 125)
    inline.register(Address(r"<https?://[^<>\s]+>|(?P<mail><[^<> !]+@[^@<> ]+>)", md), "autolink", 120)
    inline.register(InlineTag(f"{_TAG}|{_COMMENT}", md), "html", 90)
    inline.register(Entity(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});", md), "entity", 80)
    # (A character that was escaped, or an entity, is a number between \x02 and \x03 by now.)
    bare = r"(?<![\w/])https?://(?:[^\s<>\[\]\"\x02\x03]|\x02klzzwxh:[0-9]+\x03)+"
    inline.register(Address(bare, md), "bare_address", 70)
    inline.register(SubstituteTagInlineProcessor("\n", "br"), "line_break", 5)
    md.delimiters.add("~", "del", double=True)
    md.treeprocessors.register(Inline(md), "inline", 20)
