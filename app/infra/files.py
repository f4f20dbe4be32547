"""Keeping files that people gave us, by content. `FILES_URL` names the folder (an S3-compatible store is not built yet)."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

_root: Path | None = None
_asked: list[Callable[[str], bool]] = []


def configure(folder: Path) -> None:
    """Keep files in `folder`, which is made if it is not there."""
    global _root
    _root = folder
    folder.mkdir(parents=True, exist_ok=True)


def _path(key: str) -> Path:
    if _root is None:
        raise RuntimeError("files.configure() was not called")
    if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
        raise KeyError(key)
    return _root / key[:2] / key


def keep(content: bytes) -> str:
    """Store `content` durably and return its key (SHA-256, hex). Storing the same bytes twice keeps one copy."""
    key = hashlib.sha256(content).hexdigest()
    path = _path(key)
    if path.exists():
        return key
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(draft.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return key


def fetch(key: str) -> bytes:
    """The bytes kept under `key`; KeyError when there are none."""
    path = _path(key)
    if not path.is_file():
        raise KeyError(key)
    return path.read_bytes()


def drop(key: str) -> None:
    """Forget what is kept under `key`, if anything is. The caller knows that nothing refers to it any more."""
    _path(key).unlink(missing_ok=True)


def needs(asks: Callable[[str], bool]) -> Callable[[str], bool]:
    """Register what says whether a room still refers to a key. The same bytes are kept once, whoever gave them."""
    _asked.append(asks)
    return asks


def needed(key: str) -> bool:
    """Whether anything still refers to what is kept under `key` (a statement for each room that keeps files people share)."""
    return any(asks(key) for asks in _asked)
