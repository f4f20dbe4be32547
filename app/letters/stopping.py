"""What the page says that stops mail about something: that nothing else changes, and where one leaves the thing itself."""

from dataclasses import dataclass

from app.letters.models import CONVERSATION, EVENT, INTRODUCTIONS, SERIES


@dataclass(frozen=True)
class Words:
    """`what` ends "no more mail …"; `only` says what else stays as it is; `leave` is the path of where one really leaves, called
    `leaving`, and empty where there is no such page."""

    what: str
    only: str = ""
    leave: str = ""
    leaving: str = ""


ALL = Words("from us")


def words_for(about: str, thing_id: int, path: str) -> Words:
    """The words for a thing, whose page is at `path` (empty where there is none that its reader may see)."""
    if about == CONVERSATION:
        return Words("about this conversation", "You stay in the conversation.",
                     f"/follow-ups/{thing_id}/leave", "Leave the conversation")
    if about == EVENT:
        return Words("about this event", "You keep your pass and what you marked, and mail about conversations that you are in.")
    if about == SERIES:
        return Words("about this series", "This is mail about its rounds and the series itself; mail about its events, and about "
                     "conversations, is separate. You stay in the series, and in rounds that you joined.",
                     f"{path}/leave" if path else "", "Leave the series")
    assert about == INTRODUCTIONS, about
    return Words("about introductions", "People can still ask to be introduced to you, and you can answer them on "
                 "the page of your introductions.", "/introductions", "Your introductions")
