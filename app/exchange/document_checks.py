"""Looking at a Word or LibreOffice document before a converter opens it.

Such a document is a zip of XML. It is refused when the zip is not clean, when a part holds a document type (which could pull
in other files or swell without end), or when the XML is too large or too deep to be somebody's notes.
"""

from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.exchange.zip_checks import BadZip, CheckedZip

LARGEST_XML = 12 * 1024 * 1024  # bytes, unpacked, of all parts together
MOST_ROWS = 3_000  # of tables: beyond that it is data, and slow to convert
DEEPEST = 120  # elements inside elements; tables in tables in tables reach 40
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".emf", ".wmf", ".webp", ".bmp", ".tif", ".tiff")


class BadDocument(Exception):
    """The document is of the wrong kind, damaged or not safe to open; the message is a sentence."""


def check(data: bytes) -> tuple[str, int]:
    """("docx" or "odt", number of pictures) of a document that may be converted. Raises `BadDocument`."""
    try:
        opened = CheckedZip(data)
    except BadZip as error:
        raise BadDocument(str(error)) from error
    bad = next((entry for entry in opened.entries if entry.refused), None)
    if bad:
        raise BadDocument(f"A part of the document, {bad.name}, was refused. {bad.refused}")
    names = opened.names()
    kind = _kind(opened, names)
    parts = [entry for entry in opened.entries if entry.name.lower().endswith((".xml", ".rels"))]
    if sum(entry.size for entry in parts) > LARGEST_XML:
        raise BadDocument("The document is far larger than notes are.")
    for entry in parts:
        try:
            check_xml(opened.read(entry))
        except BadZip as error:
            raise BadDocument(f"The document is damaged: {entry.name} cannot be read.") from error
        except DefusedXmlException as error:
            raise BadDocument("The document declares a document type or entities, which is refused.") from error
        except (ParseError, ValueError, LookupError) as error:
            raise BadDocument(f"The document is damaged: {entry.name} is not well-formed.") from error
    pictures = sum(name.lower().endswith(_PICTURES) and ("media/" in name or name.startswith("Pictures/")) for name in names)
    return kind, pictures


def _kind(opened: CheckedZip, names: set[str]) -> str:
    if "word/document.xml" in names:
        return "docx"
    if "mimetype" in names and "content.xml" in names:
        mimetype = next(entry for entry in opened.entries if entry.name == "mimetype")
        if mimetype.size < 200 and b"opendocument.text" in opened.read(mimetype):
            return "odt"
        raise BadDocument("It is a LibreOffice file, but not a text document.")
    if any(name.startswith(("xl/", "ppt/")) for name in names):
        raise BadDocument("It is a spreadsheet or a set of slides, not a text document.")
    raise BadDocument("It is a packed file, not a document.")


class _Depth:
    """Takes the parser's events and keeps nothing but how deep it is."""

    def __init__(self):
        self.depth = self.rows = 0

    def start(self, tag, attributes):
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadDocument("The document is nested too deeply to be converted.")
        if tag.endswith(("}tr", "}table-row")):
            self.rows += 1
            if self.rows > MOST_ROWS:
                raise BadDocument(f"The document's tables have more than {MOST_ROWS:,} rows, which is more than "
                                  f"notes have.")

    def end(self, tag):
        self.depth -= 1

    def data(self, text):
        pass

    def close(self):
        pass


def check_xml(data: bytes) -> None:
    """Read XML without keeping it. Raises what `check` turns into sentences: ParseError, DefusedXmlException, BadDocument."""
    parser = DefusedXMLParser(target=_Depth(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    for start in range(0, len(data), 65_536):
        parser.feed(data[start: start + 65_536])
    parser.close()
