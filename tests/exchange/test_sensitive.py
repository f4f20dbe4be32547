"""What looks sensitive is pointed at, and never given back whole. None of these secrets is one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.sensitive import KINDS, MOST_WARNINGS, warnings_in

AWS = "AKIA" + "IOSFODNN7EXAMPLE"
FOUND = [
    ("password", "password: hunter22", "hunter22"), ("password", "The wifi password is Correct-Horse-9", "Correct-Horse-9"),
    ("password", "**Password:** `s3cr3t!pw`", "s3cr3t!pw"), ("api key", f"key {AWS} here", AWS),
    ("api key", "ghp_" + "a1B2" * 9, "ghp_" + "a1B2" * 9), ("api key", "API key = abcd1234efgh5678", "abcd1234efgh5678"),
    ("api key", "Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef"), ("api key", "sk-proj-" + "x9Y8" * 8, "sk-proj-" + "x9Y8" * 8),
    ("api key", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "dozjgNryP4J3jVmNHl0w5N"),
    ("connection", "postgres://user:s3cret@db.example.org/x", "s3cret"), ("connection", "Server=x;Password=abc123xyz;", "abc123xyz"),
    ("national insurance", "NI: QQ 12 34 56 C", "QQ 12 34 56 C"), ("national insurance", "AB123456C", "AB123456C"),
    ("phone", "ring 07700 900123 after five", "07700 900123"), ("phone", "+44 20 7946 0958", "+44 20 7946 0958"), ("phone", "(01632) 960123", "(01632) 960123"),
    ("passcode", "Meeting ID: 812 345 Passcode: 493021", "493021"), ("passcode", "https://zoom.example/j/1?pwd=abcDEF123456", "abcDEF123456"),
    ("passcode", "Door code 4471X", "4471X"), ("email", "write to ada.example@example.org", "ada.example@example.org"),
    ("card number", "4242 4242 4242 4242", "4242 4242 4242 4242"),
]


@pytest.mark.parametrize(("kind", "line", "secret"), FOUND)
def test_found_and_masked(kind, line, secret):
    warnings = warnings_in(f"We talked.\n\n{line}\n")
    assert [(warning.kind, warning.line) for warning in warnings] == [(kind, 3)]
    assert secret not in warnings[0].excerpt
    assert secret not in warnings[0].sentence
    assert KINDS[kind] in warnings[0].sentence


def test_a_private_key():
    [warning] = warnings_in("-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----")
    assert (warning.kind, warning.line) == ("private key", 1)


@pytest.mark.parametrize("line", [
    "We talked about passwords and password managers.", "the password is not needed", "password: your password", "password policy: see the wiki",
    "token: we discussed tokens", "Session 1, 2018-11-12, 10:00-11:00, 123456 people", "issue #43946 and https://example.org/pull/43946",
    "mail hello@example.org or events@example.org", "£2,345,678 for 12,345 homes", "secret: it is about secrets", "Room B12, 3rd floor",
    "1234 5678 9012 3456", "kubernetes v1.2.3-beta.4", "ISBN 978-0-306-40615-7",
])
def test_harmless_lines(line):
    assert warnings_in(line) == []


def test_a_line_with_several_gives_none_away():
    warnings = warnings_in("ring 07700 900123 or 07700 900456, password: hunter22")
    assert len(warnings) == 3
    for warning in warnings:
        assert not any(secret in warning.excerpt for secret in ("900123", "900456", "hunter22"))


def test_not_without_end():
    assert len(warnings_in("password: hunter22\n" * 5000)) == MOST_WARNINGS


@settings(deadline=None)
@given(st.text(max_size=400), st.sampled_from([secret for _, _, secret in FOUND]))
def test_any_text(text, secret):
    for warning in warnings_in(f"{text} {secret} {text}"):
        assert warning.kind in KINDS
        assert "\n" not in warning.excerpt
        if len(secret) > 12 and " " not in secret:
            assert secret not in warning.excerpt
