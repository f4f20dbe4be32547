"""Everything in one zip: each note as Markdown with its front matter, the pictures, the grid; it can be brought in again."""

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.events.models import Event
from app.exchange import own_notes, own_versions
from app.exchange.written import WrittenNote
from app.infra import files

MOST = 56 * 1024 * 1024  # bytes, so that the zip can be brought in again (bundles.LARGEST_FILE)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same zip for the same notes, whenever it is made
ABOUT = """{name}: notes

notes/     one Markdown file for each session; what stands between the lines --- is what the grid knows of it
pictures/  the pictures that the notes show
versions/  earlier versions of notes that were given a name, where there are any
whiteboards/  the breakouts’ boards: Markdown and CSV for people, JSON for Folkmoot
grid.csv   the grid, for any spreadsheet
event.json the event, its rooms, slots, pitches and grid, for Folkmoot

{licence}To bring everything back: set up an event in Folkmoot; Import, on its page; choose this zip.
"""


def zip_of(event: Event, notes: list[WrittenNote], grid_csv: str, source: Callable[[WrittenNote], str], *,
           more: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The zip. `source` gives the address of a note's page; `more` are further files by their paths, such as `event.json`, which
    come back by `own_parts.py`. The same notes give the same bytes."""
    licence = f"Shared under {event.notes_licence}.\n\n" if event.notes_licence else ""
    entries: dict[str, bytes] = {
        "README.txt": ABOUT.format(name=event.name, licence=licence).encode(),
        "grid.csv": grid_csv.encode("utf-8-sig"),
    }
    for note in notes:
        entries[f"notes/{file_name(note)}"] = own_notes.whole(event, note, source=source(note), pictures_beside=True).encode()
        if note.versions:
            path = f"{own_versions.FOLDER}/{file_name(note).removesuffix('.md')}.json"
            entries[path] = own_versions.written(event, note)
    entries |= more
    size = sum(map(len, entries.values()))
    shown = {one.name: one for note in notes for some in (note, *note.versions) for one in some.pictures}
    for _, picture in sorted(shown.items()):
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
    """What the note's file is called: its place, the words of its title, and a part that is the session's own for good."""
    own = hashlib.blake2b((note.guid or str(note.head.session_id)).encode(), digest_size=5).hexdigest()
    return f"{note.head.code or 'session'}-{slug(note.head.title)}-{own}.md"


def slug(title: str) -> str:
    """The letters and digits of a title, for a file's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "notes"
