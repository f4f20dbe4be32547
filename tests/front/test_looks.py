"""The stage's pages at phone and desk size, light and dark: nothing for axe-core to find, nothing wider than the screen."""

import pytest

from tests.servers import ROOT

pytestmark = pytest.mark.browser

PAGES = ["note", "arrange", "grid", "search", "drafts", "offline"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(look, width, theme):
    page = look("note", width=width, color_scheme=theme, bypass_csp=True)
    axe = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
    found = {}
    for path in PAGES:
        page.goto(f"/{path}")
        page.evaluate(axe)
        found[path] = page.evaluate("""async rules => {
            axe.configure({checks: [{id: 'color-contrast', options: {ignorePseudo: true}}]});
            return (await axe.run(document, {runOnly: rules})).violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '));
        }""", RULES)
    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256), (768, 1024), (1920, 1080)], ids=["320", "400 %", "768", "1920"])
def test_pages_fit_the_screen(look, width, height):
    page = look("note", width=width, height=height)
    wide = {}
    for path in PAGES:
        page.goto(f"/{path}")
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: pixels for path, pixels in wide.items() if pixels > width} == {}


def test_targets_on_a_phone_are_44_pixels(look):
    """Everything to press is 44 px high; links within a line of text are let off, as WCAG 2.5.8 does."""
    page = look("note", width=390)
    small = {}
    for path in PAGES:
        page.goto(f"/{path}")
        small[path] = page.evaluate("""() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, .btn, .grip, .nav a, .tool, .jump a')]
            .filter(e => e.offsetParent && !e.closest('.vh') && !e.matches('.vh, [type=checkbox], [type=radio]') && e.getBoundingClientRect().height < 43.5 && e.getBoundingClientRect().width > 1)
            .map(e => e.outerHTML.slice(0, 80) + ' ' + e.getBoundingClientRect().height)""")
    assert {path: found for path, found in small.items() if found} == {}
