"""One file of notes to Markdown: Markdown and text as they are, HTML, Word and LibreOffice documents through pandoc.

    converted = to_markdown("room 4/notes.docx", data)

What a file is, its bytes say, not its name. Documents are looked at before a converter sees them: a packed one as a zip, its
XML for document types and depth. Text longer than a note may be is cut at the end of a paragraph, with a warning; whoever
imports keeps the original file whole.
"""

import re
from dataclasses import dataclass

import nh3

from app.exchange import document_checks, pandoc
from app.exchange.html_tables import depth_of, text_of
from app.exchange.markdown_cleaning import clean, drop_data
from app.exchange.text_decoding import NotText, decode, garbled_warning
from app.exchange.zip_checks import is_zip

TEXT_LIMIT = 256_000  # bytes of UTF-8 that a note's text may have
LARGEST_HTML = 4 * 1024 * 1024  # characters, without pictures
DEEPEST_HTML = 150  # tags inside tags; documents stay below 30
MOST_ROWS = 3_000  # of tables: beyond that it is data, and slow to convert

_KEPT_TAGS = {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody",
              "tfoot", "tr", "td", "th", "caption", "a", "b", "strong", "i", "em", "u", "s", "del", "ins", "strike", "code",
              "pre", "blockquote", "img", "div", "sup", "sub", "kbd", "q", "cite", "mark"}
_DROPPED_TAGS = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math", "textarea",
                 "select", "button"}
_SIGNS = [(b"%PDF", "It is a PDF. Save the document it was made from as .docx, .odt or text."),
          (b"\xd0\xcf\x11\xe0", "It is in Word's old format. Open it in Word or LibreOffice and save it as .docx."),
          (b"{\\rtf", "It is a rich-text (RTF) file. Save it as .docx, .odt or text."),
          (b"\x89PNG", "It is a picture."), (b"\xff\xd8\xff", "It is a picture."), (b"GIF8", "It is a picture."),
          (b"Rar!", "It is a packed file."), (b"\x1f\x8b", "It is a packed file."), (b"7z\xbc\xaf", "It is a packed file."),
          (b"SQLite format", "It is a database."), (b"\x7fELF", "It is a program."), (b"MZ\x90", "It is a program.")]
_HTML = re.compile(r"^\s*(?:<!--.{0,2000}?-->\s*)?(?:<\?xml[^<>]{0,200}\?>\s*)?<(?:!doctype\s+html|html|head|body|"
                   r"meta|title)\b", re.I | re.S)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<>]{1,300})</title>", re.I)
_SERVICE = re.compile(r"\s+[-–|]\s+(?:Google Docs|HackMD|Etherpad|Notion|Confluence|Dropbox Paper|CodiMD|HedgeDoc)\s*$")


_CUT = f"The text is longer than a note may be ({TEXT_LIMIT // 1000} kB): it was cut. The original file is kept whole."


class Unreadable(Exception):
    """The file cannot be made into text; the message is a sentence for the person who brought it."""


@dataclass(frozen=True)
class Converted:
    """Markdown of a file: its text (at most `TEXT_LIMIT` bytes), what the file was, warnings, and whether it was cut."""

    markdown: str
    kind: str  # "markdown", "text", "html", "docx" or "odt"
    warnings: tuple[str, ...] = ()
    cut: bool = False


def to_markdown(name: str, data: bytes) -> Converted:
    """The Markdown of a file of notes. `name` only helps to tell plain text from Markdown. Raises `Unreadable`."""
    for sign, reason in _SIGNS:
        if data.startswith(sign):
            raise Unreadable(reason)
    warnings: list[str] = []
    if is_zip(data):
        kind, markdown = _document(data, warnings)
    else:
        kind, markdown = _text(name, data, warnings)
    markdown, said = clean(_shortened(markdown))
    warnings += said
    garbled = garbled_warning(markdown)
    if garbled:
        warnings.append(garbled)
    markdown, cut = limited(markdown)
    cut = cut or _CUT in warnings
    if cut:
        warnings.append(_CUT)
    if not markdown.strip():
        raise Unreadable("There is no text in it.")
    return Converted(markdown, kind, tuple(dict.fromkeys(warnings)), cut)


