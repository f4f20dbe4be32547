"""Zips that nobody's program makes: each a name and its bytes."""

import io
import stat
import struct
import zipfile


def zip_of(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_info(name: str, content: bytes = b"# Open data\n\nWe talked.", **attributes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("x" * len(name))
        info.compress_type = attributes.pop("compress_type", zipfile.ZIP_DEFLATED)
        for key, value in attributes.items():
            setattr(info, key, value)
        archive.writestr(info, content)
        archive.writestr("good.md", "# Fine\n\nWe talked.")
    return out.getvalue().replace(b"x" * len(name), name.encode())


def overlapping(entries: int = 200, size: int = 20_000_000) -> bytes:
    """Many entries of the table of contents that all point at the same packed bytes."""
    data = zip_of({"kernel.txt": b"0" * size})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    central = data[start:data.rindex(b"PK\x05\x06")]
    contents = b"".join(central.replace(b"kernel.txt", b"%06d.txt" % number) for number in range(entries))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(contents), start, 0)
    return data[:start] + contents + end


def lying_about_size() -> bytes:
    data = bytearray(zip_of({"a.md": b"# Open data\n" * 2000}))
    place = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, 10)
    return bytes(data)


def endless_contents() -> bytes:
    """A table of contents of 60 MB."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    contents = entry * 1_300_000
    return contents + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(contents), 0, 0)


REFUSED_ENTRIES = {
    "parent": with_info("../../etc/evil.md"),
    "absolute": with_info("/etc/cron.d/evil.md"),
    "drive": with_info("C:/windows/evil.md"),
    "backslash": with_info("..\\..\\evil.md"),
    "control characters": with_info("evil\x07name.md"),
    "link": with_info("link.md", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "device": with_info("device.md", external_attr=(stat.S_IFCHR | 0o666) << 16),
    "bomb": with_info("zeros.md", b"\0" * 15_000_000),
    "too large": with_info("large.md", b"We talked. 0123456789abcdefghij" * 600_000),
    "lzma": with_info("packed.md", compress_type=zipfile.ZIP_LZMA),
}

BAD_ZIPS = {
    "overlapping": overlapping(),
    "endless contents": endless_contents(),
    "cut off": zip_of({"a.md": "# Open data"})[:-10],
    "only a sign": b"PK\x03\x04" + b"\0" * 100,
    "no entries there": struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, 460, 0, 0),
    "too many": zip_of({f"{number}.md": "a" for number in range(2001)}, zipfile.ZIP_STORED),
    "lying": lying_about_size(),
}
