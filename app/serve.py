"""gunicorn's settings: one gevent worker per process (docs/decisions/). `gunicorn -c app/serve.py wsgi:app`."""

import gevent
from gevent import monkey

# Before anything of ours is imported: locks and thread-locals made earlier would not know greenlets, and two requests
# would share one database session.
monkey.patch_all()

from app.config import BadSetting, load  # noqa: E402
from app.worker import count_reload  # noqa: E402

try:
    _settings = load()
except BadSetting as problem:
    raise SystemExit(f"Folkmoot did not start. {problem}") from None

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_processes
worker_class = "app.worker.Worker"
worker_connections = 4000
LEAVE_SECONDS = 3  # a capital name is none of gunicorn's settings
timeout = 60
keepalive = 15
graceful_timeout = keepalive + 5  # by then who still has a connection to a worker that is replaced has left it (app/worker.py)
accesslog = None
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1"


on_reload = count_reload


def post_worker_init(worker) -> None:
    """Start the Markdown renderer, so that the first reader does not wait for it."""
    from app.infra import markdown  # start-up cost: the master process has no use for it

    markdown.warm()
    worker.leaving = gevent.spawn(_leave_in_order, worker)


def worker_exit(_server, worker) -> None:
    """Do not end before all that was typed is stored and every editor was told to come back."""
    leaving = getattr(worker, "leaving", None)
    if leaving is not None and not worker.alive:
        leaving.join(LEAVE_SECONDS)


def _leave_in_order(worker) -> None:
    """When the worker is told to stop: store what people typed, and have their editors come back to its successor."""
    from app.documents.live_writer import writer  # start-up cost: the master process has no use for it
    from app.web import sockets, stream  # start-up cost: the master process has no use for it

    while worker.alive:
        gevent.sleep(0.05)
    worker.leave()
    writer.flush(0.3)  # so that most hear that what they typed is saved
    sockets.stop()
    stream.stop()
    writer.flush(1.0)
