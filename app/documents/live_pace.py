"""How long what people type is gathered before it is stored and shown: the fuller the house the longer, as then it saves most.

One who types alone waits for nobody. Where thousands of changes are shown a second, each to everybody who has the document open,
most of the CPU goes into sending; what came for the same editor meanwhile goes in one packet, and into one commit.
"""

GATHER_SECONDS, GATHER_MOST_SECONDS = 0.004, 0.08
BRING_SECONDS, BRING_MOST_SECONDS = 1.0, 4.0  # after a change, until the document's text is written down for lists and search
FULL_HOUSE = 8000.0  # changes shown a second from which it is longest


class Pace:
    """How busy a process is, and what follows from it. Times are seconds of a clock that only goes forward."""

    def __init__(self):
        self._shown, self._began = 0, 0.0
        self.a_second = 0.0  # changes times those whom they were shown to, lately

    def begin(self, now: float) -> None:
        """A round begins."""
        seconds = max(now - self._began, GATHER_SECONDS)
        self.a_second += (self._shown / seconds - self.a_second) * min(1.0, seconds)
        self._began, self._shown = now, 0

    def show(self, changes: int, people: int) -> None:
        """That many changes are shown to that many in this round."""
        self._shown += changes * people

    @property
    def _full(self) -> float:
        return min(1.0, self.a_second / FULL_HOUSE)

    def wait(self, now: float) -> float:
        """Seconds to gather from now on. What the last round took counts, so that a slow disk delays nobody twice."""
        return max(GATHER_SECONDS, self._began + GATHER_MOST_SECONDS * self._full - now)

    @property
    def bring(self) -> float:
        """Seconds that a text which goes on changing may lag behind."""
        return BRING_SECONDS + (BRING_MOST_SECONDS - BRING_SECONDS) * self._full
