"""Looking, a while after a picture was added, whether any text shows it; what none does is taken away."""

from app.infra import clock, files, jobs
from app.infra.db import transaction
from app.notes import picture_actions


@jobs.handles(picture_actions.JOB, batch=50)
def look_again(payloads: list[dict]) -> None:
    """Look at these pictures, and take away those that no text shows."""
    with transaction():
        keys = [picture_actions.take_away_unused(p["picture"], p["days"], clock.now()) for p in payloads]
    for key in dict.fromkeys(filter(None, keys)):
        drop_unless_needed(key)


def drop_unless_needed(key: str) -> None:
    """Forget the bytes under `key`, unless a picture of the same bytes was added meanwhile."""
    with transaction():  # nobody writes meanwhile, on SQLite
        if not files.needed(key):
            files.drop(key)
