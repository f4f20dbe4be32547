"""What an import says of each file or row: shown on the page, printed by the command, kept with the file."""

from dataclasses import asdict, dataclass, field

NEW, CHANGED, SAME, CLASHED, SKIPPED, FAILED = "new", "changed", "same", "clashed", "skipped", "failed"
WORDS = {
    NEW: "Brought in", CHANGED: "Brought up to date", SAME: "Here already", CLASHED: "Left out, it clashes",
    SKIPPED: "Passed over", FAILED: "Could not be read",
}


@dataclass
class Report:
    """One file or row: what became of it, what was understood, what was a guess, and what somebody should look at."""

    name: str
    outcome: str
    title: str = ""
    session_id: int | None = None
    recognised: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict:
        """For keeping in a JSON column."""
        return asdict(self)

    @property
    def words(self) -> str:
        """The outcome as people read it."""
        return WORDS[self.outcome]


def counted(reports: list[Report]) -> dict[str, int]:
    """How many came out how, in the order of `WORDS`, without those that did not occur."""
    counts = {words: sum(r.outcome == outcome for r in reports) for outcome, words in WORDS.items()}
    return {words: n for words, n in counts.items() if n}
