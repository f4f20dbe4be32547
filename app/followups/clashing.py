"""Words that several people change side by side: nothing of anybody's is lost. Pure, but for the error it raises."""

from collections.abc import Callable, Mapping

from app.errors import Conflict


class Clash(Conflict):
    """Somebody changed the same words meanwhile. `theirs` is what is saved now; `fields` are those both changed."""

    def __init__(self, theirs: dict[str, str], fields: frozenset[str]):
        super().__init__("Somebody changed the same words meanwhile. Yours are not saved yet, but not lost: here are both.")
        self.theirs, self.fields = theirs, fields


def settled(now: Mapping[str, str], was: Mapping[str, str], wanted: Mapping[str, str],
            alike: Callable[[str], str] = str.strip) -> dict[str, str]:
    """What fields become: what somebody wants (`wanted`), who began from `was`, while it says `now`.

    Only what they changed is changed. Raises Clash where somebody else changed the same field to something else.
    """
    made, clashing = {}, set()
    for name, current in now.items():
        mine, begun = wanted.get(name, current), was.get(name, current)
        if alike(mine) == alike(begun) or alike(mine) == alike(current):
            made[name] = current
        elif alike(begun) == alike(current):
            made[name] = mine
        else:
            clashing.add(name)
    if clashing:
        raise Clash(dict(now), frozenset(clashing))
    return made
