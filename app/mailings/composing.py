"""A mailing as one person reads it: Markdown, with their name and, in the evening, what is theirs."""

from collections.abc import Callable

from app.boards.board_text import escaped
from app.events.models import Event
from app.letters import tokens
from app.letters.desk import url
from app.letters.models import MailWishes
from app.mailings.drafts import NAME, YOURS
from app.mailings.gathering import LED, MARKED, THERE, TOOK, Talk, Yours
from app.mailings.models import EVENING, Mailing

CARRY_ON = "carry on"
LINK_DAYS = 60
MOST = 8  # things of one kind that a letter lists; the rest is counted
WHY = {LED: "you led it", TOOK: "you took notes", THERE: "you were there", MARKED: "you marked it"}

# Where the two taps of a conversation lead for somebody: "I'll carry this on", "Keep me posted".
Taps = Callable[[Talk], tuple[str, str]]


def composed(mailing: Mailing, name: str, yours: Yours | None, taps: Taps) -> str:
    """The text for somebody called `name`. `yours` is what is theirs, for a mailing of the evening; None for any other."""
    text = mailing.body.replace(NAME, escaped(" ".join(name.split())))
    if mailing.kind != EVENING or yours is None:
        return text.replace(YOURS, "").strip() + "\n"
    own = "\n\n".join(_parts(mailing.event, yours, taps))
    before, there, after = text.partition(YOURS)
    parts = (before, own, after.replace(YOURS, "")) if there else (text, own)
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def signed_taps(row: MailWishes) -> Taps:
    """The taps of whoever's wishes these are: each link is good for two months, for one person and one conversation."""
    def taps(talk: Talk) -> tuple[str, str]:
        at = url(f"mail/carry-on/{tokens.signed(row, CARRY_ON, talk.id, LINK_DAYS)}")
        return at, f"{at}?want=posted"

    return taps


def plain_taps(event: Event) -> Taps:
    """For trying a text: where the conversation is, for whoever looks at it."""
    return lambda talk: (_at(event, talk), _at(event, talk))


def _parts(event: Event, yours: Yours, taps: Taps) -> list[str]:
    here, parts = f"e/{event.slug}", []
    if yours.sessions:
        parts.append(_listed("## Notes of your sessions", [
            f"[{_label(held.title)}]({url(f'{here}/sessions/{held.id}/note')}) ({WHY[why]})" for held, why in yours.sessions]))
    if yours.looking:
        parts.append(_listed("## Looking for somebody to carry them on", [_looking(event, talk, taps) for talk in yours.looking],
                             between="\n\n"))
    if yours.pledges:
        parts.append(_listed("## What you pledged", [
            f"“{_label(one.text)}”{_by(one.by_day)}. [Say what came of it]({url(f'{here}/pledges/{one.id}')})"
            for one in yours.pledges]))
    if yours.talks:
        parts.append(_listed("## Conversations you are in", [
            f"[{_label(talk.title)}]({_at(event, talk)}){' (you carry it on)' if host else ''}" for talk, host in yours.talks]))
    return parts


def _looking(event: Event, talk: Talk, taps: Taps) -> str:
    carry_on, keep_posted = taps(talk)
    wanted = f" ({talk.posted} {'wants' if talk.posted == 1 else 'want'} to hear of it)" if talk.posted else ""
    return (f"[{_label(talk.title)}]({_at(event, talk)}){wanted}\n  [I’ll carry this on]({carry_on})\n"
            f"  [Keep me posted]({keep_posted})")


def _listed(heading: str, lines: list[str], between: str = "\n") -> str:
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return f"{heading}\n\n" + between.join(f"- {line}" for line in [*lines[:MOST], *more])


def _at(event: Event, talk: Talk) -> str:
    return url(f"e/{event.slug}/follow-ups/{talk.id}")


def _by(day) -> str:
    return f", by {day.day} {day:%B %Y}" if day else ""


def _label(words: str) -> str:
    """People's words as Markdown that says them and nothing else, also inside a link."""
    return escaped(" ".join(words.split()).replace("[", "(").replace("]", ")"))
