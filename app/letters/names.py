"""What the things are called that letters are about, and who may still get letters of them. This room knows none of them: the
rooms that do say so here."""

from collections.abc import Callable, Iterable

from app.accounts.models import Person
from app.letters.models import INTRODUCTIONS

# For a person and ids: what each is called and its path, leaving out those they may not see.
Namer = Callable[[Person, Iterable[int]], dict[int, tuple[str, str]]]

# For a person and ids: those of which they may get letters now, which may be fewer than when the letters were written.
Allower = Callable[[Person, Iterable[int]], set[int]]

_namers: dict[str, Namer] = {}
_allowers: dict[str, Allower] = {}


def names(about: str) -> Callable[[Namer], Namer]:
    """Register the function that names things of a kind (models.CONVERSATION and so on)."""

    def register(namer: Namer) -> Namer:
        _namers[about] = namer
        return namer

    return register


def allows(about: str) -> Callable[[Allower], Allower]:
    """Register the function that is asked, when letters are sent, whether their people may still know."""

    def register(allower: Allower) -> Allower:
        _allowers[about] = allower
        return allower

    return register


def allowed(person: Person, things: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those things of which `person` may get letters now."""
    things = set(things)
    for about, allower in _allowers.items():
        ids = {thing_id for kind, thing_id in things if kind == about}
        if ids:
            things -= {(about, thing_id) for thing_id in ids - allower(person, ids)}
    return things


def called(person: Person, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """What things are called and where they are, as far as somebody knows and `person` may see it; one question for each kind."""
    by_kind: dict[str, set[int]] = {}
    for about, thing_id in things:
        by_kind.setdefault(about, set()).add(thing_id)
    found = {(INTRODUCTIONS, 0): ("Introductions", "")}
    for about, ids in by_kind.items():
        if about in _namers:
            found |= {(about, thing_id): said for thing_id, said in _namers[about](person, ids).items()}
    return found
