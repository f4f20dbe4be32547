"""From sanitised HTML to Typst, the language that PDFs are set in (`pdf.py`).

Every word of people's is a string in quotes: none of it can be read as Typst. What is nested deeper than paper can show is
set where it stands, without its wrapping.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

DEEPEST = 24  # elements within elements that are set as such; Typst gives up at about 70
MOST_COLUMNS = 24
_INLINE = {"strong": "strong", "b": "strong", "em": "emph", "i": "emph", "cite": "emph", "del": "strike", "s": "strike",
           "ins": "underline", "u": "underline", "mark": "highlight", "sub": "sub", "sup": "super", "small": "small"}
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "dl", "dt", "dd",
           "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "details", "summary", "div", "section", "article"}
_VOID = {"br", "img", "hr"}
_KINDS = ("summary", "action", "question", "idea", "quote")


def quoted(text: str) -> str:
    """`text` as a string of Typst's."""
    def escaped(found: re.Match[str]) -> str:
        if found[0] not in _SHOWN and ord(found[0]) < 0xa0:
            return ""  # a control character: nothing that a face could show
        return f"\\{found[0]}" if found[0] in '\\"' else f"\\u{{{ord(found[0]):x}}}"

    return f'"{_ESCAPE.sub(escaped, text)}"'


_SHOWN = '\\"\t\n\r'
_ESCAPE = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029]')


