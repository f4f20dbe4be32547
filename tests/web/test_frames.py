"""WebSocket frames: what RFC 6455 asks for, and bytes cut and changed in any way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.frames import BINARY, CLOSE, PING, TEXT, Broken, Reader, accept_key, close_frame, frame, is_key, said_at_close
from tests.journeys.editors import masked

SIZES = (0, 1, 125, 126, 127, 65535, 65536, 70000)


def read(data: bytes, most: int = 2**20) -> list[tuple[int, bytes]]:
    return list(Reader(most).feed(data))


def code_of(data: bytes, most: int = 2**20) -> int:
    with pytest.raises(Broken) as broken:
        read(data, most)
    return broken.value.code


def test_the_example_of_the_rfc():
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert read(bytes.fromhex("818537fa213d7f9f4d5158")) == [(TEXT, b"Hello")]
    assert frame(TEXT, b"Hello") == bytes.fromhex("810548656c6c6f")
    assert is_key("dGhlIHNhbXBsZSBub25jZQ==")
    assert not is_key("short")
    assert not is_key("é")


@pytest.mark.parametrize("size", SIZES)
def test_every_way_to_say_a_size(size):
    data = bytes(i % 251 for i in range(size))
    assert read(masked(data)) == [(BINARY, data)]
    sent = frame(BINARY, data)
    head = 2 if size < 126 else 4 if size < 65536 else 10
    assert (len(sent), sent[head:]) == (head + size, data)


@given(st.lists(st.binary(max_size=300), max_size=6), st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_it_does_not_matter_where_the_network_cuts(messages, cuts):
    data, reader, got = b"".join(masked(one) for one in messages), Reader(1000), []
    while data:
        cut = cuts.pop(0) if cuts else len(data)
        got += [content for _kind, content in reader.feed(data[:cut])]
        data = data[cut:]
    assert got == messages


def test_a_message_in_pieces_with_a_ping_between():
    data = masked(b"one ", BINARY, 0) + masked(b"", PING) + masked(b"two ", 0, 0) + masked(b"three", 0)
    assert read(data) == [(PING, b""), (BINARY, b"one two three")]


def test_what_is_too_large_is_refused_before_it_has_come():
    assert code_of(b"\x82\xff" + (100 * 2**20).to_bytes(8, "big") + b"abcd") == 1009
    assert code_of(masked(b"x" * 600, BINARY, 0) + masked(b"x" * 600, 0, 0), 1000) == 1009
    assert code_of(b"\x82\xff" + b"\xff" * 8 + b"abcd") == 1009


FORBIDDEN = {
    "no mask": frame(BINARY, b"not masked"), "a reserved bit": masked(b"x", BINARY, 0xC0), "another": masked(b"x", BINARY, 0x90),
    "no such kind": masked(b"x", 3), "no such control": masked(b"x", 11), "a long ping": masked(b"x" * 126, PING),
    "a ping in pieces": masked(b"x", PING, 0), "the rest of nothing": masked(b"x", 0),
    "a new message within one": masked(b"a", BINARY, 0) + masked(b"b", BINARY)}


@pytest.mark.parametrize("said", FORBIDDEN)
def test_what_the_rfc_forbids(said):
    assert code_of(FORBIDDEN[said]) == 1002


def test_a_message_in_thousands_of_pieces_is_refused():
    assert code_of(masked(b"", BINARY, 0) + masked(b"", 0, 0) * 5000) == 1008


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    refused = 1002
    try:
        messages = read(data, 1000)
    except Broken as problem:
        messages, refused = [], problem.code
    assert refused in (1002, 1008, 1009)
    assert all(len(content) <= 1000 for _kind, content in messages)


def test_closing():
    assert said_at_close(b"") == 1000
    assert said_at_close(b"\x03\xe9going") == 1001
    for wrong in (b"\x03", b"\x03\xed", b"\x00\x00", b"\x07\xd0"):
        with pytest.raises(Broken):
            said_at_close(wrong)
    with pytest.raises(Broken) as broken:
        said_at_close(b"\x03\xe8\xff")
    assert broken.value.code == 1007
    assert close_frame(1012, "restart") == frame(CLOSE, b"\x03\xf4restart")
    assert len(close_frame(4400, "é" * 200)) <= 125 + 2
