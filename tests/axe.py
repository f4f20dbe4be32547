"""axe-core in a page of the browser: what is wrong with the page for people who cannot see, hear or point as others do."""

from tests.servers import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# What to call an element is asked only where something was found: it takes as long as all the rules.
RUN_AXE = """async () => {
  axe.configure({ checks: [{ id: 'color-contrast', options: { ignorePseudo: true } }] });
  const wanted = { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations'], preload: false,
                   rules: { 'color-contrast': { enabled: true } } };
  if (!(await axe.run(document, { ...wanted, selectors: false })).violations.length) return [];
  return (await axe.run(document, wanted)).violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(
    n => n.target.join(' ') + ' ' + n.failureSummary.slice(0, 200)).join(' | '));
}"""
