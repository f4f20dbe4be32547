"""Merging: what both did is there, what cannot be decided is shown, nothing is lost, and it is never slow."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.merging import merge
from app.documents.words import says_something, words_of
from app.events.models import DEFAULT_NOTE_TEMPLATE as TEMPLATE
from tests.documents.texts import cpu_seconds, edited, text, three_versions


def merged(base: str, theirs: str, mine: str) -> str:
    result = merge(base, theirs, mine)
    assert result.clashes == ()
    return result.text


@given(three_versions())
def test_who_changed_nothing_gets_the_other_version(versions):
    base, theirs, mine = versions
    assert merge(base, base, mine) == (mine, ())
    assert merge(base, theirs, base) == (theirs, ())
    assert merge(base, mine, mine) == (mine, ())


@given(three_versions())
def test_swapping_the_sides_gives_the_same_lines(versions):
    base, theirs, mine = versions
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)
    assert sorted(one.text.split("\n")) == sorted(other.text.split("\n"))
    assert [(c.line, c.lines, c.base, c.theirs, c.mine) for c in one.clashes] == [
        (c.line, c.lines, c.base, c.mine, c.theirs) for c in other.clashes]


@given(three_versions())
def test_every_word_that_either_side_added_is_there(versions):
    base, theirs, mine = ([Counter(filter(says_something, words_of(v)))] for v in versions)
    result = Counter(words_of(merge(*versions).text))
    for (side,) in (theirs, mine):
        for word, count in side.items():
            if count > base[0][word]:
                assert result[word] >= count - base[0][word], word


@given(st.data())
def test_no_line_that_either_side_kept_or_added_is_lost(data):
    """With lines that occur once, whole lines can be followed: kept by both, or put in by one."""
    base = [f"base line number {i}" for i in range(data.draw(st.integers(0, 8)))]
    sides = []
    for name in ("their", "my"):
        side = [line for line in base if data.draw(st.booleans())]
        for number in range(data.draw(st.integers(0, 4))):
            side.insert(data.draw(st.integers(0, len(side))), f"{name} own line {number}")
        sides.append(side)
    theirs, mine = sides
    result = merge(*("\n".join(lines) for lines in (base, theirs, mine)))
    said = Counter(result.text.split("\n"))
    for line in {*theirs, *mine} - set(base):
        assert said[line] == 1
    for line in set(theirs) & set(mine) & set(base):
        assert said[line] == 1
    for line in base:
        assert said[line] <= 1  # nothing is doubled


@given(three_versions())
def test_a_clash_keeps_both_versions_in_the_text(versions):
    result = merge(*versions)
    lines = result.text.split("\n")
    for clash in result.clashes:
        part = lines[clash.line - 1:clash.line - 1 + clash.lines]
        for version in (clash.theirs, clash.mine):
            missing = Counter(filter(None, version.split("\n"))) - Counter(part)
            assert not missing
        assert clash.theirs != clash.mine


@given(text, st.data())
def test_finishing_a_clash_on_what_is_there_now_is_a_plain_save(base, data):
    theirs, mine = data.draw(edited(base)), data.draw(edited(base))
    result = merge(base, theirs, mine)
    assert merge(theirs, theirs, result.text) == (result.text, ())


def test_bullets_added_by_two_people_are_both_kept():
    assert merged("- a", "- a\n- b", "- a\n- c") == "- a\n- b\n- c"
    assert merged("- a\n", "- a\n- b\n", "- a\n- c\n- d\n") == "- a\n- b\n- c\n- d\n"
    assert merged("", "- b", "- c") == "- b\n- c"


def test_filling_in_the_template_is_adding():
    theirs = TEMPLATE.replace("-\n", "- Bins are full\n- Nobody reads the plan\n", 1)
    mine = TEMPLATE.replace("-\n", "- What about recycling?\n", 1) + "We agreed to meet.\n"
    assert merged(TEMPLATE, theirs, mine) == TEMPLATE.replace(
        "-\n", "- Bins are full\n- Nobody reads the plan\n- What about recycling?\n", 1) + "We agreed to meet.\n"
    assert merged("- [ ]", "- [ ] Ada writes it up", "- [ ] Ben asks around") == "- [ ] Ada writes it up\n- [ ] Ben asks around"


def test_the_same_line_added_by_both_is_there_once():
    assert merged("- a\n", "- a\n- b\n- c\n", "- a\n- b\n- d\n") == "- a\n- b\n- c\n- d\n"
    sent_twice = merged("- a\n", "- a\n- mine\n- theirs\n", "- a\n- mine\n")
    assert sent_twice == "- a\n- mine\n- theirs\n"


def test_paragraphs_are_not_shuffled_at_their_blank_lines():
    assert merged("x\n", "x\n\nOne.\n\nTwo.\n", "x\n\nThree.\n\nFour.\n") == "x\n\nOne.\n\nTwo.\nThree.\n\nFour.\n"


@pytest.mark.parametrize(("base", "theirs", "mine", "result"), [
    ("We met 30 people in Leeds today", "We met 40 people in Leeds today", "We met 30 people in Leeds yesterday",
     "We met 40 people in Leeds yesterday"),
    ("teh coucil said no", "the coucil said no", "teh council said no", "the council said no"),
    ("middle of the thing", "The middle of the thing", "middle of the thing now", "The middle of the thing now"),
    ("one\ntwo\nthree", "one\nTwo\nthree", "one\ntwo\nThree", "one\nTwo\nThree"),
    ("a\nb\nc\nd\ne", "a\nd\ne", "a\nb\ne", "a\ne"),
])
def test_words_of_one_line_are_merged(base, theirs, mine, result):
    assert merged(base, theirs, mine) == result
    assert merged(base, mine, theirs) == result


def test_a_line_changed_by_both_may_have_lines_of_each_after_it():
    base, one, other = "- x\n", "- x edited\n- new\n", "- changed x\n- other\n"
    assert merged(base, one, other) == "- changed x edited\n- new\n- other\n"
    assert merged(base, other, one) == "- changed x edited\n- other\n- new\n"


@pytest.mark.parametrize(("base", "theirs", "mine"), [
    ("We met 30 people", "We met 40 people", "We met 50 people"),
    ("the end", "the end of it", "the end, really"),
    ("first\nsecond thing\nthird", "first\nthird", "first\nsecond thing, and more\nthird"),
    ("do not fund this", "fund this", "do not ever fund this"),
    ("We met the council and the mayor\n", "", "We met the council\n"),
    ("The plan is late", "Everybody wants another plan", "The plan is very late"),
])
def test_what_only_a_person_can_decide_is_a_clash(base, theirs, mine):
    for one, other in ((theirs, mine), (mine, theirs)):
        result = merge(base, one, other)
        assert len(result.clashes) == 1
        for version in (one, other):
            assert all(line in result.text.split("\n") for line in version.split("\n") if line)


def test_a_clash_says_where_it_stands_and_the_rest_is_merged():
    result = merge("title\n\nold words here\n\nend", "title\n- new\n\ntheir words here\n\nend", "title\n\nmy words here\n\nthe end")
    assert result.text == "title\n- new\n\ntheir words here\nmy words here\n\nthe end"
    assert result.clashes == ((4, 2, "old words here", "their words here", "my words here"),)


def long_text(chance: random.Random) -> list[str]:
    return [" ".join(f"w{chance.randrange(3000)}" for _ in range(8)) for _ in range(5800)]


def with_changes(chance: random.Random, lines: list[str], how_many: int) -> list[str]:
    lines = lines[:]
    for _ in range(how_many):
        at = chance.randrange(len(lines))
        words = lines[at].split()
        words[chance.randrange(len(words))] = f"n{chance.randrange(10**6)}"
        lines[at:at + 1] = [" ".join(words)] * chance.choice([1, 1, 1, 2, 0])
    return lines


@pytest.mark.parametrize("join", ["\n", " "], ids=["many lines", "one line"])
@pytest.mark.parametrize("changes", [20, 2000])
def test_long_texts_take_less_than_a_second(join, changes):
    chance = random.Random(changes)
    base = long_text(chance)
    versions = [join.join(v) for v in (base, with_changes(chance, base, changes), with_changes(chance, base, changes))]
    assert 230_000 < len(versions[0]) < 263_000
    assert cpu_seconds(lambda: merge(*versions), 1) < 1


@pytest.mark.parametrize("letters", ["a\n", "ab ", "!.", "-\n", "ab\n\n"])
def test_senseless_texts_take_little_more(letters):
    chance = random.Random(3)
    versions = ["".join(chance.choices(letters, k=256 * 1024)) for _ in range(3)]
    assert cpu_seconds(lambda: merge(*versions), 2) < 2
