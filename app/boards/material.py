"""The material of a stage as its page shows it: what is read or looked at, and projects under their themes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.boards.models import PROJECT, Material


@dataclass(frozen=True)
class Reading:
    """`pieces`: stories, texts, links and pictures in order. `themes`: (theme, its projects), in the order in which each theme is
    first named; projects without a theme stand under an empty one."""

    pieces: list[Material] = field(default_factory=list)
    themes: list[tuple[str, list[Material]]] = field(default_factory=list)

    @property
    def projects(self) -> list[Material]:
        """All projects, theme by theme."""
        return [project for _, some in self.themes for project in some]


def reading_of(material: Iterable[Material]) -> Reading:
    """`material` (of one stage, in order) as it is shown."""
    pieces, themes = [], {}
    for one in material:
        if one.kind == PROJECT:
            themes.setdefault(one.theme, []).append(one)
        else:
            pieces.append(one)
    return Reading(pieces, list(themes.items()))
