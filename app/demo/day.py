"""What happened at the invented camp once its grid was published: moved, cancelled, doubled, held again, merged.

Two organisers and a campmaker do it, as on a real day, so that the change log, the history and the notices have something in
them; the organiser that the demo signs in finds notices of her own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.accounts.models import Person
from app.events.models import Event
from app.events.queries import session_rooms, session_slots
from app.grid import actions as grid
from app.grid import cancelling, publishing, queries, rules
from app.infra.db import transaction
from app.pitches import actions as pitches
from app.pitches.models import Pitch

TOO_SMALL, TO = "Sharing a data platform between five councils", 3  # the number of the room it changes places into
DOUBLE = "Zines for consultation"
CANCELLED, BECAUSE = "Job shares in digital leadership", "Both who lead it are on a train that is stuck outside Skipton."
AGAIN, IN = "Should councils build their own AI assistants?", (5, 2)  # the numbers of session and room
BINS, BINS_TOO = "Bin collection APIs: a support group", "One bin calendar file for every council"
MERGED, MERGED_ABOUT = "Bins: many APIs, one calendar file", (
    "Everybody has an API and none agree. Can we agree on the file that residents use, and is there a group that keeps it?")
MARKED = (TOO_SMALL, CANCELLED, AGAIN, BINS, "How do we keep camps going for another ten years?", "How small can a discovery be?")
STEP_FREE = (31, 64, 97, 130)  # people of the crowd who need it


def before_it_is_published(organiser: Person, event: Event, *, at: datetime) -> None:
    """Arrange in private."""
    with transaction(event):
        publishing.hide(organiser, event, at=at)


def after(organiser: Person, event: Event, crowd: list[Person], of: Mapping[str, Pitch], *, at: datetime) -> None:
    """Publish the grid an hour and a half before `at`, and change it from then on. `of` are the pitches by title."""
    other, campmaker = crowd[0], crowd[2]
    slots, rooms = {s.number: s for s in session_slots(event)}, {r.number: r for r in session_rooms(event)}

    def ago(minutes: int) -> datetime:
        return at - timedelta(minutes=minutes)

    with transaction(event):
        for title in MARKED:
            pitches.mark_interest(organiser, of[title], at=ago(100))
        for number in STEP_FREE:
            rules.ask_step_free(crowd[number], event, True)
    with transaction(event):
        publishing.publish(organiser, event, at=ago(90))
    with transaction(event):
        grid.merge(campmaker, [of[BINS], of[BINS_TOO]], title=MERGED, about=MERGED_ABOUT, at=ago(70))
    with transaction(event):
        held = queries.session_of(of[TOO_SMALL])
        grid.move(other, event, held, rooms[TO], held.placement.slot, seen=None, at=ago(55))
    with transaction(event):
        grid.resize(organiser, event, queries.session_of(of[DOUBLE]), 2, seen=None, at=ago(40))
    with transaction(event):
        cancelling.cancel(other, event, queries.session_of(of[CANCELLED]), BECAUSE, seen=None, at=ago(25))
    with transaction(event):
        grid.repeat(organiser, event, queries.session_of(of[AGAIN]), rooms[IN[1]], slots[IN[0]], seen=None, at=ago(10))
