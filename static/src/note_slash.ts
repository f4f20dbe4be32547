// The slash menu: "/" at the start of a line or after a space offers what the toolbar offers. Arrows choose, Enter takes, Esc leaves;
// a tap takes as well. Screen readers hear the choice through aria-activedescendant.
import { type Extension, Prec, StateEffect, StateField } from '@codemirror/state';
import { EditorView, keymap, showTooltip, type Tooltip, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { element, murmur } from './say';

export interface Item { name: string; label: string; hint: string; words: string }

export const ITEMS: Item[] = [
  { name: 'heading', label: 'Heading', hint: '##', words: 'title' }, { name: 'list', label: 'List', hint: '-', words: 'bullet points' },
  { name: 'check', label: 'Check box', hint: '- [ ]', words: 'todo task' }, { name: 'Action', label: 'Action', hint: 'who, by when', words: 'todo task do' },
  { name: 'Question', label: 'Question', hint: 'nobody had an answer', words: 'ask open' }, { name: 'Idea', label: 'Idea', hint: 'to be taken on', words: 'proposal' },
  { name: 'Summary', label: 'Summary', hint: 'shown first', words: 'tldr short' }, { name: 'Quote', label: 'Quote', hint: 'said in these words', words: 'said' },
  { name: 'link', label: 'Link', hint: 'Ctrl+K', words: 'address url' }, { name: 'table', label: 'Table', hint: '| |', words: 'grid columns' },
  { name: 'quote', label: 'Block quote', hint: '>', words: 'indent' }, { name: 'picture', label: 'Picture', hint: 'of the flip chart', words: 'photo image' },
];

/** The items that what was typed after the slash may mean, best first. */
export function matching(typed: string): Item[] {
  const word = typed.toLowerCase();
  const rank = (item: Item): number => item.label.toLowerCase().startsWith(word) ? 0 : ` ${item.label} ${item.words}`.toLowerCase().includes(` ${word}`) ? 1 : 2;
  return ITEMS.map(item => ({ item, at: rank(item) })).filter(one => one.at < 2).sort((a, b) => a.at - b.at).map(one => one.item);
}

interface Open { from: number; items: Item[]; at: number }

const close = StateEffect.define(), choose = StateEffect.define<number>();
const ID = 'note-slash';

export function slash(take: (view: EditorView, name: string) => void): Extension {
  const field: StateField<Open | null> = StateField.define<Open | null>({
    create: () => null,
    update(open, tr) {
      for (const effect of tr.effects) {
        if (effect.is(close)) return null;
        if (effect.is(choose) && open) return { ...open, at: (effect.value + open.items.length) % open.items.length };
      }
      const { main } = tr.state.selection;
      if (!main.empty || tr.state.readOnly) return null;
      let from = open ? tr.changes.mapPos(open.from, 1) : -1;
      if (!open) {
        if (!tr.docChanged || !tr.isUserEvent('input.type') || tr.state.sliceDoc(main.head - 1, main.head) !== '/') return null;
        from = main.head - 1;
        if (!/(^|\s)$/.test(tr.state.sliceDoc(Math.max(0, from - 1), from))) return null;
      } else if (!tr.docChanged && !tr.selection) return open;
      const typed = main.head > from ? tr.state.sliceDoc(from, Math.min(main.head, from + 24)) : '';
      const items = /^\/\p{L}*( \p{L}*)?$/u.test(typed) ? matching(typed.slice(1)) : [];
      if (!items.length) return null;
      const same = open && open.items.map(i => i.name).join() === items.map(i => i.name).join();
      return { from, items, at: same ? open.at : 0 };
    },
    provide: f => [
      showTooltip.from(f, open => open && tooltip(open.from)),
      EditorView.contentAttributes.from(f, open => open ? { 'aria-controls': ID, 'aria-activedescendant': `${ID}-${open.items[open.at]!.name}`, 'aria-haspopup': 'listbox' } : { 'aria-haspopup': 'listbox' }),
    ],
  });

  function accept(view: EditorView, at?: number): boolean {
    const open = view.state.field(field), item = open?.items[at ?? open.at];
    if (!open || !item) return false;
    view.dispatch({ changes: { from: open.from, to: view.state.selection.main.head }, effects: close.of(null), userEvent: 'delete.slash' });
    take(view, item.name);
    return true;
  }

  const tooltip = (pos: number): Tooltip => ({
    pos, above: false, strictSide: false, arrow: false,
    create(view) {
      const dom = element('ul', { class: 'note-slash', role: 'listbox', id: ID, tabindex: '0', 'aria-label': 'Insert' });
      const draw = (): void => {
        const open = view.state.field(field);
        if (!open) return;
        dom.replaceChildren(...open.items.map((item, i) => element('li', { role: 'option', id: `${ID}-${item.name}`, 'aria-selected': String(i === open.at), 'data-at': String(i) },
          element('span', {}, item.label), element('small', { 'aria-hidden': 'true' }, item.hint))));
        dom.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
      };
      dom.addEventListener('pointerdown', event => event.preventDefault());               // the editor keeps the focus, and the phone its keyboard
      dom.addEventListener('click', event => {
        const at = (event.target as Element).closest<HTMLElement>('[data-at]')?.dataset['at'];
        if (at) accept(view, Number(at));
      });
      dom.addEventListener('keydown', event => {                                          // where assistive technology has put the focus into it: it may scroll
        if (!KEYS.some(({ key, run }) => key === event.key && run(view))) return;
        event.preventDefault();
        if (!view.state.field(field)) view.focus();
      });
      dom.addEventListener('blur', () => leave(view));
      draw();
      return { dom, update: draw };
    },
  });

  const step = (by: number) => (view: EditorView): boolean => {
    const open = view.state.field(field);
    if (open) view.dispatch({ effects: choose.of(open.at + by) });
    return !!open;
  };
  const shut = (view: EditorView): boolean => { const open = !!view.state.field(field); if (open) view.dispatch({ effects: close.of(null) }); return open; };
  const leave = (view: EditorView): void => { setTimeout(() => { if (!view.dom.querySelector(`#${ID}:focus`)) shut(view); }, 150); };
  const KEYS = [
    { key: 'ArrowDown', run: step(1) }, { key: 'ArrowUp', run: step(-1) }, { key: 'Enter', run: (view: EditorView) => accept(view) }, { key: 'Escape', run: shut },
  ];
  const tab = (view: EditorView): boolean => { shut(view); return false; };               // leaves the text, and is not caught in the list
  const tell = ViewPlugin.define(() => ({
    update(u: ViewUpdate) {
      const now = u.state.field(field), was = u.startState.field(field);
      if (now && !was) murmur(`${now.items.length} things to insert. ${now.items[0]!.label}. Arrows choose, Enter inserts, Escape leaves.`);
      else if (now && was && now.items[now.at] !== was.items[was.at]) murmur(now.items[now.at]!.label);
    },
  }));
  return [field, tell, Prec.highest(keymap.of([...KEYS, { key: 'Tab', run: tab, shift: tab }])), EditorView.domEventHandlers({ blur: (_event, view) => { if (view.state.field(field)) leave(view); return false; } })];
}
