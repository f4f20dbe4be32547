"""The shared text as a Yjs document (pycrdt): the only module that knows how updates are made and read.

The text is the root type named `text`, as the browser's editor binds to it. pycrdt counts positions in bytes of UTF-8
where Python counts code points and JavaScript UTF-16 units; positions never leave this module.
"""

import secrets
from collections.abc import Iterable
from itertools import accumulate

from pycrdt import Doc, Text

from app.documents.words import Edit

ROOT = "text"
SEED_CLIENT = 1  # every document begins as the same client, so that seeding twice by mistake changes nothing


class Malformed(Exception):
    """The bytes are not a Yjs update that can be applied to this document."""


def seed(text: str) -> bytes:
    """The first update of a document that begins as `text`; the same bytes for the same text."""
    doc = Doc({ROOT: Text()}, client_id=SEED_CLIENT)
    doc[ROOT].insert(0, text)
    return doc.get_update()


class Shared:
    """A document as its updates make it, to read and to change. Not kept between requests."""

    def __init__(self, updates: Iterable[bytes]):
        """Apply stored `updates` in their order."""
        # A client id of its own each time: nothing in the log ties two edits to one person.
        self._doc = Doc({ROOT: Text()}, client_id=secrets.randbelow(2**32 - 2) + 2)
        self._text = self._doc[ROOT]
        for update in updates:
            self._doc.apply_update(update)

    @property
    def text(self) -> str:
        """What it says."""
        return str(self._text)

    def edit(self, edits: list[Edit]) -> bytes:
        """Make `edits` (in order and apart, positions in code points of `text`); the one update that holds them.

        There must be at least one edit, and each must change something.
        """
        starts = [0, *accumulate(len(character.encode()) for character in self.text)]
        made: list[bytes] = []
        # Not get_update(state before): that carries everything ever deleted, so the log would grow with its square.
        watch = self._doc.observe(lambda event: made.append(event.update))
        with self._doc.transaction():
            for edit in reversed(edits):
                start, end, size = starts[edit.start], starts[edit.end], len(edit.text.encode())
                # Put in before taking out: what somebody adds behind the old words meanwhile then stands behind the new ones.
                if size:
                    self._text.insert(start, edit.text)
                if end > start:
                    del self._text[start + size:end + size]
        self._doc.unobserve(watch)
        (update,) = made
        return update

    def absorb(self, update: bytes) -> None:
        """Apply an update made elsewhere. Raises `Malformed`, and may then be used no further."""
        try:
            self._doc.apply_update(update)
            self.text.encode()
        except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
            raise
        except BaseException as problem:  # a panic in the library's Rust is not an Exception
            if type(problem).__module__ not in ("builtins", "pyo3_runtime"):
                raise  # such as gevent's Timeout and GreenletExit
            raise Malformed(str(problem)) from problem
