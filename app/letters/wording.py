"""How a letter looks as a mail: its Markdown as plain words and as HTML, the footer that says why it came, the headers.

The HTML is what `infra/markdown` makes of the text, without pictures (fetching one would tell that the mail was read) and with
whole addresses. It has no style of its own: mail programs and their readers choose one.
"""

import re
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup, escape

from app.infra import mail_message, markdown
from app.letters import desk, tokens
from app.letters.models import CONVERSATION, EVENT, INTRODUCTIONS, SERIES, MailWishes

DIGEST = "digest"
LONGEST_HTML = 50_000  # characters shown of a text that is too long to be formatted; the plain words have it all
LEAVE_DAYS = 400  # people unsubscribe from old mails
STOPS = {CONVERSATION: "this conversation", EVENT: "this event", SERIES: "this series", INTRODUCTIONS: "introductions",
         DIGEST: "all mail"}
WHY = {
    CONVERSATION: "You get this because you are in this conversation.",
    EVENT: "You get this because you have a pass to this event.",
    SERIES: "You get this because you take part in this series.",
    INTRODUCTIONS: "You get this because somebody would like to be introduced to you, or you to them.",
    DIGEST: "You get this because you chose one mail a week.",
}
# In sanitised HTML, where every value stands in double quotes that it cannot hold. (It may hold < and >.)
_PICTURE = re.compile(r'<img(?:\s+[a-z-]+="[^"]*+")*+\s*/?>')
_ALT = re.compile(r'\salt="([^"]*+)"')
_OWN_LINK = re.compile(r'(<a(?:\s+[a-z-]+="[^"]*+")*?\s+href=")(/[^"]*+)')
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!~-])")
_LINK = re.compile(r"(!?)\[([^\[\]]*+)\]\(\s*+<?([^\s()<>]*+)>?[^()\n]*+\)")


@dataclass(frozen=True)
class Links:
    """The addresses at a mail's end: leave this, all wishes; `mail_to` leaves by e-mail and is empty where none comes in."""

    leave: str
    wishes: str
    mail_to: str


def links(row: MailWishes, about: str, thing_id: int) -> Links:
    """The links for a person at the end of a letter about this."""
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
    return {"List-Id": f"<{named}>", "List-Unsubscribe": leave, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", **thread}


def text_part(body: str, about: str, way: Links, answer: bool) -> str:
    """The letter as plain words; addresses stand bare."""
    return f"{plain(body)}\n\n-- \n{why(about, answer)}\nLeave {STOPS[about]}: {way.leave}\nAll your mail: {way.wishes}\n"


def plain(body: str) -> str:
    """Markdown as words that read well without formatting: a link's words, then its address."""
    return markdown.plain(_LINK.sub(_said, body))


def _said(link: re.Match) -> str:
    picture, words, address = link.groups()
    address = desk.url(address) if address.startswith("/") else address
    if picture or not address:
        return words
    return address if words in ("", address) else f"{words}: {address}"


def html_part(subject: str, body: str, about: str, way: Links, answer: bool) -> str:
    """The letter as a whole HTML document."""
    return Markup(
        "<!doctype html>\n<html lang=\"en\"><head><title>{}</title></head><body>\n{}\n<hr>\n"
        "<p><small>{}<br><a href=\"{}\">Leave {}</a> · <a href=\"{}\">All your mail</a></small></p>\n</body></html>\n"
    ).format(subject, html_of(body), why(about, answer), way.leave, STOPS[about], way.wishes)


def html_of(body: str) -> Markup:
    """Markdown as HTML for a mail: no pictures, whole addresses."""
    if len(body.encode("utf-8", "replace")) > markdown.MAX_BYTES:
        return Markup("<pre>{}</pre>").format(plain(body[:LONGEST_HTML]))
    made = str(markdown.render(body, "m-", 2))
    made = _PICTURE.sub(lambda m: str(escape(unescape(alt[1]))) if (alt := _ALT.search(m[0])) else "", made)
    return Markup(_OWN_LINK.sub(lambda m: m[1] + desk.desk().base_url + m[2], made))  # noqa: S704 - sanitised


def escaped(text: str) -> str:
    """A name or title as Markdown that says just that, on one line."""
    text = mail_message.one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    return _MARKS.sub(r"\\\1", text).replace("://", "&#58;//")  # nor does an address become a link


def why(about: str, answer: bool) -> str:
    """Why somebody gets this, and whether they may answer."""
    return WHY[about] + (" To answer, reply to this mail." if answer else "")
