"""What the build makes: complete, small, and from sources whose types and logic hold. `make test` builds first."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.web.templating import Assets
from tests.servers import ROOT

DIST = ROOT / "static" / "dist"
SRC = ROOT / "static" / "src"
KB = 1000
NAMES = {"site.css", "app.js", "arrange.js", "note.js", "note_together.js", "note.css", "search.js", "icons.svg", "mark.svg", "fonts/atkinson.woff2", "fonts/bricolage.woff2"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    assert (DIST / "manifest.json").exists(), "the front end is not built: run make build"
    return json.loads((DIST / "manifest.json").read_text())


def node() -> str:
    """Node 20 or later: the one the Makefile links, the machine's, or the wheel's."""
    for candidate in (ROOT / ".venv" / "node" / "node", shutil.which("node"), ROOT / ".venv" / "bin" / "node"):
        if candidate and Path(candidate).exists():
            return str(candidate)
    raise AssertionError("no Node: run make build")


def run(*command: str) -> None:
    """Runs it in the project's folder; fails with what it printed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
                          env={k: v for k, v in os.environ.items() if k != "NODE_OPTIONS"})
    assert done.returncode == 0, done.stdout + done.stderr


def weight(file: str) -> int:
    """Bytes as they travel to a browser that takes Brotli."""
    path = DIST / file
    packed = path.with_name(path.name + ".br")
    return (packed if packed.exists() else path).stat().st_size


def with_imports(manifest, name: str) -> set[str]:
    """A script and every chunk it imports."""
    found, todo = set(), [manifest[name]]
    while todo:
        file = todo.pop()
        if file not in found:
            found.add(file)
            todo += list(re.findall(r'"\./(chunk-[A-Z0-9]{8}\.js)"', (DIST / file).read_text()))
    return found


def test_every_name_is_built_hashed_and_compressed(manifest):
    assert set(manifest) >= NAMES
    for file in manifest.values():
        assert re.search(r"-[0-9A-Z]{8}\.\w+$", file), file
        assert (DIST / file).stat().st_size > 20  # a script may do no more than load what another page loads as well
        if not file.endswith(".woff2") and (DIST / file).stat().st_size >= 200:  # less is not worth packing
            for ending in (".br", ".gz"):
                packed = DIST / (file + ending)
                assert packed.stat().st_size < (DIST / file).stat().st_size, packed


def test_a_page_may_fetch_a_script_together_with_all_it_imports(manifest):
    asked = Assets().with_imports("note_together.js", "app.js")
    assert {path.removeprefix("/static/dist/") for path in asked} == with_imports(manifest, "note_together.js") | with_imports(manifest, "app.js")
    assert len(asked) == len(set(asked))


def test_names_in_templates_exist(manifest):
    asked = {(path.name, name) for path in (ROOT / "templates").rglob("*.html") for name in re.findall(r"asset\('([^']+)'\)", path.read_text())}
    assert len(asked) > 5
    assert {(page, name) for page, name in asked if name not in manifest} == set()


def test_icons_in_templates_exist():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (SRC / "img" / "icons.svg").read_text()))
    asked = {(path.name, name) for path in (ROOT / "templates").rglob("*.html") for name in re.findall(r"\bicon\('([\w-]+)'", path.read_text())}
    assert len(asked) > 3
    assert {(page, name) for page, name in asked if name not in drawn} == set()


def test_the_style_sheet_is_under_14_kb(manifest):
    assert weight(manifest["site.css"]) < 14 * KB


@pytest.mark.parametrize(("scripts", "most"), [(("app.js",), 10), (("app.js", "arrange.js"), 14), (("app.js", "note.js"), 15), (("app.js", "search.js"), 12), (("app.js", "board.js"), 24)],
                         ids=lambda value: "+".join(value) if isinstance(value, tuple) else "")
def test_scripts_of_a_page(manifest, scripts, most):
    files = set().union(*(with_imports(manifest, name) for name in scripts))
    assert sum(weight(file) for file in files) < most * KB


def test_the_shared_editor_is_light_enough_and_loaded_only_with_a_note(manifest):
    """CodeMirror, Yjs and what is ours; brotli (docs/front-end.md)."""
    files = with_imports(manifest, "note_together.js") - with_imports(manifest, "app.js")
    assert sum(weight(file) for file in files) + weight(manifest["note.css"]) < 145 * KB
    others = set().union(*(with_imports(manifest, name) for name in manifest if name.endswith(".js") and name != "note_together.js"))
    assert manifest["note_together.js"] not in others


def test_everything_but_the_html_leaves_the_page_most_of_its_60_kb(manifest):
    """Style sheet, the heaviest page's scripts and icons; fonts are counted apart (docs/UI.md)."""
    files = with_imports(manifest, "app.js") | with_imports(manifest, "note.js") | with_imports(manifest, "arrange.js") | with_imports(manifest, "search.js")
    total = sum(weight(f) for f in files) + sum(weight(manifest[f]) for f in ("site.css", "icons.svg", "mark.svg"))
    assert total < 35 * KB


def test_built_files_hold_no_path_of_this_machine():
    for path in DIST.rglob("*.*"):
        if path.suffix in (".js", ".css", ".json"):
            assert str(ROOT) not in path.read_text(), path


@pytest.mark.long
def test_types_hold():
    tsc = str(ROOT / "node_modules" / "typescript" / "bin" / "tsc")
    run(node(), tsc, "-p", "static/tsconfig.json")
    run(node(), tsc, "-p", "static/tsconfig.worker.json")


@pytest.mark.long
def test_the_logic_of_merging_and_of_the_editors_keys():
    run(node(), "--test", *(f"tests/front/{name}.test.mjs" for name in (
        "textmerge", "markdown_keys", "countdown", "board_order", "board_clock", "note_status", "note_marks", "note_paste")))


def test_the_lock_file_names_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    wanted = json.loads((ROOT / "package.json").read_text())
    versions = wanted["dependencies"] | wanted["devDependencies"]
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
