"""QR codes, as SVG that can stand in a page and as an image of its own. Black on white on any background."""

import io
from functools import lru_cache

import segno
from flask import Response, make_response
from markupsafe import Markup


@lru_cache(maxsize=1024)
def qr_of(address: str, label: str) -> Markup:
    """The code that opens `address`, called `label` for those who do not see it, to stand in a page."""
    drawn = _drawn(address, alone=False).decode("utf-8")
    return Markup('<svg role="img" aria-label="%s"') % label + Markup(drawn.removeprefix("<svg"))  # noqa: S704 - segno's, no text


def qr_answer(address: str) -> Response:
    """The code that opens `address`, as an image."""
    response = make_response(_drawn(address, alone=True))
    response.headers["Content-Type"] = "image/svg+xml"
    return response


def _drawn(address: str, *, alone: bool) -> bytes:
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", border=2, dark="#000", light="#fff", omitsize=True, xmldecl=False,
                                           svgns=alone, svgclass=None, lineclass=None, nl=alone)
    return out.getvalue()
