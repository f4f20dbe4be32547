// CodeMirror as the shared note editor uses it: the text box itself with its keys, toolbar, slash menu, pasting, pictures, names and preview.
import { standardKeymap } from '@codemirror/commands';
import { search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension, StateField, type Text } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { ACTS } from './note_acts';
import { carets } from './note_carets';
import { ask } from './note_dialog';
import { formatKeys, language, make } from './note_language';
import { action, actionIn } from './note_marks';
import { pointOut } from './note_names';
import { offTheRecord } from './note_offrecord';
import { convert, inert, type Node_ } from './note_paste';
import { bring } from './note_pictures';
import { preview } from './note_preview';
import { slash } from './note_slash';
import { kilobytes } from './note_status';
import { toolbar } from './note_toolbar';
import { alarm, toast } from './say';
import { type Hunk, hunks } from './textmerge';

export interface Parts {
  save(): void;                                                    // Ctrl+S: say how things stand
  stored(): Promise<boolean>;                                      // waits until everything typed is stored
  online(): boolean;
  limit(): number;                                                 // bytes the notes may have
}

const FINDS = new Set(['Mod-f', 'F3', 'Mod-g', 'Escape']);
const FIND_WORDS = {                                                // what the library says, as we say things
  'next': 'Next', 'previous': 'Previous', 'all': 'All', 'match case': 'Match case', 'regexp': 'Pattern', 'by word': 'Whole words',
  'replace': 'Replace', 'replace all': 'Replace all', 'close': 'Close',
};
const checked = Annotation.define<boolean>();
const bytesOf = (text: string): number => {
  let sum = text.length;
  for (let i = 0; i < text.length; i++) { const c = text.charCodeAt(i); if (c > 0x7f) sum += c > 0x7ff && (c < 0xd800 || c > 0xdfff) ? 2 : 1; }
  return sum;
};
const bytesIn = (doc: Text, from: number, to: number): number => bytesOf(doc.sliceString(from, to));

/** The length in bytes, kept up to date change by change: counting 200 kB at every key would be felt. */
const size = StateField.define<number>({
  create: state => bytesOf(state.doc.toString()),
  update(was, tr) {
    let now = was;
    if (tr.docChanged) tr.changes.iterChanges((fromA, toA, _fromB, _toB, put) => { now += bytesIn(put, 0, put.length) - bytesIn(tr.startState.doc, fromA, toA); });
    return now;
  },
});

export class Editor {
  readonly view: EditorView;
  readonly preview: ReturnType<typeof preview>;
  private readonly binding = new Compartment();
  private readonly writing = new Compartment();
  private readonly chooser = Object.assign(document.createElement('input'), { type: 'file', accept: 'image/*' });
  private margins: { top: number; bottom: number } | null = null;  // how much of the window is under what stays in sight; null: to be measured
  private pending: number[] = [];                                  // where pictures on their way are to stand

