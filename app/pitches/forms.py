"""What people type when they pitch."""

from dataclasses import dataclass

from wtforms import BooleanField, FieldList, HiddenField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import NAME_LENGTH, Person
from app.events.models import Event
from app.pitches.actions import ABOUT_LENGTH, ABOUT_MERGED_LENGTH
from app.pitches.models import LEADERS_MOST, TITLE_LENGTH, Pitch
from app.pitches.queries import people_at
from app.web.forms import Form, Line, Lines

ORGANISATION_ROOM = 110  # a name in the list may carry an organisation to tell namesakes apart
MOST_ROWS = 30


class PitchForm(Form):
    """A pitch as its pitcher writes it; `version` is what the form was opened on."""

    title = Line("What is it called?", TITLE_LENGTH, [InputRequired("Give it a title.")])
    about = Lines("What is it about?", ABOUT_LENGTH)
    leaders = FieldList(Line("Leader", NAME_LENGTH + ORGANISATION_ROOM), "Who leads it?",
                        min_entries=LEADERS_MOST, max_entries=MOST_ROWS)
    topics = SelectMultipleField("Topics", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
                                 validate_choice=True)
    new_topics = Line("Another topic", 120)
    step_free = BooleanField("It needs a step-free room")
    version = HiddenField()

    def __init__(self, event: Event, pitch: Pitch | None = None, **kwargs):
        super().__init__(**kwargs)
        self._known = {topic.id: topic.name for topic in event.topics}
        self.topics.choices = list(self._known.items())
        self.called = people_at(event)
        if pitch is not None:
            for leader in pitch.leaders:
                if leader.person_id and leader.person_id not in self.called.values():
                    self.called.setdefault(leader.name, leader.person_id)

    def show(self, pitch: Pitch) -> None:
        """Fill the form with what the pitch says now."""
        names = {person_id: label for label, person_id in self.called.items()}
        self.title.data, self.about.data, self.version.data = pitch.title, pitch.about, str(pitch.version)
        self.step_free.data = pitch.step_free
        self.topics.data = [topic.id for topic in pitch.topics]
        self.write_leaders([names.get(leader.person_id, leader.name) for leader in pitch.leaders])

    def write_leaders(self, names: list[str]) -> None:
        """Put `names` into the leaders' rows, with a row to spare."""
        while len(self.leaders) <= min(len(names), MOST_ROWS - 1):
            self.leaders.append_entry()
        for entry, name in zip(self.leaders, names, strict=False):
            entry.data = name

    def leader_names(self) -> list[str]:
        """What stands in the leaders' rows."""
        return [entry.data for entry in self.leaders if entry.data]

    def led_by(self, actor: Person, person_of) -> list[Person | str]:
        """The leaders: a name from the list is that person (`person_of` finds them by id), one's own is oneself."""
        folded = {label.casefold(): person_id for label, person_id in self.called.items()}
        found: list[Person | str] = []
        for name in self.leader_names():
            person_id = folded.get(name.casefold())
            if person_id is None and name.casefold() == actor.name.casefold():
                person_id = actor.id
            found.append(actor if person_id == actor.id else person_of(person_id) if person_id else name)
        return found

    def seen_version(self) -> int:
        """The version the form was opened on; 0, which no pitch has, when it does not say."""
        said = self.version.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0

    def topic_names(self) -> list[str]:
        """The topics ticked and those added."""
        added = [name for name in (self.new_topics.data or "").split(",") if name.strip()]
        return [self._known[i] for i in self.topics.data or ()] + added


@dataclass(frozen=True)
class Draft:
    """A pitch while it is typed, for what other rooms show beside the form. `asked`: there is something to look at."""

    event: Event
    title: str = ""
    about: str = ""
    carries_on: str = ""
    asked: bool = False


class MergedPitchForm(PitchForm):
    """A pitch that was made by a merge may say as much as its origins did together."""

    about = Lines("What is it about?", ABOUT_MERGED_LENGTH)


class MergeForm(Form):
    """What the merged pitch says."""

    title = Line("What is it called now?", TITLE_LENGTH, [InputRequired("Give it a title.")])
    about = Lines("What is it about?", ABOUT_MERGED_LENGTH)
