"""What people type about a piece of material: one form, of which each kind shows its own fields."""

from flask_wtf.file import FileField
from wtforms.validators import Optional

from app.boards.material_actions import (
    ALT_LENGTH,
    CREDIT_LENGTH,
    LICENCE_LENGTH,
    SOURCE_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
    Said,
)
from app.boards.models import LINK, PICTURE, PROJECT, STORY, TEXT, TITLE_LENGTH, Material
from app.web.forms import Form, Line, Lines

FIELDS = {STORY: ("title", "text", "source", "url"), PROJECT: ("theme", "title", "text", "source", "url"),
          TEXT: ("title", "text", "source"), LINK: ("title", "url", "text"),
          PICTURE: ("picture", "alt", "title", "credit", "licence")}
NAMES = {STORY: "story", PROJECT: "project", TEXT: "text", LINK: "link", PICTURE: "picture"}
HINTS = {
    ("theme", PROJECT): "What it stands under, for example “Mentoring”. Projects of the same theme stand together.",
    ("text", STORY): "The story as people will read it. Markdown works. Change names and places that could give somebody away.",
    ("text", PROJECT): "What it is, in a few sentences. Markdown works.", ("text", TEXT): "Markdown works.",
    ("text", LINK): "What one finds there.", ("source", STORY): "Where it comes from: who told it, a book, a report.",
    ("source", PROJECT): "Who runs it, or where it is described.", ("source", TEXT): "Where it comes from.",
    ("alt", PICTURE): "For people who cannot see it.", ("title", PICTURE): "Shown under it.",
    ("credit", PICTURE): "Whose picture it is. Always shown with it.",
    ("licence", PICTURE): "Under which it may be shown: CC BY 4.0, for example, or “by permission”.",
}


class MaterialForm(Form):
    """A piece of material. Which fields there are depends on its kind (`FIELDS`)."""

    theme = Line("Theme", TITLE_LENGTH, [Optional()])
    title = Line("Title", TITLE_LENGTH, [Optional()])
    picture = FileField("Picture")
    alt = Line("What it shows", ALT_LENGTH, [Optional()])
    text = Lines("Text", TEXT_LENGTH, [Optional()])
    source = Line("Source", SOURCE_LENGTH, [Optional()])
    url = Line("Web address", URL_LENGTH, [Optional()])
    credit = Line("Credit", CREDIT_LENGTH, [Optional()])
    licence = Line("Licence", LICENCE_LENGTH, [Optional()])

    @classmethod
    def of(cls, material: Material) -> "MaterialForm":
        """The form as it is shown; what was sent replaces what is there."""
        return cls(data={field: getattr(material, field) for field in FIELDS[material.kind] if field != "picture"})

    def said(self, kind: str) -> Said:
        """What was typed, as far as the kind has it."""
        return Said(**{field: (self[field].data or "").strip() for field in FIELDS[kind] if field != "picture"})
