"""What an open page shows of a board, read from the HTML that browsers get."""

import re
from typing import NamedTuple

TAG, DATA = re.compile(r"<li [^>]*\bid=\"([ic]\d+)\"[^>]*>"), re.compile(r' data-([a-z-]+)="([^"]*)"')
ROOT = re.compile(r'<div[^>]* data-version="(\d+)"[^>]*>')


class Card(NamedTuple):
    """A note, or a group of notes, as a page shows it."""

    column: str
    cluster: str
    position: int
    number: int
    version: int


class Shown:
    """What an open page shows of a board, brought up to date as static/src/board_delta.ts does it."""

    def __init__(self):
        self.cards: dict[str, Card] = {}
        self.version = 0

    def bring(self, html: str, *, whole: bool = False) -> list[str]:
        """Take a delta, or the `whole` of the columns. Returns the notes that are new."""
        tag = ROOT.search(html)
        root = dict(DATA.findall(tag[0]))
        if whole:
            self.cards.clear()
        new = []
        for one in TAG.finditer(html):
            said = dict(DATA.findall(one[0]))
            card = Card(said["column"], said.get("cluster", ""), int(said["position"]), int(one[1][1:]), int(said["version"]))
            old = self.cards.get(one[1])
            if old is None:
                new.append(one[1])
            if old is None or card.version >= old.version:
                self.cards[one[1]] = card
        for gone in root.get("gone", "").split():
            self.cards.pop(f"i{gone.lstrip('i')}", None)
        self.version = max(self.version, int(root["version"]))
        return new

    def order(self) -> dict[str, list[int]]:
        """Ids of the notes in each column, from top to bottom."""
        inside: dict[str, list[tuple]] = {}
        columns: dict[str, list[tuple]] = {}
        for ref, card in self.cards.items():
            if card.cluster:
                inside.setdefault(card.cluster, []).append((card.position, card.number))
            else:
                columns.setdefault(card.column, []).append((card.position, card.number, ref[0] == "i"))
        return {column: [number for _, one, is_note in sorted(cards) for number in (
            [one] if is_note else [n for _, n in sorted(inside.get(str(one), []))])] for column, cards in columns.items()}


def order_of_page(html: str) -> dict[str, list[int]]:
    """The same, of a page made anew: the order in which notes stand in it."""
    columns: dict[str, list[int]] = {}
    for one in TAG.finditer(html):
        if one[1][0] == "i":
            columns.setdefault(dict(DATA.findall(one[0]))["column"], []).append(int(one[1][1:]))
    return columns
