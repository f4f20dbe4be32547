"""Web addresses and join codes: made from what is there, read however they are typed. Lists of names in a sentence."""

import pytest

from app.events import join_codes, slugs
from app.events.words import named


@pytest.mark.parametrize(("name", "slug"), [
    ("UKGovCamp 2027", "ukgovcamp-2027"), ("  GovCamp Cymru – Caerdydd! ", "govcamp-cymru-caerdydd"), ("Straße & Œuvre", "strasse-uvre"),
    ("Île-de-France", "ile-de-france"), ("日本", "event"), ("", "event"), ("a" * 200, "a" * 56), ("-- --", "event")])
def test_suggested_from_the_name(name, slug):
    found = slugs.suggested(name, lambda s: False, "event")
    assert found == slug
    assert slugs.fits(found)


def test_a_taken_one_gets_a_number():
    taken = {"camp", "camp-2", "camp-3"}
    assert slugs.suggested("Camp", taken.__contains__, "event") == "camp-4"


@pytest.mark.parametrize("bad", ["", "-a", "a-", "a--b", "A", "ä", "a b", "a/b", "a.b", "a\n", "a" * 61, "../a", "a%2f"])
def test_what_does_not_fit(bad):
    assert not slugs.fits(bad)


def test_codes_hold_nothing_that_looks_like_another():
    codes = {join_codes.new() for _ in range(500)}
    assert len(codes) > 495
    assert {len(c) for c in codes} == {6}
    assert not set("".join(codes)) & set("O0I1LZ2S5B8UVAE")


@pytest.mark.parametrize("typed", ["HKM4TX", "hkm4tx", " hkm 4tx ", "hkm-4tx", "H K M 4 T X", "hkm\u20134tx", "\u00a0hkm4tx"])
def test_codes_are_read_however_they_are_typed(typed):
    assert join_codes.folded(typed) == "HKM4TX"


def test_codes_are_shown_in_two_halves_and_read_back():
    code = join_codes.new()
    assert join_codes.shown("HKM4TX") == "HKM 4TX"
    assert join_codes.folded(join_codes.shown(code)) == code


def test_lists_of_names():
    assert [named(names) for names in ([], ["A"], ["A", "B"], iter(["A", "B", "C"]))] == ["", "A", "A and B", "A, B and C"]
