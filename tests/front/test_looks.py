"""The stage's pages at phone and desk size, light and dark: nothing for axe-core to find, nothing wider than the screen."""

import pytest

from tests.axe import AXE, RUN_AXE

pytestmark = pytest.mark.browser

PAGES = ["note", "arrange", "grid", "search", "drafts", "offline"]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(look, path, request):
    """Light on a desk and dark on a phone; with --full also the other way round."""
    page = look("note", bypass_csp=True)  # (offline has no script that would say it is ready)
    page.goto(f"/{path}")
    page.evaluate(AXE.read_text())
    found = {}
    full = request.config.getoption("--full")
    for theme, width in (("light", 1280), ("dark", 390), *((("dark", 1280), ("light", 390)) if full else ())):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})  # styles follow; no script asks for the width when a page is loaded
        found[theme, width] = page.evaluate(RUN_AXE)
    assert {how: problems for how, problems in found.items() if problems} == {}


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
