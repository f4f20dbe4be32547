"""Where letters are written from: the site's address, the domain that answers go to, and what links are signed with.

Told once at start (`configure`), so that actions and jobs need no request.
"""

import hashlib
import hmac
from dataclasses import dataclass

SITE_ZONE = "Europe/London"  # quiet hours of who set no time zone, where a letter is about no event


@dataclass(frozen=True)
class Desk:
    """`base_url` without a slash at the end; `reply_domain` is empty where the site takes no mail."""

    base_url: str = "http://localhost"
    reply_domain: str = ""
    key: bytes = b""


_desk = Desk()


def configure(*, base_url: str, secret_key: str, reply_domain: str = "") -> None:
    """Say it (BASE_URL, SECRET_KEY, REPLY_DOMAIN)."""
    global _desk
    # A key of its own: nothing signed elsewhere with SECRET_KEY can be taken for a link of ours, or the other way round.
    key = hmac.new(secret_key.encode(), b"folkmoot letters", hashlib.sha256).digest()
    _desk = Desk(base_url.rstrip("/"), reply_domain.lower(), key)


def desk() -> Desk:
    """What was configured."""
    return _desk


def url(path: str) -> str:
    """`path` of this site as a full address."""
    return f"{_desk.base_url}/{path.lstrip('/')}"


def signature(*parts: object) -> bytes:
    """20 bytes that only this site can make of `parts`, whose order and number count."""
    said = "\0".join(map(str, parts))
    return hmac.new(_desk.key, said.encode("utf-8", "replace"), hashlib.sha256).digest()[:20]
