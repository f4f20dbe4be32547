"""In what order: BM25F over head and text, and how close together the words stand."""

from collections.abc import Iterable, Sequence
from math import log

# How much a term in the head counts against one in the text, how soon repeating a term stops to matter, and how much
# long texts are held back. Heads hardly are: a long title is not a worse one.
HEAD = 2.0
SATURATION, LENGTH = 1.2, 0.6
HEAD_SATURATION, HEAD_LENGTH = 8.0, 0.3

WINDOW = 12  # places: words this close together were probably one thought
CLOSE = 2.5  # what standing in one window adds, as a share of what the words are worth
LOOKED_CLOSELY = 200  # candidates whose words' places are compared


def rarity(entries: int, having: int) -> float:
    """What something is worth that `having` of `entries` have."""
    return log(1 + (max(entries - having, 0) + 0.5) / (having + 0.5))


def text_norm(length: float, average: float) -> float:
    """What the number of occurrences is weighed against in a text of this length."""
    return SATURATION * (1 - LENGTH + LENGTH * length / average)


def head_norm(length: float, average: float) -> float:
    """What the weight of a term is weighed against in a head of this length."""
    return HEAD_SATURATION * (1 - HEAD_LENGTH + HEAD_LENGTH * length / average)


def closeness(worth: Sequence[float], places: Iterable[tuple[int, int]]) -> float:
    """The most that needs are worth together within any `WINDOW` places of one text.

    `worth` is by need, `places` are (place, need) in any order.
    """
    standing = sorted(places)
    most = current = 0.0
    present = [0] * len(worth)
    left = 0
    for place, number in standing:
        if not present[number]:
            current += worth[number]
        present[number] += 1
        while place - standing[left][0] > WINDOW:
            gone = standing[left][1]
            present[gone] -= 1
            if not present[gone]:
                current -= worth[gone]
            left += 1
        most = max(most, current)
    return CLOSE * most
