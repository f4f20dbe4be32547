"""Addresses whose answer is the same for everybody: nobody is asked who they are.

What hundreds of open pages fetch in the same second (the grid, after a move) must cost next to nothing. So for these addresses
the reader's cookies are taken away before anything of ours sees the request: no session, no person, no role can have a part
in the answer, and none is looked for. The application answers as it answers a stranger, guard and all. What it made is kept,
and the next ones who ask for the same version get those very bytes from here, without the application.
"""

import re
from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from app.web.kept import Body
from app.web.sending import HTML, answer

STATUS = {200: "200 OK", 304: "304 NOT MODIFIED"}


class Unasked:
    """A layer around the WSGI application `app`, for the addresses that `pattern` matches wholly.

    `known(**groups)` gives what is kept for such an address as it is now, if everybody may read it; else None. `headers` are
    those of every answer of the site.
    """

    def __init__(self, app: Callable, pattern: re.Pattern, known: Callable[..., Body | None], headers: Mapping[str, str]):
        self.app, self.pattern, self.known, self.headers = app, pattern, known, headers

    def __call__(self, environ: dict, start_response: Callable):
        found = self.pattern.fullmatch(environ.get("PATH_INFO", ""))
        if found is None:
            return self.app(environ, start_response)
        environ.pop("HTTP_COOKIE", None)
        try:
            body = self.known(**found.groupdict()) if environ["REQUEST_METHOD"] == "GET" else None
        except SQLAlchemyError:
            body = None  # the application says it in words
        if body is None:
            return self.app(environ, self._without_cookie(start_response))
        status, data, headers = answer(body, HTML, accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
                                       has=environ.get("HTTP_IF_NONE_MATCH", ""), everybody=True)
        if data:
            headers["Content-Length"] = str(len(data))
        start_response(STATUS[status], [*self.headers.items(), *headers.items()])
        return [data]

    @staticmethod
    def _without_cookie(start_response: Callable) -> Callable:
        """What knows no cookie sets none, and does not vary with it, whatever was looked for in an empty session."""
        def start(status: str, headers: list[tuple[str, str]], *more):
            kept = [(name, ", ".join(part for part in value.split(", ") if part != "Cookie") if name == "Vary" else value)
                    for name, value in headers if name != "Set-Cookie"]
            return start_response(status, [(name, value) for name, value in kept if name != "Vary" or value], *more)

        return start
