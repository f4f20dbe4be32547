"""Which rows of time a grid needs to hold sessions that say when they begin and end. Pure."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

Times = tuple[datetime, datetime | None]


def needed(times: Iterable[Times], there: Iterable[Times] = ()) -> list[Times]:
    """The times that need a slot of their own beside those that are `there`, in order.

    Sessions of the same times share one. A session that fills two slots which follow each other is a double and needs none. One
    that does not say when it ends shares a slot that begins with it.
    """
    there, wanted = set(there), set(times)
    closed = {one for one in wanted if one[1] is not None and one not in there}
    every = sorted(closed | {one for one in there if one[1] is not None})
    for one in sorted(closed, key=lambda one: (one[0] - one[1], one)):
        every.remove(one)
        if is_double(one, every):
            closed.remove(one)
        else:
            insort(every, one)
    starts = {start for start, _ in every} | {start for start, _ in there}
    alone = {one for one in wanted if one[1] is None and one[0] not in starts}
    return sorted([*closed, *alone], key=lambda one: (one[0], one[1] or one[0]))


def is_double(one: Times, every: list[Times]) -> bool:
    """Whether two neighbours of `every` (sorted, all with an end) together take the times of `one`."""
    for place in range(bisect_left(every, (one[0], one[0])), len(every) - 1):
        first, second = every[place], every[place + 1]
        if first[0] != one[0]:
            return False
        if second[1] == one[1] and first[1] <= second[0]:
            return True
    return False


def best_days(days: Iterable[date], longest: int) -> tuple[date, date] | None:
    """The first and the last day of the `longest` days in a row that hold most of `days`; None without any."""
    counted = Counter(days)
    if not counted:
        return None
    spans = [(sum(n for day, n in counted.items() if first <= day < first + timedelta(days=longest)), first) for first in counted]
    _, first = max(spans, key=lambda span: (span[0], -span[1].toordinal()))
    return first, max(day for day in counted if day < first + timedelta(days=longest) and day >= first)
