"""What a page says, for tests of pages."""

from tests.pages import parsed, text_of


def tree(response):
    return parsed(response.text)[0]


def page(response):
    return text_of(tree(response))


def table(response):
    """The grid as rows of cell texts, headings first."""
    found = next(t for t in tree(response).iter("table") if t.get("id") == "grid")
    return [[text_of(c) for c in row if c.tag in ("th", "td")] for row in found.iter("tr")]


def field(response, name):
    return next(e.get("value") for e in tree(response).iter("input") if e.get("name") == name)
