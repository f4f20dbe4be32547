"""Earlier versions of notes that somebody gave a name: a file beside the note in a zip of our own, for who may see the history.

Nobody is named in it, whatever the event's rule: a version says what the notes said, when, and what it was called.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.events.models import Event
from app.exchange import own_notes
from app.exchange.own_notes import PICTURES
from app.exchange.written import WrittenNote
from app.infra import clock

FOLDER = "versions"
MOST = 200  # of one note
LARGEST = 16 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Version:
    """One as the file says it; `pictures_as` is what addresses of pictures in the text are: "files" beside it, or "addresses"."""

    name: str
    text: str
    saved_at: datetime | None
    pictures_as: str


@dataclass(frozen=True)
class Versions:
    """All of one note, oldest first, and what each picture in them shows."""

    all: tuple[Version, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()


def written(event: Event, note: WrittenNote) -> bytes:
    """The file of a note that has any."""
    said = []
    for one in note.versions:
        as_files = bool(one.pictures) and PICTURES not in one.text  # as in `own_notes.whole`
        text = own_notes.beside(one.text, event.slug, [picture.name for picture in one.pictures]) if as_files else one.text
        said.append({"name": one.name, "saved": clock.local(one.saved_at, event.time_zone).isoformat(),
                     "pictures_as": "files" if as_files else "addresses", "text": text})
    pictures = {picture.name: picture.alt for one in note.versions for picture in one.pictures}
    whole = {"folkmoot": own_notes.VERSION, "versions": said,
             "pictures": [{"name": name, "alt": alt} for name, alt in sorted(pictures.items())]}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def beside(name: str, get: Callable[[str], bytes | None]) -> Versions:
    """The versions beside the note called `name` in a zip; none where there are none, or where they cannot be read."""
    stem = name.rpartition("/")[2].removesuffix(".md")
    data = get(f"../{FOLDER}/{stem}.json")
    if data is None or len(data) > LARGEST:
        return Versions()
    try:
        said = json.loads(data)
        found = tuple(
            Version(_text(one["name"]), _text(one["text"]), _moment(one.get("saved")), _text(one.get("pictures_as", "")))
            for one in said["versions"][:MOST])
        pictures = tuple((_text(one["name"]), _text(one["alt"])) for one in said["pictures"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Versions()
    return Versions(tuple(one for one in found if one.name.strip()), pictures)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.replace("\0", "")


def _moment(value: object) -> datetime | None:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    return moment if moment is not None and moment.tzinfo is not None else None
