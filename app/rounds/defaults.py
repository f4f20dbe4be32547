"""What a new round is filled in with: a name, a question that changes from round to round, days and times. Pure."""

from datetime import date, datetime, time, timedelta

from app.infra import clock

QUESTIONS = (
    "What are you trying to change at work, and what is in the way?",
    "What did you hear at the last event that you keep thinking about?",
    "What do you know by now that you would have liked to be told a year ago?",
    "What have you stopped doing, and what happened?",
    "Which part of your work would you show to somebody who has never seen it?",
    "What could the two of you try in the next month that neither would try alone?",
    "Who or what do you need that you have not found?",
    "What goes well where you work that nobody writes about?",
    "What would you pitch at the next event if you were sure that somebody came?",
    "What did you change your mind about lately?",
    "Which rule would you like to understand, or to see go?",
    "What are you proud of that took longer than it should have?",
)
DAYS_TO_JOIN = 7
AFTER = 3  # days from the last of the three times until people are asked
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
TIMES = ((TUESDAY, time(12, 30), time(13, 30)), (THURSDAY, time(9, 30), time(10, 30)), (WEDNESDAY, time(16), time(17)))


def question(number: int) -> str:
    """The question for the round that comes after `number` earlier ones."""
    return QUESTIONS[number % len(QUESTIONS)]


def name(at: datetime, zone: str) -> str:
    """What a round that is opened now may be called."""
    return f"Coffee in {clock.local(at, zone):%B %Y}"


def join_until(at: datetime, zone: str) -> datetime:
    """Noon, a week from now."""
    return clock.instant(clock.local(at, zone).date() + timedelta(days=DAYS_TO_JOIN), time(12), zone)


def windows(until: datetime, zone: str) -> list[tuple[datetime, datetime]]:
    """Three times after `until`, each on the first day of its name that is at least two days after the one before."""
    made, day = [], clock.local(until, zone).date()
    for weekday, begin, end in TIMES:
        day = _next(day + timedelta(days=2), weekday)
        made.append((clock.instant(day, begin, zone), clock.instant(day, end, zone)))
    return made


def ask_at(last: datetime, zone: str) -> datetime:
    """When to ask whether they met: in the morning, some days after the last time."""
    return clock.instant(clock.local(last, zone).date() + timedelta(days=AFTER), time(10), zone)


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
