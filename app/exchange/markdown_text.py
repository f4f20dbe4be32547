"""The words of Markdown, as a reader sees them."""

import html
import re

_SPECIAL = re.compile(r"[\\`*_<&\[\]\xa0\u200b]")
_WIKI = re.compile(r"\[\[([^\[\]|]{1,200})(?:\|([^\[\]|]{1,200}))?\]\](?!\()")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,300})\](?:\[[^\[\]\n]{0,100}\])?(?!\()")
_REFERENCE = re.compile(r"\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,100}\]")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(([^()\s]{0,2000})(?:\s[^()\n]{0,200})?\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")


def plain_text(value: str) -> str:
    """Markdown to the words a reader sees: links to their text, no emphasis, escapes or tags. Newlines stay."""
    if not _SPECIAL.search(value):
        return value
    value = _WIKI.sub(lambda found: found[2] or found[1], value) if "[[" in value else value
    text = _LINK.sub(lambda found: found[1] or found[2], value)
    text = _LINK.sub(lambda found: found[1], text) if "](" in text else text
    text = _REFERENCE.sub(lambda found: found[1], _PICTURE.sub("", text))
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.I)
    text = _TAG.sub("", text)
    text = html.unescape(re.sub(r"\\([\\`*_{}\[\]()#+.!<>~|@&$\"'=:;,/-])", r"\1", text))
    text = re.sub(r"\*+", "", text)
    text = re.sub(r"(?<![\w@])_+|_+(?!\w)", "", text)
    return text.replace("`", "").replace("\xa0", " ").replace("\u200b", "")
