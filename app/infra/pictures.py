"""Pictures that people send, made anew: what is kept is pixels that we encoded ourselves, never bytes that somebody sent.

JPEG, PNG and WebP come in, told by their content; upright JPEG or PNG in sRGB goes out, without EXIF (which says where a photo
was taken), at most 2,000 pixels on its longer side. It happens in a process of its own with limits of time and memory, two
at a time, while the caller's other work goes on.
"""

import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path

from app.errors import Busy
from app.infra.picture_maker import DAMAGED, LONGEST_SIDE, MOST_PIXELS, NOT_A_PICTURE, TOO_MANY_PIXELS
from app.infra.processes import end

LARGEST = 20 * 1024 * 1024  # bytes of a picture as it is sent
SECONDS = 15.0  # by the clock; a phone's photo takes half a second
AT_ONCE = 2
PATIENCE = 20.0  # seconds that a picture waits for its turn

_PROGRAM = Path(__file__).with_name("picture_maker.py")
_turns = threading.BoundedSemaphore(AT_ONCE)
_REASONS = {
    NOT_A_PICTURE: "It is not a JPEG, PNG or WebP picture.",
    DAMAGED: "It is a damaged picture.",
    TOO_MANY_PIXELS: f"It has too many pixels. The most is {MOST_PIXELS['JPEG'] // 1_000_000} megapixels, "
                     f"or {MOST_PIXELS['PNG'] // 1_000_000} for PNG and WebP.",
}


class NotAPicture(Exception):
    """The bytes cannot be made into a picture; the message is a sentence for the person who sent them."""


@dataclass(frozen=True)
class Made:
    """A picture as it is kept. `kind` is "jpg" or "png"."""

    kind: str
    width: int
    height: int
    data: bytes


def make(data: bytes) -> Made:
    """The picture in `data`, encoded anew. Raises `NotAPicture`, and `Busy` when others take all turns for too long."""
    if len(data) > LARGEST:
        raise NotAPicture(f"It is larger than {LARGEST // 1024 ** 2} MB.")
    if not data:
        raise NotAPicture("The file is empty.")
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy("Many pictures are being sent just now. Please try again in a minute.")
    try:
        return _made(data)
    finally:
        _turns.release()


def _made(data: bytes) -> Made:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as result:
        source.write(data)
        source.seek(0)
        process = subprocess.Popen([sys.executable, "-I", str(_PROGRAM)], stdin=source, stdout=result,
                                   stderr=subprocess.DEVNULL, start_new_session=True, cwd="/", env={"PATH": os.defpath})
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise NotAPicture("It takes too long to read.") from None
        finally:
            end(process)
        result.seek(0)
        try:
            said = json.loads(result.readline(1_000))
        except ValueError:
            raise NotAPicture("It takes too much time or memory to read.") from None
        if "refused" in said:
            raise NotAPicture(_REASONS.get(said["refused"], _REASONS[DAMAGED]))
        return Made(said["kind"], said["width"], said["height"], result.read())


def as_it_is(data: bytes) -> Made | None:
    """`data` itself when it is a picture that we made before (it comes back in a zip of an event): nothing in it but what
    decoding pixels takes, to its last byte. None for anything else, which `make` may make anew.

    The structure is checked, not the pixels; the caller still has `make` decode it once.
    """
    found = _jpeg(data) or _png(data)
    if found is None or len(data) > LARGEST or max(found[1:]) > LONGEST_SIDE or min(found[1:]) < 1:
        return None
    return Made(*found, data)


def _jpeg(data: bytes) -> tuple[str, int, int] | None:
    """Kind, width and height of a JPEG of only the segments that we write: JFIF, tables, frame, scans."""
    if not data.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"):
        return None
    at, size = 20, None
    while at + 2 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xD9:
            return ("jpg", *size) if size and at + 2 == len(data) else None
        if at + 4 > len(data):
            return None
        length = struct.unpack_from(">H", data, at + 2)[0]
        if marker not in (0xC0, 0xC2, 0xC4, 0xDA, 0xDB) or length < 2 or at + 2 + length > len(data):
            return None
        if marker in (0xC0, 0xC2):
            if size or length < 8:
                return None
            size = struct.unpack_from(">HH", data, at + 5)[::-1]
        at += 2 + length
        if marker == 0xDA:  # the scan goes on to the next marker that is not a stuffed byte or a restart
            after = _MARKER.search(data, at)
            if after is None:
                return None
            at = after.start()
    return None


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_CHUNKS = (b"IHDR", b"IDAT", b"IEND")


def _png(data: bytes) -> tuple[str, int, int] | None:
    """The same of a PNG of only header and pixels."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    at, size = 8, None
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if name not in _CHUNKS or end > len(data) or (name == b"IHDR") != (at == 8):
            return None
        if zlib.crc32(data[at + 4: end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            return None
        if name == b"IHDR":
            size = struct.unpack_from(">II", data, at + 8) if length == 13 else None
        if name == b"IEND":
            return ("png", *size) if size and not length and end == len(data) else None
        at = end
    return None
