"""The renderer processes: started, limited, replaced, ended; with threads, with gevent, after a fork."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from app.infra import markdown
from app.infra.markdown import render
from app.infra.markup import process

ROOT = Path(__file__).parents[2]
NOTICE = 'class="md-notice"'


@pytest.fixture(autouse=True)
def _empty_cache():
    markdown._new_cache()


@pytest.fixture
def unhurried(monkeypatch):
    """The limits by the clock out of the way, for tests of other things on a busy machine."""
    monkeypatch.setattr(markdown, "KILLED_AFTER", 30.0)
    monkeypatch.setattr(markdown, "PATIENCE", 30.0)


@pytest.fixture
def fresh_processes():
    """No renderer is running before, nor one that was made with other settings after."""
    for renderer in process._renderers.values():
        renderer.stop()
    process._renderers.clear()
    yield
    for renderer in process._renderers.values():
        renderer.stop()
    process._renderers.clear()


def test_long_and_short_texts_have_a_process_each_and_keep_it(unhurried, fresh_processes):
    render("word " * 1_000)
    short = process.renderer("short").pid
    assert short
    assert not process.renderer("long").pid
    render("word " * 10_000)
    long = process.renderer("long").pid
    assert long not in (0, short)
    render("other " * 1_000)
    assert process.renderer("short").pid == short
    render("tiny")
    environment = Path(f"/proc/{short}/environ").read_bytes()
    assert b"SECRET" not in environment
    assert b"HOME=" not in environment
    limits = Path(f"/proc/{short}/limits").read_text()
    assert "Max data size             402653184" in limits
    status = Path(f"/proc/{short}/status").read_text()
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert kilobytes < 48 * 1024, "the renderer has loaded more than it needs"


def test_a_process_that_was_killed_is_replaced(unhurried, fresh_processes):
    render("word " * 1_000)
    pid = process.renderer("short").pid
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    assert NOTICE not in render("other " * 1_000)
    assert process.renderer("short").pid not in (0, pid)


def test_a_process_that_hangs_is_killed_and_replaced(fresh_processes):
    render("word " * 1_000)
    pid = process.renderer("short").pid
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    html = render("other " * 1_000)
    seconds = time.monotonic() - began
    assert NOTICE in html
    assert seconds < 4  # 1.6 where nothing else runs
    assert not Path(f"/proc/{pid}").exists(), "it is gone, and not a zombie either"
    assert NOTICE not in render("another " * 1_000)


def test_a_text_that_needs_too_much_memory_is_given_up(unhurried, fresh_processes, monkeypatch):
    little = process._PROGRAM.replace("renderer.serve()", "renderer.MEMORY = 24 << 20\nrenderer.serve()")
    monkeypatch.setattr(process, "_PROGRAM", little)
    assert NOTICE in render("- [ ] a\n" * 15_000)
    assert NOTICE not in render("word " * 5_000)


def test_a_process_that_has_grown_is_replaced(unhurried, fresh_processes, monkeypatch):
    lean = process._PROGRAM.replace("renderer.serve()", "renderer.RETIRES_ABOVE = 1\nrenderer.serve()")
    monkeypatch.setattr(process, "_PROGRAM", lean)
    pids = set()
    for n in range(3):
        assert NOTICE not in render(f"{n} " + "word " * 1_000)
        pids.add(process.renderer("short").pid)
        time.sleep(0.1)
    assert len(pids) == 3


def test_without_any_process_texts_are_shown_plain_for_a_while(fresh_processes, monkeypatch):
    monkeypatch.setattr(process, "_PROGRAM", "raise SystemExit(1)")
    monkeypatch.setattr(process, "RETRY", 0.2)
    text = "word " * 1_000
    assert NOTICE in render(text)
    assert NOTICE in render("other " * 1_000)
    assert NOTICE not in render("short ones need none")
    monkeypatch.undo()
    time.sleep(0.25)
    assert NOTICE not in render("another " * 1_000)
    later = time.monotonic() + markdown.SOON + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert NOTICE not in render(text)


# Empty packages in the place of the application's, which takes a while to load and has no part in this.
PRELUDE = f"""
import sys, types
for name in ("app", "app.infra"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [{str(ROOT)!r} + "/" + name.replace(".", "/")]
if "gevent" in sys.argv:
    from gevent import monkey
    monkey.patch_all()
from app.infra import markdown
markdown.KILLED_AFTER = markdown.PATIENCE = 30.0  # see `unhurried`
"""


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run a program of its own, as a web worker or a command would be."""
    command = [sys.executable, "-c", PRELUDE + textwrap.dedent(program), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_nobody_else_waits_in_a_worker_that_serves_all_from_one_thread():
    done = _run(
        """
        import gevent, json, time
        from tests.infra.slow_markdown import RECIPES

        markdown.warm()
        gaps, small, slow = [], [], []

        def clock():
            last, used = time.monotonic(), time.process_time()
            while True:
                gevent.sleep(0.002)
                gaps.append((time.monotonic() - last, time.process_time() - used))
                last, used = time.monotonic(), time.process_time()

        def reader(n):
            for i in range(15):
                began = time.monotonic()
                html = markdown.render(f"{n} {i} " + "word *and* word " * 300)
                small.append((time.monotonic() - began, "md-notice" in html))
                gevent.sleep(0.02)

        def attacker(name):
            began = time.monotonic()
            html = markdown.render(RECIPES[name](250_000))
            slow.append((time.monotonic() - began, "md-notice" in html))

        ticking = gevent.spawn(clock)
        attacks = [gevent.spawn(attacker, n) for n in ("links never closed", "links with open parentheses", "wide table")]
        gevent.joinall(attacks + [gevent.spawn(reader, n) for n in range(3)])
        print(json.dumps([gaps, small, slow]))
    """,
        "gevent",
    )
    assert done.returncode == 0, done.stderr
    gaps, small, slow = json.loads(done.stdout)
    assert max(by_the_clock for by_the_clock, _ in gaps) < 0.5  # 0.02 where nothing else runs
    assert max(of_the_processor for _, of_the_processor in gaps) < 0.1
    assert len(small) == 45
    assert not any(notice for _, notice in small)
    assert sorted(seconds for seconds, _ in small)[40] < 0.5
    assert [notice for _, notice in slow] == [True, True, True]


def test_a_greenlet_that_is_stopped_half_way_spoils_nothing():
    done = _run(
        """
        import gevent
        from tests.infra.slow_markdown import RECIPES

        slow = gevent.spawn(markdown.render, RECIPES["links never closed"](250_000))
        gevent.sleep(0.4)
        slow.kill()
        html = markdown.render("word " * 10_000)
        print("md-notice" in html, html[:11])
        # From a thread of gevent's pool, too, where there is another hub.
        html = gevent.get_hub().threadpool.apply(markdown.render, ("other " * 10_000,))
        print("md-notice" in html, html[:11])
    """,
        "gevent",
    )
    assert done.stdout.splitlines() == ["False <p>word wor", "False <p>other ot"], done.stderr


def test_a_fork_gets_processes_of_its_own_and_leaves_the_parents_alone():
    done = _run("""
        import os
        from app.infra.markup import process

        markdown.render("word " * 1_000)
        ours = process.renderer("short").pid
        child = os.fork()
        if child == 0:
            html = markdown.render("child " * 1_000)
            theirs = process.renderer("short").pid
            os._exit(0 if html.startswith("<p>child") and theirs not in (0, ours) else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert markdown.render("parent " * 1_000).startswith("<p>parent")
        assert process.renderer("short").pid == ours
        print("good")
    """)
    assert done.stdout == "good\n", done.stderr


def test_nothing_stays_behind_when_a_program_ends():
    done = _run("""
        from app.infra.markup import process

        markdown.render("word " * 1_000)
        markdown.render("word " * 10_000)
        print(process.renderer("short").pid, process.renderer("long").pid)
    """)
    assert done.returncode == 0
    assert done.stderr == ""
    pids = done.stdout.split()
    assert len(pids) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize("busy", [False, True])
def test_renderers_end_when_their_parent_is_killed(busy):
    program = """
        import os, signal, sys, threading, time
        from app.infra.markup import process
        from tests.infra.slow_markdown import RECIPES

        markdown.render("word " * 10_000)
        print(process.renderer("long").pid, flush=True)
        if sys.argv[1] == "True":
            text = RECIPES["links never closed"](250_000)
            threading.Thread(target=markdown.render, args=(text,), daemon=True).start()
            time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = _run(program, str(busy))
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while _running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(pid)


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
