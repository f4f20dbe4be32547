"""Who is meant by what people type. All names are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.people_names import LONGEST_NAME, Named, looks_like_name, parse_names


def people(value: str, **options) -> list[tuple[str, str, str]]:
    return [(each.name, each.handle, each.affiliation) for each in parse_names(value, **options).people]


@pytest.mark.parametrize(("value", "expected"), [
    ("Ada Example", [("Ada Example", "", "")]),
    ("Ada, Bo and Cy", [("Ada", "", ""), ("Bo", "", ""), ("Cy", "", "")]),
    ("Ada Example & Bo Sample; Cy Third / Di Fourth", [("Ada Example", "", ""), ("Bo Sample", "", ""), ("Cy Third", "", ""), ("Di Fourth", "", "")]),
    ("Ada Example (@ada), Bo Sample(@bo_s)", [("Ada Example", "ada", ""), ("Bo Sample", "bo_s", "")]),
    ("[Ada Example](https://example.org/a)", [("Ada Example", "", "")]),
    ("Ada Example ([ada9](https://example.org/a))", [("Ada Example", "ada9", "")]),
    ("Ada Example / ada9", [("Ada Example", "ada9", "")]),
    ("ada9@", [("ada9", "ada9", "")]),
    ("@ada @bo", [("ada", "ada", ""), ("bo", "bo", "")]),
    ("Ada Example @ada", [("Ada Example", "ada", "")]),
    ("Ada Example [GDS] (she/her)", [("Ada Example", "", "GDS")]),
    ("Ada Example (remote), Bo Sample (until 3pm)", [("Ada Example", "", ""), ("Bo Sample", "", "")]),
    ("Ada Example, Head of Digital", [("Ada Example", "", "Head of Digital")]),
    ("Ada Example, Camden Council and Bo Sample, DWP", [("Ada Example", "", "Camden Council"), ("Bo Sample", "", "DWP")]),
    ("Ada Example, Foogle & Bo Sample, Barsoft", [("Ada Example", "", "Foogle"), ("Bo Sample", "", "Barsoft")]),
    ("Ada Example - Ministry of Justice", [("Ada Example", "", "Ministry of Justice")]),
    ("Ada Example from Defra", [("Ada Example", "", "Defra")]),
    ("Ada Example, Bo Sample, Cy Third (Foogle)", [("Ada Example", "", ""), ("Bo Sample", "", ""), ("Cy Third", "", "Foogle")]),
    ("[Ada Example/SIG Docs/Foogle]", [("Ada Example", "", "SIG Docs, Foogle")]),
    ("Ada Example <ada@example.org>, bo@example.org", [("Ada Example", "", ""), ("bo", "", "")]),
    ("Dr Ada Example, Cllr Bo Sample", [("Dr Ada Example", "", ""), ("Cllr Bo Sample", "", "")]),
    ("Ada Example, Jr., Bo Sample", [("Ada Example Jr.", "", ""), ("Bo Sample", "", "")]),
    ("Ada van der Berg, Siân ap Dafydd, José Muñoz", [("Ada van der Berg", "", ""), ("Siân ap Dafydd", "", ""), ("José Muñoz", "", "")]),
    ("Ada, then Bo", [("Ada", "", ""), ("Bo", "", "")]),
    ("Ada with help from Bo", [("Ada", "", ""), ("Bo", "", "")]),
    ("Will Smith, An Nguyen", [("Will Smith", "", ""), ("An Nguyen", "", "")]),
    ("Wed AM: Ada; Wed PM: Bo", [("Ada", "", ""), ("Bo", "", "")]),
    ("~~Ada Example~~, Bo Sample", [("Bo Sample", "", "")]),
    ("Ada Example, ada example", [("Ada Example", "", "")]),
    ("**Ada** _Example_", [("Ada Example", "", "")]),
    ("Ada Example,\n   Bo Sample", [("Ada Example", "", ""), ("Bo Sample", "", "")]),
    ("Ada I. Example", [("Ada I. Example", "", "")]),
    ("A: Ada (@ada)\nB: Bo", [("Ada", "ada", ""), ("Bo", "", "")]),
    ("The 99", [("The 99", "", "")]),
    ("Ada a Bo", []),
])
def test_names(value, expected):
    assert people(value) == expected


@pytest.mark.parametrize("value", ["TBC", "?", "…", "...", "none", "N/A", "-", "your name", "[name]", "~~Ada~~", "tbd / tbc", "volunteer needed"])
def test_nobody_yet(value):
    names = parse_names(value)
    assert names.people == []
    assert names.leftovers == []
    assert names.placeholder


@pytest.mark.parametrize("value", ["20 people", "about 30", "somebody from the council I think", "lots of us", "https://example.org/list",
                                   "we talked about leading"])
def test_what_is_no_name_is_given_back(value):
    names = parse_names(value)
    assert names.people == []
    assert names.leftovers


def test_a_list_item_is_one_person_and_a_place():
    assert people("Ada Example, Somewhere Else Entirely", listed=True)[0][0] == "Ada Example"
    assert people("Ada Example\nBo Sample, Foogle", listed=True) == [("Ada Example", "", ""), ("Bo Sample", "", "Foogle")]


def test_full_names_are_stricter():
    assert looks_like_name("ada")
    assert not looks_like_name("ada", full=True)
    assert looks_like_name("Ada Example", full=True)
    assert not looks_like_name("Bugs triaging", full=True)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text(value):
    names = parse_names(value)
    for person in names.people:
        assert isinstance(person, Named)
        assert 0 < len(person.name) <= LONGEST_NAME + 10
        assert "\n" not in person.name


@settings(deadline=None)
@given(st.lists(st.sampled_from(["Ada Example", "Bo Sample", "Cy Third", "Di O'Fourth", "Ewa-Maria Fünf"]), min_size=1, max_size=5, unique=True),
       st.sampled_from([", ", "; ", " & ", " and ", "\n", " / ", ", and "]))
def test_whatever_stands_between_them(chosen, separator):
    assert [person.name for person in parse_names(separator.join(chosen)).people] == chosen
