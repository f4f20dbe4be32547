"""People who use a running site over plain HTTP, each with a session cookie and a connection of their own."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from tests.journeys.conftest import SECRET, Site

GONE = (OSError, http.client.HTTPException)  # no answer: the server went away, and nobody knows whether it had done it


class SignedIn:
    """Somebody signed in at a site. Not for use by two threads at once."""

    def __init__(self, site: Site, person_id: int, patience: float = 30):
        self._line = None
        bare = Flask("bare", static_folder=None)
        bare.secret_key = SECRET
        [key] = site.ask("select session_key from person where id = :id", id=person_id)
        cookie = SecureCookieSessionInterface().get_signing_serializer(bare).dumps(
            {"_user_id": f"{person_id}.{key}", "_fresh": True, "csrf_token": "c" * 40})
        self.id, self._address, self._patience = person_id, urlsplit(site.address), patience
        self._token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps("c" * 40)
        self.headers = {"Cookie": f"folkmoot={cookie}", "Accept": "application/json"}

    def get(self, path: str) -> tuple[int, str]:
        """The status and text of a page."""
        return self._ask("GET", path, None)[:2]

    def post(self, path: str, **fields) -> tuple[int, str]:
        """Send a form; the status and text. Raises one of GONE when no answer came."""
        return self._ask("POST", path, urlencode({**fields, "csrf_token": self._token}))[:2]

    def post_for_headers(self, path: str, **fields) -> tuple[int, http.client.HTTPMessage]:
        """Send a form; the status and headers."""
        status, _text, headers = self._ask("POST", path, urlencode({**fields, "csrf_token": self._token}))
        return status, headers

    def _ask(self, method: str, path: str, body: str | None):
        if self._line is None:
            self._line = http.client.HTTPConnection(self._address.hostname, self._address.port, timeout=self._patience)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            self._line.request(method, path, body, self.headers | kind)
            answer = self._line.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        except GONE:
            self.hang_up()
            raise

    def __enter__(self) -> "SignedIn":
        return self

    def __exit__(self, *_why) -> None:
        self.hang_up()

    def __del__(self):
        self.hang_up()  # a thread that was still asking when its test ended has opened another

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._line is not None:
            self._line.close()
        self._line = None


def message_of(text: str) -> str:
    """What a JSON answer says, refused or not."""
    said = json.loads(text)
    return said.get("message") or said.get("error", {}).get("message", "")
