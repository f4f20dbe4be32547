"""Texts to begin with, for each moment at which organisers write.

Facts of the event are filled in when the draft is made, so that who sends it reads what others will; `{name}` and `{yours}` are
filled in for each person.
"""

from dataclasses import dataclass

from app.boards.board_text import escaped
from app.events.models import Event
from app.letters.desk import url
from app.mailings.models import BEFORE, DAY, EVENING, EVERYBODY, SUBJECT_LENGTH, WORDS

NAME, YOURS = "{name}", "{yours}"


@dataclass(frozen=True)
class Ready:
    """One of the ready-made drafts: what it is called, when it is for, and its words (`str.format` fields are facts)."""

    label: str
    hint: str
    subject: str
    body: str
    recipients: str = EVERYBODY


READY = {
    BEFORE: Ready("Before the event", "A few days ahead: where and when, and how to pitch.", "{event} is on {first_day}",
                  """Hello {{name}},

{event} is on {dates}{venue}.

There is no programme yet: the people who come make it. If there is something you want to talk about, ask about or get help with,
[pitch it]({pitches}). A title is enough, and you do not have to be an expert.

If you would rather listen, mark what interests you on the [list of pitches]({pitches}). It helps us to choose rooms.

- [Everything about the event]({front})
- [Code of conduct]({conduct})

If you cannot come after all, say so where you got your ticket, so that somebody else can have your place. Replies to this mail
are not read.

See you there"""),
    DAY: Ready("On the day", "In the morning: the grid, notes, and what to do where.", "Today: {event}", """Good morning {{name}},

{event} is today{venue}.

- [The grid]({grid}) says what is on, where and when. It changes during the day, and the page changes with it.
- [Pitches]({pitches}): say what you would like to talk about, or mark what interests you.
- [Notes]({notes}): each session has a page for notes that everybody writes together. One or two people who type are enough.

You may leave a session at any time and go to another: nobody minds. If something is wrong, speak to a campmaker.

Have a good day"""),
    EVENING: Ready("The evening after", "Each person’s own: their sessions’ notes, what looks for a host, their pledges.",
                   "After {event}: your notes, and what carries on", """Hello {{name}},

Thank you for being part of {event}.

{{yours}}

All [notes]({notes}) and all [conversations that carry on]({followups}) are on the event’s pages. Notes can still be
tidied up: if you remember something that is missing, add it.

Thank you"""),
    WORDS: Ready("Words alone", "Anything else you have to tell people.", "{event}: ", """Hello {{name}},


"""),
}


def ready(event: Event, kind: str) -> tuple[str, str]:
    """Subject and text of the ready-made draft of a kind, with the event's facts. Raises KeyError for no such kind."""
    draft, here = READY[kind], f"/e/{event.slug}"
    called = " ".join(event.name.split())
    plain = {"event": called, "first_day": _day(event.starts_on)}
    facts = {"event": escaped(called), "dates": _dates(event), "venue": f" at {escaped(event.venue)}" if event.venue else "",
             "front": url(here), "pitches": url(f"{here}/pitches"), "conduct": url(f"{here}/conduct"),
             "grid": url(f"{here}/grid"), "notes": url(f"{here}/notes"), "followups": url(f"{here}/follow-ups")}
    text = "\n\n".join(" ".join(part.split("\n")) if not part.startswith("- ") else part for part in draft.body.split("\n\n"))
    return draft.subject.format(**plain)[:SUBJECT_LENGTH].rstrip(" "), text.format(**facts).rstrip() + "\n"


def _day(day) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _dates(event: Event) -> str:
    first, last = event.starts_on, event.ends_on
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"
