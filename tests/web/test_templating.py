"""Times and dates as people say them; addresses that stay on this site."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from app.web import templating


def test_times_and_dates_read_as_the_house_style_says():
    moment = datetime(2027, 6, 23, 10, 40, tzinfo=UTC)
    assert templating.time_of(moment, "Europe/London") == "11:40"
    assert templating.time_of(None, "Europe/London") == ""
    assert templating.day_of(date(2027, 1, 23)) == "Saturday 23 January 2027"
    assert templating.moment_of(moment, "Europe/London") == "11:40 on Wednesday 23 June 2027"
    days = [SimpleNamespace(starts_on=a, ends_on=b) for a, b in (
        (date(2027, 1, 23), date(2027, 1, 23)), (date(2027, 1, 22), date(2027, 1, 23)), (date(2027, 1, 31), date(2027, 2, 1)))]
    assert [templating.dates_of(d) for d in days] == [
        "Saturday 23 January 2027", "Friday 22 to Saturday 23 January 2027", "Sunday 31 January to Monday 1 February 2027"]


@pytest.mark.parametrize("target", ["/", "/e/ukgc27/grid", "/search?q=a&year=2027", "/e/x#slot-3"])
def test_a_path_of_this_site_is_followed(target):
    assert templating.safe_next(target) == target


@pytest.mark.parametrize("target", [
    None, "", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)",
    "http:evil.example", "evil.example", "/a\r\nLocation: https://evil.example", "///evil.example", "/\\/evil.example", "\0/x", "https:/evil",
    " //evil.example", "/%09/evil\n"])
def test_anything_else_leads_to_the_front_page(target):
    assert templating.safe_next(target) == "/"


def test_absolute_addresses_come_from_the_settings():
    assert templating.absolute("https://camp.example.org", "/e/x") == "https://camp.example.org/e/x"
    assert templating.absolute("https://camp.example.org", "//evil.example/x") == "https://camp.example.org/evil.example/x"