  constructor(private readonly form: HTMLFormElement, text: Y.Text, awareness: Awareness, private readonly parts: Parts) {
    const { styleNonce = '', names = '[]', noteId = '' } = form.dataset, namesBox = form.querySelector<HTMLElement>('[data-note-names]');
    const label = form.querySelector('label[for="note-text"]')?.textContent ?? 'Notes';
    this.view = new EditorView({
      doc: text.toString(),
      extensions: [
        EditorView.cspNonce.of(styleNonce), EditorView.lineWrapping, EditorState.tabSize.of(4), size, language,
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': 'note-keys', spellcheck: 'true', autocorrect: 'on', autocapitalize: 'sentences', writingsuggestions: 'false', id: 'note-live' }),
        EditorView.scrollMargins.of(() => this.margins ??= this.covered()),
        this.writing.of([]), this.binding.of(this.bound(text, awareness)),
        slash((_view, name) => this.act(name)),
        EditorState.phrases.of(FIND_WORDS), search({ top: true }),                                      // the browser's own finds only the lines that are drawn
        keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => { parts.save(); return true; } }, ...formatKeys, ...yUndoManagerKeymap, ...searchKeymap.filter(({ key }) => FINDS.has(key ?? '')), ...standardKeymap]),
        EditorState.transactionFilter.of(tr => this.fits(tr.docChanged && !tr.annotation(checked) && (tr.isUserEvent('input') || tr.isUserEvent('move')), tr.newDoc.length, () => tr.state.field(size), tr.startState.field(size)) ? tr : []),
        EditorView.domEventHandlers({ paste: event => this.paste(event), drop: event => this.drop(event) }),
        EditorView.updateListener.of(u => {
          if (u.docChanged) { this.pending = this.pending.map(at => u.changes.mapPos(at, 1)); this.preview.changed(); }
          if (u.focusChanged) { form.classList.toggle('typing', u.view.hasFocus); this.aboveKeyboard(); }
        }),
        namesBox && names !== '[]' ? pointOut(JSON.parse(names) as string[], namesBox, `folkmoot:names:${noteId}`) : [],
      ],
    });
    this.preview = preview({
      form, text: () => this.text(), scroller: () => this.view.scrollDOM, focus: () => this.view.focus(),
      shown: view => { this.view.dom.hidden = view === 'preview'; this.margins = null; this.view.requestMeasure(); },
    });
    toolbar(form, name => this.act(name));
    this.chooser.addEventListener('change', () => { this.pictures([...this.chooser.files ?? []]); this.chooser.value = ''; });
    addEventListener('resize', () => { this.margins = null; });
    visualViewport?.addEventListener('scroll', () => this.aboveKeyboard());
    visualViewport?.addEventListener('resize', () => {
      this.aboveKeyboard();
      if (form.classList.contains('keyboard')) this.view.dispatch({ effects: EditorView.scrollIntoView(this.view.state.selection.main.head) });
    });
  }

  text(): string { return this.view.state.doc.toString(); }
  /** How many bytes the text has. */
  get size(): number { return this.view.state.field(size); }

  /** Whoever else wrote: their changes come in without being asked for. Undo takes back only what was typed here. */
  private bound(text: Y.Text, awareness: Awareness): Extension {
    return [yCollab(text, null, { undoManager: new Y.UndoManager(text, { captureTimeout: 700 }) }), carets(text, awareness)];
  }

  /** Follows another Y.Text from now on; what is shown becomes what that says. */
  bind(text: Y.Text, awareness: Awareness): void {
    this.view.dispatch({ effects: this.binding.reconfigure([]) });
    this.view.dispatch({ changes: hunks(this.text(), text.toString()).map(h => ({ from: h.from, to: h.to, insert: h.text })), annotations: checked.of(true) });
    this.view.dispatch({ effects: this.binding.reconfigure(this.bound(text, awareness)) });
  }

  unbind(): void { this.view.dispatch({ effects: this.binding.reconfigure([]) }); }

  readOnly(yes: boolean): void {
    if (this.view.state.readOnly === yes) return;
    this.view.dispatch({ effects: this.writing.reconfigure(yes ? [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-readonly': 'true' })] : []) });
    this.form.querySelector('[role="toolbar"]')?.toggleAttribute('inert', yes);
  }

  /** Makes changes as if they had been typed. */
  put(changes: Hunk[]): void {
    if (changes.length) this.view.dispatch({ changes: changes.map(h => ({ from: h.from, to: h.to, insert: h.text })), annotations: checked.of(true) });
  }

  private fits(asked: boolean, length: number, bytes: () => number, before: number): boolean {
    const limit = this.parts.limit();
    if (!asked || !limit || length * 3 <= limit) return true;
    const now = bytes();
    if (now <= limit || now <= before) return true;
    alarm(`The notes are full: ${kilobytes(limit)} can be kept. What you just typed was not put in; nothing else is lost. Shorten the notes first.`);
    return false;
  }

  /** What a button or an item of the slash menu does. */
  act(name: string): void {
    const { view } = this;
    if (name === 'undo' || name === 'redo') { yUndoManagerKeymap[name === 'undo' ? 0 : 1]!.run!(view); view.focus(); return; }
    if (name === 'off-record') { void this.offRecord(); return; }
    if (view.state.readOnly) return;
    if (name === 'picture') { this.chooser.click(); return; }
    if (name === 'Action') { void this.action(); return; }
    view.focus();
    if (ACTS[name]) make(view, ACTS[name]);
  }

  private async action(): Promise<void> {
    const { view } = this, line = view.state.doc.lineAt(view.state.selection.main.head), now = actionIn(line.text, 0);
    const given = await ask({
      heading: 'Action', yes: 'Put it in',
      fields: [{ name: 'what', label: 'What is to be done?', value: now.what, required: 'Enter what is to be done' },
        { name: 'who', label: 'Who does it? (optional)', value: now.who, hint: 'Only with their agreement.' }, { name: 'by', label: 'By when? (optional)', type: 'date', value: now.by }],
    });
    if (given) make(view, (value, from) => action(value, from, given as { what: string; who: string; by: string }));
    view.focus();
  }

  private async offRecord(): Promise<void> {
    const { offRecordUrl: url } = this.form.dataset, { main } = this.view.state.selection;
    if (!url) return;
    await offTheRecord({ form: this.form, url, passage: this.view.state.sliceDoc(main.from, main.to), stored: () => this.parts.stored() });
  }

  private paste(event: ClipboardEvent): boolean {
    const data = event.clipboardData, { view } = this;
    if (!data || view.state.readOnly) return false;
    const html = data.getData('text/html'), plain = data.getData('text/plain'), files = [...data.files];
    if (files.length && !plain && !html.replace(/<[^>]+>/g, '').trim()) { event.preventDefault(); this.pictures(files); return true; }
    if (!html || data.types.some(type => type.startsWith('vscode'))) return false;
    const made = convert(new DOMParser().parseFromString(inert(html), 'text/html').body as unknown as Node_, plain);
    if (!made) return false;
    event.preventDefault();
    const { from, to } = view.state.selection.main, before = view.state.sliceDoc(Math.max(0, from - 2), from);
    const block = /\n|^(#|[-*>|]|\d+\.) ?/.test(made.text), lead = block && from && !before.endsWith('\n') ? '\n\n' : '';
    const insert = lead + made.text;
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: 'input.paste', scrollIntoView: true });
    if (made.pictures) toast(`${made.pictures === 1 ? 'A picture' : `${made.pictures} pictures`} in what you pasted ${made.pictures === 1 ? 'was' : 'were'} left out. Drop or choose ${made.pictures === 1 ? 'it' : 'each'} to add ${made.pictures === 1 ? 'it' : 'them'}.`);
    return true;
  }

  private drop(event: DragEvent): boolean {
    const files = [...event.dataTransfer?.files ?? []];
    if (!files.length || this.view.state.readOnly) return false;
    event.preventDefault();
    const at = this.view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (at !== null) this.view.dispatch({ selection: { anchor: at } });
    this.pictures(files);
    return true;
  }

  private pictures(files: File[]): void {
    const { form, view } = this, url = form.dataset['picturesUrl'], box = form.querySelector<HTMLElement>('[data-note-progress]');
    if (!url || !box) return;
    const slot = this.pending.push(view.state.selection.main.to) - 1;
    void bring({
      url, box, token: form.querySelector<HTMLInputElement>('[name="csrf_token"]')?.value ?? '', online: () => this.parts.online(),
      insert: markdown => {
        const line = view.state.doc.lineAt(Math.min(this.pending[slot] ?? 0, view.state.doc.length)), empty = !line.text.trim();
        const above = empty && line.number > 1 && view.state.doc.line(line.number - 1).text.trim();      // else it would belong to what stands there
        const insert = empty ? `${above ? '\n' : ''}${markdown}\n` : `\n\n${markdown}\n`, at = empty ? line.from : line.to;
        view.dispatch({ changes: { from: at, to: empty ? line.to : at, insert }, userEvent: 'input.picture' });
      },
    }, files).then(() => view.focus());
  }

  /** On a phone the toolbar stands above the keyboard: how high that is, is told to the style sheet. Not while the page is zoomed: then less is
   *  seen of it without any keyboard. */
  private aboveKeyboard(): void {
    const seen = visualViewport;
    if (!seen) return;
    const covered = seen.scale > 1.05 ? 0 : Math.max(0, innerHeight - seen.height - seen.offsetTop);
    document.documentElement.style.setProperty('--keyboard', `${Math.round(covered)}px`);
    this.form.classList.toggle('keyboard', covered > 120 && this.view.hasFocus);
    this.margins = null;
  }

  /** What would hide the caret: the head and the tools where they stay at the top, the foot where it stays at the bottom, the tools above a keyboard. */
  private covered(): { top: number; bottom: number } {
    const held = (name: string, side: 'top' | 'bottom'): number => {
      const el = this.form.querySelector<HTMLElement>(name), style = el && getComputedStyle(el);
      return el && style?.position === 'sticky' ? el.offsetHeight + (side === 'bottom' ? parseFloat(style.bottom) || 0 : 0) : 0;
    };
    if (this.form.dataset['showing'] === 'beside') return { top: 0, bottom: 0 };
    const keyboard = this.form.classList.contains('keyboard') ? this.form.querySelector<HTMLElement>('.note-tools')?.offsetHeight ?? 0 : 0;
    return { top: held('.note-head', 'top') + held('.note-tools', 'top'), bottom: keyboard || held('.note-foot', 'bottom') };
  }
}
