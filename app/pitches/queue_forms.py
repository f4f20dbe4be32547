"""What people type at the queue and at the pitching station."""

import secrets

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Optional

from app.accounts.models import NAME_LENGTH, Person
from app.events.models import Event
from app.infra import db
from app.pitches.actions import ABOUT_LENGTH
from app.pitches.forms import ORGANISATION_ROOM
from app.pitches.models import TITLE_LENGTH
from app.pitches.queries import people_at
from app.pitches.queue_models import KEY_LENGTH
from app.web.forms import Form, Line, Lines


def new_key() -> str:
    """What tells one filling-in of a form from another, so that the same one sent twice counts once."""
    return secrets.token_urlsafe(16)


class JoinForm(Form):
    """Somebody's new pitch, with which they join the queue."""

    title = Line("What do you want to pitch?", TITLE_LENGTH, [InputRequired("Give it a title.")])
    about = Lines("What is it about?", ABOUT_LENGTH, [Optional()])
    key = HiddenField(default=new_key)

    def sent_key(self) -> str:
        """The key of this filling-in, cut to what is kept."""
        return (self.key.data or "").replace("\0", "")[:KEY_LENGTH]


class StationForm(JoinForm):
    """A pitch as a clerk takes it down: title and name are enough."""

    title = Line("Title", TITLE_LENGTH, [InputRequired("Give it a title.")])
    name = Line("Name", NAME_LENGTH + ORGANISATION_ROOM, [InputRequired("Say who pitches it.")])
    topic = SelectField("Topic", [Optional()], coerce=int, validate_choice=True)

    def __init__(self, event: Event, **kwargs):
        super().__init__(**kwargs)
        self._topics = {topic.id: topic.name for topic in event.topics}
        self.topic.choices = [(0, "None"), *self._topics.items()]
        self.called = people_at(event)

    def pitcher(self, actor: Person) -> Person | str:
        """Who pitches: a name from the list is that person, one's own is oneself, any other is just a name."""
        wanted = self.name.data.casefold()
        person_id = next((person_id for label, person_id in self.called.items() if label.casefold() == wanted), None)
        if person_id is None:
            return actor if wanted == actor.name.casefold() else self.name.data
        return db.session.get_one(Person, person_id)

    def topic_names(self) -> tuple[str, ...]:
        """The topic that was chosen, if one was."""
        return (self._topics[self.topic.data],) if self.topic.data in self._topics else ()
