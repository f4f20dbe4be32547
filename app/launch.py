"""`python -m app.launch`: migrate, then run the web server and the jobs worker together until told to stop; where INBOUND_MAIL is
set, what takes mail, too.

`--local` is what `make run` uses: a development start on one's own machine, with a secret key made once and kept in
`instance/`. The children are in sessions of their own, so that Ctrl-C reaches only this process, which then stops all of them
in an orderly way. One that dies is started again, but for the web server: without it everything ends.

SIGHUP (but not with `--local`, where it means that the terminal was closed) brings a new version of the code up without a
request refused: gunicorn starts a new worker beside the old one, which sends its editors to it and ends.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from app import cli, create_app
from app.config import INSTANCE, ROOT, BadSetting, load
from app.infra import db
from app.infra.db import UnsafeDatabase

STOP_SECONDS = 10
AGAIN_SECONDS = 1  # before a child that ended is started again
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def keep_secret_key(folder: Path) -> str:
    """The key kept in `folder`, made at the first call, readable by its owner only."""
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def start(command: list[str]) -> subprocess.Popen:
    """Start a child that Ctrl-C in this terminal does not reach."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def stop(children: list[subprocess.Popen]) -> None:
    """Ask all to finish, and end those that have not after `STOP_SECONDS`."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host if host not in ("0.0.0.0", "") else "127.0.0.1", port)) == 0  # noqa: S104


def run() -> int:
    """Run until SIGINT, SIGTERM or SIGHUP; the exit status of the web server if that ends by itself."""
    if "--local" in sys.argv:
        os.environ.setdefault("FOLKMOOT_MODE", "development")
        os.environ.setdefault("SECRET_KEY", keep_secret_key(INSTANCE))
    try:
        settings = load()
    except BadSetting as problem:
        print(f"Folkmoot did not start. {problem}", file=sys.stderr)
        return 2
    if answers(settings.host, settings.port):
        print(f"Folkmoot did not start. Something already listens on {settings.host}:{settings.port}: stop it, or choose "
              "another port, for example PORT=8001 make run.", file=sys.stderr)
        return 2
    try:
        app = create_app(settings)
    except UnsafeDatabase as problem:
        print(f"Folkmoot did not start. {problem}", file=sys.stderr)
        return 2
    with app.app_context():
        cli.make_ready(demo="--demo" in sys.argv)
    db.session.remove()
    db.engine().dispose()

    stopping, reloading = [], []
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    if "--local" not in sys.argv:
        signal.signal(signal.SIGHUP, lambda number, _frame: reloading.append(number))
    web = start([sys.executable, "-m", "gunicorn", "-c", str(ROOT / "app" / "serve.py"), "wsgi:app"])
    others = {"The jobs worker": [*FLASK, "jobs", "work"]}
    if settings.inbound_mail:
        others["What takes mail"] = [*FLASK, "mail", "listen"]
    running = {name: start(command) for name, command in others.items()}
    said = False
    try:
        while not stopping and web.poll() is None:
            if not said and answers(settings.host, settings.port):
                print(f"Folkmoot is at {settings.base_url} (Ctrl-C stops it)", flush=True)
                said = True
            if reloading:
                reloading.clear()
                web.send_signal(signal.SIGHUP)
                stop(list(running.values()))
                running = {name: start(command) for name, command in others.items()}
            for name, child in running.items():
                if child.poll() is not None:
                    print(f"{name} ended and is started again.", file=sys.stderr)
                    time.sleep(AGAIN_SECONDS)
                    running[name] = start(others[name])
            time.sleep(0.1)
    finally:
        stop([web, *running.values()])
    return 0 if stopping else web.returncode or 1


if __name__ == "__main__":
    sys.exit(run())
