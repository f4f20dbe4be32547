"""Real servers for the tests: PostgreSQL, Redis, a browser. Each is started in a folder of its own and ended afterwards.

A component that is not installed skips the tests that need it, except under CI=true, where it fails them.
"""

import os
import pwd
import random
import shutil
import signal
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
    """A port nobody listens on just now, below those that the system gives to whoever connects to something: one of those
    might be taken before a server has started."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


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
             "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "jit=off", "-c", "wal_level=minimal",
             "-c", "max_wal_senders=0", "-c", "max_wal_size=4GB", "-c", "checkpoint_timeout=1h", "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **settings)
        try:
            deadline = time.monotonic() + 60
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
            for _ in range(600):
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


# Nothing but the pages of the tests: no proxy of this machine, no name looked up, nothing fetched behind the scenes.
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-domain-reliability",
                  "--no-pings", "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]


def tree(root: int) -> list[int]:
    """The process `root` and everything it started, from /proc."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue  # ended meanwhile
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def kill(root: int) -> None:
    """End all of them at once, with no chance to tidy up."""
    for pid in tree(root):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def settings_of(folder: Path, database_url: str | None, port: int, **environ: str) -> dict[str, str]:
    """The environment of a site with everything in `folder`, or its rows in the database given."""
    return os.environ | {
        "FOLKMOOT_MODE": "development", "SECRET_KEY": "x" * 40, "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'served.sqlite3'}", "FILES_URL": f"file://{folder / 'files'}",
        "SEARCH_URL": "" if database_url else f"whoosh://{folder / 'search'}", "REDIS_URL": "", "MAIL_URL": "outbox:",
        "PYTHONPATH": str(ROOT),
    } | environ


# Where the camp is, it is nine in the morning, at whatever hour the tests run: what has begun or is over cannot be moved any more.
MAKE_DEMO = """
from alembic import command
from app import cli, config, create_app
from app.demo import camp
from app.infra import clock, db, jobs
at = clock.now()
ahead = (9 - at.hour + 11) % 24 - 11  # hours
zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # (their names count westwards)
with create_app(config.load()).app_context():
    command.upgrade(cli.alembic(), "head")
    camp.fill(clock.local(at, zone).date(), at, zone)
    jobs.work_until_idle()
    db.session.remove()
db.engine().dispose()
"""


def make_demo(folder: Path, database_url: str | None) -> None:
    """What a site that is started with --demo comes to in time: everything is there and can be searched."""
    subprocess.run([sys.executable, "-c", MAKE_DEMO], cwd=ROOT, env=settings_of(folder, database_url, 8000), check=True,
                   stdout=subprocess.DEVNULL, timeout=300)


@contextmanager
def serving(folder: Path, *arguments: str, database_url: str | None = None, **environ: str) -> Iterator[str]:
    """Folkmoot itself as people run it (gunicorn and the jobs worker) on a database made in `folder`; gives its address."""
    with serving_process(folder, *arguments, database_url=database_url, **environ) as (address, _process):
        yield address


@contextmanager
def serving_process(folder: Path, *arguments: str, database_url: str | None = None, gently: bool = False,
                    **environ: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """The same; gives its address, and the process that started the others. It is killed in the end, or `gently` told to stop,
    which takes seconds. `PORT` in `environ`: at that port instead of any free one."""
    port = int(environ.get("PORT") or free_port())
    settings = settings_of(folder, database_url, port, **environ)
    log = open(folder / "serve.log", "wb")  # noqa: SIM115
    server = subprocess.Popen([sys.executable, "-m", "app.launch", *arguments], cwd=ROOT, env=settings, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 120
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start:\n" + (folder / "serve.log").read_text())
            time.sleep(0.05)
        yield settings["BASE_URL"], server
    finally:
        if gently:
            server.terminate()
        elif server.poll() is None:
            kill(server.pid)
        server.wait(60)
        log.close()
