"""Finding the files in what people hand over: paths, folders, zips, uploads.

    for found in from_paths(["notes/", "day 2.zip"]):
        if isinstance(found, Skipped): report(found.name, found.reason)
        else: read(found.name, found.data)

One bad file never stops the rest. What is plainly not notes (pictures, licences, what a Mac leaves in zips) is passed over
and said; nothing is written anywhere, links are not followed, and a zip inside a zip stays shut.
"""

import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.exchange.own_parts import reader_of
from app.exchange.zip_checks import LARGEST_ENTRY, BadZip, CheckedZip, is_zip

LARGEST_FILE = 64 * 1024 * 1024  # bytes of a file or an upload, packed or not

NOTE_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".htm", ".html", ".xhtml", ".docx", ".odt"})


@dataclass(frozen=True)
class Found:
    """A file to read: a name that says where it came from ("day 2.zip/room 4/notes.md"), and its bytes.

    `beside` gives the bytes of another file of the same zip by its path from this one, or None.
    """

    name: str
    data: bytes
    beside: Callable[[str], bytes | None] = lambda _path: None


@dataclass(frozen=True)
class Skipped:
    """A file that was passed over, and why, in a sentence. `refused` is set when it was broken or looked hostile."""

    name: str
    reason: str
    refused: bool = False


_JUNK_FOLDERS = {"__macosx", ".git", ".svn", "node_modules", ".trash", ".obsidian", ".vscode", ".idea"}
_JUNK_FILES = {"thumbs.db", "desktop.ini", ".ds_store", "icon\r"}
_NOT_NOTES = re.compile(
    r"^(?:(?:un)?licen[cs]es?(?:[-_. ][\w-]{1,20})?|copying|copyright|contributing|codeowners|owners|maintainers|"
    r"changelog|code[-_ ]of[-_ ]conduct|makefile|dockerfile|requirements|robots|humans)(?:\.[a-z]{1,8})?$", re.I)
_README = re.compile(r"^(?:readme|read[-_ ]me|index)(?:\..*)?$", re.I)
SHORT_README = 1_000  # bytes; longer ones have been the notes of a whole event
_KINDS = [(frozenset(suffixes.split()), words) for suffixes, words in [
    (".png .jpg .jpeg .gif .svg .webp .heic .heif .bmp .tif .tiff .ico", "It is a picture."),
    (".csv .xls .xlsx .ods .tsv "
     ".numbers", "It is a spreadsheet. Grids and attendee lists have an import of their own."),
    (".pdf", "It is a PDF. Save the document it was made from as .docx, .odt or text."),
    (".doc", "It is in Word's old format. Open it in Word or LibreOffice and save it as .docx."),
    (".rtf .pages .wpd .epub .tex "
     ".gdoc", "It is a document of a kind that cannot be read. Save it as .docx, .odt or text."),
    (".ppt .pptx .odp .key", "It is a set of slides."),
    (".mp3 .mp4 .m4a .wav .mov .avi .webm .ogg .mkv", "It is a recording."),
    (".py .js .ts .css .json .yml .yaml .toml .xml .sh .ics .sql .lock .ini .cfg .map", "It is data or program code."),
    (".zip .gz .tgz .tar .rar .7z .bz2 .xz", "It is a packed file inside another, which is not opened."),
]]


def from_paths(paths: Iterable[str | os.PathLike]) -> Iterator[Found | Skipped]:
    """Every note in files, folders (all the way down, in order of name) and zips. Never raises for a file."""
    for path in map(Path, paths):
        try:
            if path.is_dir():
                yield from _from_folder(path)
            elif path.exists():
                yield from _from_file(path, path.name, chosen=True)
            else:
                yield Skipped(_shown(str(path)), "There is no such file.", refused=True)
        except OSError as error:
            yield Skipped(_shown(str(path)), f"It could not be opened "
                                             f"({error.strerror or 'system error'}).", refused=True)


def from_upload(filename: str, data: bytes) -> Iterator[Found | Skipped]:
    """The notes in one uploaded file, which may be a zip. The name is only shown, never used as a path."""
    name = _shown(re.split(r"[/\\]", filename or "")[-1]) or "upload"
    yield from _from_bytes(name, data, chosen=True)


def reason_to_skip(name: str, size: int) -> str:
    """Why a file found among others is not taken for notes, by its name and size; empty when it is."""
    parts = [part for part in name.split("/") if part]
    last = parts[-1] if parts else ""
    folders = {part.lower() for part in parts[:-1]}
    if folders & _JUNK_FOLDERS or last.startswith("._") or last.lower() in _JUNK_FILES:
        return "It is a file that a computer keeps for itself."
    if last.startswith((".", "~$")) or any(part.startswith(".") and part not in (".", "..") for part in parts[:-1]):
        return "It is a hidden file."
    if reader_of(name):
        return ""  # of a zip of ours; whoever reads it tells one of somebody else's
    if _NOT_NOTES.match(last):
        return "By its name it is a licence or another file about a project, not notes."
    if _README.match(last) and size < SHORT_README:
        return "It is a short read-me about a folder, not notes."
    suffix = os.path.splitext(last)[1].lower()
    if suffix in NOTE_SUFFIXES or not re.fullmatch(r"\.[a-z][a-z0-9]{0,7}", suffix):
        return "" if size else "It is empty."
    return next((words for suffixes, words in _KINDS if suffix in suffixes), "It is of a kind that is not known to "
                                                                             "hold notes.")


