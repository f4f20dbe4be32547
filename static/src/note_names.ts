// Where the event's rule is not to name who said what: names of people the event's pages show are pointed out gently where they stand in the text.
// Nothing is blocked, nothing leaves the browser, and one press puts it away.
import type { Extension } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { namesIn, namesPattern } from './note_marks';
import { element } from './say';

const WAIT_MS = 1200;

export function pointOut(names: string[], box: HTMLElement, key: string): Extension {
  const pattern = namesPattern(names);
  const away = (): boolean => { try { return sessionStorage.getItem(key) === 'away'; } catch { return false; } };
  if (!pattern || away()) return [];
  const sign = Decoration.mark({ class: 'cm-named' });
  let gone = false;

  return ViewPlugin.fromClass(class {
    decorations: DecorationSet;
    private timer = 0;
    constructor(private readonly view: EditorView) { this.decorations = this.mark(); this.timer = window.setTimeout(() => this.tell(), WAIT_MS); }
    destroy(): void { clearTimeout(this.timer); }
    update(u: ViewUpdate): void {
      if (!u.docChanged && !u.viewportChanged) return;
      this.decorations = this.mark();
      if (u.docChanged) { clearTimeout(this.timer); this.timer = window.setTimeout(() => this.tell(), WAIT_MS); }
    }

    private mark(): DecorationSet {
      if (gone) return Decoration.none;
      const { doc } = this.view.state, found = [];
      for (const { from, to } of this.view.visibleRanges) {
        const start = doc.lineAt(from).from;
        for (const hit of namesIn(doc.sliceString(start, doc.lineAt(to).to), pattern)) found.push(sign.range(start + hit.from, start + hit.to));
      }
      return Decoration.set(found, true);
    }

    /** One line under the text says which names, and why. */
    private tell(): void {
      const found = gone ? [] : [...new Set(namesIn(this.view.state.doc.toString(), pattern).map(hit => hit.name.replace(/\s+/g, ' ')))];
      box.hidden = !found.length;
      if (!found.length) { box.replaceChildren(); return; }
      const shown = found.slice(0, 4).join(', ') + (found.length > 4 ? ` and ${found.length - 4} more` : '');
      const words = `Names stand in these notes: ${shown}. This event’s rule is to write what was said, not who said it.`;
      if (box.querySelector('span')?.textContent === words) return;
      const close = element('button', { type: 'button', class: 'btn text sm' }, 'Do not point them out');
      close.addEventListener('click', () => {
        gone = true;
        try { sessionStorage.setItem(key, 'away'); } catch { /* until the page is left */ }
        this.decorations = Decoration.none; this.view.dispatch({}); this.tell(); this.view.focus();
      });
      box.replaceChildren(element('span', {}, words), close);
    }
  }, { decorations: plugin => plugin.decorations });
}
