"""A letter's Markdown as HTML, and the document around it.

The HTML is what `infra/markdown` makes of the text, without pictures (fetching one would tell that the mail was read) and with
whole addresses. What is to be pressed in a letter, a link alone in its paragraph or one that answers without signing in, looks
like a button. Layout is in `style` attributes, since many mail programs drop style sheets; colours for dark screens are in one.
"""

import re
from html import unescape

from markupsafe import Markup, escape

from app.infra import markdown
from app.letters import desk
from app.letters.in_words import plain

LONGEST_HTML = 50_000  # characters shown of a text that is too long to be formatted; the plain words have it all
# In sanitised HTML, where every value stands in double quotes that it cannot hold. (It may hold < and >.)
_PICTURE = re.compile(r'<img(?:\s+[a-z-]+="[^"]*+")*+\s*/?>')
_ALT = re.compile(r'\salt="([^"]*+)"')
_OWN_LINK = re.compile(r'(<a(?:\s+[a-z-]+="[^"]*+")*?\s+href=")(/[^"]*+)')
_HREF = re.compile(r'\shref="([^"]*+)"')
_ALONE = re.compile(r'(<li>\s*+<p>|<li>|<p>|<br ?/?>\s*+)(<a(?:\s+[a-z-]+="[^"]*+")*+)>([^<]*+)</a>(?=\s*+(</p>)?)')
_ANSWERS, _NO_ANSWERS = "/mail/", ("/mail/stop", "/mail/wishes")  # paths of what one presses in a letter

PAGE = "margin:0;padding:0"
LETTER = ("max-width:36em;margin:0 auto;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,"
          "sans-serif;font-size:16px;line-height:1.5;overflow-wrap:anywhere")
FOOT = "margin-top:32px;padding-top:12px;border-top:1px solid #b9c6bf;font-size:13px;line-height:1.6"
_TAP = "display:inline-block;margin:6px 8px 6px 0;padding:9px 18px;border:1px solid #134a3d;border-radius:6px;font-weight:600;" \
       "line-height:1.3;text-decoration:none"
TAP, CHOICE = f"{_TAP};background:#134a3d;color:#ffffff", f"{_TAP};color:#0b5a49"
NO_MARK = "list-style:none;margin-left:-1.2em"
STYLES = frozenset({PAGE, LETTER, FOOT, TAP, CHOICE, NO_MARK})
SHEET = Markup("""
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { background: #ffffff; color: #16211e; }
a { color: #0b5a49; }
p, ul, ol, pre, blockquote, table { margin: 0 0 16px; }
ul, ol { padding-left: 1.2em; }
li { margin: 0 0 6px; }
h1, h2, h3, h4, h5, h6 { margin: 28px 0 10px; font-size: 18px; line-height: 1.3; }
hr { margin: 20px 0; border: 0; border-top: 1px solid #b9c6bf; }
blockquote { padding: 2px 0 2px 14px; border-left: 3px solid #134a3d; }
blockquote p:last-child, li p { margin-bottom: 0; }
pre { white-space: pre-wrap; }
.foot { color: #43504b; }
@media (prefers-color-scheme: dark) {
  body { background: #0f1614; color: #eef3ef; }
  a { color: #9adcc4; }
  hr, .foot { border-color: #31403a !important; }
  blockquote { border-color: #8fd4bb; }
  .foot { color: #bcc9c2; }
  .tap { background: #8fd4bb !important; border-color: #8fd4bb !important; color: #0f1614 !important; }
  .choice { border-color: #8fd4bb !important; color: #9adcc4 !important; }
}
""")
DOCUMENT = Markup("""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{}</title><style>{}</style></head>
<body style="{}"><div style="{}">
{}
<div class="foot" style="{}">{}</div>
</div></body></html>
""")


def document(subject: str, body: str, foot: Markup) -> str:
    """A letter as a whole document; `foot` is what stands below it."""
    return DOCUMENT.format(subject, SHEET, PAGE, LETTER, _dressed(html_of(body)), FOOT, foot)


def html_of(body: str) -> Markup:
    """Markdown as HTML for a mail: no pictures, whole addresses; no looks of its own."""
    if len(body.encode("utf-8", "replace")) > markdown.MAX_BYTES:
        return Markup("<pre>{}</pre>").format(plain(body[:LONGEST_HTML]))
    made = str(markdown.render(body, "m-", 2))
    made = _PICTURE.sub(lambda m: str(escape(unescape(alt[1]))) if (alt := _ALT.search(m[0])) else "", made)
    return Markup(_OWN_LINK.sub(lambda m: m[1] + desk.desk().base_url + m[2], made))  # noqa: S704 - sanitised


def _dressed(html: Markup) -> Markup:
    """With buttons for what is to be pressed. Nothing but attributes of ours is added."""
    made = _ALONE.sub(_button, str(html))
    return Markup(re.sub(r'(class="(?:tap|choice)"[^<>]*+>[^<]*+</a>)<br ?/?>\s*(?=<a class="(?:tap|choice)")', r"\1 ", made))  # noqa: S704 - as it was


def _button(found: re.Match) -> str:
    before, link, words, closes = found.groups()
    base, address = desk.desk().base_url, unescape(href[1]) if (href := _HREF.search(link)) else ""
    path = address.removeprefix(base)
    if not address.startswith(f"{base}/") or path.startswith(_NO_ANSWERS) or not words.strip() or "://" in words:
        return found[0]
    if not path.startswith(_ANSWERS) and not (closes and before == "<p>"):
        return found[0]
    kind, style = ("choice", CHOICE) if "?" in path else ("tap", TAP)  # with a question mark it is one of several answers
    before = before.replace("<li>", f'<li style="{NO_MARK}">')
    return f'{before}<a class="{kind}" style="{style}"{link.removeprefix("<a")}>{words}</a>'
