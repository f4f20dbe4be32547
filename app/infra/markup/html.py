"""From Markdown to HTML that may stand in a page: parse, check every address, sanitise. Takes as long as it takes.

Nobody but `markdown.py` and its renderer processes calls this: a long or spiteful text can keep it busy for minutes.
Imports nothing of the application but its neighbours, so that a renderer process stays small.
"""

import html
import re
import xml.etree.ElementTree as etree

import nh3
from markdown import Markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.treeprocessors import Treeprocessor

from app.infra.markup.links import link_to, own_file
from app.infra.markup.marks import KINDS
from app.infra.markup.syntax import Notes
from app.infra.markup.text import cleaned

MAX_DEPTH = 200  # elements within elements; browsers stop building at 512
MAX_GROWTH = 4_000_000  # characters of HTML from one text

_ALIGN = {"right": "md-right", "center": "md-centre"}
_OPENING_OR_CLOSING = re.compile(r"<(/?)([a-z0-9]+)")
_VOID = frozenset(["br", "hr", "img"])


class NotFormatted(Exception):
    """The text cannot be formatted: it is nested too deeply, or it grows beyond what a page can hold."""


def to_html(text: str, prefix: str = "", top_level: int = 3) -> str:
    """The sanitised HTML of a Markdown text. Every id begins with `n-` and `prefix`.

    Raises `NotFormatted`, `RecursionError` or `MemoryError` when the text cannot be formatted.
    """
    reader = _spare.pop() if _spare else _reader()
    reader.reset()
    reader.top_level, reader.prefix = top_level, f"n-{prefix}"
    result = sanitised(reader.convert(cleaned(text)))
    _spare.append(reader)  # only after success: an interrupted reader may be left in any state
    return result


def plain_html(text: str) -> str:
    """The same text with no formatting but its line breaks: what is shown when it cannot be formatted.

    Safe without the sanitiser, and takes milliseconds: every `<` and `&` of the text is escaped.
    """
    words = html.escape(cleaned(text).strip(), quote=False).replace("\xa0", "&nbsp;").replace("\n", "<br>")
    return f'<p class="md-notice">{UNFORMATTED}</p><p class="md-plain">{words}</p>'


UNFORMATTED = "This text is shown without its formatting, because formatting it took too long."


def sanitised(source: str) -> str:
    """`source` with only what `_cleaner` allows. Sanitising the result again changes nothing.

    Raises `NotFormatted` when the result is nested too deeply or is too large.
    """
    for _ in range(5):
        result = _cleaner.clean(source)
        if result == source:
            break
        source = result  # misnested HTML may parse differently once more: go on until it is at rest
    else:
        raise NotFormatted("the HTML in it does not come to rest")
    _check_size(result)
    return result


def _check_size(result: str) -> None:
    if len(result) > MAX_GROWTH:
        raise NotFormatted("it grows too large")
    depth = 0
    for m in _OPENING_OR_CLOSING.finditer(result):
        if m[2] not in _VOID:
            depth += -1 if m[1] else 1
            if depth > MAX_DEPTH:
                raise NotFormatted("it is nested too deeply")


def _permitted(tag: str, attribute: str, value: str) -> str | None:
    """What nh3 may keep of an attribute's value: a second look, independent of what the parser did."""
    if attribute == "href":
        return value if value.startswith("#n-") or (value and link_to(value) == value) else None
    if attribute == "src":
        return value if own_file(value) else None
    if attribute == "id":
        return value if value.startswith("n-") else None
    if attribute in ("start", "colspan", "rowspan"):
        return value if re.fullmatch("[0-9]{1,9}", value) else None
    return value


