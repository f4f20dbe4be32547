"""Keyed marks: so that somebody can be known again (their seat, their dots, their own insight) by nobody but the one who holds
the key.

A *seat* or *voter* mark is made with the site's key, which is not in the database: one person, one mark on each board. Who has
the database alone cannot tell whose it is; the server can, and so can put a name to a seat for the facilitator. An *author's*
mark is made with a key that only the author's device has, for a day, and with the insight's own key: two insights of one
author have nothing in common.
"""

import hashlib
import hmac

SEAT, VOTER = "seat", "voter"


def of_person(secret: str, purpose: str, board_id: int, person_id: int) -> str:
    """The mark of somebody on a board, for `SEAT` or `VOTER`: 64 hexadecimal digits."""
    return _mark(secret, f"board:{purpose}:{board_id}:{person_id}")


def of_author(device_key: str, insight_key: str) -> str:
    """The mark that a device puts on the insight it wrote: 64 hexadecimal digits."""
    return _mark(device_key, f"insight:{insight_key}")


def _mark(key: str, said: str) -> str:
    return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()
