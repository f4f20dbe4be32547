"""The seven kinds of people that permissions are tested with."""

from app.events.models import Event, Role

KINDS = ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere")


def kinds_of(world, event: Event) -> dict:
    """One person of each kind, as seen from `event`; the stranger is None."""
    return {
        "stranger": None, "signed in": world.person("Somebody Else", keeper=True), "attendee": world.holder(event),
        "campmaker": world.holder(event, Role.CAMPMAKER), "organiser": world.holder(event, Role.ORGANISER),
        "owner": world.owner(event.series), "organiser elsewhere": world.holder(world.event(), Role.ORGANISER),
    }


def those_who(people: dict, may) -> str:
    """A truth table's row: `+` or `-` for each kind, in the order of KINDS."""
    return "".join("+" if may(people[kind]) else "-" for kind in KINDS)
