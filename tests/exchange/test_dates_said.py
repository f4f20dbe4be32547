"""Dates and times are taken only where they can mean one thing."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.dates_said import date_said, is_only_a_date, time_said


@pytest.mark.parametrize(("text", "day"), [
    ("2026-01-17", date(2026, 1, 17)), ("17 January 2026", date(2026, 1, 17)), ("January 17th, 2026", date(2026, 1, 17)),
    ("Sat 17th of Jan 2026", date(2026, 1, 17)), ("17/01/2026", date(2026, 1, 17)), ("01/17/2026", date(2026, 1, 17)),
    ("17.1.2026", date(2026, 1, 17)), ("20260117", date(2026, 1, 17)), ("16-17 January 2026", date(2026, 1, 16)), ("05/05/2026", date(2026, 5, 5)),
    ("17 Ionawr 2026", date(2026, 1, 17)), ("03/04/2026", None), ("17/1", None), ("17.1.26", None), ("January 2026", None), ("2026-13-45", None),
    ("30 February 2026", None), ("version 1.2.2026.4", None), ("0044 20 7946 0958", None), ("", None),
])
def test_days(text, day):
    assert date_said(text) == day


@pytest.mark.parametrize(("text", "clock"), [
    ("11:00", time(11, 0)), ("11.00am", time(11, 0)), ("1100", time(11, 0)), ("2-2:45pm", time(14, 0)), ("11-1pm", time(11, 0)), ("4 pm", time(16, 0)),
    ("12.00pm", time(12, 0)), ("12am", time(0, 0)), ("9:30am - 10:15", time(9, 30)), ("14h30", time(14, 30)), ("0905-0930", time(9, 5)),
    ("17 January 2026, 11.00", time(11, 0)), ("1:30", None), ("25:00", None), ("2026", time(20, 26)), ("2026-01-17", None), ("soon", None),
])
def test_clocks(text, clock):
    assert time_said(text) == clock


def test_only_a_date():
    assert is_only_a_date("Saturday 17 January 2026, 11:00 GMT")
    assert is_only_a_date("2026-01-17")
    assert not is_only_a_date("Minutes of 17 January 2026")
    assert not is_only_a_date("Saturday")


@settings(deadline=None)
@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_every_day_in_every_clear_form(day):
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%a %d %b %Y", "%Y%m%d"):
        assert date_said(day.strftime(form)) == day


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text(text):
    date_said(text), time_said(text), is_only_a_date(text)
