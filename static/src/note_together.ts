// The shared note editor: CodeMirror on a Y.Text that everybody in the note shares. What it promises:
// - "Saved" is said only when the server has stored everything typed here (note_status.ts);
// - what is typed without a connection is kept on this device and merges on return, also after the tab was closed (note_copy.ts);
// - when the notes are begun anew (something was taken off the record), what was not stored is put back as a change of text, never as an old copy;
// - where the network lets no WebSocket through, the simple editor takes over, with the same text.
import * as drafts from './drafts';
import { chips } from './note_carets';
import { Copy, leftBehind, type LeftBehind } from './note_copy';
import { Editor } from './note_editor';
import * as kept from './note_kept';
import { type Info, Link } from './note_link';
import type { Begin } from './note_simple';
import { type Ending, kilobytes, say } from './note_status';
import { show as showTrouble, type Trouble } from './note_trouble';
import { element, murmur } from './say';
import { apply, bringBack, typedSince } from './textmerge';

const FIRST_MS = 9000;                                             // how long the shared editor may take to open before the simple one stands in
const LOUD_MS = 1500;

type Simple = (form: HTMLFormElement, begin?: Begin) => void;
type Seen = () => string;

/** Opens the shared editor in `form`. `typed`: whether somebody has typed into the text box meanwhile. */
export function together(form: HTMLFormElement, typed: () => boolean, simple: Simple): void {
  void new Together(form, typed, simple).start();
}

class Together {
  private readonly area: HTMLTextAreaElement;
  private readonly status: HTMLElement;
  private readonly who = document.documentElement.dataset['who'] ?? '';
  private readonly note: string;
  private epoch: number;
  private copy = new Copy();
  private link: Link<Seen> | null = null;
  private editor: Editor | null = null;
  private shown: Copy | null = null;                               // the copy that the editor follows
  private stopped: Ending | null = null;
  private savedAt: string;
  private since = 0;                                               // when the first thing was typed that is not stored
  private canWrite = true;
  private waiting: LeftBehind[] = [];                              // to be put back once the server's text is here
  private putBack: LeftBehind[] = [];                              // put back, and not yet stored
  private left: string[] = [];                                     // what could not be put back
  private fallback = 0;
  private spoken = '';
  private speaking = 0;
  private recount: () => void = () => undefined;
  private over = false;                                            // the simple editor has taken over

  constructor(private readonly form: HTMLFormElement, private readonly typed: () => boolean, private readonly simple: Simple) {
    this.area = form.querySelector<HTMLTextAreaElement>('textarea[name="text"]')!;
    this.status = form.querySelector<HTMLElement>('[data-note-status]')!;
    this.note = form.dataset['noteId'] ?? '';
    this.epoch = Number(form.dataset['epoch'] ?? 1);
    this.savedAt = form.dataset['savedAt'] ?? '';
  }

  async start(): Promise<void> {
    const place = { who: this.who, note: this.note, epoch: this.epoch }, some = kept.known(place), { copy } = this;
    const opened = copy.open(place, () => this.show(), some);
    if (some) await opened;                                        // else nothing of it is here: the server is asked at once
    else void opened.then(() => { if (this.copy === copy && this.link?.fences.dirty) copy.typed(); this.show(); });
    this.fallback = window.setTimeout(() => { if (!this.editor) this.toSimple(); }, FIRST_MS);
    this.connect();
    if (this.copy.text.length) this.mount();
    window.addEventListener('beforeunload', event => { if (this.unsaved && !this.over) event.preventDefault(); });
    window.addEventListener('pagehide', () => this.copy.keepBase());
    this.form.addEventListener('submit', event => { if (!this.over && this.editor) { event.preventDefault(); event.stopImmediatePropagation(); this.save(); } });
  }

  /** Something typed in this tab is not known to be stored. */
  private get unsaved(): boolean { return !!this.link?.fences.dirty || this.left.length > 0; }
  private text(): string { return this.editor?.text() ?? this.copy.text.toString(); }

