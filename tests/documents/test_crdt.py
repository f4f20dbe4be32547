"""The shared text as Yjs: one update an edit, the right characters whatever they are made of, garbage refused."""

import gc
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from app.documents.authorship import spans_of
from app.documents.crdt import ROOT, SEED_CLIENT, Malformed, Open, Shared, seed
from app.documents.edits import smallest_edits
from tests.documents.texts import anything, edited, text

ODD = "a😀e\u0301👩\u200d👩\u200d👧🇬🇧中\u2028b"


def browser(*updates: bytes, client: int | None = None) -> Doc:
    """A document as another Yjs client holds it."""
    doc = Doc({ROOT: Text()}, client_id=client)
    for update in updates:
        doc.apply_update(update)
    return doc


@given(anything | text)
def test_a_seed_says_the_text_and_is_always_the_same(said):
    assert seed(said) == seed(said)
    assert Shared([seed(said)]).text == said
    assert Shared([seed(said), seed(said)]).text == said  # seeded twice by mistake: not doubled


@given(st.data())
def test_edits_give_the_new_text_here_and_in_a_browser(data):
    texts = [data.draw(text | anything)]
    log = [seed(texts[0])]
    for _ in range(3):
        new = data.draw(edited(texts[-1]) | anything)
        if new == texts[-1]:
            continue
        shared = Shared(log)
        log.append(shared.edit(smallest_edits(texts[-1], new)))
        assert shared.text == new
        texts.append(new)
    assert Shared(log).text == str(browser(*log)[ROOT]) == texts[-1]


@pytest.mark.parametrize("at", range(len(ODD) + 1))
def test_positions_are_right_among_characters_of_every_width(at):
    log = [seed(ODD)]
    log.append(Shared(log).edit(smallest_edits(ODD, ODD[:at] + "ß𝄞" + ODD[at:])))
    assert Shared(log).text == ODD[:at] + "ß𝄞" + ODD[at:]


def test_an_edit_is_only_as_large_as_what_changed():
    said = "".join(f"line {i} 😀\n" for i in range(5000))
    log = [seed(said)]
    for number in range(60):
        new = said.replace(f"line {number * 50} ", f"Zeile {number * 50} ")
        log.append(Shared(log).edit(smallest_edits(said, new)))
        said = new
    assert max(len(update) for update in log[1:]) < 60


def test_each_edit_is_by_a_client_of_its_own():
    log = [seed("a")]
    for word in ("ab", "abc", "abcd"):
        log.append(Shared(log).edit(smallest_edits(Shared(log).text, word)))
    everything = Doc()
    everything[ROOT] = Text()
    for update in log:
        everything.apply_update(update)
    clients = everything.get_state()[0]  # how many clients the state vector lists
    assert clients == 4
    assert Shared([seed("a")])._doc.client_id != SEED_CLIENT


@pytest.mark.parametrize(("old", "new", "at", "typed", "result"), [
    ("- bins\n", "- rubbish\n", 6, "\n- theirs", "- rubbish\n- theirs\n"),
    ("bins\n", "rubbish\n", 0, "- theirs\n", "- theirs\nrubbish\n"),
    ("bins\n", "Bins\n", 0, "- theirs\n", "- theirs\nBins\n"),
    ("bins 7\n", "bins 8\n", 6, "\n- theirs", "bins 8\n- theirs\n"),
    ("one\ntwo\n", "one\nnew\ntwo\n", 4, "theirs\n", None),
])
def test_what_somebody_adds_beside_words_that_change_does_not_come_between_them(old, new, at, typed, result):
    log = [seed(old)]
    for _ in range(8):  # the order of two clients is by their random numbers
        other = browser(*log)
        before = other.get_state()
        other[ROOT].insert(at, typed)
        shared = Shared(log)
        shared.edit(smallest_edits(old, new))
        shared.absorb(other.get_update(before))
        assert shared.text in ((result,) if result else ("one\nnew\ntheirs\ntwo\n", "one\ntheirs\nnew\ntwo\n"))


@pytest.mark.parametrize("data", [b"", b"\x00", b"garbage", b"\xff" * 50, b"\x01\x01"])
def test_what_is_no_update_is_refused(data):
    with pytest.raises(Malformed):
        Shared([seed("x")]).absorb(data)


def test_mutated_updates_are_refused_or_leave_the_document_sound():
    """Whatever a hostile client sends and is not refused, the document can still be read, edited and loaded again."""
    chance = random.Random(11)
    log = [seed("hello 😀\n- bins\n")]
    good = Shared(log).edit(smallest_edits("hello 😀\n- bins\n", "hello 😀 world\n- b\n- c"))
    refused = 0
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        shared = Shared(log)
        try:
            shared.absorb(bytes(data))
        except Malformed:
            refused += 1
            continue
        said = shared.text
        more = shared.edit(smallest_edits(said, "A" + said))
        assert Shared([*log, bytes(data), more]).text == "A" + said
    assert 500 < refused < 3000


def test_other_shared_types_of_a_client_do_not_touch_the_text():
    for other in (Map({"a": 1}), Array([1, "two"])):
        doc = Doc({ROOT: other})
        shared = Shared([seed("the text")])
        shared.absorb(doc.get_update())
        assert shared.text == "the text"


@pytest.mark.parametrize("use", [lambda update: Open().apply(update), lambda update: spans_of([(update, None)])])
def test_a_document_that_nobody_holds_any_more_takes_no_memory(use):
    update = seed("x" * 500_000)

    def memory() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    for _ in range(5):
        use(update)
    before = memory()
    for _ in range(40):
        use(update)
    assert memory() - before < 8e6  # if they stayed it would be 20 MB
