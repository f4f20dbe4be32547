"""QR codes as SVG that can stand in a page. Pure."""

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=1024)
def qr_of(address: str, label: str) -> Markup:
    """The code that opens `address`, called `label` for those who do not see it. Black on white on any background."""
    drawn = segno.make_qr(address, error="m").svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    return Markup('<svg role="img" aria-label="%s"') % label + Markup(drawn.removeprefix("<svg"))  # noqa: S704 - segno's, no text