  private connect(): void {
    const { copy } = this, url = new URL(this.form.dataset['socket']!, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const link: Link<Seen> = this.link = new Link<Seen>(copy.doc, url, this.form.action, origin => origin !== copy.store, {
      seen: () => { const doc = this.editor?.view.state.doc, text = doc ? '' : copy.text.toString(); return () => doc?.toString() ?? text; },
      changed: () => {
        if (this.link !== link) return;
        if (link.fences.dirty) { this.since ||= Date.now(); copy.typed(); this.roomAgain(); }
        this.show();
      },
      stored: (seen, all) => this.stored(seen, all),
      info: info => this.told(info),
      synced: () => this.synced(),
      ended: why => this.end(why),
      blocked: () => this.blocked(),
    });
    link.awareness.setLocalStateField('user', { name: '' });        // the server says who this is
    link.connect();
  }

  private mount(): void {
    const { area, copy, link } = this, focused = document.activeElement === area, { selectionStart, selectionEnd } = area, most = copy.text.length;
    const editor = this.editor = new Editor(this.form, copy.text, link!.awareness, {
      save: () => this.save(), stored: () => this.allStored(), online: () => !!this.link?.ready,
      limit: () => this.link?.info?.limit ?? Number(this.form.dataset['limit'] ?? 0),
    });
    this.shown = copy;
    area.before(editor.view.dom);
    area.hidden = true;
    this.form.dataset['editor'] = 'together';
    this.status.removeAttribute('role');                            // what is worth hearing is said by itself, sparingly
    if (focused) { editor.view.focus(); editor.view.dispatch({ selection: { anchor: Math.min(selectionStart, most), head: Math.min(selectionEnd, most) } }); }
    this.people();
    this.show();
  }

  /** After a new beginning: the editor shows the new copy. */
  private rebind(): void {
    this.shown = this.copy;
    this.editor!.bind(this.copy.text, this.link!.awareness);
    this.people();
    if (this.waiting.length) murmur('The notes were begun anew. What you had not saved is put back.');
  }

  private people(): void {
    const box = this.form.querySelector<HTMLElement>('[data-note-here]');
    if (box && this.link) this.recount = chips(box, this.link.awareness, this.form.dataset['named'] === '1', () => this.link?.info?.here ?? 0);
  }

  /** The server's text is here. */
  private synced(): void {
    clearTimeout(this.fallback);
    if (this.over) return;
    const { area } = this, first = !this.editor;
    if (this.stopped) { this.stopped = null; this.trouble(null); }
    if (first) this.mount(); else if (this.shown !== this.copy) this.rebind();
    if (this.typed() && area.value !== area.defaultValue && !('merged' in area.dataset)) {
      area.dataset['merged'] = '';
      this.waiting.push({ base: area.defaultValue.replace(/\r\n?/g, '\n'), mine: area.value, done: () => undefined });
    }
    document.dispatchEvent(new Event('refreshed'));                // a page kept for want of a connection is up to date now (kept.ts)
    this.merge();
    void leftBehind(this.who, this.note, this.epoch).then(found => { this.waiting.push(...found); this.merge(); });
    if (first) this.offerDraft();
    this.show();
  }

  /** Puts back what was typed upon a text that the server has begun anew, or into the text box before this editor was there. */
  private merge(): void {
    if (!this.editor || this.shown !== this.copy || !this.link?.provider.synced) return;
    for (const one of this.waiting.splice(0)) {
      const { changes, left } = one.base === null ? { changes: [], left: [one.mine] } : bringBack(one.base, this.text(), one.mine);
      this.editor.put(changes);
      this.left.push(...left.filter(text => text.trim()));
      this.putBack.push(one);
    }
    if (this.left.length) this.tellLeft(); else if (!this.link.fences.dirty) this.done();
  }

  private done(): void { for (const one of this.putBack.splice(0)) one.done(); }

  private tellLeft(): void {
    this.trouble({
      kind: 'left', words: 'These notes were begun anew or changed meanwhile, and so were the lines you wrote in. Everything else of yours is back in the notes; this is not. Copy what you want to keep, or put it in where it belongs.',
      unsaved: this.left, name: this.fileName, does: [
        ['Put it in at the end', () => { const text = this.text(); this.editor?.put([{ from: text.length, to: text.length, text: `${text.endsWith('\n') || !text ? '' : '\n'}\n${this.left.join('\n')}\n` }]); this.left = []; this.trouble(null); }],
        ['Leave it out', () => { this.left = []; this.trouble(null); if (!this.link?.fences.dirty) this.done(); this.show(); }],
      ],
    });
  }

  private stored(seen: Seen, all: boolean): void {
    const { copy } = this;
    if (all && (this.since || copy.waits)) this.savedAt = drafts.timeOf(Date.now());
    if (all) { this.since = 0; if (!this.left.length) this.done(); }
    copy.saved(seen, all);
  }

  private told(info: Info): void {
    this.canWrite = info.can_write;
    if (info.epoch !== this.epoch || !this.copy.place) {
      this.epoch = info.epoch;
      void this.copy.open({ who: this.who, note: this.note, epoch: info.epoch }, () => this.show()).then(() => this.show());
    }
    this.recount();
    this.show();
  }

  /** The server has ended it. */
  private end(why: Ending): void {
    if (why.kind === 'anew') { void this.anew(); return; }
    clearTimeout(this.fallback);
    this.stopped = why;
    if (!this.editor) { if (why.kind === 'broken') this.toSimple(); else { this.area.readOnly = true; } }
    this.show();
    void this.tellEnd(why);
  }

  private async tellEnd(why: Ending): Promise<void> {
    const base = await this.copy.lastSaved(), mine = this.text(), dirty = this.unsaved || this.copy.waits;
    if (this.stopped !== why) return;
    const unsaved = dirty ? base === null ? [mine] : typedSince(base, mine) : [];
    const keeping = this.copy.kept ? 'It is kept on this device' : 'It is only in this page';
    const lost = !dirty ? 'Everything you typed was saved.' : `What you typed since ${this.since ? drafts.timeOf(this.since) : 'your last visit'} was not saved. ${keeping}`;
    const limit = this.link?.info?.limit ?? Number(this.form.dataset['limit'] ?? 0);
    const again: [string, () => void] = ['Try again', () => { this.stopped = null; this.trouble(null); this.show(); this.link?.connect(); }];
    const next = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    const more: Record<string, Partial<Trouble>> = {
      full: { words: `The notes are full: ${limit ? kilobytes(limit) : 'no more'} can be kept. ${lost}${dirty ? ' and will be saved by itself as soon as the notes are shorter.' : ''}`, does: [again] },
      'signed-out': { words: `${why.message} ${lost}${dirty ? ' and will be saved when you are signed in again.' : ' Sign in to go on.'}`, links: [['Sign in (new tab)', next]], does: [again] },
      broken: { words: `${why.message} ${lost}${dirty ? '.' : ''} Reload the page to go on.`, does: [['Reload', () => location.reload()]] },
    };
    const rest: Partial<Trouble> = { words: `${why.message} ${lost}${dirty ? ', and these notes cannot be opened again from here: copy or download it now.' : ''}`, does: [again] };
    this.trouble({ kind: why.kind, words: '', unsaved, name: this.fileName, ...dirty ? { whole: () => this.text() } : {}, ...more[why.kind] ?? rest });
  }

  /** After 4413: once the text is short enough, it is sent again. */
  private roomAgain(): void {
    const limit = this.link?.info?.limit ?? Number(this.form.dataset['limit'] ?? 0);
    if (this.stopped?.kind !== 'full' || !this.editor || this.editor.size > limit) return;
    this.stopped = null;
    this.trouble(null);
    this.link?.connect();
  }

  /** 4409: the log was begun anew. The old copy must not be merged into it; what was not stored is put back as text. */
  private async anew(): Promise<void> {
    const { copy, link } = this, mine = this.text(), dirty = link!.fences.dirty || copy.waits, { place } = copy;
    this.editor?.readOnly(true);
    this.editor?.unbind();
    const base = await copy.lastSaved();
    if (dirty) this.waiting.push({ base, mine, done: () => { if (place) kept.drop(place); } });
    link!.destroy();
    copy.close(!dirty);
    this.copy = new Copy();                                         // kept on this device once the server has said which epoch it is
    this.connect();
    this.show();
  }

  private trouble(one: Trouble | null): void { showTrouble(this.form.querySelector<HTMLElement>('[data-note-offer]')!, one); }
  private get fileName(): string { return `notes-${this.note}`; }

  private show(): void {
    if (this.over) return;
    const { link, copy, status } = this;
    const frozen = !!this.stopped && !['full', 'signed-out'].includes(this.stopped.kind);
    const bound = !!this.editor && (this.shown === copy || !!this.stopped);
    const { state, words, loud } = say({
      opened: bound, ready: !!link?.ready, dirty: !!link?.fences.dirty || (copy.waits && !link?.ready), late: !!link?.late, kept: copy.kept, savedAt: this.savedAt,
      stopped: this.stopped, readOnly: !this.canWrite, closed: !!link?.over,
    });
    this.editor?.readOnly(frozen || !this.canWrite || !bound);
    status.dataset['state'] = state;
    if (status.textContent !== words) status.textContent = words;
    const said = state === 'saved' ? words.replace(/\d.*/, '') : words;
    if (!loud || said === this.spoken) { if (loud) clearTimeout(this.speaking); return; }
    clearTimeout(this.speaking);
    this.speaking = window.setTimeout(() => { if (this.spoken) murmur(words); this.spoken = said; }, LOUD_MS);
  }

  /** Ctrl+S: nothing needs it, so it says how things stand. */
  private save(): void {
    this.link?.send();
    window.setTimeout(() => murmur(`${this.status.textContent ?? ''}. Everything you type is saved by itself.`), 400);
  }

  /** Resolves once everything typed is stored; false when that takes too long. */
  private async allStored(): Promise<boolean> {
    this.link?.send();
    for (let i = 0; i < 50; i++) {
      if (this.link?.ready && !this.link.fences.dirty) return true;
      await new Promise(resolve => { setTimeout(resolve, 100); });
    }
    return false;
  }

  /** The network lets pages through but no socket. */
  private blocked(): void {
    if (!this.editor) { this.toSimple(); return; }
    if (this.unsaved || this.copy.waits) this.trouble({
      kind: 'blocked', name: this.fileName, whole: () => this.text(), does: [['Use the simple editor', () => this.toSimple()]],
      words: 'This network answers, but does not let the shared editor through. Your text is not saved yet. The simple editor can save it.',
    });
  }

  /** The text box takes over, with what is not stored in it. */
  private toSimple(): void {
    if (this.over) return;
    this.over = true;
    const { area, editor, copy, link } = this, theirs = area.defaultValue.replace(/\r\n?/g, '\n');
    const mine = editor ? editor.text() : this.typed() ? area.value : copy.text.length ? copy.text.toString() : null, unsent = !!link?.fences.dirty || copy.waits || this.typed();
    void copy.lastSaved().then(base => {
      const merged = mine !== null && unsent ? bringBack(base ?? theirs, theirs, mine) : null;
      link?.destroy();
      copy.close(false);
      editor?.view.destroy();
      area.hidden = false; area.readOnly = false;
      this.trouble(null);
      this.status.setAttribute('role', 'status');
      const why = element('p', { class: 'note-why', role: 'status' }, 'The shared editor cannot connect from this network. This simple one works the same for everybody else: it saves every 20 seconds and when you press Save, and puts in what others wrote meanwhile.');
      this.simple(this.form, { every: 20, why, ...merged ? { text: apply(theirs, merged.changes) + (merged.left.length ? `\n${merged.left.join('\n')}\n` : '') } : {} });
    });
  }

  /** Text that the simple editor left on this device: saved through the form, so that the server merges it. */
  private offerDraft(): void {
    const key = `note:${this.note}`, draft = drafts.read(key);
    if (!draft) return;
    if (draft.text.trim() === this.text().trim()) { drafts.drop(key); return; }
    const put = async (): Promise<void> => {
      const body = new URLSearchParams({ csrf_token: this.form.querySelector<HTMLInputElement>('[name="csrf_token"]')?.value ?? '', text: draft.text, base_revision: draft.base });
      const answer = await fetch(this.form.action, { method: 'POST', headers: { Accept: 'application/json' }, body }).catch(() => null);
      const said = await answer?.json().catch(() => null) as { error?: { message?: string } } | null;
      if (answer?.ok && !answer.redirected) { drafts.drop(key); this.trouble(null); murmur('It is in the notes.'); return; }
      this.trouble({ kind: 'draft', name: this.fileName, words: `${said?.error?.message ?? 'It could not be saved.'} Copy what you want to keep.`, unsaved: [draft.text], does: [['Discard it', () => { drafts.drop(key); this.trouble(null); }]] });
    };
    this.trouble({
      kind: 'draft', name: this.fileName, words: `You have unsaved text from ${drafts.timeOf(draft.at)} on this device. Putting it in merges it with what stands here now.`, whole: () => draft.text,
      does: [['Put it in', () => void put()], ['Discard it', () => { drafts.drop(key); this.trouble(null); }]],
    });
  }
}