_TAGS = [
    *("a", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr"),
    *("h2", "h3", "h4", "h5", "h6", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small"),
    *("span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
]
_MARKS = {"md-mark", *(f"md-{kind}" for kind in KINDS)}
_cleaner = nh3.Cleaner(
    tags=set(_TAGS),
    attributes={
        "*": set(),
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        **{tag: {"id"} for tag in ("h2", "h3", "h4", "h5", "h6", "li", "p")},
    },
    tag_attribute_values={
        "img": {"loading": {"lazy"}},
        "div": {"tabindex": {"0"}},
        "pre": {"tabindex": {"0"}},
        "span": {"role": {"img"}, "aria-label": {"Done", "To do"}},
    },
    allowed_classes={
        "div": {"md-table"},
        "li": {"md-task", *_MARKS},
        "p": {"md-notice", "md-plain", *_MARKS},
        "span": {"md-box"},
        "td": {"md-right", "md-centre"},
        "th": {"md-right", "md-centre"},
    },
    attribute_filter=_permitted,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
    strip_comments=True,
)


class Finish(Treeprocessor):
    """The last look at the tree: heading levels and ids, addresses, pictures, tables that scroll by themselves."""

    def run(self, root: etree.Element) -> None:
        ids = self._headings(root)
        within_links = {picture for link in root.iter("a") for picture in link.iter("img")}
        for element in list(root.iter()):
            if element.tag == "a":
                self._link(element, ids)
            elif element.tag == "img":
                self._picture(element, element in within_links)
            elif element.tag in ("td", "th") and (align := element.attrib.pop("align", None)) in _ALIGN:
                element.set("class", _ALIGN[align])
            elif element.tag == "pre":
                element.set("tabindex", "0")
                if len(element) and element[0].text:
                    element[0].text = element[0].text.rstrip() + "\n"
            for n, child in enumerate(element):
                if child.tag == "table":
                    frame = etree.Element("div", {"class": "md-table", "tabindex": "0"})
                    frame.tail, child.tail = child.tail, None
                    frame.append(child)
                    element[n] = frame

    def _headings(self, root: etree.Element) -> set[str]:
        """Give every heading its level and an id of its own; the set of ids."""
        ids: set[str] = set()
        next_number: dict[str, int] = {}
        above: list[tuple[int, int]] = []  # the headings this one stands under: level as written, level in the page
        for element in [e for e in root.iter() if re.fullmatch("h[1-6]", e.tag)]:
            if not len(element) and not (element.text or "").strip():
                element.tag = "unlinked"  # a hash sign and nothing else
                continue
            written = int(element.tag[1])
            while above and above[-1][0] >= written:
                above.pop()
            above.append((written, min(6, above[-1][1] + 1 if above else self.md.top_level)))
            element.tag = f"h{above[-1][1]}"  # no level is skipped, whichever the writer began with
            slug = identifier = self.md.prefix + _slug("".join(element.itertext()))
            while identifier in ids:
                next_number[slug] = next_number.get(slug, 1) + 1
                identifier = f"{slug}-{next_number[slug]}"
            ids.add(identifier)
            element.set("id", identifier)
        return ids

    def _link(self, link: etree.Element, ids: set[str]) -> None:
        address = link.get("href", "")
        link.attrib.clear()
        if address.startswith("#"):
            address = "#" + self.md.prefix + _slug(address[1:])
            address = address if address[1:] in ids else ""
        else:
            address = link_to(address)
        if address:
            link.set("href", address.replace("&", "&amp;"))
        else:
            link.tag = "unlinked"  # dropped by the sanitiser, its words kept

    def _picture(self, picture: etree.Element, within_link: bool) -> None:
        source, words = picture.get("src", ""), picture.get("alt", "").strip()
        address = link_to(source)
        picture.attrib.clear()
        if own_file(source):
            picture.attrib.update(src=source, alt=words.replace("&", "&amp;"), loading="lazy")
            return
        picture.text = words or "picture"
        if address and not within_link:
            picture.tag = "a"
            picture.set("href", address.replace("&", "&amp;"))
        else:
            picture.tag = "unlinked"


def _slug(words: str) -> str:
    words = re.sub("\x02[^\x03]*\x03", "", html.unescape(words))
    return re.sub(r"[\W_]+", "-", words.lower()[:80]).strip("-") or "part"


_spare: list[Markdown] = []  # a reader takes 2 ms to build; taking from and adding to a list is safe between threads


def _reader() -> Markdown:
    reader = Markdown(extensions=[SaneListExtension(), Notes()], output_format="html")
    reader.treeprocessors.register(Finish(reader), "finish", -10)
    return reader
