"""That nobody alone takes all the room there is for open connections: who holds how many, and how often they knock.

Counted in this process, without asking Redis or the database, by account; those without one by their address, behind which there
may be a venue of hundreds, so more generously. What one person may do is far above what anybody needs (a dozen tabs on a network
that comes and goes), and far below what would be felt by others.
"""

import time
from collections import Counter

from app.errors import Refused

HELD_MOST = {"person": 1000, "address": 2000}  # connections of one account, or of strangers from one address, in a process
A_MINUTE = {"person": 2000, "address": 6000}  # times they may knock
KNOWN_MOST = 10_000  # of whom it is remembered how often they knocked


class TooMany(Refused):
    """One account or address holds too many connections, or asks for them too often."""

    status = 429
    heading = "Slow down a little"


class Crowd:
    """Who is connected, and who knocked of late. A `who` is a pair: "person" or "address", and which."""

    def __init__(self):
        self._held: Counter[tuple] = Counter()
        self._knocks: dict[tuple, tuple[float, float]] = {}  # how often one may still knock, and when that was so

    def knock(self, who: tuple, now: float | None = None) -> None:
        """Somebody asks to be connected. Raises `TooMany`."""
        now = time.monotonic() if now is None else now
        most = A_MINUTE[who[0]]
        left, at = self._knocks.pop(who, (most, now))
        left = min(most, left + (now - at) * most / 60)
        self._knocks[who] = max(0.0, left - 1), now  # the last in the dictionary: who knocked longest ago is the first
        if len(self._knocks) > KNOWN_MOST:
            del self._knocks[next(iter(self._knocks))]
        if left < 1:
            raise TooMany("You ask to be connected too often. Wait a minute, then reload the page.")
        if self._held[who] >= HELD_MOST[who[0]]:
            raise TooMany("You have too many pages of notes open. Close some of them first.")

    def hold(self, who: tuple) -> None:
        """They have one connection more."""
        self._held[who] += 1

    def let_go(self, who: tuple) -> None:
        """One of their connections has ended."""
        self._held[who] -= 1
        if self._held[who] <= 0:
            del self._held[who]


crowd = Crowd()
