"""One mailbox is one address, however it is written; what could reach a second mailbox is none."""

import pytest

from app.accounts import addresses
from app.errors import Invalid


@pytest.mark.parametrize(("typed", "kept"), [
    ("leila@example.org", "leila@example.org"),
    ("  Leila@EXAMPLE.org ", "leila@example.org"),
    ("leila+camp@example.org", "leila+camp@example.org"),
    ("leila@exämple.org", "leila@xn--exmple-cua.org"),
    ("leila@ｅxample.org", "leila@example.org"),
])
def test_as_kept(typed, kept):
    assert addresses.normal(typed) == kept
    assert addresses.folded(typed) == kept


@pytest.mark.parametrize("typed", [
    "", "leila", "leila@", "@example.org", "leila@localhost", "leila@[127.0.0.1]", "a@example.org, b@example.org",
    "a@example.org;b@example.org", "a@example.org b@example.org", "a@example.org\r\nBcc: b@example.org", "a@example.org\nb@example.org",
    "a@example.org%0ab@example.org\n", '"a b"@example.org', "Leila <leila@example.org>", "leïla@example.org", "a\0@example.org",
    "a" * 250 + "@example.org", "a@example.org\u2028b@example.org", "a@b@example.org",
])
def test_refused(typed):
    with pytest.raises(Invalid) as refused:
        addresses.normal(typed)
    assert refused.value.field == "email"


def test_what_is_no_address_is_still_counted_as_something():
    assert addresses.folded(" NOT an address ") == "not an address"
    assert len(addresses.folded("x" * 1000)) == 254
