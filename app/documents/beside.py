"""Working through long logs in a real thread, so that other pages and editors go on meanwhile."""

from collections.abc import Callable
from typing import TypeVar

from gevent import monkey
from gevent.threadpool import ThreadPool

_pool: ThreadPool | None = None

T = TypeVar("T")


def beside(work: Callable[..., T], *given) -> T:
    """What `work(*given)` returns or raises. It must not use the database: sessions stay where they are."""
    global _pool
    if not monkey.is_module_patched("threading"):
        return work(*given)
    if _pool is None:  # made on first use: threads do not survive a fork
        _pool = ThreadPool(1)
    return _pool.apply(work, given)
