"""PDFs: a page of `note_pages.py` set by Typst in a process of its own. Tagged, with bookmarks, page numbers and links.

Why Typst: docs/decisions/0006-taking-notes-out.md. The same page gives the same bytes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.exchange.note_pages import Page, with_pictures
from app.exchange.typst_text import Setter, quoted
from app.infra import files
from app.infra.processes import end

SECONDS = 150.0  # by the clock; a book of 60 notes takes one of the processor
_PROGRAM = Path(__file__).with_name("pdf_maker.py")
_PREAMBLE = Path(__file__).with_name("preamble.typ").read_text("utf-8")


class PdfFailed(Exception):
    """The PDF could not be set, or not within its limits; the message is for the log and says what Typst said."""


def pdf_file(page: Page) -> bytes:
    """The page as a PDF. Raises `PdfFailed`."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-pdf-") as name:
        folder = Path(name)
        shown: dict[str, str] = {}

        def put(address: str, picture) -> str:
            try:
                data = files.fetch(picture.file)
            except KeyError:
                return ""
            shown[address] = f"p{len(shown) + 1}{Path(picture.name).suffix}" if address not in shown else shown[address]
            (folder / shown[address]).write_bytes(data)
            return address

        content = Setter(with_pictures(page, put), shown).text()
        (folder / "document.typ").write_text(f"{_PREAMBLE}\n{_head(page)}\n{content}\n", "utf-8")
        return _set(folder)


def _head(page: Page) -> str:
    parts = ("year", "month", "day", "hour", "minute", "second")
    date = f"datetime({', '.join(f'{part}: {getattr(page.changed_at, part)}' for part in parts)})"
    return (f"#set document(title: {quoted(page.title)}, date: {date})\n"
            f"#show: paper.with(title: {quoted(page.title)}, book: {'true' if page.book else 'false'})")


def _set(folder: Path) -> bytes:
    process = subprocess.Popen(
        [sys.executable, "-I", str(_PROGRAM), str(folder)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True, cwd="/", env={"PATH": os.defpath, "HOME": "/nonexistent"})
    try:
        _, said = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise PdfFailed("it took too long") from None
    finally:
        end(process)
        process.stderr.close()
    if process.returncode:
        raise PdfFailed(said.decode("utf-8", "replace").strip() or "it took too much time or memory")
    return (folder / "document.pdf").read_bytes()
