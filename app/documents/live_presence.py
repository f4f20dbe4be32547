"""Who is here and where their caret is: Yjs awareness, with the names put in by the server.

Nothing of it is stored. A connection speaks for one client only, the first it announces; the reference client also echoes what it
heard of others, which is passed over. Under the Chatham House Rule nobody hears of anybody: only the echo that the reference
client needs to stay connected goes back to whom it came from.
"""

import json
import time
from typing import NamedTuple

from app.documents import wire
from app.documents.crdt import Malformed
from app.web.frames import BINARY, frame

ENTRIES_READ = 2000  # of one message; the reference client sends all it knows of a room
STATE_BYTES = 4096  # of one client's state: a caret is 200
EVERY_SECONDS = 0.1  # what all of a document did in that time is told at once
ELSEWHERE_SECONDS = 45.0  # a client renews its state every 15; of one on another process that does not, the end may not be heard
OWNERS_KEPT = 2000
GONE = b"null"
NOBODY = b"{}"


class Here(NamedTuple):
    """One client: its clock, its state as it is shown, and whose it is (None when on another process)."""

    clock: int
    state: bytes
    member: object
    at: float


class Presence:
    """Of one document. `quiet`: nobody is to hear of anybody."""

    def __init__(self, quiet: bool):
        self.quiet = quiet
        self.clients: dict[int, Here] = {}
        self._news: dict[int, int] = {}  # client and its last clock
        self._owners: dict[int, int | None] = {}  # whose a client was, so that a late echo takes over nobody's

    def hear(self, member, data: bytes) -> None:
        """What a connection says of itself. Raises `Malformed`."""
        for client, clock, state in wire.read_awareness(data, ENTRIES_READ):
            if member.client is None and state != GONE and self._free(client, member):
                member.client = client
            if client == member.client:
                self._put(member, client, clock, state)
                return

    def _free(self, client: int, member) -> bool:
        if self._owners.setdefault(client, member.person_id) != member.person_id:
            return False
        if len(self._owners) > OWNERS_KEPT:
            del self._owners[next(iter(self._owners))]
        known = self.clients.get(client)
        if known is not None and known.member is None:
            return False
        if known is not None:
            known.member.client = None  # the same browser, back before its old connection was missed
        return True

    def _put(self, member, client: int, clock: int, state: bytes) -> None:
        if state == GONE:
            self.clients.pop(client, None)
        else:
            self.clients[client] = Here(clock, _shown(state, member.user), member, time.monotonic())
        if self.quiet:
            own = state if len(state) <= STATE_BYTES else NOBODY
            member.send(frame(BINARY, wire.awareness([(client, clock, own)])))
        else:
            self._news[client] = clock

    def leave(self, member) -> None:
        """A connection has ended."""
        known = self.clients.get(member.client)
        if known is not None and known.member is member:
            del self.clients[member.client]
            if not self.quiet:
                self._news[member.client] = known.clock

    def take_news(self) -> bytes | None:
        """What changed since the last time, as a message for everybody; None when nothing did."""
        if not self._news:
            return None
        news, self._news = self._news, {}
        entries = []
        for client, clock in news.items():
            here = self.clients.get(client)
            entries.append((client, here.clock, here.state) if here else (client, clock, GONE))
        return wire.awareness(entries)

    def all(self, *, here_only: bool = False) -> bytes | None:
        """Everybody, as a message for somebody new; None when nobody is there, or nobody is to hear."""
        entries = [(client, here.clock, here.state) for client, here in self.clients.items()
                   if not here_only or here.member is not None]
        return wire.awareness(entries) if entries and not self.quiet else None

    def hear_elsewhere(self, data: bytes) -> bytes | None:
        """What another process tells of its clients; the message to pass on. None where that is nothing, or not to be heard."""
        entries, now = [], time.monotonic()
        for client, clock, state in wire.read_awareness(data, ENTRIES_READ):
            known = self.clients.get(client)
            if known is not None and known.member is not None:
                continue
            if state == GONE:
                self.clients.pop(client, None)
            else:
                self.clients[client] = Here(clock, state, None, now)
            entries.append((client, clock, state))
        return wire.awareness(entries) if entries and not self.quiet else None

    def forget_elsewhere(self, now: float) -> bytes | None:
        """Let go of clients on other processes that were not heard of for long; the message that says so."""
        old = [(client, here.clock, GONE) for client, here in self.clients.items()
               if here.member is None and now - here.at > ELSEWHERE_SECONDS]
        for client, _clock, _state in old:
            del self.clients[client]
        return wire.awareness(old) if old else None

    def names(self) -> list[str]:
        """The names of who is here, each once."""
        found = {}
        for here in self.clients.values():
            name = json.loads(here.state).get("user", {}).get("name")
            if name and not self.quiet:
                found[name] = None
        return list(found)


def _shown(state: bytes, user: dict) -> bytes:
    """A client's state as others see it: its caret is its own, its name is the account's. Raises `Malformed`."""
    if len(state) > STATE_BYTES:
        return _dump({"user": user})
    try:
        said = json.loads(state)
    except (ValueError, RecursionError):
        raise Malformed("a state that is not JSON") from None
    shown: dict = {"user": user}
    if isinstance(said, dict) and isinstance(said.get("cursor"), dict):
        shown["cursor"] = {key: said["cursor"][key] for key in ("anchor", "head") if key in said["cursor"]}
    return _dump(shown)


def _dump(shown: dict) -> bytes:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
