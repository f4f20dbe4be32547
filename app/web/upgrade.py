"""From a request to a WebSocket, in gunicorn's gevent worker.

A view asks `check_handshake` and answers `upgrade(…)`. When Flask has let go of the request, `Sockets` takes the connection's
file descriptor away from gunicorn, for which the connection is closed then.
"""

import logging
import ssl
from collections.abc import Callable
from socket import AF_UNIX, IPPROTO_TCP, SO_SNDBUF, SOL_SOCKET, TCP_NODELAY

from flask import Response, request

from app.errors import Refused
from app.web import sockets
from app.web.frames import accept_key, is_key
from app.web.sockets import Socket

log = logging.getLogger(__name__)

SYSTEM_BACKLOG = 64 * 1024  # bytes in the system's own buffer, which would otherwise grow to megabytes for each
_START, _ASKED = "folkmoot.socket", "folkmoot.upgrade"


class NoUpgrade(Refused):
    """An ordinary page was asked for where there is only a WebSocket."""

    status = 426
    heading = "This is not a page"


class Full(Refused):
    """As many are connected as can be."""

    status = 503
    heading = "Too many are connected"


class ForeignOrigin(Refused):
    """A page of another site wants to connect with the reader's cookie."""

    status = 403
    heading = "Not from there"


def check_handshake(*, origins: set[str]) -> None:
    """Raise unless the request asks for a WebSocket, from a page at one of `origins` or from no page, and there is room."""
    headers = request.headers
    wanted = {word.strip().casefold() for word in headers.get("Connection", "").split(",")}
    asked = (request.environ.get(_ASKED, "").casefold() == "websocket" and "upgrade" in wanted and request.method == "GET"
             and headers.get("Sec-WebSocket-Version") == "13" and is_key(headers.get("Sec-WebSocket-Key", "")))
    taken = request.environ.get("gunicorn.socket")
    if not asked or taken is None or isinstance(taken, ssl.SSLSocket) or request.environ.get("HTTP_VERSION") == "2":
        raise NoUpgrade("Notes are written together over a WebSocket here; there is no page at this address.")
    origin = headers.get("Origin")
    if origin is not None and origin not in origins:
        raise ForeignOrigin("Only pages of this site may connect here.")
    if sockets.is_full():
        raise Full("Try again in a moment.")


def upgrade(start: Callable[[Socket], None], *, most: int, who: tuple) -> Response:
    """Answer the view's request (see `check_handshake`) by switching to a WebSocket with messages of at most `most` bytes, that
    counts as one of `who` (see `crowding.Crowd`).

    `start(socket)` is called when the request is over, with no database session; it gives the socket its listener.
    """
    request.environ[_START] = start, most, who, accept_key(request.headers["Sec-WebSocket-Key"])
    return Response(status=101)


class Sockets:
    """The layer around Flask that carries an upgrade out."""

    def __init__(self, app: Callable):
        self.app = app

    def __call__(self, environ: dict, start_response: Callable):
        """Answer an ordinary request; of an upgrade gunicorn is told that the connection is closed, which for it is true."""
        if "HTTP_UPGRADE" in environ:
            environ[_ASKED] = environ.pop("HTTP_UPGRADE")  # Flask would look for an address of another kind
        begun: list[str] = []

        def begin(status: str, headers: list[tuple[str, str]], *more):
            begun.append(status)
            return (lambda _data: None) if status.startswith("101") else start_response(status, headers, *more)

        body = self.app(environ, begin)
        if not begun or not begun[0].startswith("101"):
            return body
        if hasattr(body, "close"):
            body.close()
        _take_over(environ["gunicorn.socket"], *environ.pop(_START))
        raise StopIteration


def _take_over(connection, start: Callable[[Socket], None], most: int, who: tuple, accepted: str) -> None:
    connection.setsockopt(SOL_SOCKET, SO_SNDBUF, SYSTEM_BACKLOG)
    if connection.family != AF_UNIX:
        connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    socket = sockets.begin(connection.detach(), most, who)
    socket.send(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 f"Sec-WebSocket-Accept: {accepted}\r\n\r\n").encode())
    try:
        start(socket)
    except Exception:
        log.exception("a connection could not begin")
        socket.close(sockets.LATER, "try again")
