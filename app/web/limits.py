"""Rate limits. Counted by what is guarded (an address, an account), not only by where a request comes from: 300 people share
one venue's address. Forwarded headers count only from as many proxies as TRUSTED_PROXIES says."""

import hashlib
import hmac

from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=False, strategy="moving-window")


def typed(field: str):
    """A key function: what was typed into `field`, folded, so that a limit is per address or code and not per venue."""

    def key() -> str:
        return (request.form.get(field) or "").strip().casefold()[:254]

    return key


def unnamed(number: int | None) -> str:
    """A key for an account that does not say whose it is: who has the counters cannot tell who was busy when."""
    key = current_app.secret_key.encode()
    return hmac.new(key, f"limits:{number}".encode(), hashlib.sha256).hexdigest()[:24] if number is not None else ""


def init(app, redis_url: str) -> None:
    """Count in Redis when there is one (all processes together), otherwise in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(redis_url)
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    limiter.init_app(app)
    # Tests start each case with nothing counted.
    app.extensions["limiter_reset"] = limiter.reset
