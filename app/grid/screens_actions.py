"""What organisers have the screens say."""

from app.accounts.models import Person
from app.errors import Invalid, require
from app.events.models import Event
from app.events.versions import count_change
from app.grid import policy

LONGEST = 200  # characters: one line across a hall


def say(actor: Person, event: Event, *, message: str, screen_text: str) -> None:
    """Have every screen show `message` (empty: nothing any more) and, all day, `screen_text` (the wifi, say).

    Open pages are told. Raises `Invalid` naming the field that is too long.
    """
    require(policy.can_arrange(actor, event))
    for field, text in (("message", message), ("screen_text", screen_text)):
        if len(text) > LONGEST:
            raise Invalid(f"Keep it to {LONGEST} characters.", field)
    if (message, screen_text) != (event.message, event.screen_text):
        event.message, event.screen_text = message, screen_text
        count_change(event)
