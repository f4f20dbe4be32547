"""What reading a note gives back."""

from dataclasses import dataclass
from datetime import date, time

from app.exchange.people_names import Named


@dataclass(frozen=True)
class Recognised:
    """One header as it was understood, with its label and value as they were written; `line` counts from 1 (0: no line).

    `field` is one of the names in `note_labels` ("title", "slot", "room", "when", "leaders", "note_takers", "present",
    "regrets", "hosts", "event", "tags", "summary"), or "notes" for the line that only says that the notes begin.
    """

    field: str
    label: str
    value: str
    how: str
    line: int


@dataclass(frozen=True)
class ReadNote:
    """A note in its parts. Empty values mean that the file did not say."""

    title: str
    body: str
    summary: str
    event_name: str
    slot: int | None
    slot_text: str
    room: str
    leaders: tuple[Named, ...]
    note_takers: tuple[Named, ...]
    present: tuple[Named, ...]
    regrets: tuple[Named, ...]
    hosts: tuple[Named, ...]
    wants_host: bool  # the note asks who will carry the conversation on, and nobody is named
    when_text: str
    date: date | None
    time: time | None
    tags: tuple[str, ...]
    parts: int  # 1, or how many meetings or breakouts the file holds; then people are those of all of them
    recognised: tuple[Recognised, ...]
    unsure: tuple[str, ...]
