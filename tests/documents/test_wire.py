"""Reading updates strictly: what pycrdt makes is read whole, and what would harm a document is refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from app.documents import wire
from app.documents.crdt import Malformed, Open, seed


def typed(client: int, *words: str) -> list[bytes]:
    """The updates of somebody who typed these words, one behind the other."""
    doc, made = Doc({"text": Text()}, client_id=client), []
    doc.observe(lambda event: made.append(event.update))
    for word in words:
        doc["text"].insert(len(doc["text"]), word)
    return made


def test_what_a_key_press_says():
    first, second = typed(7, "aé😀", "b")
    said = wire.read_update(first)
    assert (said.named, said.made, said.deleted, said.plain, said.empty) == ({7}, [(7, 0, 4)], [], True, False)
    assert wire.read_update(second).made == [(7, 4, 5)]
    assert wire.read_update(b"\0\0").empty
    assert not said.nul
    assert wire.read_update(typed(7, "a\0")[0]).nul


def test_everybody_an_update_names():
    doc, made = Doc({"text": Text()}, client_id=9), []
    doc.apply_update(seed("some text"))
    doc.observe(lambda event: made.append(event.update))
    doc["text"].insert(4, "!")
    del doc["text"][0:2]
    inserted, deleted = map(wire.read_update, made)
    assert (inserted.named, inserted.made) == ({1, 9}, [(9, 0, 1)])
    assert (deleted.named, deleted.deleted) == ({1}, [(1, 0, 2)])


@given(st.lists(st.tuples(st.integers(0, 30), st.text(min_size=1, max_size=5), st.booleans()), max_size=30))
def test_whole_documents_are_read_to_their_last_change(edits):
    doc = Doc({"text": Text()}, client_id=5)
    for at, word, delete in edits:
        raw = str(doc["text"]).encode()
        start = len(raw[:at].decode(errors="ignore").encode())
        doc["text"].insert(start, word)
        if delete:
            del doc["text"][start:start + len(word.encode())]
    said = wire.read_update(doc.get_update())
    known = wire.read_state(doc.get_state())
    assert {client: max(end for c, _, end in said.made if c == client) for client, *_ in said.made} == known


def test_other_types_and_formats_are_read_and_are_not_plain():
    doc = Doc({"text": Text(), "map": Map(), "list": Array()}, client_id=5)
    doc["map"]["a"] = {"b": [1, 2.5, None, True, "é", b"bytes", 2**40, -3]}
    doc["list"].append(Map({"c": Text("x")}))
    doc["text"].insert(0, "bold", {"bold": True})
    doc["text"].insert_embed(0, {"image": "x"})
    said = wire.read_update(doc.get_update())
    assert not said.plain
    assert wire.read_state(doc.get_state())[5] == max(end for _, _, end in said.made)


def test_what_would_harm_is_refused():
    [update] = typed(7, "abc")
    broken_text = update.replace(b"abc", b"a\xff\xfe")
    for data in (b"", b"\x01", update + b"\0", update[:-1], broken_text, b"\xff" * 12, b"\x01\x00\x05\x00\x00",
                 b"\xff\xff\xff\xff\x0f\x01", b"\x00\xff\xff\xff\x7f", b"\x01\x01\x07\x00\x09\x01\x04text\x01a\x00"):
        with pytest.raises(Malformed):
            wire.read_update(data)
    for data in (b"", b"\x01\x01", b"\x00\x00", b"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"):
        with pytest.raises(Malformed):
            wire.read_state(data)


def test_changed_at_random_it_is_refused_or_leaves_a_document_that_can_be_read():
    chance = random.Random(3)
    doc = Doc({"text": Text()}, client_id=300)
    doc.apply_update(seed("A text with é, 😀 and lines\n- one\n- two\n"))
    base, made = doc.get_update(), []
    doc.observe(lambda event: made.append(event.update))
    doc["text"].insert(5, "wörd 😀")
    del doc["text"][20:25]
    taken = 0
    for _ in range(4000):
        data = bytearray(chance.choice([*made, base]))
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            wire.read_update(bytes(data))
            document = Open()
            document.apply(base)
            document.apply(bytes(data))
        except Malformed:
            continue
        document.text.encode()
        taken += 1
    assert taken > 100


def test_awareness_there_and_back():
    message = wire.awareness([(7, 1, b'{"a":1}'), (2**40, 300, b"null")])
    read = wire.Bytes(message)
    assert read.number() == wire.AWARENESS
    assert list(wire.read_awareness(read.run(), 10)) == [(7, 1, b'{"a":1}'), (2**40, 300, b"null")]
    with pytest.raises(Malformed):
        list(wire.read_awareness(b"\x02\x01\x01\x05ab", 10))


def test_a_change_that_came_too_early_shows_when_what_it_builds_on_comes():
    first, second, third = typed(7, "one ", "two ", "three")
    document = Open()
    assert document.apply(first) == first
    assert document.apply(third) is None
    assert document.lacks(third)
    made = document.apply(second)
    assert document.text == "one two three"
    assert not document.lacks(third)
    other = Open()
    other.apply(first)
    other.apply(made)
    assert other.text == document.text
    assert document.apply(second) is None  # again: nothing new


def test_nul_is_taken_out_for_everybody():
    document = Open()
    document.apply(typed(7, "a\0é\0")[0])
    clean = document.take_out("\0")
    other = Open()
    other.apply(typed(7, "a\0é\0")[0])
    other.apply(clean)
    assert document.text == other.text == "aé"
    assert document.take_out("\0") is None
