"""The program that makes a picture anew: bytes of anything on standard input, the picture on standard output.

It runs in a process of its own (`pictures.py` starts it), because decoding what strangers send is where libraries break, and
because it takes processor time. Imports nothing of the application. What comes out is `{"kind", "width", "height"}` as a line
of JSON and then the bytes, or `{"refused": reason}`; anything else means that the process was stopped.
"""

import contextlib
import io
import json
import resource
import sys

MEMORY = 768 * 2**20  # bytes of address space
CPU_SECONDS = 8
LONGEST_SIDE = 2_000  # pixels of what comes out
# Pixels of what comes in. A JPEG is decoded at an eighth of its size where that is enough, so it may have more.
MOST_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 32_000_000, "WEBP": 32_000_000}
QUALITY = 82
PNG_AT_MOST = 700_000  # bytes; an opaque picture that takes more as PNG is kept as JPEG, if that is smaller

NOT_A_PICTURE = "not a picture"
DAMAGED = "damaged"
TOO_MANY_PIXELS = "too many pixels"


class Refused(Exception):
    """The bytes do not become a picture; the message is one of the reasons above."""


def make(data: bytes) -> tuple[str, int, int, bytes]:
    """The kind ("jpg" or "png"), width, height and bytes of the picture in `data`: pixels only, upright, sRGB.

    Raises `Refused`. Nothing of the original's bytes is copied: no EXIF, no comments, no thumbnail, no colour profile.
    """
    # Only after the limits stand, and no decoder but these.
    from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401  # start-up cost

    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"])  # (an MPO is a JPEG)
    except Image.DecompressionBombError:
        raise Refused(TOO_MANY_PIXELS) from None
    except Exception:
        raise Refused(NOT_A_PICTURE) from None
    kind = picture.format
    if picture.width * picture.height > MOST_PIXELS[kind]:
        raise Refused(TOO_MANY_PIXELS)
    try:
        if kind in ("JPEG", "MPO"):
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        picture = _in_srgb(picture)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    except (MemoryError, Image.DecompressionBombError):
        raise Refused(TOO_MANY_PIXELS) from None
    except Exception:
        raise Refused(DAMAGED) from None
    if picture.mode == "RGBA" and picture.getextrema()[3][0] == 255:
        picture = picture.convert("RGB")
    if picture.mode == "RGBA" or kind == "PNG":
        lossless = _saved(picture, "PNG", optimize=True)
        if picture.mode == "RGBA" or len(lossless) <= PNG_AT_MOST:
            return "png", picture.width, picture.height, lossless
    photo = _saved(picture.convert("RGB"), "JPEG", quality=QUALITY, progressive=True, optimize=True)
    if kind == "PNG" and len(lossless) <= len(photo):
        return "png", picture.width, picture.height, lossless
    return "jpg", picture.width, picture.height, photo


def _in_srgb(picture):
    """The picture as RGB or RGBA, its colours as they were meant by the profile that came with it."""
    from PIL import ImageCms  # start-up cost

    profile = picture.info.get("icc_profile")
    clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if picture.mode.startswith(("I", "F")):  # 16 bits of grey: Pillow would clip, not scale
        picture = picture.point(lambda value: value / 257).convert("L") if picture.mode.startswith("I") else picture.convert("L")
    if profile and picture.mode in ("RGB", "CMYK") and not clear:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            return ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                                             ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGBA" if clear else "RGB")


def _saved(picture, kind: str, **options) -> bytes:
    from PIL import Image  # start-up cost

    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # nothing but pixels: `info` stays behind
    out = io.BytesIO()
    bare.save(out, kind, **options)
    return out.getvalue()


def main() -> None:
    """Be the program."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0),
                        (resource.RLIMIT_FSIZE, 64 * 2**20)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    try:
        kind, width, height, data = make(sys.stdin.buffer.read())
        said = {"kind": kind, "width": width, "height": height}
    except (Refused, MemoryError) as reason:
        said, data = {"refused": str(reason) or TOO_MANY_PIXELS}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
