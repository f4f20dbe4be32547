"""Where the pages of the demo camp are: the things that rows of tests/access_rows.py name, found in a running site."""

from urllib.parse import quote

from app import create_app
from tests.access_rows import Row

KEEPER_ONLY = {"site.health_page", "accounts.outbox", "events.series_new"}


def things_of(site) -> dict[str, object]:
    """What `@name` stands for in the demo camp."""
    return {}


def path_of(row: Row, things: dict) -> str:
    """The address of the page that `row` speaks of."""
    raise NotImplementedError
