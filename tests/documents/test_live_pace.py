"""How long changes are gathered: hardly at all for one who types, longer in a full house, never longer than that."""

from app.documents.live_pace import BRING_MOST_SECONDS, BRING_SECONDS, GATHER_MOST_SECONDS, GATHER_SECONDS, Pace


def after(seconds: float, *, changes_a_second: float, people: int, took: float = 0.0) -> tuple[Pace, float]:
    """A pace after so long of changes that come evenly, and the time it is; a round takes `took` to store."""
    pace, now, waiting = Pace(), 100.0, 0.0
    end = now + seconds
    pace.begin(now)
    while now < end:
        passed = took + pace.wait(now + took)
        now += passed
        waiting += passed * changes_a_second
        pace.begin(now)
        pace.show(int(waiting), people)
        waiting -= int(waiting)
    return pace, now


def test_who_types_alone_waits_for_nobody():
    pace, now = after(10, changes_a_second=8, people=3)
    assert pace.wait(now) < 0.006
    assert pace.bring < BRING_SECONDS * 1.02


def test_a_full_house_is_gathered_and_when_it_has_emptied_it_is_no_more():
    pace, now = after(10, changes_a_second=500, people=25)
    assert pace.wait(now) > GATHER_MOST_SECONDS * 0.99
    assert pace.bring == BRING_MOST_SECONDS
    for second in range(1, 12):
        pace.begin(now + second)
    assert pace.wait(now + 11) < GATHER_SECONDS * 1.5


def test_one_large_paste_in_a_quiet_house_slows_nobody_down():
    pace, now = after(10, changes_a_second=2, people=5)
    pace.show(60, 25)
    pace.begin(now + 0.5)
    assert pace.wait(now + 0.5) < 0.02


def test_what_storing_took_is_not_waited_for_again():
    pace, now = after(10, changes_a_second=500, people=25, took=0.3)
    pace.begin(now)
    assert pace.wait(now + 0.3) == GATHER_SECONDS
