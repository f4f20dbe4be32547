"""Pictures that come back in a zip of our own: taken as they are when they are what we made, made anew when they are not."""

from collections.abc import Callable, Iterable

from app.exchange.own_notes import PICTURES
from app.infra import pictures
from app.infra.pictures import Made
from app.notes.picture_queries import NAME

MOST = 50  # of one note


def made_of(shown: Iterable[tuple[str, str]], beside: Callable[[str], bytes | None]) -> tuple[dict[str, Made], list[str]]:
    """The pictures that a note shows by their names, and warnings about those that cannot be had. Takes a while for each: not for
    inside a transaction."""
    found: dict[str, Made] = {}
    warnings = []
    for name in list(dict.fromkeys(name for name, _ in shown))[:MOST]:
        data = beside(PICTURES + name) if NAME.fullmatch(name) else None
        if data is None:
            warnings.append(f"The picture {name[:60]} is not beside the file.")
            continue
        try:
            anew = pictures.make(data)  # also tells whether it can be decoded at all
        except pictures.NotAPicture as problem:
            warnings.append(f"The picture {name[:60]} was left out. {problem}")
            continue
        same = pictures.as_it_is(data)
        found[name] = same if same is not None and name.endswith(f".{same.kind}") else anew
    return found, warnings
