"""gunicorn's gevent worker, which loses no request when it makes way for its successor.

Connections are kept open between requests, and who has one may ask again at any moment, also just when this process ends. So a
worker that is being replaced answers what still comes and says with the answer that the connection ends with it; one on which
nothing comes ends by itself after `keepalive` seconds. Then the worker goes. When the whole server is told to stop there is
nobody to hand over to, and it only finishes what it has begun.
"""

import mmap

from gevent import GreenletExit
from gunicorn.workers.ggevent import GeventWorker

STOP_SECONDS = 1  # for requests that are being answered, when the server is told to stop

# Shared by gunicorn's main process and its workers: how often a new version was asked for, modulo 256.
_reloads = mmap.mmap(-1, 1)


def count_reload(_arbiter) -> None:
    """gunicorn's `on_reload`, in its main process: workers from before this moment are being replaced."""
    _reloads[0] = (_reloads[0] + 1) % 256


class Worker(GeventWorker):
    """One process that answers requests."""

    def init_process(self):
        self._born = _reloads[0]
        super().init_process()

    def handle_request(self, listener_name, req, sock, addr):
        """Answer one request; while leaving, as the last on its connection."""
        if not self.alive:
            req.force_close()
        return super().handle_request(listener_name, req, sock, addr)

    def handle_error(self, req, client, addr, exc):
        """A connection on which nothing comes is ended at last: no error."""
        if not isinstance(exc, GreenletExit):
            super().handle_error(req, client, addr, exc)

    def leave(self) -> None:
        """Called when it is told to end."""
        if _reloads[0] == self._born:
            self.cfg.set("graceful_timeout", STOP_SECONDS)
