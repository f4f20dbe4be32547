"""The one place that asks what time it is, and the one that knows local time from UTC."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Names of the time zones an event may be in (IANA)."""
    return frozenset(available_timezones())


def local(moment: datetime, zone: str) -> datetime:
    """`moment` as the clock on the wall shows it in `zone`."""
    return moment.astimezone(ZoneInfo(zone))


def instant(day: date, at: time, zone: str) -> datetime:
    """The UTC moment of a wall-clock time. A time that a clock change skips or repeats is read as the first of the two."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
