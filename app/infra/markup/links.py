"""Which addresses people's text may link to: http, https, mailto, a place on this site, and this site's own files."""

import html
import re
from functools import lru_cache

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Characters that a browser drops from an address or that nobody sees in one: controls, line ends, soft hyphens,
# joiners, marks that turn the writing direction.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_ALLOWED = re.compile(r"https?://[^/\\]|mailto:[^@]*[^@ ]@[^@]|/(?![/\\])", re.IGNORECASE)
_OWN_FILE = re.compile(r"/files(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+"
                       r"|/e/[a-z0-9-]{1,60}/(?:boards/[0-9]{1,9}/)?pictures/[a-z0-9]{1,50}\.(?:jpg|png)")


def decoded(text: str) -> str:
    """`text` with its character references read. Only whole ones, so that `?a=1&copy=2` stays as it is."""
    return _ENTITY.sub(lambda m: _character(m[0]), text)


@lru_cache(maxsize=512)
def _character(reference: str) -> str:
    return html.unescape(reference)


def link_to(address: str) -> str:
    """The address as it may stand in a link, or "" when it may not."""
    address = _UNSEEN.sub("", decoded(address)).strip().replace(" ", "%20")
    return address if _ALLOWED.match(address) else ""


def own_file(address: str) -> bool:
    """Whether this is a plain path to one of the site's own files, which a picture may be loaded from."""
    return bool(_OWN_FILE.fullmatch(address))
