"""Everything in one zip: each note as Markdown with its front matter, the pictures, the grid; it can be brought in again."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable

from app.events.models import Event
from app.exchange import own_notes
from app.exchange.written import WrittenNote
from app.infra import files

MOST = 56 * 1024 * 1024  # bytes, so that the zip can be brought in again (bundles.LARGEST_FILE)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same zip for the same notes, whenever it is made
ABOUT = """{name}: notes

notes/     one Markdown file for each session; what stands between the lines --- is what the grid knows of it
pictures/  the pictures that the notes show
grid.csv   the grid, for any spreadsheet

{licence}To bring everything back: Import, on the page of an event in Folkmoot, and choose this zip.
"""


def zip_of(event: Event, notes: list[WrittenNote], grid_csv: str, source: Callable[[WrittenNote], str]) -> bytes:
    """The zip. `source` gives the address of a note's page. The same notes give the same bytes."""
    licence = f"Shared under {event.notes_licence}.\n\n" if event.notes_licence else ""
    entries: dict[str, bytes] = {
        "README.txt": ABOUT.format(name=event.name, licence=licence).encode(),
        "grid.csv": grid_csv.encode("utf-8-sig"),
    }
    for note in notes:
        entries[f"notes/{file_name(note)}"] = own_notes.whole(event, note, source=source(note), pictures_beside=True).encode()
    size = sum(map(len, entries.values()))
    for picture in sorted({one.name: one for note in notes for one in note.pictures}.values(), key=lambda one: one.name):
        size += picture.size
        if size > MOST:
            break
        try:
            entries[f"pictures/{picture.name}"] = files.fetch(picture.file)
        except KeyError:
            continue
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_STORED if name.startswith("pictures/") else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            packed.writestr(info, data)
    return out.getvalue()


def file_name(note: WrittenNote) -> str:
    """What the note's file is called: its place and the words of its title; no two in an event are the same."""
    return f"{note.head.code or 'session'}-{slug(note.head.title)}-{note.head.session_id}.md"


def slug(title: str) -> str:
    """The letters and digits of a title, for a file's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "notes"
