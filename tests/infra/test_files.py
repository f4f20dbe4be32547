"""Kept files: by content, whole or not at all, nothing outside the folder."""

import pytest

from app.infra import files


@pytest.fixture
def folder(tmp_path):
    before = files._root
    files.configure(tmp_path / "kept")
    yield tmp_path / "kept"
    files._root = before


def test_what_is_kept_comes_back(folder):
    key = files.keep(b"flip chart")
    assert files.fetch(key) == b"flip chart"
    assert files.keep(b"flip chart") == key
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize("key", ["../../etc/passwd", "..\\..\\x", "%2e%2e", "a" * 63, "A" * 64, "", "\0" * 64, "0" * 64])
def test_anything_else_is_not_there(folder, key):
    with pytest.raises(KeyError):
        files.fetch(key)
