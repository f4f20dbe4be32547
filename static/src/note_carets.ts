// Who else is here: their carets and selections in the text, chips above it. Only classes are used (y-codemirror.next's own carets set
// style attributes, which the Content-Security-Policy blocks). Under the Chatham House Rule the server relays nobody.
import { Annotation, RangeSet } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate, WidgetType } from '@codemirror/view';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { element, murmur } from './say';

const moved = Annotation.define<boolean>();
const COLOURS = 6, SEND_MS = 120, QUIET_MS = 30000;

interface Presence { user?: { name?: string; color?: string; role?: string }; cursor?: { anchor: unknown; head: unknown } | null }

/** The same colour for the same name on every screen. */
export const colourOf = (name: string): number => [...name].reduce((sum, c) => (sum * 31 + c.codePointAt(0)!) >>> 0, 7) % COLOURS;

class Caret extends WidgetType {
  constructor(private readonly name: string, private readonly at: number) { super(); }
  override eq(other: Caret): boolean { return other.name === this.name && other.at === this.at; }           // moved: its name shows again for a moment
  override toDOM(): HTMLElement {
    return element('span', { class: `cm-caret cm-p${colourOf(this.name)}`, 'aria-hidden': 'true' }, '\u2060', element('span', { class: 'cm-caret-name' }, this.name), '\u2060');
  }
  override ignoreEvent(): boolean { return true; }
}

export const carets = (text: Y.Text, awareness: Awareness) => ViewPlugin.fromClass(class {
  decorations: DecorationSet = RangeSet.empty;
  private timer = 0;
  private readonly listen = ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>): void => {
    if ([...added, ...updated, ...removed].some(id => id !== awareness.clientID)) queueMicrotask(() => { if (this.view.dom.isConnected) this.view.dispatch({ annotations: moved.of(true) }); });
  };
  constructor(private readonly view: EditorView) { awareness.on('change', this.listen); this.tell(); }
  destroy(): void { clearTimeout(this.timer); awareness.off('change', this.listen); }

  update(u: ViewUpdate): void {
    if (u.selectionSet || u.docChanged || u.focusChanged) this.timer ||= window.setTimeout(() => { this.timer = 0; this.tell(); }, SEND_MS);
    if (u.docChanged) this.decorations = this.decorations.map(u.changes);
    if (u.transactions.some(tr => tr.annotation(moved))) this.decorations = this.draw();
  }

  /** Tells the others where we are. */
  private tell(): void {
    if (!awareness.getLocalState()) return;
    const { anchor, head } = this.view.state.selection.main;
    const at = (index: number): unknown => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, Math.min(index, text.length)));
    awareness.setLocalStateField('cursor', this.view.hasFocus ? { anchor: at(anchor), head: at(head) } : null);
  }

  private draw(): DecorationSet {
    const found = [];
    for (const [id, state] of awareness.getStates() as Map<number, Presence>) {
      if (id === awareness.clientID || !state.cursor) continue;
      const place = (at: unknown): number | null => {
        try {
          const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(at), text.doc!);
          return found && found.type === text ? Math.min(found.index, this.view.state.doc.length) : null;
        } catch { return null; }
      };
      const anchor = place(state.cursor.anchor), head = place(state.cursor.head), name = nameIn(state);
      if (anchor === null || head === null) continue;
      if (anchor !== head) found.push(Decoration.mark({ class: `cm-theirs cm-p${colourOf(name)}` }).range(Math.min(anchor, head), Math.max(anchor, head)));
      found.push(Decoration.widget({ widget: new Caret(name, head), side: head > anchor ? -1 : 1 }).range(head));
    }
    return Decoration.set(found, true);
  }
}, { decorations: plugin => plugin.decorations });

const nameIn = (state: Presence): string => (state.user?.name ?? '').trim() || 'Somebody';

/** Chips of the others in `box`, one for each name; said to screen readers at most twice a minute. `named`: whether names are shown. */
export function chips(box: HTMLElement, awareness: Awareness, named: boolean, count: () => number): () => void {
  let before: string[] | null = null, timer = 0, spoken = 0;
  const others = (): string[] => [...new Set([...awareness.getStates() as Map<number, Presence>].filter(([id]) => id !== awareness.clientID).map(([, state]) => nameIn(state)))].sort();
  const tell = (): void => {
    timer = 0; spoken = Date.now();
    const now = others(), was = before ?? [];
    const came = now.filter(n => !was.includes(n)), went = was.filter(n => !now.includes(n));
    before = now;
    const words = [came.length ? `${list(came)} ${came.length > 1 ? 'are' : 'is'} here.` : '', went.length ? `${list(went)} left.` : ''].join(' ').trim();
    if (words) murmur(words);
  };
  const show = (): void => {
    const names = named ? others() : [], more = named ? 0 : Math.max(0, count() - 1);
    box.replaceChildren(...names.slice(0, 8).map(name => element('li', { class: `here cm-p${colourOf(name)}`, title: name }, element('span', { 'aria-hidden': 'true' }, initials(name)), element('span', { class: 'vh' }, name))),
      ...names.length > 8 ? [element('li', { class: 'here-more' }, `+${names.length - 8}`, element('span', { class: 'vh' }, ' more'))] : [],
      ...more ? [element('li', { class: 'here-more' }, more === 1 ? '1 other here' : `${more} others here`)] : []);
    box.hidden = !box.childElementCount;
    if (named) timer ||= window.setTimeout(tell, Math.max(1500, spoken + QUIET_MS - Date.now()));
  };
  awareness.on('change', show);
  show();
  return show;
}

const list = (names: string[]): string => names.length > 3 ? `${names.length} people` : names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0] ?? '';
const initials = (name: string): string => name.split(/\s+/).filter(Boolean).map(part => [...part][0] ?? '').filter((_c, i, all) => i === 0 || i === all.length - 1).join('').toUpperCase();
