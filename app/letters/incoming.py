"""What comes in by e-mail: answers, unsubscribing, and bounces. Each is for an address that we made ourselves.

What is taken is committed before it is said to be taken, together with a mark that it was, so that a mail server that repeats
itself is told so and nothing is done twice. No text of a mail is kept here.
"""

import hmac
import logging
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import Busy, Conflict, Refused
from app.infra import db
from app.infra.mail import Mail
from app.letters import actions, bounces, desk, replies, wording
from app.letters.models import BOUNCE, CONVERSATION, REPLY, Incoming, MailWishes
from app.letters.quoting import own_words
from app.letters.reading import MOST_HOPS, Read, Unreadable, read

log = logging.getLogger(__name__)

LONGEST = 20_000  # characters of somebody's own words
_STOP = re.compile(r"stop-([a-z]{1,20})-([0-9]{1,10})-([0-9]{1,10})-([0-9a-f]{20})")


_IN_ASCII = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", 0x2026: "..."}


@dataclass(frozen=True)
class Answer:
    """What the sending server is told (RFC 5321, RFC 3463)."""

    code: int
    status: str
    words: str

    def __str__(self) -> str:
        """As one line of SMTP, in ASCII, short enough for any server."""
        plain = self.words.translate(_IN_ASCII)
        return f"{self.code} {self.status} {' '.join(plain.encode('ascii', 'replace').decode().split())}"[:400]


TAKEN = Answer(250, "2.0.0", "Taken")
NOBODY = Answer(550, "5.1.1", "There is no such address here. Answer a mail of ours to write to us")
LATER = Answer(451, "4.3.0", "That could not be done just now. Please try again later")


@dataclass(frozen=True)
class Bounce:
    """Where a mail comes back to."""

    mail: Mail


@dataclass(frozen=True)
class Stop:
    """Where a person unsubscribes."""

    person: Person
    about: str
    thing_id: int


@dataclass(frozen=True)
class Reply:
    """Where a person answers."""

    kind: str
    person: Person
    thing_id: int


def target_of(local: str) -> Bounce | Stop | Reply | None:
    """What a local part is for; None for any that was not made by us, or not for this person's present address."""
    if (one := bounces.whose(local)) is not None:
        return Bounce(one)
    if (found := _STOP.fullmatch(local.lower())) and max(int(found[2]), int(found[3])) < 2**31:
        row = db.session.get(MailWishes, int(found[3]))
        if row is not None and hmac.compare_digest(wording.stop_local(row, found[1], int(found[2])), local.lower()):
            return Stop(db.session.get(Person, row.person_id), found[1], int(found[2]))
    if (reply := replies.whose(local)) is not None and replies.taker_of(reply[0]) is not None:
        return Reply(*reply)
    return None


def may_come(local: str, sender: str) -> Answer | None:
    """Why a mail from `sender` (the envelope's; empty for reports) cannot come to this address; None if it may."""
    target = target_of(local)
    if target is None:
        return NOBODY
    if not sender and not isinstance(target, Bounce):
        return Answer(550, "5.7.1", "Reports do not come here")
    return None


def take(local: str, content: bytes, *, at: datetime) -> Answer:
    """Deal with a mail for `local`, in a transaction of its own, and say what to tell its sender."""
    try:
        mail = read(content, local)
    except Unreadable as problem:
        log.info("a mail that came in cannot be read: %s", problem)
        return Answer(550, "5.6.0", "This mail cannot be read")
    if mail.hops > MOST_HOPS:
        return Answer(554, "5.4.6", "This mail goes round in circles")
    try:
        with db.transaction():
            return _take(target_of(local), mail, at)
    except (Conflict, Busy) as problem:
        if isinstance(problem, Conflict) and _known(mail):
            return TAKEN
        return LATER if isinstance(problem, Busy) else Answer(550, "5.7.1", problem.message)
    except Refused as problem:
        return Answer(550, "5.7.1", problem.message)


def _known(mail: Read) -> bool:
    return db.session.scalar(select(Incoming.id).where(Incoming.digest == mail.digest)) is not None


def _take(target: Bounce | Stop | Reply | None, mail: Read, at: datetime) -> Answer:
    if target is None:
        return NOBODY
    if isinstance(target, Stop):
        if target.about == "all":
            actions.stop_all(target.person, target.person)
        else:
            actions.stop(target.person, target.person, target.about, target.thing_id, at=at)
        return TAKEN
    if _known(mail):
        return TAKEN
    db.session.add(Incoming(digest=mail.digest, what=BOUNCE if isinstance(target, Bounce) else REPLY, at=at))
    db.session.flush()
    if isinstance(target, Bounce):
        bounces.report(target.mail, mail.message, at=at)
        return TAKEN
    if mail.automatic:
        return Answer(250, "2.0.0", "Taken, and left out: a program wrote it")
    _answered(target, mail, at)
    return TAKEN


def _answered(target: Reply, mail: Read, at: datetime) -> None:
    """Hand an answer to the room it is for. Raises what that raises; `Refused` where the mail itself will not do."""
    person = target.person
    if not person.email or mail.sender != person.email:
        raise Refused("Nothing was posted: this address takes mail only from the address that we wrote to. Send your answer "
                      "from there, or write it on the page.")
    words = own_words(mail.text, desk.url("mail/"))
    if not words.strip():
        raise Refused("Nothing was posted: there are no words of your own in this mail, only what it answers, or attachments.")
    if len(words) > LONGEST:
        raise Refused(f"Nothing was posted: an answer has at most {LONGEST:,} characters, and this one has {len(words):,}. Write "
                      "it on the page in parts, or put it into the shared note.")
    replies.taker_of(target.kind)(person, target.thing_id, words, mail.digest, at)
    if mail.attachments:
        left_out = ", ".join(f"“{wording.escaped(name)}”" for name in mail.attachments[:10])
        actions.write(
            person, kind="reply", about=(CONVERSATION, target.thing_id), urgent=True, key=f"left out:{mail.digest}", at=at,
            subject="Your answer was posted without its attachments",
            body=f"Your answer by e-mail was posted. What was attached to it is not kept here: {left_out}. Put it somewhere that "
                 "others can reach, and post the link.")
