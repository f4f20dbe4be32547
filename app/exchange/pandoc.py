"""Pandoc as a program of its own, on a short lead: no files, no network, little time, little memory, ended with its children."""

import functools
import os
import shutil
import signal
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

import pypandoc

from app.infra.processes import end

SECONDS = 15  # of the clock; a note takes a tenth of a second
CPU_SECONDS = 5
HEAP = "400m"
LARGEST_OUTPUT = 8 * 1024 * 1024  # bytes
OUT_SECONDS, OUT_CPU_SECONDS = 150, 60  # for documents of ours: a book of 200 notes takes 5 to 9 of the processor
LARGEST_DOCUMENT = 160 * 1024 * 1024

_FILTER = Path(__file__).with_name("clean.lua")
# ulimit -f counts in blocks of 512 or 1,024 bytes, by shell; either keeps a runaway from filling the disk. A shell that
# lacks one of the limits goes on with the others: pandoc's own -M and the clock hold in any case.
_LIMITED = 'ulimit -t {cpu} 2>/dev/null; ulimit -f {blocks} 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$@"'


class PandocFailed(Exception):
    """Pandoc could not convert the document, or not within its limits; the message says which."""


@functools.cache
def program() -> str:
    """Where pandoc is: the one from the pypandoc_binary wheel, or else the system's. Raises `PandocFailed`."""
    for candidate in (Path(pypandoc.__file__).parent / "files" / "pandoc", shutil.which("pandoc")):
        if candidate and os.access(candidate, os.X_OK):
            return str(candidate)
    raise PandocFailed("Pandoc is missing: install the pypandoc_binary package.")


def to_markdown(data: bytes, reader: str) -> str:
    """GitHub-flavoured Markdown of a document that pandoc's `reader` ("html", "docx", "odt") understands.

    Raises `PandocFailed`. The document is handed over in a nameless temporary file, and the answer comes back in another.
    """
    arguments = ["--from", reader, "--to", "gfm-raw_html-tex_math_dollars", "--wrap=none", "--lua-filter", str(_FILTER)]
    markdown = _run(data, arguments, CPU_SECONDS, SECONDS, LARGEST_OUTPUT, "It holds far more text than a note can.")
    return markdown.decode("utf-8", "replace")


def from_html(html: str, writer: str, *, moment: datetime) -> bytes:
    """A document of `html` (ours, pictures as data in it) as pandoc's `writer` ("docx", "odt") makes it.

    The same HTML and `moment` (when it was last changed) give the same bytes. Raises `PandocFailed`.
    """
    arguments = ["--from", "html", "--to", writer, "--wrap=none"]
    return _run(html.encode(), arguments, OUT_CPU_SECONDS, OUT_SECONDS, LARGEST_DOCUMENT, "It is too large for such a file.",
                {"SOURCE_DATE_EPOCH": str(int(moment.timestamp()))})


def _run(data: bytes, arguments: list[str], cpu: int, seconds: float, largest: int, too_large: str,
         environment: dict[str, str] | None = None) -> bytes:
    command = ["/bin/sh", "-c", _LIMITED.format(cpu=cpu, blocks=largest // 512), "sh",
               program(), "+RTS", f"-M{HEAP}", "-RTS", "--sandbox", *arguments]
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as result, tempfile.TemporaryFile() as said:
        source.write(data)
        source.seek(0)
        process = subprocess.Popen(
            [*command, "-o", "-"] if environment else command, stdin=source, stdout=result, stderr=said, start_new_session=True,
            cwd="/", env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", **(environment or {})})
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise PandocFailed("It took too long to convert.") from None
        finally:
            end(process)
        if code in (-signal.SIGXCPU, -signal.SIGKILL, 128 + signal.SIGXCPU, 128 + signal.SIGKILL):
            raise PandocFailed("It took too long to convert.")
        if code == 251:
            raise PandocFailed("It takes too much memory to convert.")
        if code:
            raise PandocFailed("It is damaged, or not what its name says.")
        result.seek(0)
        made = result.read(largest + 1)
    if len(made) > largest:
        raise PandocFailed(too_large)
    return made
