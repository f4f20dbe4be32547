"""What a row of `search_entry` should say, its key, and what several kinds of things have in common."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.events.models import Topic
from app.infra import db
from app.pitches.models import PitchTopic
from app.search.engine import ALL


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of `search_entry` should say, but for its id and version."""

    key: str
    kind: str
    event_id: int
    series_id: int
    year: int
    title: str
    body: str = ""
    topics: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    note_takers: tuple[str, ...] = ()
    looking_for_host: bool = False
    readers: str = ALL
    state: str = ""
    followup_id: int | None = None


def key_of(kind: str, thing_id: int, readers: str = ALL) -> str:
    """The key of a thing, or of what there is of it for some readers."""
    return f"{kind}:{thing_id}" + (f":{readers}" if readers != ALL else "")


def lines(parts: Iterable[str]) -> str:
    """Those of `parts` that say something, each on a line."""
    return "\n".join(part for part in parts if part)


def grouped(pairs: Iterable) -> dict[int, tuple[str, ...]]:
    """Each name once, in order, by id."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for thing_id, name in pairs:
        found[thing_id][name] = None
    return defaultdict(tuple, {thing_id: tuple(names) for thing_id, names in found.items()})


def topics_of(pitch_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The topics of these pitches (1 statement)."""
    return grouped(db.session.execute(
        select(PitchTopic.pitch_id, Topic.name).join(Topic, Topic.id == PitchTopic.topic_id)
        .where(PitchTopic.pitch_id.in_([one for one in pitch_ids if one is not None])).order_by(PitchTopic.pitch_id, Topic.id)))