def _from_folder(folder: Path) -> Iterator[Found | Skipped]:
    def unreadable(error: OSError) -> None:
        failed.append(Skipped(_shown(str(error.filename)), "The folder could not be opened.", refused=True))

    failed: list[Skipped] = []
    for root, folders, files in os.walk(folder, onerror=unreadable, followlinks=False):
        yield from failed
        failed.clear()
        links = [name for name in folders if os.path.islink(os.path.join(root, name))]
        folders[:] = sorted(name for name in folders if name.lower() not in _JUNK_FOLDERS and name not in links)
        for name in sorted([*files, *links]):
            path = Path(root, name)
            shown = (Path(folder.resolve().name) / path.relative_to(folder)).as_posix()
            yield from _from_file(path, shown, chosen=False)
    yield from failed


def _from_file(path: Path, name: str, *, chosen: bool) -> Iterator[Found | Skipped]:
    try:
        status = os.stat(path, follow_symlinks=chosen)
        if stat.S_ISLNK(status.st_mode):
            yield Skipped(_shown(name), "It is a link to another place.")
            return
        if not stat.S_ISREG(status.st_mode):
            yield Skipped(_shown(name), "It is not an ordinary file.")
            return
        if status.st_size > LARGEST_FILE:
            yield Skipped(_shown(name), f"It is larger than {LARGEST_FILE // 1024 ** 2} MB.", refused=True)
            return
        reason = "" if chosen or name.lower().endswith(".zip") else reason_to_skip(name, status.st_size)
        if reason:
            yield Skipped(_shown(name), reason)
            return
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        yield Skipped(_shown(name), f"It could not be opened ({error.strerror or 'system error'}).", refused=True)
        return
    yield from _from_bytes(_shown(name), data, chosen=chosen)


def _from_bytes(name: str, data: bytes, *, chosen: bool) -> Iterator[Found | Skipped]:
    if len(data) > LARGEST_FILE:
        yield Skipped(name, f"It is larger than {LARGEST_FILE // 1024 ** 2} MB.", refused=True)
    elif is_zip(data) and not _is_document(data, name):
        yield from _from_zip(name, data)
    elif name.lower().endswith(".zip"):
        yield Skipped(name, "It is called a zip file and is none.", refused=True)
    elif not data.strip():
        yield Skipped(name, "It is empty.")
    else:
        reason = "" if chosen else reason_to_skip(name, len(data))
        if len(data) > LARGEST_ENTRY and not reason:
            yield Skipped(name, f"It is larger than {LARGEST_ENTRY // 1024 ** 2} MB.", refused=True)
        elif reason:
            yield Skipped(name, reason)
        else:
            yield Found(name, data)


def _is_document(data: bytes, name: str) -> bool:
    """Whether a zip is one document (.docx, .odt): left whole for `convert`, which checks it in turn."""
    if name.lower().endswith((".docx", ".odt")):
        return True
    try:
        names = CheckedZip(data).names()
    except BadZip:
        return False
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _from_zip(name: str, data: bytes) -> Iterator[Found | Skipped]:
    try:
        opened = CheckedZip(data)
    except BadZip as error:
        yield Skipped(name, str(error), refused=True)
        return
    for entry in sorted(opened.entries, key=lambda each: each.name):
        inner = f"{name}/{entry.name}"
        reason = reason_to_skip(entry.name, entry.size)
        if entry.refused and not (reason and entry.name.startswith("__MACOSX")):
            yield Skipped(inner, entry.refused, refused=True)
            continue
        if reason:
            yield Skipped(inner, reason)
            continue
        try:
            content = opened.read(entry)
        except BadZip as error:
            yield Skipped(inner, str(error), refused=True)
            continue
        if is_zip(content) and not _is_document(content, entry.name):
            yield Skipped(inner, "It is a packed file inside another, which is not opened.")
        elif not content.strip():
            yield Skipped(inner, "It is empty.")
        else:
            yield Found(inner, content, _beside(opened, entry.name))


def _beside(opened: CheckedZip, name: str) -> Callable[[str], bytes | None]:
    """What gives the bytes of other files of the zip, each checked as all of them are."""
    def read(path: str) -> bytes | None:
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        entry = next((one for one in opened.entries if one.name == wanted and not one.refused), None)
        try:
            return opened.read(entry) if entry is not None else None
        except BadZip:
            return None

    return read


def _shown(name: str) -> str:
    """A name that can be shown and stored: no control characters, no half characters, no endless ones."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else "?" for char in text)[:400]
