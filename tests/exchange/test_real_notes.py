"""Other people's notes, read from the shared folder beside the project where they are. Only numbers and labels are kept here."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app.exchange.bundles import Found, from_paths
from app.exchange.convert import TEXT_LIMIT, to_markdown
from app.exchange.note_reader import read_note

SHARED = Path(__file__).resolve().parents[3] / "shared"
NOTES = SHARED / "data" / "notes"
SEED = SHARED / "seeds" / "004_80c7e1b44935c6a1.txt"
KUBERNETES = NOTES / "kubernetes-community" / "events"
needs_notes = pytest.mark.skipif(not NOTES.is_dir(), reason=f"the shared notes are not at {NOTES}")


def read(path: Path):
    converted = to_markdown(path.name, path.read_bytes())
    return read_note(converted.markdown, path.as_posix())


@pytest.mark.skipif(not SEED.is_file(), reason=f"the seed note is not at {SEED}")
def test_the_seed_note():
    note = read(SEED)
    assert (note.event_name, note.slot, note.room) == ("ukgovcamp", 1, "M69")
    assert note.title == "Practical support for Public sector reformers"
    assert [leader.name for leader in note.leaders] == ["Gavin Freegard"]
    assert [taker.name for taker in note.note_takers] == ["Sarah Slack"]
    assert note.wants_host
    assert note.hosts == ()
    assert note.unsure == ()
    assert note.summary.split("\n\n") == ["Knowledge sharing is critical", "Working locally", "Politics!"]
    text = SEED.read_text().split("\n\nNotes\n\n", 1)[1].split("\n\nSummary\n\n")[0]
    plain = re.sub(r"\[([^\]]+)\]\(#\)", r"\1", text)
    assert note.body.split("\n") == [line.rstrip() for line in plain.split("\n")]


@needs_notes
@pytest.mark.long
def test_every_file_is_read_and_nothing_is_lost():
    kinds, lost_in = Counter(), []
    for found in from_paths([NOTES]):
        if not isinstance(found, Found):
            assert not found.refused, found
            continue
        converted = to_markdown(found.name, found.data)
        kinds[converted.kind] += 1
        assert len(converted.markdown.encode()) <= TEXT_LIMIT
        note = read_note(converted.markdown, found.name)
        assert note.title
        assert (note.body or note.summary)
        said = " ".join(f"{each.label} {each.value}" for each in note.recognised)
        lost = Counter(re.findall(r"[^\W\d_]\w*", converted.markdown.replace("<br>", " "))) - Counter(
            re.findall(r"[^\W\d_]\w*", f"{note.body}\n{note.summary}\n{said}"))
        if lost:
            lost_in.append((found.name, lost))
    assert kinds["docx"] == kinds["odt"] == 1
    assert kinds["markdown"] > 320
    assert not lost_in


# (file, leaders, note-takers, present, has a summary): counted by hand in the files.
COUNTED = [
    ("2016/developer-summit-2016/cluster_lifecycle_notes.md", 1, 1, 0, False),
    ("2017/05-leadership-summit/session-notes/0905-0930_STATE_OF_THE_KUBE.md", 1, 2, 0, True),
    ("2017/05-leadership-summit/session-notes/0940-1000_PROJECT_GOALS_ROADMAP.md", 2, 2, 0, True),
    ("2017/05-leadership-summit/session-notes/1345-1430_SIGGOVERNANCE.md", 1, 1, 0, True),
    ("2017/05-leadership-summit/session-notes/1500-1545_COMMUNITY_LADDER.md", 1, 2, 0, True),
    ("2017/12-contributor-summit/breaking-up-the-monolith.md", 0, 2, 0, False),
    ("2017/12-contributor-summit/cloud-native-design-refactoring-across-k8s.md", 2, 0, 0, False),
    ("2017/12-contributor-summit/cloud-provider.md", 1, 1, 0, False),
    ("2017/12-contributor-summit/dashboard-ux-breakout.md", 2, 0, 0, False),
    ("2017/12-contributor-summit/feature-workflow.md", 0, 1, 0, False),
    ("2017/12-contributor-summit/role-of-sig-lead.md", 0, 1, 0, False),
    ("2018/05-contributor-summit/clientgo-notes.md", 2, 4, 0, False),
    ("2018/05-contributor-summit/steering-update.md", 2, 1, 0, False),
    ("2019/11-contributor-summit/unconference-notes/cert-manager-james-munnelly.md", 1, 0, 0, True),
    ("2019/11-contributor-summit/unconference-notes/kind-ben-the-elder.md", 1, 0, 0, True),
]


@needs_notes
@pytest.mark.parametrize(("name", "leaders", "takers", "present", "summary"), COUNTED)
def test_summit_notes(name, leaders, takers, present, summary):
    note = read(KUBERNETES / name)
    assert (len(note.leaders), len(note.note_takers), len(note.present), bool(note.summary)) == (leaders, takers, present, summary)
    assert note.parts == 1


@needs_notes
@pytest.mark.parametrize(("name", "leaders", "takers", "present", "regrets"), [
    ("2015/telcons/05-27-fingerprinting-redux-minutes.md", 1, 1, 10, 2), ("2018/telcons/04-17-minutes.md", 0, 0, 5, 4),
    ("2018/telcons/09-25-minutes.md", 1, 1, 7, 3), ("2018/07-seattle/07-24-minutes.md", 0, 3, 11, 0),
    ("raw-minutes/2017-05-30-minutes.md", 0, 2, 6, 1), ("raw-minutes/2016-06-08-minutes.md", 1, 0, 7, 2),
])
def test_minutes(name, leaders, takers, present, regrets):
    note = read(NOTES / "w3ctag-meetings" / name)
    assert (len(note.leaders), len(note.note_takers), len(note.present), len(note.regrets)) == (leaders, takers, present, regrets)


@needs_notes
def test_hackmd_minutes():
    note = read(NOTES / "rust-libs-team" / "minutes" / "2026-02-10.md")
    assert note.date.isoformat() == "2026-02-10"
    assert len(note.present) == 8
    assert {"Libs Meetings", "T-libs-api"} <= set(note.tags)


@needs_notes
def test_the_file_with_a_stray_byte_and_the_one_with_pictures():
    stray = KUBERNETES / "2017/05-leadership-summit/session-notes/1345-1430_SIGGOVERNANCE.md"
    assert any("cp1252" in warning for warning in to_markdown(stray.name, stray.read_bytes()).warnings)
    pictures = NOTES / "kubernetes-community/sig-node/archive/ci-subgroup-notes-2020.md"
    converted = to_markdown(pictures.name, pictures.read_bytes())
    assert any("pictures" in warning for warning in converted.warnings)
    assert "base64" not in converted.markdown
    assert not converted.cut


@needs_notes
@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_office_documents(suffix):
    [path] = (NOTES / "kubernetes-community" / "docx-odt").glob(f"*.{suffix}")
    converted = to_markdown(path.name, path.read_bytes())
    assert converted.kind == suffix
    assert "**1.1 Non-Goals of Version 1**" in converted.markdown
    assert "De-facto Standard Version 1" in converted.markdown.split("\n")[0], "the title is text too"
    assert "<" not in re.sub(r"```.*?```|`[^`]*`|<https?://[^<>]+>", "", converted.markdown, flags=re.S)
    note = read_note(converted.markdown, path.name)
    assert "De-facto Standard" in note.title
