"""Documents of notes: what kinds there are, and making one, off the event loop and two at a time."""

import logging
import threading

from app.errors import Busy, Refused
from app.exchange import pandoc, pdf
from app.exchange.note_pages import Page, document_source, html_file
from app.exchange.packed_pictures import with_pictures_in

log = logging.getLogger(__name__)

HTML, DOCX, ODT, PDF = "html", "docx", "odt", "pdf"
MIMETYPES = {
    "md": "text/markdown", "csv": "text/csv", HTML: "text/html", PDF: "application/pdf", "zip": "application/zip",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ODT: "application/vnd.oasis.opendocument.text",
}
NAMES = {"md": "Markdown", HTML: "HTML", DOCX: "Word (.docx)", ODT: "LibreOffice (.odt)", PDF: "PDF"}
AT_ONCE = 2
PATIENCE = 30.0  # seconds that a document waits for its turn
_turns = threading.BoundedSemaphore(AT_ONCE)


class NotMade(Refused):
    """The document could not be made; the others may be."""

    status = 503
    heading = "That file could not be made"


def document(page: Page, kind: str) -> bytes:
    """The page as a file of this kind. The same page gives the same bytes. Raises `NotMade`, and `Busy` when others take all
    turns for too long."""
    if kind == HTML:
        return html_file(page)
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy("Many files are being made just now. Please try again in a minute.")
    try:
        if kind == PDF:
            return pdf.pdf_file(page)
        made = pandoc.from_html(document_source(page), kind, moment=page.changed_at)
        return with_pictures_in(made, [*page.pictures.values()])
    except (pdf.PdfFailed, pandoc.PandocFailed) as problem:
        log.warning("no %s of “%s”: %s", kind, page.title, problem)
        raise NotMade(f"The {NAMES[kind]} file could not be made of these notes. The other kinds may work: HTML and Markdown "
                      "always do.") from problem
    finally:
        _turns.release()