def limited(text: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """`text` cut to `limit` bytes of UTF-8, at the end of a paragraph or else of a line if one is near; whether it was cut."""
    if len(text) <= limit and len(text.encode()) <= limit:
        return text, False
    head = text.encode()[:limit].decode("utf-8", "ignore")
    for mark in ("\n\n", "\n", " "):
        place = head.rfind(mark)
        if place > limit // 2:
            return head[:place].rstrip(), True
    return head, True


def _shortened(text: str) -> str:
    """Spare the cleaning of a text that will be cut anyway, once pictures written as letters are out of it."""
    if len(text) <= 4 * TEXT_LIMIT:
        return text
    bare, _ = drop_data(text)
    if len(bare) > 2 * TEXT_LIMIT:
        return bare[: 2 * TEXT_LIMIT]
    return text


def _document(data: bytes, warnings: list[str]) -> tuple[str, str]:
    try:
        kind, pictures = document_checks.check(data)
        markdown = pandoc.to_markdown(data, kind)
    except (document_checks.BadDocument, pandoc.PandocFailed) as error:
        raise Unreadable(str(error)) from error
    if pictures:
        warnings.append(f"{pictures} {'picture was' if pictures == 1 else 'pictures were'} left out; the original "
                        f"file still has "
                        f"{'it' if pictures == 1 else 'them'}.")
    return kind, _plainer(markdown)


def _text(name: str, data: bytes, warnings: list[str]) -> tuple[str, str]:
    try:
        text, said = decode(data)
    except NotText as error:
        raise Unreadable(str(error)) from error
    warnings += said
    suffix = name.lower().rsplit(".", 1)[-1] if "." in name else ""
    if suffix in ("htm", "html", "xhtml") or _HTML.match(text[:5000]):
        return "html", _from_html(text, warnings)
    return ("text" if suffix in ("txt", "text") else "markdown"), text


def _from_html(text: str, warnings: list[str]) -> str:
    text, pictures = drop_data(text)
    if len(text) > LARGEST_HTML:
        raise Unreadable(f"It holds more than {LARGEST_HTML // 1024 ** 2} MB of HTML.")
    if re.search(r"<!ENTITY\b", text[:20_000], re.I):
        raise Unreadable("It defines entities of its own, which is refused.")
    pictures += len(re.findall(r"<img\b", text, re.I))
    if pictures:
        warnings.append(f"{pictures} {'picture was' if pictures == 1 else 'pictures were'} left out.")
    title = _TITLE.search(text[:20_000])
    if depth_of(text, 4 * DEEPEST_HTML) > 4 * DEEPEST_HTML:  # sloppy pages forget to close tags, but not hundreds
        return _only_words(text, "it is nested too deeply", warnings)
    safe = nh3.clean(text, tags=_KEPT_TAGS, clean_content_tags=_DROPPED_TAGS, attributes={"a": {"href"}, "img": {"alt"}},
                     url_schemes={"http", "https", "mailto"}, link_rel=None)
    named = _SERVICE.sub("", title[1]).strip() if title else ""
    if named and not re.match(r"[/\\]|\w+://", named) and not re.search(r"<h[1-6]>", safe):
        safe = f"<h1>{named}</h1>{safe}"
    if depth_of(safe, DEEPEST_HTML) > DEEPEST_HTML:
        return _only_words(safe, "it is nested too deeply", warnings)
    if safe.count("<tr>") > MOST_ROWS:
        return _only_words(safe, f"its tables have more than {MOST_ROWS:,} rows", warnings)
    if len(safe) > 2 * TEXT_LIMIT:  # it will be cut in any case: spare the converter the rest, and close what the cut left open
        safe = nh3.clean(safe[: 2 * TEXT_LIMIT], tags=_KEPT_TAGS, attributes={"a": {"href"}, "img": {"alt"}}, link_rel=None)
        warnings.append(_CUT)
    try:
        return _plainer(pandoc.to_markdown(safe.encode(), "html"))
    except pandoc.PandocFailed as error:
        return _only_words(safe, str(error)[:1].lower() + str(error)[1:].rstrip("."), warnings)


def _only_words(source: str, why: str, warnings: list[str]) -> str:
    warnings.append(f"Only the words were kept, without headings and lists: {why}.")
    return text_of(source)


def _plainer(markdown: str) -> str:
    """Pandoc's Markdown with line breaks as two spaces (a backslash is not understood everywhere) and tables unpadded."""
    markdown = re.sub(r"(?<!\\)\\$", "  ", markdown, flags=re.M)
    if "\n|" not in f"\n{markdown}":
        return markdown
    lines = markdown.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("|") and line.endswith("|"):
            line = re.sub(r"-{4,}", "---", line) if not line.strip("|-: ") else line
            lines[number] = re.sub(r" {2,}\|", " |", re.sub(r"\| {2,}", "| ", line))
    return "\n".join(lines)
