"""Editors for the tests that are no browser: a WebSocket client and a Yjs document, written against the RFC and the protocol's
description rather than against our server. Blocking, with a thread of its own only where a test starts one.
"""

import base64
import json
import os
import socket
import struct
import time
import weakref
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from pycrdt import Doc, Text

from app.documents import wire


class Closed(Exception):
    """The server ended the connection, with `code` (1006: without saying why)."""

    def __init__(self, code: int, reason: str = ""):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Refused(Exception):
    """The server did not take the connection: `status` of its answer."""

    def __init__(self, status: int):
        super().__init__(str(status))
        self.status = status


class Line:
    """A client's end of a WebSocket."""

    def __init__(self, address: str, path: str, *, cookie: str | None = None, seconds: float = 10, takes: int = 0,
                 **headers: str):
        """`takes`: bytes that the system takes in for this end before it reads them, if not as many as it likes."""
        to = urlsplit(address)
        self.socket = socket.socket()
        if takes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
        self.socket.settimeout(seconds)
        try:
            self._shake_hands(to, path, cookie, headers)
        except (Closed, Refused, OSError):
            self.socket.close()
            raise

    def _shake_hands(self, to: SplitResult, path: str, cookie: str | None, headers: dict[str, str]) -> None:
        self.socket.connect((to.hostname, to.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        said = {"Host": to.netloc, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()} | headers
        if cookie:
            said["Cookie"] = f"folkmoot={cookie}"
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        self._rest = b""
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        status = int(head.split()[1])
        if status != 101:
            raise Refused(status)

    def _more(self) -> None:
        try:
            data = self.socket.recv(262144)
        except TimeoutError:
            raise
        except OSError:
            data = b""
        if not data:
            raise Closed(1006)
        self._rest += data

    def send(self, data: bytes, kind: int = 2, *, first: int = 0x80) -> None:
        """A whole message; `first` is what the frame's first byte has besides its kind."""
        self.socket.sendall(masked(data, kind, first))

    def receive(self, seconds: float = 10.0) -> bytes:
        """The next message. Answers pings meanwhile. Raises TimeoutError, and `Closed` when there are no more."""
        deadline = time.monotonic() + seconds
        while True:
            kind, data = self._frame(deadline)
            if kind == 2:
                return data
            if kind == 9:
                self.send(data, 10)
            if kind == 8:
                with suppress(OSError):
                    self.send(data[:2], 8)
                self.socket.close()
                raise Closed(int.from_bytes(data[:2], "big"), data[2:].decode())

    def _frame(self, deadline: float) -> tuple[int, bytes]:
        while True:
            if len(self._rest) >= 2:
                size, head = self._rest[1] & 127, 2
                if size == 126 and len(self._rest) >= 4:
                    size, head = struct.unpack("!H", self._rest[2:4])[0], 4
                elif size == 127 and len(self._rest) >= 10:
                    size, head = struct.unpack("!Q", self._rest[2:10])[0], 10
                elif size > 125:
                    size = 2**63
                if len(self._rest) >= head + size:
                    kind, data = self._rest[0] & 15, self._rest[head:head + size]
                    self._rest = self._rest[head + size:]
                    return kind, data
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            self._more()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.socket.close()


def masked(data: bytes, kind: int = 2, first: int = 0x80) -> bytes:
    """A frame as a client sends it."""
    key = os.urandom(4)
    size = len(data)
    head = bytes((first | kind,)) + (bytes((0x80 | size,)) if size < 126 else bytes((0xFE,)) + struct.pack("!H", size)
                                     if size < 65536 else bytes((0xFF,)) + struct.pack("!Q", size))
    repeated = (key * (size // 4 + 1))[:size]
    return head + key + bytes(a ^ b for a, b in zip(data, repeated, strict=True))


class Editor:
    """Somebody who writes: a document, and a connection that may come and go. `doc` outlives the connection."""

    def __init__(self, address: str, session: int, cookie: str | None = None, *, client: int | None = None, among: str = "notes"):
        """`among`: what the number is of, "notes" of sessions or "follow-ups"."""
        self.address, self.session, self.cookie, self.among = address, session, cookie, among
        self.doc = Doc({"text": Text()}, client_id=client)
        self.line: Line | None = None
        self.unsent: list[bytes] = []
        self.heard, self.facts, self.people, self.fence = 0, None, {}, 0
        self.got: set[int] = set()
        self._remote = False
        me = weakref.ref(self)  # the document and who watches it hold each other, where Python's collector does not see it
        self._watch = self.doc.observe(lambda event: me()._changed(event))

    def __del__(self):
        self.doc.unobserve(self._watch)
        self.leave()

    def _changed(self, event) -> None:
        if not self._remote:
            self.unsent.append(event.update)

    @property
    def text(self) -> str:
        """What this editor shows."""
        return str(self.doc["text"])

    def connect(self, **headers: str) -> "Editor":
        """Connect, and have what the server has."""
        self.line = Line(self.address, f"/ws/{self.among}/{self.session}", cookie=self.cookie, **headers)
        self.heard = 0
        self.unsent.clear()  # the answer to the server's first step has them all
        self.line.send(wire.sync(wire.STEP1, self.doc.get_state()))
        self.until(lambda: self.heard > 0)
        return self

    def type(self, at: int, text: str) -> None:
        """Put `text` in (positions are bytes) and send it if connected."""
        self.doc["text"].insert(min(at, len(self.doc["text"])), text)
        self.send()

    def send(self) -> None:
        """Send what was changed here."""
        if self.line:
            for update in self.unsent:
                self.line.send(wire.sync(wire.UPDATE, update))
        self.unsent.clear()

    def take(self, seconds: float = 10.0) -> None:
        """Deal with the next message."""
        data = self.line.receive(seconds)
        read = wire.Bytes(data)
        kind = read.number()
        if kind == wire.SYNC:
            step, content = read.number(), read.run()
            if step == wire.STEP1:
                self.line.send(wire.sync(wire.STEP2, self.doc.get_update(content)))
            else:
                self._remote = True
                self.doc.apply_update(content)
                self._remote = False
                self.heard += step == wire.STEP2
        elif kind == wire.AWARENESS:
            for client, _clock, state in wire.read_awareness(read.run(), 10**6):
                self.people[client] = json.loads(state)
        elif kind == wire.FENCE:
            self.got.add(read.number())
        elif kind == wire.NOTE:
            self.facts = json.loads(read.run())
        read.end() if kind != wire.AUTH else None

    def until(self, true, seconds: float = 10.0) -> None:
        """Deal with messages until something is so. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not true():
            self.take(max(0.001, deadline - time.monotonic()))

    def saved(self, seconds: float = 10.0) -> None:
        """Wait until the server says that all that was sent is stored."""
        self.fence += 1
        number = self.fence
        self.line.send(bytes((wire.FENCE,)) + wire.number(number))
        self.until(lambda: number in self.got, seconds)

    def be_here(self, clock: int = 1, **state) -> None:
        """Tell who is here."""
        self.line.send(wire.awareness([(self.doc.client_id, clock, json.dumps(state).encode())]))

    def quiet(self, seconds: float = 0.3) -> None:
        """Deal with messages until none came for a while."""
        with suppress(TimeoutError):
            while True:
                self.take(seconds)

    def leave(self) -> None:
        """Hang up; what is typed from now on waits in the document."""
        if self.line:
            self.line.close()
        self.line = None
