"""How far the notes of the invented camps are: some a draft, some written up, some published; and where somebody is asked for."""

from datetime import datetime

from app.accounts.models import Person
from app.events.models import Event
from app.grid.models import Session
from app.infra import db
from app.infra.db import transaction
from app.notes import states, wanted
from app.notes.queries import needing_note_takers, written_sessions

ASKED_FOR = 3


def how_far(organiser: Person, this_year: Event, last_year: Event, *, at: datetime) -> None:
    """Last year's notes are published. Of this year's a third are published, a third written up, the others drafts."""
    with transaction():
        states.publish_all(organiser, last_year, drafts=True, at=at)
    with transaction():
        for number, session_id in enumerate(sorted(written_sessions(this_year))):
            if number % 3 < 2:
                (states.publish, states.written_up)[number % 3](organiser, db.session.get(Session, session_id), at=at)
    with transaction():
        wanted.ask_for_all(organiser, this_year, sorted(needing_note_takers(this_year))[:ASKED_FOR], at=at)
