"""What Folkmoot adds to Python-Markdown, and takes from it: an extension that reads notes as people type them.

Added: loose lines (`lines.py`), check boxes, marked lines (`marks.py`), strike-through, bare addresses as links, code fences
anywhere.
Taken away: headings without a space (`#ukgc25s1r3` is a hashtag), pictures from elsewhere (they become links), and raw
HTML as such: a tag that is known and harmless is built anew without its attributes (imported notes hold tables and
underlining in HTML), any other is shown as the characters it is, because notes are full of `<name>` and `Vec<u8>`,
which a browser would swallow.
"""

import html
import re
import xml.etree.ElementTree as etree
from collections import deque

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.postprocessors import RawHtmlPostprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from app.infra.markup.inline import RawHtml, add_inline
from app.infra.markup.lines import MAX_CELLS, Regular
from app.infra.markup.marks import Marks


class Lines(Preprocessor):
    """Regular lines; code and blocks of HTML set aside."""

    def run(self, lines: list[str]) -> list[str]:
        raw, store = RawHtml(self.md), self.md.htmlStash.store
        return Regular(
            lambda code: store(f'<pre tabindex="0"><code>{html.escape(code, quote=False)}\n</code></pre>'),
            lambda source: store(f"<p>{built}</p>" if (built := raw.block(source))[:1] != "<" else built),
        ).run(lines)


class Heading(HashHeaderProcessor):
    """`# Heading`, with its space: without it, it is a hashtag."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?P<header>(?: [^\n]*)?)(?:\n|$)")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        super().run(parent, blocks)
        text = parent[-1].text
        bare = text.rstrip("#")
        parent[-1].text = bare.rstrip() if bare != text and (not bare or bare.endswith(" ")) else text


class Table(TableProcessor):
    """Tables; looks at two lines before it looks at all of them."""

    def test(self, parent: etree.Element, block: str) -> bool:
        header, _, rest = block.partition("\n")
        separator = rest.partition("\n")[0]
        if "-" not in separator or set(separator) - set("|:- ") or "|" not in header:
            return False
        if header.count("|") * rest.count("\n") > MAX_CELLS:
            return False
        return super().test(parent, block)


class Blocks(deque):
    """Python-Markdown's list of blocks still to be read, which it takes from and puts back to at the front."""

    def pop(self, index: int = 0) -> str:
        return self.popleft() if index == 0 else super().pop()

    def insert(self, index: int, block: str) -> None:
        self.appendleft(block) if index == 0 else super().insert(index, block)


class CheckBoxes(Treeprocessor):
    """`- [ ]` and `- [x]`, as a sign with a name: form controls have no place in a note, nor a label there."""

    BOX = re.compile(r"\[([ xX]?)\](?= |\n|$)")

    def run(self, root: etree.Element) -> None:
        for item in root.iter("li"):
            holder = item if item.text and item.text.strip() else item[0] if len(item) and item[0].tag == "p" else None
            box = holder is not None and self.BOX.match(holder.text or "")
            if not box:
                continue
            done = box[1] in ("x", "X")
            item.set("class", "md-task")
            sign = etree.Element("span", {"class": "md-box", "role": "img", "aria-label": "Done" if done else "To do"})
            sign.text = AtomicString("☑" if done else "☐")
            sign.tail = holder.text[box.end() :]
            holder.text = None
            holder.insert(0, sign)


class KeepsHtml(RawHtmlPostprocessor):
    """Puts what was set aside back in its place, once: what is inside it is never looked at again."""

    PLACE = re.compile("<p>\x02wzxhzdk:([0-9]+)\x03</p>|\x02wzxhzdk:([0-9]+)\x03")

    def run(self, text: str) -> str:
        kept = self.md.htmlStash.rawHtmlBlocks

        def put(m: re.Match[str]) -> str:
            source = kept[int(m[1] or m[2])]
            return f"<p>{source}</p>" if m[1] and not self.isblocklevel(source) else source

        return self.PLACE.sub(put, text)


class Notes(Extension):
    """All of the above, in the order that they need."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.ESCAPED_CHARS = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Lines(md), "lines", 25)
        parse_blocks = md.parser.parseBlocks
        md.parser.parseBlocks = lambda parent, blocks: parse_blocks(parent, Blocks(blocks))
        blocks = md.parser.blockprocessors
        blocks.register(Heading(md.parser), "hashheader", 70)
        blocks.register(Table(md.parser, {"use_align_attribute": True}), "table", 75)
        blocks["setextheader"].RE = re.compile(r"^.*?\n(?:={2,}|-{2,})[ ]*(\n|$)", re.MULTILINE)
        add_inline(md)
        md.treeprocessors.deregister("prettify")
        md.treeprocessors.register(CheckBoxes(md), "check_boxes", 25)
        md.treeprocessors.register(Marks(md), "marks", 15)  # after what is bold has been found
        md.postprocessors.register(KeepsHtml(md), "raw_html", 30)
