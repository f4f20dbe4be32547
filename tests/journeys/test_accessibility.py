"""Every page, light and dark, on a phone and a desk: no axe violation, nothing wider than 320 px of screen."""

from pathlib import Path

import pytest

from tests.access_rows import ROWS
from tests.journeys.places import NOT_PAGES, path_of, things_of

AXE = (Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js").read_text
PAGES = [row for row in ROWS if row.method == "GET" and row.endpoint not in NOT_PAGES]

RUN_AXE = """async () => {
  const r = await axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'],
                                      rules: { 'color-contrast': { enabled: true } } });
  return r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.failureSummary.slice(0, 200)).join(' | '));
}"""


@pytest.fixture(scope="module")
def things(demo):
    return things_of(demo)


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("row", PAGES, ids=lambda r: r.endpoint)
def test_page(row, whole_app, demo, things, page_of):
    path = path_of(whole_app, row, things)
    stranger = row.endpoint.startswith(("accounts.sign_in", "accounts.password", "accounts.link", "accounts.first", "events.join"))
    for theme, width in (("light", 1280), ("dark", 390)):
        page = page_of(demo, None if stranger else things["organiser"], width=width, theme=theme, bypass_csp=True)
        response = page.goto(path)
        assert response.status in (200, 410), f"{path} answered {response.status}"
        page.evaluate(AXE())
        page.evaluate("axe.configure({ checks: [{ id: 'color-contrast', options: { ignorePseudo: true } }] })")
        violations = page.evaluate(RUN_AXE)
        assert violations == [], f"{path} {theme} {width}"
        page.set_viewport_size({"width": 320, "height": 640})  # 1280 px at 400 % zoom
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{path} is {wide} px wide on a 320 px screen"
