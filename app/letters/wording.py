"""What is around a letter's words as a mail: the footer that says why it came and how to get no more of it, and the headers.

How the words themselves look: in_words.py, in_html.py.
"""

import re
from dataclasses import dataclass

from markupsafe import Markup

from app.infra import mail_message
from app.letters import desk, in_html, tokens
from app.letters.in_html import html_of
from app.letters.in_words import plain
from app.letters.models import CONVERSATION, EVENT, INTRODUCTIONS, REPORTS, SERIES, MailWishes

__all__ = ["Links", "escaped", "headers", "html_of", "html_part", "links", "plain", "text_part", "why"]

DIGEST = "digest"
LEAVE_DAYS = 400  # people unsubscribe from old mails
# What the link at the end of a mail stops is the mail, and nothing else. What cannot be stopped by itself is not here.
NO_MORE = {CONVERSATION: "No more mail about this conversation", EVENT: "No more mail about this event",
           SERIES: "No more mail about this series", INTRODUCTIONS: "No more mail about introductions",
           DIGEST: "No more mail at all"}
WHY = {
    CONVERSATION: "You get this because you are in this conversation.",
    EVENT: "You get this because you have a pass to this event.",
    SERIES: "You get this because you take part in this series.",
    INTRODUCTIONS: "You get this because somebody would like to be introduced to you, or you to them.",
    REPORTS: "You get this because you organise this event.",
    DIGEST: "You get this because you chose one mail a week.",
}
TO_ANSWER = "To answer, reply to this mail."
NOT_READ = "Replies to this mail are not read."
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!~-])")


@dataclass(frozen=True)
class Links:
    """The addresses at a mail's end: no more of this, all wishes; `mail_to` is the first by e-mail and empty where none comes in.
    `leave` is empty for what cannot be stopped by itself."""

    leave: str
    wishes: str
    mail_to: str


def links(row: MailWishes, about: str, thing_id: int) -> Links:
    """The links for a person at the end of a letter about this."""
    if about not in NO_MORE:
        return Links("", wishes_link(row), "")
    leave = f"{about}.{tokens.signed(row, f'stop {about}', thing_id, LEAVE_DAYS)}"
    # A local part is folded to lower case on its way, so this one is signed as addresses for answers are.
    domain = desk.desk().reply_domain
    return Links(desk.url(f"mail/stop/{leave}"), wishes_link(row),
                 f"{stop_local(row, about, thing_id)}@{domain}" if domain else "")


def wishes_link(row: MailWishes) -> str:
    """Where somebody changes all mail from a mail, without signing in."""
    return desk.url(f"mail/wishes/{tokens.signed(row, 'wishes', 0, LEAVE_DAYS)}")


def stop_all_link(row: MailWishes) -> str:
    """Where somebody leaves all mail."""
    return desk.url(f"mail/stop-all/{tokens.signed(row, 'stop all', 0, LEAVE_DAYS)}")


def stop_all_address(row: MailWishes) -> str:
    """Where an e-mail leaves all mail; empty where none comes in."""
    return f"{stop_local(row, 'all', 0)}@{desk.desk().reply_domain}" if desk.desk().reply_domain else ""


def stop_local(row: MailWishes, about: str, thing_id: int) -> str:
    """The local part that leaves what this is about by e-mail."""
    signed = desk.signature("stop", row.secret, row.person_id, about, thing_id)[:10].hex()
    return f"stop-{about}-{thing_id}-{row.person_id}-{signed}"


def headers(about: str, thing_id: int, way: Links, sender: str) -> dict[str, str]:
    """The headers of a letter beside the usual; letters about one thing name one thread."""
    domain = sender.rpartition("@")[2]
    leave = f"<{way.leave}>" + (f", <mailto:{way.mail_to}?subject=unsubscribe>" if way.mail_to else "")
    named = f"{about}-{thing_id}.folkmoot.{domain}" if thing_id else f"{about}.folkmoot.{domain}"
    thread = {"In-Reply-To": f"<{named}@{domain}>", "References": f"<{named}@{domain}>"} if about == CONVERSATION else {}
    stops = {"List-Unsubscribe": leave, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if way.leave else {}
    return {"List-Id": f"<{named}>", **stops, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", **thread}


def text_part(body: str, about: str, way: Links, answer: bool, note: str = "") -> str:
    """The letter as plain words."""
    stops = f"{NO_MORE[about]}:\n{way.leave}\n" if way.leave else ""
    return f"{plain(body)}\n\n-- \n{why(about, answer, note)}\n\n{stops}All your mail:\n{way.wishes}\n"


def html_part(subject: str, body: str, about: str, way: Links, answer: bool, note: str = "") -> str:
    """The letter as a whole HTML document."""
    stops = Markup("<a href=\"{}\">{}</a> · ").format(way.leave, NO_MORE[about]) if way.leave else ""
    foot = Markup("{}<br>{}<a href=\"{}\">All your mail</a>").format(why(about, answer, note), stops, way.wishes)
    return in_html.document(subject, body, foot)


def escaped(text: str) -> str:
    """A name or title as Markdown that says just that, on one line."""
    text = mail_message.one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    return _MARKS.sub(r"\\\1", text).replace("://", "&#58;//")  # nor does an address become a link


def why(about: str, answer: bool, note: str = "") -> str:
    """Why somebody gets this, and whether they may answer; `note` says what becomes of an answer."""
    return " ".join(filter(None, (WHY[about], *((TO_ANSWER, note) if answer else (NOT_READ,)))))
