"""What the things are called that letters are about. This room knows none of them: the rooms that do say so here."""

from collections.abc import Callable, Iterable

from app.accounts.models import Person
from app.letters.models import INTRODUCTIONS

# For a person and ids: what each is called and its path, leaving out those they may not see.
Namer = Callable[[Person, Iterable[int]], dict[int, tuple[str, str]]]

_namers: dict[str, Namer] = {}


def names(about: str) -> Callable[[Namer], Namer]:
    """Register the function that names things of a kind (models.CONVERSATION and so on)."""

    def register(namer: Namer) -> Namer:
        _namers[about] = namer
        return namer

    return register


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
