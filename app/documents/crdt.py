"""The shared text as a Yjs document (pycrdt): the only module that knows how updates are made and read.

The text is the root type named `text`, as the browser's editor binds to it. pycrdt counts positions in bytes of UTF-8
where Python counts code points and JavaScript UTF-16 units; positions never leave this module.
"""

import secrets
from collections.abc import Iterable
from itertools import accumulate
from typing import NoReturn

from pycrdt import Doc, Text, get_update, merge_updates

from app.documents.edits import Edit

ROOT = "text"
SEED_CLIENT = 1  # every document begins as the same client, so that seeding twice by mistake changes nothing


class Malformed(Exception):
    """The bytes are not a Yjs update that can be applied to this document."""


def seed(text: str, client: int = SEED_CLIENT) -> bytes:
    """The first update of a document that begins as `text`; the same bytes for the same text and client."""
    doc = Doc({ROOT: Text()}, client_id=client)
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
        """Make `edits` (in order and not overlapping, positions in code points of `text`); the one update that holds them.

        There must be at least one edit, and each must change something.
        """
        text = self.text
        starts = [0, *accumulate(len(character.encode()) for character in text)]
        made: list[bytes] = []
        # Not get_update(state before): that carries everything ever deleted, so the log would grow with its square.
        watch = self._doc.observe(lambda event: made.append(event.update))
        with self._doc.transaction():
            for edit in reversed(edits):
                at, end, size = starts[_place(text, edit)], starts[edit.end], len(edit.text.encode())
                if size:
                    self._text.insert(at, edit.text)
                if end > at:
                    del self._text[at + size:end + size]
                if at > starts[edit.start]:
                    del self._text[starts[edit.start]:at]
        self._doc.unobserve(watch)
        (update,) = made
        return update

    def absorb(self, update: bytes) -> None:
        """Apply an update made elsewhere. Raises `Malformed`, and may then be used no further."""
        try:
            self._doc.apply_update(update)
            self.text.encode()
        except BaseException as problem:  # a panic in the library's Rust is not an Exception
            _raise_malformed(problem)


def _place(text: str, edit: Edit) -> int:
    """Where, among the characters that go, the new ones are put.

    Somebody may be adding something before or behind the old words just now. It must not come to stand between the new
    words and what they belong to, so these go right among the old ones; for a single character, to the side away from the
    line's end.
    """
    if edit.end - edit.start > 1:
        return edit.start + 1
    begins_line = edit.start == 0 or text[edit.start - 1] == "\n"
    return edit.end if begins_line else edit.start


class Open:
    """A document that stays open while people edit it together. Sizes and positions are bytes of UTF-8."""

    def __init__(self):
        self._doc = Doc({ROOT: Text()}, client_id=secrets.randbelow(2**32 - 2) + 2)
        self._text = self._doc[ROOT]
        self._made = made = []
        self._watch = self._doc.observe(lambda event: made.append(event.update))

    def __del__(self):
        # Who watches and what is watched hold each other, where Python's collector does not see it.
        self._doc.unobserve(self._watch)

    @property
    def text(self) -> str:
        """What it says."""
        return str(self._text)

    @property
    def size(self) -> int:
        """How long that is, without making a string of it."""
        return len(self._text)

    @property
    def state(self) -> bytes:
        """Its state vector."""
        return self._doc.get_state()

    def apply(self, update: bytes) -> bytes | None:
        """Apply an update; what that added, which is more than `update` when others had waited for it.

        None when it added nothing: all of it was there, or what it builds on is not. Raises `Malformed`, and may then be
        used no further.
        """
        self._made.clear()
        try:
            self._doc.apply_update(update)
        except BaseException as problem:  # a panic in the library's Rust is not an Exception
            _raise_malformed(problem)
        return self._made[0] if len(self._made) == 1 else merge_updates(*self._made) if self._made else None

    def since(self, vector: bytes) -> bytes:
        """All that somebody lacks whose state vector this is. Raises `Malformed`."""
        try:
            return self._doc.get_update(vector)
        except BaseException as problem:
            _raise_malformed(problem)

    def lacks(self, update: bytes) -> bool:
        """Whether some of what `update` writes (not of what it deletes) is not in the document."""
        return get_update(update, self._doc.get_state())[0] != 0

    def take_out(self, character: str) -> bytes | None:
        """Delete every such ASCII character; the update that does so, None if there is none."""
        raw, wanted = self.text.encode(), character.encode()
        places = [at for at in range(len(raw)) if raw[at:at + 1] == wanted]
        if not places:
            return None
        self._made.clear()
        with self._doc.transaction():
            for at in reversed(places):
                del self._text[at:at + 1]
        return self._made[-1]


def _raise_malformed(problem: BaseException) -> NoReturn:
    if isinstance(problem, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise problem
    if type(problem).__module__ not in ("builtins", "pyo3_runtime"):
        raise problem  # such as gevent's Timeout and GreenletExit
    raise Malformed(str(problem)) from problem
