"""Real servers for the tests: PostgreSQL, Redis, a browser. Each is started in a folder of its own and ended afterwards.

A component that is not installed skips the tests that need it, except under CI=true, where it fails them.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def missing(component: str, cure: str):
    """Skip for want of `component`, or fail under CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{component} is not installed and CI may skip nothing: {cure}")
    pytest.skip(f"{component} is not installed: {cure}")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_postgres() -> Path | None:
    """The folder with initdb and postgres, newest version first."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]), reverse=True)
    return found[0].parent if found else None


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL cluster; gives the SQLAlchemy URL of its `postgres` database. As root it runs as `postgres`."""
    programs = find_postgres()
    if programs is None:
        missing("PostgreSQL", "install Debian's package postgresql")
    with tempfile.TemporaryDirectory(prefix="folkmoot-pg-", ignore_cleanup_errors=True) as folder:
        data, port, settings = Path(folder) / "data", free_port(), {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            settings = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": folder}
        subprocess.run([programs / "initdb", "-D", data, "-U", "folkmoot", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
                       check=True, stdout=subprocess.DEVNULL, **settings)
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
             "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **settings)
        try:
            deadline = time.monotonic() + 30
            while subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise RuntimeError("PostgreSQL did not start")
                time.sleep(0.1)
            yield f"postgresql+psycopg://folkmoot@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(3)  # SIGQUIT: at once; the folder goes anyway
            server.wait(20)


@contextmanager
def redis_server() -> Iterator[str]:
    """A fresh Redis; gives its URL."""
    program = shutil.which("redis-server")
    if program is None:
        missing("Redis", "install Debian's package redis-server")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="folkmoot-redis-") as folder:
        server = subprocess.Popen([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            else:
                raise RuntimeError("Redis did not start")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def find_chromium() -> str | None:
    """Chromium or Chrome on this machine; CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or next(
        (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)


CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


@contextmanager
def serving(folder: Path, *arguments: str, database_url: str | None = None, **environ: str) -> Iterator[str]:
    """Folkmoot itself as people run it (gunicorn and the jobs worker) on a database made in `folder`; gives its address."""
    with serving_process(folder, *arguments, database_url=database_url, **environ) as (address, _process):
        yield address


@contextmanager
def serving_process(folder: Path, *arguments: str, database_url: str | None = None,
                    **environ: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """The same; gives its address, and the process that started the others."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = os.environ | {
        "FOLKMOOT_MODE": "development", "SECRET_KEY": "x" * 40, "PORT": str(port), "BASE_URL": address,
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'served.sqlite3'}", "FILES_URL": f"file://{folder / 'files'}",
        "SEARCH_URL": "" if database_url else f"whoosh://{folder / 'search'}", "REDIS_URL": "", "MAIL_URL": "outbox:",
        "PYTHONPATH": str(ROOT),
    } | environ
    log = open(folder / "serve.log", "wb")  # noqa: SIM115
    server = subprocess.Popen([sys.executable, "-m", "app.launch", *arguments], cwd=ROOT, env=settings, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 90
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start:\n" + (folder / "serve.log").read_text())
            time.sleep(0.1)
        yield address, server
    finally:
        server.terminate()
        server.wait(20)
        log.close()
