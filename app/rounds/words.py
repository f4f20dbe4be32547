"""What letters of a round say. Markdown; people's words come escaped."""

from datetime import datetime

from app.events.words import named
from app.infra import clock
from app.introductions.telling import words
from app.rounds.models import Round
from app.rounds.queries import Group, Partner

ADDRESSES = "Your e-mail address is shown to those you are put together with in this round, and theirs to you; to nobody else."


def windows(found: Round) -> list[str]:
    """The three times, each as "Tuesday 12 January 2027, 12:30 to 13:30"."""
    return [f"{day(begin, found.time_zone)}, {clock.local(begin, found.time_zone):%H:%M} to "
            f"{clock.local(end, found.time_zone):%H:%M}"
            for begin, end in ((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in found.windows)]


def day(moment: datetime, zone: str) -> str:
    """A moment's day."""
    here = clock.local(moment, zone)
    return f"{here:%A} {here.day} {here:%B %Y}"


def who(partner: Partner) -> str:
    """First name and organisation."""
    return words(partner.first_name) + (f" ({words(partner.organisation)})" if partner.organisation else "")


def met(found: Round, group: Group, first: str, with_url: str, answer_url: str, contacts_url: str) -> tuple[str, str]:
    """Subject and text for who was put together with somebody. `first` writes first: "you" or a name. No address is in it:
    the page at `with_url` shows what is shared at the moment it is looked at."""
    them = words(group.partners[0].first_name) if len(group.partners) == 1 else "them"
    names = named([partner.first_name for partner in group.partners])
    times = "\n".join(f"- {window}" for window in windows(found))
    writes = "you write first" if first == "you" else f"{words(first)} writes first"
    agreed = "You both" if len(group.partners) == 1 else "All of you"
    return f"{found.name}: meet {names}", (
        f"You are put together with {named([who(one) for one in group.partners])} in {words(found.name)}, a round of "
        f"{words(found.series.name)}.\n\nHow to reach {them} is shown for as long as it is shared, without signing "
        f"in:\n\n[See how to reach {them}]({with_url})\n\nSo that nobody waits for the other: **{writes}**.\n\n"
        f"A question to begin with:\n\n> {words(found.question)}\n\n"
        f"Three times to choose from ({words(found.time_zone)}):\n\n{times}\n\nAny other that suits you is as good.\n\n"
        f"{agreed} agreed to this when you joined. Addresses are shared within your group only; you can take yours back under "
        f"[Introductions]({contacts_url}).\n\nWe ask once, on {day(found.ask_at, found.time_zone)}, whether you met.\n\n"
        f"[Say it at any time]({answer_url})")


def nobody(found: Round) -> tuple[str, str]:
    """Subject and text for who could be put together with nobody."""
    return f"{found.name}: nobody to meet this time", (
        f"We are sorry: in {words(found.name)}, a round of {words(found.series.name)}, there was nobody left for you to be put "
        f"together with. Your address was shown to nobody.\n\nIf you join the next round you are first in line.")


def gone(found: Round) -> tuple[str, str]:
    """Subject and text for who was put together with somebody who has left since."""
    return f"{found.name}: nobody to meet this time", (
        f"We are sorry: the person you were put together with in {words(found.name)} has left since. What you "
        f"shared with them went with them: nobody has your address from this round.\n\nThe next round is open to you.")


def asked(found: Round, group: Group, answer_url: str) -> tuple[str, str]:
    """Subject and text of the one question."""
    names = named([partner.first_name for partner in group.partners])
    return f"{found.name}: did you meet {names}?", (
        f"Did you meet {words(names)} in {words(found.name)}?\n\n"
        f"- [We met]({answer_url}?said=met)\n- [We didn’t]({answer_url}?said=not)\n- [Not for me]({answer_url}?said=leave)\n\n"
        f"One tap is enough, without signing in. “Not for me” also means no more invitations to rounds of "
        f"{words(found.series.name)}. Organisers see how many met, never who said what. We do not ask again.")


def invited(found: Round, join_url: str) -> tuple[str, str]:
    """Subject and text of an invitation."""
    return f"{found.name}: would you like to meet somebody?", (
        f"A round of {words(found.series.name)} is open: {words(found.name)}. Who joins is put together with one other person, "
        f"whom they have not met in a round before if possible, for half an hour of talk.\n\n> {words(found.question)}\n\n"
        f"[Join this round]({join_url})\n\nYou can join until {clock.local(found.join_until, found.time_zone):%H:%M} on "
        f"{day(found.join_until, found.time_zone)}. One tap, without signing in.\n\n{ADDRESSES}\n\nIf you do nothing you are not "
        "in it.")


def cancelled(name: str, series: str) -> tuple[str, str]:
    """Subject and text for who had joined a round that is taken away."""
    return f"{name} does not take place", (
        f"The organisers of {words(series)} took {words(name)} back, the round that you had joined. Nobody was put together, and "
        "your address was shown to nobody.")
