"""Bytes to text, whatever wrote them: UTF-8, UTF-16, Windows, or a mixture; and what was odd about it, in sentences."""

import codecs
import re

_BOMS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
_MOST_STRAY = 2_000  # stray bytes in UTF-8; with more of them the whole is taken for Windows text
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_GARBLED = re.compile(
    r"â€[\w™œ˜“”¦¢\x80-\x9f]|Ã[\x80-\xbf©¨¤¶¼±³¡­ª§´]|Â[£°·»«\xa0§©®]|ï¿½|ðŸ|\ufffd|(?<=[\s\[(])\?[a-zà-ÿ]{3,}\b")


class NotText(Exception):
    """The bytes are no text: they look like a picture, a program or another binary file."""


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text with "\\n" line ends and no control characters, and warnings. Raises `NotText`."""
    warnings: list[str] = []
    text = _decoded(data, warnings)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x0b", "\n").replace("\x0c", "\n").replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    controls = len(_CONTROLS.findall(text))
    if controls:
        if controls > len(text) / 50 + 20:
            raise NotText("The file does not look like text.")
        text = _CONTROLS.sub("", text)
        warnings.append(f"{_number(controls, 'control character')} {'was' if controls == 1 else 'were'} left out.")
    return text.replace("\ufeff", "").replace("\u200b", ""), warnings


def garbled_warning(text: str) -> str | None:
    """A sentence about letters that were garbled before the file came here, with the first line that has one; or None."""
    found = _GARBLED.search(text)
    if not found:
        return None
    count = sum(1 for _ in _GARBLED.finditer(text))
    line = text.count("\n", 0, found.start()) + 1
    around = text[max(0, found.start() - 12): found.end() + 12].replace("\n", " ").strip()
    return f"{_number(count, 'place')} may hold garbled letters, the first in line {line}: “{around}”."


def _decoded(data: bytes, warnings: list[str]) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom):].decode(encoding, "replace")
    sample = data[:4096]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 4:
        odd, even = sample[1::2].count(0), sample[0::2].count(0)
        if max(odd, even) > 0.8 * (len(sample) // 2) and min(odd, even) < len(sample) // 20 + 1:
            return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
        raise NotText("The file does not look like text.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    stray = 0

    def as_windows(error: UnicodeDecodeError) -> tuple[str, int]:
        nonlocal stray
        stray += error.end - error.start
        if stray > _MOST_STRAY:
            raise error
        return error.object[error.start:error.end].decode("cp1252", "replace"), error.end

    codecs.register_error("folkmoot-windows", as_windows)
    try:
        text = data.decode("utf-8", "folkmoot-windows")
    except UnicodeDecodeError:
        warnings.append("The file is not in UTF-8: it was read as Windows text (cp1252).")
        return data.decode("cp1252", "replace")
    warnings.append(f"{_number(stray, 'letter')} not in UTF-8 {'was' if stray == 1 else 'were'} read as Windows text "
                    f"(cp1252).")
    return text


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