@dataclass
class Node:
    """An element: its tag, its attributes, what is in it (nodes and words)."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Node | str"] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data):
        self.open[-1].inside.append(data)


class Setter:
    """Typst of one document. `pictures` gives the file of each picture's address."""

    def __init__(self, html: str, pictures: dict[str, str]):
        reader = _Reader()
        reader.feed(html)
        reader.close()
        self.root, self.pictures = reader.root, pictures
        self.labels: dict[str, str] = {}
        self.level = 0  # of the last heading
        self._number(self.root)

    def _number(self, node: Node) -> None:
        todo = [node]
        while todo:
            one = todo.pop()
            if isinstance(one, Node):
                if one.tag in ("h1", "h2", "h3", "h4", "h5", "h6") and one.attributes.get("id") and words_in(one).strip():
                    self.labels.setdefault(one.attributes["id"], f"l{len(self.labels) + 1}")
                todo += one.inside

    def text(self) -> str:
        """The document's content."""
        return self._all(self.root, 0)

    def _all(self, node: Node, depth: int) -> str:
        """What is in a node: blocks as they come, words between them as paragraphs."""
        made, words = [], []
        for child in node.inside:
            if isinstance(child, Node) and child.tag in _BLOCKS:
                made += [self._paragraph(words), self._block(child, depth + 1)]
                words = []
            else:
                words.append(child)
        return "\n".join(filter(None, [*made, self._paragraph(words)]))

    def _paragraph(self, nodes: list) -> str:
        return f"#par[{content}]" if (content := self._line(nodes, 0).strip()) else ""

    def _line(self, nodes: list, depth: int) -> str:
        """Words and what is within them."""
        return "".join(self._words(node, depth) for node in nodes)

    def _words(self, node: "Node | str", depth: int) -> str:
        if isinstance(node, str):
            folded = re.sub(r"[ \t\r\n\x0c]+", " ", node)
            return f"#{quoted(folded)};" if folded.strip() else " " if folded else ""
        if depth > DEEPEST:
            return f"#{quoted(words_in(node))};"
        inner = self._line(node.inside, depth + 1)
        if node.tag in _INLINE:
            return f"#{_INLINE[node.tag]}[{inner}];"
        if node.tag in ("code", "kbd"):
            return f"#raw({quoted(words_in(node))});"
        if node.tag == "br":
            return "#linebreak();"
        if node.tag == "img":
            return self._picture(node)
        if node.tag == "q":
            return f"#{quoted('“')};{inner}#{quoted('”')};"
        if node.tag == "a":
            return self._link(node.attributes.get("href", ""), inner)
        return inner

    def _link(self, address: str, inner: str) -> str:
        if address.startswith("#"):
            label = self.labels.get(address[1:])
            return f"#link(label({quoted(label)}))[{inner}];" if label else inner
        return f"#link({quoted(address)})[{inner}];" if address and inner.strip() else inner

    def _picture(self, node: Node) -> str:
        file, alt = self.pictures.get(node.attributes.get("src", "")), node.attributes.get("alt", "")
        if file is None:
            return f"#emph[#{quoted(alt)};];" if alt else ""
        sizes = ", ".join(f"{side}: {size}" for side in ("width", "height")
                          if re.fullmatch(r"[0-9.]{1,6}in", size := node.attributes.get(side, "")))
        if not alt.strip():
            return f"#pdf.artifact(box(image({', '.join(filter(None, (quoted(file), sizes)))})));"  # not read out
        return f"#box(image({', '.join(filter(None, (quoted(file), f'alt: {quoted(alt)}', sizes)))}));"

    def _block(self, node: Node, depth: int) -> str:
        if depth > DEEPEST:
            return f"#par[#{quoted(words_in(node))};]"
        tag, kind = node.tag, next((k for k in _KINDS if f"md-{k}" in node.attributes.get("class", "").split()), "")
        if tag[0] == "h" and tag[1:].isdigit():
            return self._heading(node, depth)
        if tag == "p":
            made = self._paragraph(node.inside)
            if "facts" in node.attributes.get("class", ""):
                return f"#facts[{made}]"
            return f"#marked({quoted(kind)})[{made}]" if kind and made else made
        if tag in ("ul", "ol"):
            return self._items(node, depth)
        if tag == "blockquote":
            return f"#quote(block: true)[{self._all(node, depth)}]"
        if tag == "pre":
            return f"#raw(block: true, {quoted_lines(words_in(node))})"
        if tag == "hr":
            return "#line(length: 100%, stroke: .5pt + gray)"
        if tag == "table":
            return self._table(node, depth)
        if tag in ("dt", "summary"):
            return f"#par[#strong[{self._line(node.inside, depth)}];]"
        if tag == "dd":
            return f"#pad(left: 1.2em)[{self._all(node, depth)}]"
        if tag == "section" and node.attributes.get("class") == "cover":
            return f"#cover[{self._all(node, depth)}]"
        if tag == "section" and node.attributes.get("class") == "contents":
            self.level = 1
            return "#contents"
        return self._all(node, depth)

    def _heading(self, node: Node, depth: int) -> str:
        """A heading, never more than one level below the one before it: PDF/UA asks for that, whatever somebody wrote."""
        if not words_in(node).strip():
            return self._paragraph(node.inside)
        self.level = min(int(node.tag[1]), self.level + 1)
        label = self.labels.get(node.attributes.get("id", ""))
        return f"#heading(level: {self.level})[{self._line(node.inside, depth)}]{f' #label({quoted(label)})' if label else ''}"

    def _items(self, node: Node, depth: int) -> str:
        items = []
        for item in node.inside:
            if not isinstance(item, Node):
                continue
            kind = next((k for k in _KINDS if f"md-{k}" in item.attributes.get("class", "").split()), "")
            made = self._all(item, depth) if any(isinstance(c, Node) and c.tag in _BLOCKS for c in item.inside) \
                else self._line(item.inside, depth).strip()
            items.append(f"[#marked({quoted(kind)})[{made}]]" if kind else f"[{made}]")
        if not items:
            return ""
        start = node.attributes.get("start", "")
        first = f"start: {start}, " if node.tag == "ol" and start.isascii() and start.isdigit() and len(start) < 7 else ""
        return f"#{'enum' if node.tag == 'ol' else 'list'}({first}{', '.join(items)})"

    def _table(self, node: Node, depth: int) -> str:
        caption, rows = "", []
        for row in _within(node, {"thead", "tbody", "tfoot"}):
            if row.tag == "caption":
                caption = f"#par[#strong[{self._line(row.inside, depth)}];]\n"
            if row.tag == "tr":
                cells = [c for c in row.inside if isinstance(c, Node) and c.tag in ("td", "th")][:MOST_COLUMNS]
                rows.append((all(c.tag == "th" for c in cells), [self._all(c, depth) for c in cells]))
        columns = max((len(cells) for _, cells in rows), default=0)
        if not columns:
            return caption
        made = []
        for number, (heads, cells) in enumerate(rows):
            content = ", ".join(f"[{cell}]" for cell in [*cells, *[""] * (columns - len(cells))])
            made.append(f"table.header({content})" if heads and number == 0 else content)
        return f"{caption}#table(columns: {columns}, {', '.join(made)})"


def _within(node: Node, through: set[str]):
    for child in node.inside:
        if isinstance(child, Node):
            if child.tag in through:
                yield from _within(child, set())
            else:
                yield child


def words_in(node: Node) -> str:
    """All the words in an element, as they stand."""
    parts: list[str] = []
    todo: list[Node | str] = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            parts.append(one)
        else:
            todo += reversed(one.inside)
    return "".join(parts)


def quoted_lines(text: str) -> str:
    """Several lines as one string of Typst's."""
    return quoted(text.rstrip("\n")).replace("\\u{a}", "\\n").replace("\\u{9}", "    ")
