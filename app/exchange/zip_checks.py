"""Looking at a zip before anything in it is opened.

A zip from outside may claim what it likes, so its table of contents is checked here rather than trusted to the reader: where
each entry lies in the file (two must never share bytes), how large it says it will become, and what it is called. Nothing is
ever written: entries are read into memory one at a time, never beyond their declared size.
"""

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ENTRIES = 2_000
LARGEST_ENTRY = 16 * 1024 * 1024  # bytes, unpacked
LARGEST_TOTAL = 128 * 1024 * 1024  # bytes, unpacked, of all entries that are read
LARGEST_CONTENTS = 1024 * 1024  # bytes of the table of contents
HIGHEST_RATIO = 200  # of an entry above half a megabyte: text packs 3 to 30 times
_END, _END64, _LOCAL = b"PK\x05\x06", b"PK\x06\x07", b"PK\x03\x04"


class BadZip(Exception):
    """The file is not a zip that can be opened safely; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file in a zip: its name, its unpacked size, and why it is refused (empty when it may be read)."""

    name: str
    size: int
    refused: str
    info: zipfile.ZipInfo


class CheckedZip:
    """A zip whose entries have been looked at. Raises `BadZip` when the whole of it cannot be used."""

    def __init__(self, data: bytes):
        _check_contents_size(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except Exception as error:  # what zipfile raises on damaged bytes is anybody's guess (IndexError, struct.error…)
            raise BadZip("The zip file is damaged and could not be opened.") from error
        infos = self._zip.infolist()
        if len(infos) > MOST_ENTRIES:
            raise BadZip(f"The zip file holds more than {MOST_ENTRIES:,} files.")
        self.entries = list(_checked(infos, data, self._zip.start_dir))

    def names(self) -> set[str]:
        """The names of the entries that may be read."""
        return {entry.name for entry in self.entries if not entry.refused}

    def read(self, entry: Entry) -> bytes:
        """The unpacked bytes of an entry. Raises `BadZip` when it is refused, damaged, or not as large as it said."""
        if entry.refused:
            raise BadZip(entry.refused)
        try:
            with self._zip.open(entry.info) as stream:
                data = stream.read(entry.size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
            raise BadZip("It is damaged.") from error
        if len(data) != entry.size:
            raise BadZip("It is damaged: its size is not what the zip file says.")
        return data


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip does."""
    return data[:4] in (_LOCAL, _END, b"PK\x07\x08")


def _check_contents_size(data: bytes) -> None:
    """Refuse a table of contents so large that reading it would fill the memory."""
    place = data.rfind(_END, max(0, len(data) - 65_557))
    if place < 0 or len(data) < place + 22:
        raise BadZip("The zip file is damaged: it has no table of contents.")
    count, size = struct.unpack_from("<HI", data, place + 10)
    locator = place - 20
    if locator >= 0 and data[locator: locator + 4] == _END64:
        offset = struct.unpack_from("<Q", data, locator + 8)[0]
        if offset + 56 > len(data):
            raise BadZip("The zip file is damaged: its table of contents is not where it should be.")
        count, size = struct.unpack_from("<QQ", data, offset + 32)
    if size > LARGEST_CONTENTS or count > MOST_ENTRIES:
        raise BadZip(f"The zip file holds more than {MOST_ENTRIES:,} files.")


def _checked(infos: list[zipfile.ZipInfo], data: bytes, contents_at: int) -> Iterator[Entry]:
    overlapping = _overlapping(infos, data, contents_at)
    total, seen = 0, set()
    for number, info in enumerate(infos):
        name = _name(info)
        if name.endswith("/") and not info.file_size:
            continue
        refused = _refusal(info, name)
        if not refused and number in overlapping:
            refused = "It shares bytes with another file of the zip, as only made-up zip files do."
        if not refused and name.casefold() in seen:
            refused = "Another file of the zip has the same name."
        if not refused:
            total += info.file_size
            if total > LARGEST_TOTAL:
                refused = f"The files of the zip are together larger than {LARGEST_TOTAL // 1024 ** 2} MB."
        seen.add(name.casefold())
        yield Entry(_printable(name), info.file_size, refused, info)


def _refusal(info: zipfile.ZipInfo, name: str) -> str:
    original = info.orig_filename
    mode = info.external_attr >> 16
    if "\0" in original or any(ord(char) < 32 or ord(char) == 127 for char in name):
        return "Its name holds control characters."
    if name.startswith(("/", "\\")) or name[1:2] == ":" or "\\" in original:
        return "Its name is a path of somebody's computer."
    if ".." in name.split("/") or len(name) > 300 or not name.strip():
        return "Its name points outside the zip."
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "It is a link or a device, not a file."
    if info.flag_bits & 0x1:
        return "It is locked with a password."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "It is packed in a way that is not used for documents."
    if info.file_size > LARGEST_ENTRY:
        return f"It is larger than {LARGEST_ENTRY // 1024 ** 2} MB."
    if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
        return "It is damaged: its sizes contradict each other."
    if info.file_size > 512 * 1024 and info.file_size > HIGHEST_RATIO * max(1, info.compress_size):
        return f"It unpacks to more than {HIGHEST_RATIO} times its size, as only made-up files do."
    return ""


def _overlapping(infos: list[zipfile.ZipInfo], data: bytes, contents_at: int) -> set[int]:
    """The numbers of entries whose bytes another entry, or the table of contents, claims as well."""
    spans = []
    for number, info in enumerate(infos):
        start = info.header_offset
        if start < 0 or data[start: start + 4] != _LOCAL or start + 30 > len(data):
            spans.append((start, start + 30, number))
            continue
        name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
        spans.append((start, start + 30 + name_length + extra_length + info.compress_size, number))
    spans.sort()
    overlapping, reach, holder = set(), -1, -1
    for start, end, number in spans:
        if start < reach:
            overlapping |= {number, holder}
        if end > contents_at or start < 0:
            overlapping.add(number)
        if end > reach:
            reach, holder = end, number
    return overlapping


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name; many programs write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("utf-8")
    return name


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:300] or "?"
