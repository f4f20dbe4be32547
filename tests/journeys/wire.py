"""A network between a browser and a site that a test can let die: connections refused, or taken and never answered."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

UP, CUT, DEAD = "up", "cut", "dead"


class Wire:
    """Passes connections on to `address`. CUT ends and refuses them; DEAD takes them, and nothing comes through any more."""

    def __init__(self, address: str):
        to = urlsplit(address)
        self._to, self.state = (to.hostname, to.port), UP
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def be(self, state: str) -> None:
        """Be UP, CUT or DEAD from now on."""
        with self._changed:
            self.state = state
            self._changed.notify_all()
            if state == CUT:
                self._hang_up()

    def close(self) -> None:
        """Take the wire away."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._changed:
            self.state = CUT
            self._changed.notify_all()
            self._hang_up()

    def _hang_up(self) -> None:
        for one in list(self._open):
            with suppress(OSError):  # the other end was quicker
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            if self.state == CUT:
                here.close()
                continue
            try:
                there = socket.create_connection(self._to, 10)
            except OSError:
                here.close()
                continue
            there.settimeout(None)
            self._open |= {here, there}
            for source, sink in ((here, there), (there, here)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                with self._changed:
                    self._changed.wait_for(lambda: self.state != DEAD)
                sink.sendall(data)
        for one in (source, sink):
            self._open.discard(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def wire_to(address: str) -> Iterator[Wire]:
    """A wire to `address` for as long as the block."""
    wire = Wire(address)
    try:
        yield wire
    finally:
        wire.close()
