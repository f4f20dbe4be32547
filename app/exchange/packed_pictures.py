"""Pictures in Word and LibreOffice documents: pandoc is given a few bytes in the place of each, and the picture is put in after.

Sixty photos as data in HTML take pandoc more memory than it may have; this way they take none.
"""

import io
import re
import zipfile
from html import escape

from app.infra import files
from app.notes.models import Picture

_FRAME = re.compile(r'(<draw:frame\b[^>]*>)(<draw:image xlink:href="(Pictures/[^"]{1,40})"[^>]*/>)(</draw:frame>)')


def stand_in(picture: Picture) -> bytes:
    """What pandoc is given for the picture: its file's key, so that equal pictures stay one."""
    return b"folkmoot picture " + picture.file.encode()


def with_pictures_in(document: bytes, pictures: list[Picture]) -> bytes:
    """The document with the pictures themselves; in LibreOffice's with what they show, which pandoc leaves out there."""
    known = {stand_in(picture): picture for picture in pictures}
    if not known:
        return document
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w") as made:
        content = {info.filename: source.read(info) for info in source.infolist()}
        shown = {name: known[data] for name, data in content.items() if data in known}
        for info in source.infolist():
            data = content[info.filename]
            if info.filename in shown:
                data = files.fetch(shown[info.filename].file)
                info.compress_type = zipfile.ZIP_STORED
            elif info.filename == "content.xml":
                data = _described(data.decode(), shown).encode()
            made.writestr(info, data)
    return out.getvalue()


def _described(xml: str, shown: dict[str, Picture]) -> str:
    def put(found: re.Match[str]) -> str:
        picture = shown.get(found[3])
        words = f"<svg:desc>{escape(picture.alt)}</svg:desc>" if picture is not None and picture.alt else ""
        return f"{found[1]}{found[2]}{words}{found[4]}"

    return _FRAME.sub(put, xml)
