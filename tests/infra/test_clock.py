"""Local time, with London's clock changes."""

from datetime import UTC, date, datetime, time

from app.infra import clock


def test_local_time_follows_the_clock_change():
    assert clock.instant(date(2027, 1, 23), time(11, 40), "Europe/London") == datetime(2027, 1, 23, 11, 40, tzinfo=UTC)
    assert clock.instant(date(2027, 6, 23), time(11, 40), "Europe/London") == datetime(2027, 6, 23, 10, 40, tzinfo=UTC)
    assert clock.local(datetime(2027, 6, 23, 10, 40, tzinfo=UTC), "Europe/London").strftime("%H:%M") == "11:40"


def test_a_skipped_and_a_repeated_hour_are_still_moments():
    skipped = clock.instant(date(2026, 3, 29), time(1, 30), "Europe/London")
    repeated = clock.instant(date(2026, 10, 25), time(1, 30), "Europe/London")
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert repeated == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
