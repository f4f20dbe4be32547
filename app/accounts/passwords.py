"""Passwords: argon2id, worked out beside the event loop, and the same work whether or not there is anything to compare with."""

from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey
from gevent.threadpool import ThreadPool

LEAST, MOST = 10, 200  # characters

_hasher = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
# The hash of something nobody knows, made with the same parameters (a test holds it to them): what a try is compared with
# when the address is unknown or has no password.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$q23ocfkbcGovKd48v2B/ug$D6cIZ23pbnfPagVxybTy2oboUMyV6nv7odovtG06zAE"

# Each hash takes 64 MiB, so no more than two at once whatever number of people press the button.
_AT_ONCE = 2
_pool: ThreadPool | None = None

T = TypeVar("T")


def _beside(work: Callable[..., T], *given) -> T:
    """Do `work` in a real thread when gevent runs this process, so that every other page goes on meanwhile."""
    global _pool
    if not monkey.is_module_patched("threading"):
        return work(*given)
    if _pool is None:
        _pool = ThreadPool(_AT_ONCE)
    return _pool.spawn(work, *given).get()


def _verify(kept: str, given: str) -> bool:
    try:
        return _hasher.verify(kept, given)
    except (VerificationError, InvalidHashError):
        return False


def hash_of(password: str) -> str:
    """What to keep of `password`. Takes some 50 ms, so call it before opening a transaction."""
    return _beside(_hasher.hash, password)


def fits(kept: str | None, given: str) -> bool:
    """Whether `given` is the password that `kept` was made from. With nothing kept the same work is done, in vain."""
    return _beside(_verify, kept or NOBODYS, given) and kept is not None
