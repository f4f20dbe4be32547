"""An independent look at rendered HTML, as a browser would read it: what is in it that people's text may not put there."""

import re

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = {
    *("a", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "img": {"src", "alt", "loading"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "class"},
    "th": {"colspan", "rowspan", "class"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
    "span": {"class", "role", "aria-label"},
    "li": {"class", "id"},
    "p": {"class", "id"},
    **{f"h{n}": {"id"} for n in range(2, 7)},
}
CLASSES = {"md-table", "md-task", "md-box", "md-notice", "md-plain", "md-right", "md-centre",
           "md-mark", "md-summary", "md-action", "md-question", "md-idea", "md-quote"}


def faults(html: str, prefix: str = "n-") -> list[str]:
    """What is wrong with the fragment; nothing, when it is as promised."""
    page = html5lib.parse(
        f'<!doctype html><title>t</title><main><div id="note">{html}</div><p id="after">x</p></main>',
        treebuilder="etree",
        namespaceHTMLElements=True,
    )
    main = page.find(f".//{HTML}main")
    if main is None:
        return ["it takes the page away"]
    found = [f"attributes on {e.tag.removeprefix(HTML)}" for e in (page, page.find(f"{HTML}body"), main) if e.attrib]
    if [child.get("id") for child in main] != ["note", "after"] or len(main[1]):
        found.append("it reaches out of its place in the page")
    ids = set()
    for element in main[0].iter():
        if element is main[0]:
            continue
        if not isinstance(element.tag, str):
            found.append("a comment or an instruction")
            continue
        name = element.tag.removeprefix(HTML)
        if name not in ELEMENTS:
            found.append(f"<{name}>")
        if name == "a" and element.get("rel") != "nofollow noopener ugc":
            found.append("a link without rel")
        for attribute, value in element.attrib.items():
            found += _attribute(name, attribute, value, prefix)
            if attribute == "id":
                if value in ids:
                    found.append(f"the id {value} twice")
                ids.add(value)
    return found


def _attribute(name: str, attribute: str, value: str, prefix: str) -> list[str]:
    if attribute not in ATTRIBUTES.get(name, ()):
        return [f"{attribute} on <{name}>"]
    if attribute == "id" and not value.startswith(prefix):
        return [f"the id {value!r}"]
    if attribute == "class" and not set(value.split()) <= CLASSES:
        return [f"the class {value!r}"]
    if attribute == "src" and not re.fullmatch(r"/files/[\w.~/-]+|/e/[a-z0-9-]+/pictures/[a-z0-9]+\.(jpg|png)", value, re.ASCII):
        return [f"a picture from {value!r}"]
    if attribute == "href":
        # What a browser does first: drop controls and spaces at the ends, tabs and line ends anywhere.
        address = re.sub("[\t\r\n]", "", value.strip("".join(map(chr, range(33)))))
        if address.startswith("#"):
            return [] if address.startswith("#" + prefix) else [f"a link to {address!r}"]
        if address.startswith("/") and not address.startswith(("//", "/\\")):
            return []
        if not address.lower().startswith(("https://", "http://", "mailto:")):
            return [f"a link to {value!r}"]
    return []
