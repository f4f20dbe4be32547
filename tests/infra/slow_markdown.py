"""Markdown written to keep a renderer busy: each recipe gives a text of about `size` bytes."""

from collections.abc import Callable


def _times(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit.encode()) + 1))[:size]


def _around(opening: str, middle: str, closing: str) -> Callable[[int], str]:
    def build(size: int) -> str:
        count = (size - len(middle)) // (len(opening) + len(closing))
        return opening * count + middle + closing * count

    return build


def _growing(line: Callable[[int], str]) -> Callable[[int], str]:
    """Lines 0, 1, 2, … until there are `size` characters."""

    def build(size: int) -> str:
        lines, length, n = [], 0, 0
        while length < size:
            lines.append(line(n))
            length += len(lines[-1]) + 1
            n += 1
        return "\n".join(lines)[:size]

    return build


def _table(columns: int) -> Callable[[int], str]:
    head = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
    return lambda size: head[:size] + "|\n" * max(0, (size - len(head)) // 2)


RECIPES: dict[str, Callable[[int], str]] = {
    "open brackets": _times("["),
    "open pictures": _times("![["),
    "nested brackets": _around("[", "a", "]"),
    "nested links": _around("[", "a", "](b)"),
    "nested pictures": _around("![", "a", "](b)"),
    "links never closed": _times("[a](<b"),
    "links with open titles": _times('[a](b "'),
    "links with open parentheses": _times("[a]("),
    "links with many parentheses": lambda size: "[a](" + "(" * (size // 2) + ")" * (size // 2 - 5),
    "links with quotes": lambda size: "[a](b " + "'\"" * (size // 2),
    "short references": _times("[a] "),
    "full references": _times("[a][b]"),
    "reference definitions": _growing(lambda n: f"[r{n}]: https://e.org/{n} 'x"),
    "definitions of one reference": _times("[a]: b\n"),
    "definitions never finished": _times("[a]:\n"),
    "uses of many references": lambda size: (
        _growing(lambda n: f"[r{n}]: b")(size // 2) + "\n\n" + _growing(lambda n: f"[r{n}]")(size // 2)
    ),
    "stars": _times("*"),
    "stars and letters": _times("*a "),
    "stars within words": _times("a*"),
    "strong and weak": _times("**a *b "),
    "underlines and letters": _times("_a "),
    "mixed emphasis": _times("*_a "),
    "nested emphasis": _around("*a ", "b", " c*"),
    "three stars": _times("***a** b "),
    "tildes": _times("~~a "),
    "backticks": _times("`"),
    "backticks of growing length": _growing(lambda n: "a" + "`" * (n + 1)),
    "backticks and letters": _times("`a``b "),
    "backslashes": _times("\\"),
    "backslashes and backticks": _times("\\`"),
    "quotations": _times("> "),
    "quotations on many lines": _times("> > > > a\n"),
    "quotations of growing depth": _growing(lambda n: "> " * (n % 400) + "a"),
    "lists on one line": _times("* "),
    "lists of plus signs": _times("+ "),
    "numbers on one line": _times("1. "),
    "lists of growing depth": _growing(lambda n: "  " * (n % 300) + "- a"),
    "lists, then loose lines": lambda size: "- a\n" + "b\n" * (size // 2 - 2),
    "lists with blank lines": _times("- a\n\n"),
    "rules": _times("* * *\n"),
    "nearly a rule": lambda size: "- " * (size // 2 - 1) + "x",
    "headings": _times("# a\n"),
    "hash signs": lambda size: "# " + "#" * (size - 3) + "x",
    "wide table": _table(2_000),
    "fairly wide table": _table(99),
    "pipes": _times("|"),
    "table with backticks": lambda size: "a|b\n-|-\n" + _times("`|``")(size - 8),
    "comment openings": _times("<!--"),
    "comments": _times("<!-- a -->"),
    "tag openings": _times("<a "),
    "open tags": _times("<b>"),
    "nested tags": _around("<u>", "a", "</u>"),
    "open tables": _times("<table>"),
    "tags with attributes": lambda size: "<a " + "b=c " * (size // 4) + ">",
    "CDATA": _times("<![CDATA["),
    "processing instructions": _times("<?"),
    "open fences": _growing(lambda n: "`" * (3 + n)),
    "fences of two kinds": _times("```\n~~~\n"),
    "entities": _times("&#1"),
    "whole entities": _times("&amp;"),
    "addresses": _times("http://"),
    "addresses with brackets": lambda size: "http://a/" + "(" * (size - 10) + ")",
    "addresses with full stops": lambda size: "http://a/" + "." * (size - 10),
    "mail addresses": _times("<a@"),
    "one long word": _times("a"),
    "spaces": lambda size: "a" + " " * (size - 2) + "b",
    "blank lines": _times("a\n\n"),
    "loose lines": _times("some words\n"),
    "underlined headings": _times("a\n---\n"),
    "carriage returns": _times("\r"),
    "tabs": _times("\t- a\n"),
    "check boxes": _times("- [ ] a\n"),
}
