"""What people type about conversations."""

from wtforms.validators import InputRequired

from app.accounts.models import NAME_LENGTH
from app.pitches.models import TITLE_LENGTH
from app.web.forms import Form, Line, Lines

ABOUT_LENGTH = 5_000
TOPICS_LENGTH = 200


class HostForm(Form):
    """A host named by somebody else."""

    name = Line("Host’s name", NAME_LENGTH, [InputRequired("Give the host’s name.")])


class PitchAgainForm(Form):
    """A conversation taken on as a pitch."""

    title = Line("Title", TITLE_LENGTH, [InputRequired("Give the pitch a title.")])
    about = Lines("What it is about", ABOUT_LENGTH, render_kw={"rows": 8})
    topics = Line("Topics", TOPICS_LENGTH)

    @property
    def topic_names(self) -> list[str]:
        """The topics as typed, separated by commas, each once."""
        names: dict[str, str] = {}
        for name in (self.topics.data or "").split(","):
            names.setdefault(name.strip().casefold(), name.strip())
        return [name for name in names.values() if name]
