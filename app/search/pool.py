"""Searching off the event loop: a search is a few milliseconds of work during which nothing else would be served."""

import _thread
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def _patched() -> bool:
    return "gevent.monkey" in sys.modules and sys.modules["gevent.monkey"].is_module_patched("threading")


def native_lock():
    """A lock between real threads, also where gevent has replaced them by its own."""
    if _patched():
        return sys.modules["gevent.monkey"].get_original("_thread", "allocate_lock")()
    return _thread.allocate_lock()


class SearchPool:
    """One or two real threads. In a process run by gevent the caller waits without holding up the others."""

    def __init__(self, threads: int = 1):
        self._threads = threads
        self._pool = None

    def run(self, work: Callable[..., Answer], *args: object) -> Answer:
        """What `work(*args)` returns or raises, worked out in one of the threads."""
        if self._pool is None:  # made on first use: threads do not survive a fork
            if _patched():
                from gevent.threadpool import ThreadPool  # start-up cost of gevent where it is not in use

                self._pool = ThreadPool(self._threads)
            else:
                self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="search")
        if isinstance(self._pool, ThreadPoolExecutor):
            return self._pool.submit(work, *args).result()
        return self._pool.apply(work, args)

    def close(self) -> None:
        """End the threads; the pool starts new ones if it is used again."""
        pool, self._pool = self._pool, None
        if isinstance(pool, ThreadPoolExecutor):
            pool.shutdown()
        elif pool is not None:
            pool.kill()
