"""Sending what was kept: compressed once for everybody, with its ETag, and 304 for whoever has it already."""

import gzip
from functools import lru_cache

import brotli
from flask import Response, make_response, request
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.utils import get_content_type

from app.web.kept import Body

# Better compressed than what is made for one reader: it is done once for each version. What can read zstd can read br.
PACKERS = {"br": lambda data: brotli.compress(data, quality=5), "gzip": lambda data: gzip.compress(data, 6, mtime=0)}
LEAST_PACKED = 500  # bytes

HTML = "text/html"

Answer = tuple[int, bytes, dict[str, str]]


@lru_cache(maxsize=256)
def _packing(accepted: str) -> str:
    """The kind of compression for a reader that says `accepted`; empty for none."""
    return parse_accept_header(accepted).best_match(PACKERS, default="")


def answer(body: Body, mimetype: str, *, accepts: str, has: str, everybody: bool) -> Answer:
    """Status, bytes and headers for `body`, to who `accepts` these encodings (Accept-Encoding) and `has` these tags
    (If-None-Match).

    Only what `everybody` may read may be kept by others between us and the reader, and is asked about each time.
    """
    packing = _packing(accepts) if len(body.data) >= LEAST_PACKED else ""
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "public, no-cache" if everybody else "private, no-cache"}
    # What was sent compressed carries the kind of compression behind our tag; servers in front may make it a weak one.
    tag = f"{body.etag}:{packing}" if packing else body.etag
    if has:
        known = {*filter(None, parse_etags(has).as_set(include_weak=True))}  # what cannot be read comes as None
        tag = next((one for one in known if one == body.etag or one.startswith(f"{body.etag}:")), tag)
        if tag in known:
            return 304, b"", headers | {"ETag": f'"{tag}"'}
    headers |= {"Content-Type": get_content_type(mimetype, "utf-8"), "ETag": f'"{tag}"'}
    if not packing:
        return 200, body.data, headers
    data = body.packed.get(packing)
    if data is None:
        data = body.packed[packing] = PACKERS[packing](body.data)
    return 200, data, headers | {"Content-Encoding": packing}


def sent(body: Body, mimetype: str, *, everybody: bool) -> Response:
    """`body` as the answer to the current request."""
    status, data, headers = answer(body, mimetype, accepts=request.headers.get("Accept-Encoding", ""),
                                   has=request.headers.get("If-None-Match", ""), everybody=everybody)
    return Response(data, status, headers)


def tagged(html: str) -> Response:
    """A fragment made for one reader, with its ETag; 304 if they have it already."""
    response = make_response(html)
    response.add_etag()
    return response.make_conditional(request)
