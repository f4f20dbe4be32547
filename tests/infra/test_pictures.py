"""Pictures made anew: what comes out is pixels of ours, whatever came in; and it takes little, whatever came in."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from app.infra import picture_maker, pictures
from tests.pace import within


def sent(picture: Image.Image, kind: str = "PNG", **more) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def photo(width: int = 300, height: int = 200, **more) -> bytes:
    """A JPEG as a phone sends it: turned, with where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "SECRET PLACE"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0)})
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 3, height))  # the left third: at the top once it is upright
    return sent(picture, "JPEG", exif=exif, comment=b"SECRET COMMENT", **more)


def shown(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def near(pixel, colour, by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel, colour, strict=True))


def test_a_photo_loses_all_but_its_pixels_and_stands_upright():
    made = pictures.make(photo())
    assert (made.kind, made.width, made.height) == ("jpg", 200, 300)
    picture = shown(made.data)
    assert picture.size == (200, 300)
    assert near(picture.getpixel((100, 20)), (255, 0, 0))
    assert near(picture.getpixel((100, 250)), (255, 255, 255))
    assert not picture.getexif()
    assert b"SECRET" not in made.data
    assert b"Exif" not in made.data
    assert "comment" not in picture.info
    assert "icc_profile" not in picture.info


def test_a_large_one_gets_smaller_and_a_small_one_stays():
    assert max(shown(picture_maker.make(sent(Image.new("L", (4100, 300))))[3]).size) == picture_maker.LONGEST_SIDE
    assert picture_maker.make(sent(Image.new("RGB", (7, 5))))[1:3] == (7, 5)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_png_becomes_one_of_ours(mode):
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SECRET")
    kind, width, height, data = picture_maker.make(sent(Image.new(mode, (30, 20)), pnginfo=words))
    assert (kind, width, height) == ("png", 30, 20)
    assert b"SECRET" not in data
    assert shown(data).size == (30, 20)
    assert pictures.as_it_is(data) == pictures.Made(kind, width, height, data)


def test_sixteen_bits_of_grey_are_scaled_not_clipped():
    picture = Image.new("I;16", (2, 1))
    picture.putpixel((0, 0), 65535)
    picture.putpixel((1, 0), 32768)
    made = shown(picture_maker.make(sent(picture))[3]).convert("L")
    assert (made.getpixel((0, 0)), made.getpixel((1, 0))) == (255, 127)


def test_glass_stays_clear():
    kind, _, _, data = picture_maker.make(sent(Image.new("RGBA", (4, 4), (255, 0, 0, 100)), "WEBP", lossless=True))
    assert kind == "png"
    assert shown(data).getpixel((0, 0)) == (255, 0, 0, 100)


def test_cmyk_and_webp_come_in():
    assert picture_maker.make(sent(Image.new("CMYK", (4, 4)), "JPEG"))[0] == "jpg"
    assert picture_maker.make(sent(Image.new("RGB", (4, 4)), "WEBP"))[0] == "jpg"


def test_the_same_bytes_in_are_the_same_bytes_out():
    assert picture_maker.make(photo()) == picture_maker.make(photo())


def png(width: int, height: int, content: bytes = b"") -> bytes:
    """A PNG whose header says whatever it likes."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty"), (b"GIF89a" + b"\0" * 50, "not a JPEG"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG"),
    (b"%PDF-1.7", "not a JPEG"), (b"<script>alert(1)</script>", "not a JPEG"), (b"BM" + b"\0" * 60, "not a JPEG"),
    (b"II*\0" + b"\0" * 60, "not a JPEG"), (photo(900, 900)[:-900], "damaged"), (png(300, 300, b"\0" * 10), "damaged"),
    (png(30_000, 30_000), "too many pixels"), (png(2**31 - 1, 2**31 - 1), "too many pixels"), (png(0, 5), "JPEG|damaged"),
    (b"\xff\xd8\xff" + b"x" * (pictures.LARGEST + 1), "larger than 20 MB"),
], ids=lambda x: x[:12].hex() if isinstance(x, bytes) else None)
def test_what_is_no_picture_is_refused_in_a_sentence(data, reason):
    began = time.monotonic()
    with pytest.raises(pictures.NotAPicture, match=reason):
        pictures.make(data)
    assert time.monotonic() - began < within(5)


def test_a_bomb_of_a_hundred_megapixels_is_refused_before_it_is_unpacked():
    bomb = png(10_000, 10_000, b"\0" * 30_010_000)
    assert len(bomb) < 100_000
    began = time.monotonic()
    with pytest.raises(pictures.NotAPicture, match="too many pixels"):
        pictures.make(bomb)
    assert time.monotonic() - began < within(2)


def test_a_maker_that_does_not_end_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(pictures, "_PROGRAM", slow)
    monkeypatch.setattr(pictures, "SECONDS", 0.2)
    with pytest.raises(pictures.NotAPicture, match="too long"):
        pictures.make(photo())


def test_a_maker_that_breaks_is_a_refusal(monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(pictures, "_PROGRAM", broken)
    with pytest.raises(pictures.NotAPicture, match="too much"):
        pictures.make(photo())


@given(st.data())
@settings(max_examples=60)
def test_what_is_not_ours_to_the_last_byte_is_not_taken_as_it_is(data):
    _, _, _, own = picture_maker.make(photo(40, 30) if data.draw(st.booleans()) else sent(Image.new("RGB", (9, 9))))
    assert pictures.as_it_is(own) is not None
    assert pictures.as_it_is(own + data.draw(st.binary(min_size=1, max_size=20))) is None
    assert pictures.as_it_is(own[:data.draw(st.integers(0, len(own) - 1))]) is None
    assert pictures.as_it_is(data.draw(st.binary(max_size=200))) is None
    assert pictures.as_it_is(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + data.draw(st.binary(max_size=90))) is None


def test_a_photo_with_where_it_was_taken_is_not_taken_as_it_is():
    assert pictures.as_it_is(photo()) is None
    assert pictures.as_it_is(sent(Image.new("RGB", (4, 4)), pnginfo=PngImagePlugin.PngInfo())) is not None
