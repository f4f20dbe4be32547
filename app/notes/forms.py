"""What the notes' pages are sent."""

from wtforms import HiddenField, StringField, TextAreaField

from app.documents.actions import kept
from app.documents.queries import BASE
from app.errors import Invalid
from app.web.forms import Form

LOST_TRACK = "The page lost track of which notes it was showing. Copy your text, reload the page, paste it there and save again."


class BaseForm(Form):
    """A change to notes says which revision the person had before them."""

    base_revision = HiddenField()

    @property
    def base(self) -> str:
        """What the person was shown, as `documents.queries` calls it. Raises Invalid when the page did not say."""
        said = self.base_revision.data or ""
        if not BASE.fullmatch(said):
            raise Invalid(LOST_TRACK)
        return said


class NoteForm(BaseForm):
    """The editor. The text is judged by `documents.actions.kept`, the one place that knows what can be kept."""

    text = TextAreaField("Notes", id="note-text")
    page = StringField("Preview as a page")

    @property
    def typed(self) -> str:
        """What was typed. Raises Invalid when the form did not arrive whole, and for a text that cannot be kept."""
        if not self.text.raw_data:  # not the same as an empty text: a blank is never saved by mistake
            raise Invalid("The text did not arrive. Nothing was saved: please try again.", "text")
        return kept(self.text.data)


class RevertForm(BaseForm):
    """The button beside a revision."""


class RestoreForm(RevertForm):
    """The button beside a moment between two revisions."""

    moment = StringField("Moment")


class NameForm(Form):
    """What a version is called."""

    name = StringField("Name")
