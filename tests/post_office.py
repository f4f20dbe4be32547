"""A real SMTP server on loopback that answers as it is told, step by step, also by hanging up or by doing something first."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

STEPS = ("connect", "mail", "rcpt", "data", "content", "taken")
HANG_UP = "hang up"


@dataclass
class Taken:
    """A mail that the server has said 250 to."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def id(self) -> str:
        return self.message["Message-ID"]


class PostOffice:
    """`answers(step, recipient)` is asked at each step: None for a plain yes, a reply such as "451 later", or HANG_UP. The step
    "content" is before the mail's 250, "taken" after it was sent (its answer is ignored, unless it is HANG_UP)."""

    def __init__(self):
        self.taken: list[Taken] = []
        self.connections, self.open = 0, 0
        self.answers: Callable[[str, str], str | None] = lambda step, recipient: None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ended = False
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _listen(self) -> None:
        while not self._ended:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        try:
            with connection, connection.makefile("rb") as lines:
                self._speak(connection, lines)
        except (OSError, ConnectionAbortedError):
            pass

    def _speak(self, connection, lines) -> None:
        sender = recipient = ""

        def say(step: str, usual: str) -> bool:
            answer = self.answers(step, recipient)
            if answer == HANG_UP:
                raise ConnectionAbortedError
            if step != "taken":
                connection.sendall(f"{answer or usual}\r\n".encode())
            return answer is None

        say("connect", "220 post.example.org")
        for line in lines:
            words = line.decode().strip()
            if words.upper().startswith(("EHLO", "HELO")):
                connection.sendall(b"250-post.example.org\r\n250-AUTH PLAIN\r\n250 ENHANCEDSTATUSCODES\r\n")
            elif words.upper().startswith("MAIL"):
                sender = re.search("<(.*?)>", words)[1]
                say("mail", "250 2.1.0 ok")
            elif words.upper().startswith("RCPT"):
                assert not recipient, "one recipient for each mail"
                recipient = re.search("<(.*?)>", words)[1]
                say("rcpt", "250 2.1.5 ok")
            elif words.upper() == "DATA":
                if not say("data", "354 go on"):
                    continue
                content = b""
                while (line := lines.readline()) != b".\r\n":
                    if not line:
                        return
                    content += line.removeprefix(b".")
                if say("content", "250 2.0.0 taken"):
                    self.taken.append(Taken(sender, recipient, content))
                    say("taken", "")
                recipient = ""
            elif words.upper() == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                recipient = ""
                connection.sendall(b"250 ok\r\n")

    def close(self) -> None:
        self._ended = True
        self._listener.close()


@contextmanager
def post_office():
    """A server for as long as the block lasts."""
    post = PostOffice()
    try:
        yield post
    finally:
        post.close()
