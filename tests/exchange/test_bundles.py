"""What is found in paths, folders, zips and uploads; and that hostile zips stay harmless."""

import os
import resource
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.bundles import Found, Skipped, from_paths, from_upload, reason_to_skip
from tests.exchange.hostile_zips import BAD_ZIPS, REFUSED_ENTRIES, zip_of
from tests.pace import usual

NOTE = "# Open data\n\nWe talked."


def names(found) -> list[str]:
    return [each.name for each in found if isinstance(each, Found)]


def test_a_folder_all_the_way_down(tmp_path):
    folder = tmp_path / "day one"
    (folder / "room 2").mkdir(parents=True)
    (folder / "b.md").write_text(NOTE)
    (folder / "a.txt").write_text(NOTE)
    (folder / "room 2" / "c.markdown").write_text(NOTE)
    (folder / "room 2" / "more.zip").write_bytes(zip_of({"d.md": NOTE, "deep/e.md": NOTE}))
    (folder / "noending").write_text(NOTE)
    assert names(from_paths([folder])) == ["day one/a.txt", "day one/b.md", "day one/noending", "day one/room 2/c.markdown",
                                           "day one/room 2/more.zip/d.md", "day one/room 2/more.zip/deep/e.md"]


def test_what_is_passed_over_says_why(tmp_path):
    for name in (".DS_Store", "LICENSE", "picture.png", "sheet.xlsx", "paper.pdf", "old.doc", ".hidden.md", "~$open.docx", "empty.md", "readme.md"):
        (tmp_path / name).write_text("" if name == "empty.md" else "Something short.")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._a.md").write_text("x")
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    (tmp_path / "linked").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "good.md").write_text(NOTE)
    found = list(from_paths([tmp_path]))
    assert names(found) == [f"{tmp_path.name}/good.md"]
    skipped = {each.name.split("/", 1)[1]: each for each in found if isinstance(each, Skipped)}
    assert "link" in skipped["link.md"].reason
    assert "link" in skipped["linked"].reason
    assert "PDF" in skipped["paper.pdf"].reason
    assert ".docx" in skipped["old.doc"].reason
    assert "licence" in skipped["LICENSE"].reason
    assert "empty" in skipped["empty.md"].reason
    assert "hidden" in skipped[".hidden.md"].reason
    assert "ordinary" in skipped["pipe.md"].reason
    assert not any(each.refused for each in skipped.values())


@pytest.mark.parametrize("name", ["Security.md", "Governance in practice.md", "changes.txt", "copyright-reform.md", "licensing.md", "authors.md"])
def test_sessions_about_such_things_are_notes(name):
    assert reason_to_skip(name, 5000) == ""


def test_a_long_readme_may_be_the_notes():
    assert reason_to_skip("camp 2014/README.md", 8000) == ""
    assert reason_to_skip("camp 2014/README.md", 300)


def test_missing_and_unreadable_files_do_not_stop_the_rest(tmp_path):
    (tmp_path / "good.md").write_text(NOTE)
    found = list(from_paths([tmp_path / "no such file", tmp_path / "good.md"]))
    assert isinstance(found[0], Skipped)
    assert found[0].refused
    assert names(found) == ["good.md"]


def test_a_file_named_by_hand_is_taken(tmp_path):
    (tmp_path / "LICENSE").write_text(NOTE)
    assert names(from_paths([tmp_path / "LICENSE"])) == ["LICENSE"]


def test_an_upload_is_never_a_path():
    assert names(from_upload("../../etc/notes.md", NOTE.encode())) == ["notes.md"]
    assert names(from_upload("C:\\Users\\ada\\notes.md", NOTE.encode())) == ["notes.md"]
    assert names(from_upload("", NOTE.encode())) == ["upload"]
    assert names(from_upload("no\tte\n.md", NOTE.encode())) == ["no?te?.md"]


def test_zips_from_a_mac_and_with_utf8_names():
    data = zip_of({"notes/a.md": NOTE, "__MACOSX/notes/._a.md": "x", "notes/.DS_Store": "x", "notes/Überblick.md": NOTE})
    assert names(from_upload("x.zip", data)) == ["x.zip/notes/a.md", "x.zip/notes/Überblick.md"]
    unmarked = data.replace("notes/Überblick.md".encode(), "notes/Überblick.md".encode())
    with zipfile.ZipFile(__import__("io").BytesIO(unmarked)) as archive:
        assert len(archive.namelist()) == 4


def test_a_zip_in_a_zip_stays_shut_and_a_document_is_left_whole():
    document = zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"})
    data = zip_of({"inner.zip": zip_of({"a.md": NOTE}), "disguised.md": zip_of({"a.md": NOTE}), "paper.docx": document})
    found = list(from_upload("x.zip", data))
    assert names(found) == ["x.zip/paper.docx"]
    assert {each.name for each in found if isinstance(each, Skipped)} == {"x.zip/inner.zip", "x.zip/disguised.md"}
    assert names(from_upload("paper.docx", document)) == ["paper.docx"]


@pytest.mark.parametrize("which", REFUSED_ENTRIES)
def test_a_bad_entry_is_refused_and_the_rest_is_read(which, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = list(from_upload("x.zip", REFUSED_ENTRIES[which]))
    assert names(found) == ["x.zip/good.md"]
    [refused] = [each for each in found if isinstance(each, Skipped)]
    assert refused.refused
    assert refused.reason.endswith(".")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("which", BAD_ZIPS)
def test_a_bad_zip_is_refused_at_once(which):
    tracemalloc.start()
    started = time.process_time()
    found = list(from_upload("x.zip", BAD_ZIPS[which]))
    seconds = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not names(found)
    assert found
    assert all(each.refused for each in found)
    assert usual(seconds, 2) < 2
    assert peak < 64 * 1024 ** 2


def test_a_large_zip_is_read_one_file_at_a_time():
    data = zip_of({f"{number}.md": (f"# {number}\n" + "We talked about it. " * 200_000) for number in range(12)})
    tracemalloc.start()
    for found in from_upload("x.zip", data):
        del found
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 1024 ** 2


@settings(deadline=None, max_examples=80)
@given(st.binary(max_size=300), st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
def test_damaged_zips_never_raise(junk, place, change):
    data = bytearray(zip_of({"a.md": NOTE, "b/c.md": NOTE * 20}))
    place %= len(data)
    data[place:place + len(change)] = change
    for content in (bytes(data), bytes(data) + junk, junk, b"PK\x03\x04" + junk):
        for found in from_upload("x.zip", content):
            assert isinstance(found, Found | Skipped)


def test_nothing_is_kept_open(tmp_path):
    for number in range(50):
        (tmp_path / f"{number}.md").write_text(NOTE)
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    list(from_paths([tmp_path]))
    after = len(list(Path("/proc/self/fd").iterdir())) if before else 0
    assert after <= before + 1
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0
