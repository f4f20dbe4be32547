// The simple note editor: a plain <textarea> made good, where the shared one (note_together.ts) cannot run. What it promises:
// - the status line says "Saved" only after the server said so, and only while nothing has been typed since;
// - unsaved text is kept on this device, and offered back, whatever happens to the page or the connection;
// - what other people saved meanwhile is merged by the server; here it is put into the text around the caret.
import * as drafts from './drafts';
import * as keys from './markdown_keys';
import { ACTS, LETTERS } from './note_acts';
import { preview } from './note_preview';
import { toolbar } from './note_toolbar';
import { element } from './say';
import { type Hunk, hunks, rebase } from './textmerge';

interface Saved { revision: number | string; text: string; saved_at: string; merged: boolean }
interface Refusal { error?: { message?: string }; conflict_url?: string }
type State = 'saved' | 'unsaved' | 'saving' | 'failed';

const DRAFT_MS = 300;
const RETRY_MS = [3000, 6000, 15000, 30000];

/** `text`: begin with this instead of what the server sent, as unsaved; `why`: what to tell about being here; `every`: save so often (seconds). */
export interface Begin { text?: string; why?: HTMLElement; every?: number }

export function simple(form: HTMLFormElement, begin: Begin = {}): void {
  const area = form.querySelector<HTMLTextAreaElement>('textarea[name="text"]')!;
  const status = form.querySelector<HTMLElement>('[data-note-status]')!;
  const offer = form.querySelector<HTMLElement>('[data-note-offer]')!;
  const key = 'note:' + (form.dataset['noteId'] ?? location.pathname);
  const autosave = (begin.every ?? Number(form.dataset['autosave'] ?? 0)) * 1000;

  let base = form.dataset['baseRevision'] ?? '';   // the revision that `known` grew from
  let known = 'unsaved' in form.dataset ? null : area.defaultValue;   // the text the server has, as far as we know
  let sending = false, again = false, failures = 0, leaving = false;
  let savedWords = status.textContent?.trim() || 'No changes yet';
  let draftTimer = 0, saveTimer = 0, retryTimer = 0;
  const unsaved = (): boolean => area.value !== known;

  function show(state: State, ...words: (Node | string)[]): void {
    status.dataset['state'] = state;
    const text = words.map(w => typeof w === 'string' ? w : w.textContent).join('');
    if (status.textContent !== text) status.replaceChildren(...words);
  }

  function keep(): void {
    clearTimeout(draftTimer);
    draftTimer = 0;
    if (unsaved()) drafts.write(key, area.value, base); else drafts.drop(key);
  }

  function changed(): void {
    if (!sending && !unsaved()) show('saved', savedWords);
    else if (!sending && !['failed', 'unsaved'].includes(status.dataset['state'] ?? '')) show('unsaved', 'Not saved yet');
    draftTimer ||= window.setTimeout(keep, DRAFT_MS);
    if (autosave && unsaved()) saveTimer ||= window.setTimeout(() => void save(), autosave);
  }

  /** Makes changes to the text from the last to the first, so that the caret stays by the words it was at. */
  function put(changes: Hunk[]): void {
    for (const h of [...changes].reverse()) area.setRangeText(h.text, h.from, h.to, 'preserve');
  }

  async function save(): Promise<void> {
    clearTimeout(saveTimer); clearTimeout(retryTimer);
    saveTimer = 0;
    if (sending) { again = true; return; }
    keep();
    const sent = area.value;
    sending = true; again = false;
    if (!failures) show('saving', 'Saving…');     // retries stay quiet: a screen reader would read them out again and again
    const body = new URLSearchParams({ csrf_token: form.querySelector<HTMLInputElement>('[name="csrf_token"]')?.value ?? '', text: sent, base_revision: base });
    let answer: Response | null = null;
    let said: unknown = null;
    try {
      answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body });
      said = await answer.json().catch(() => null);
    } catch { /* no connection: said below */ }
    sending = false;
    if (answer?.ok && !answer.redirected && said) accept(sent, said as Saved); else refuse(answer, (said ?? {}) as Refusal);
    if (again && unsaved() && status.dataset['state'] !== 'failed') void save();
  }

  function accept(sent: string, saved: Saved): void {
    failures = 0;
    const theirs = saved.text.replace(/\r\n?/g, '\n');
    const changes = area.value === sent ? hunks(sent, theirs) : rebase(sent, theirs, area.value);
    if (changes) {
      put(changes);
      base = String(saved.revision); known = theirs;
      form.querySelector<HTMLInputElement>('[name="base_revision"]')!.value = base;
    }                                              // else: typed over what somebody else changed. The old base stays, so the server sees both at the next save
    keep();
    savedWords = `Saved ${saved.saved_at}`;
    if (form.dataset['then'] && !unsaved()) { leaving = true; location.assign(form.dataset['then']); }
    if (!unsaved()) show('saved', savedWords + (saved.merged ? ', with changes somebody else made' : ''));
    else { show('unsaved', `Saved ${saved.saved_at}. Newer typing is not saved yet`); changed(); }
  }

  function refuse(answer: Response | null, said: Refusal): void {
    const message = said.error?.message;
    if (answer?.status === 409 && said.conflict_url) {
      const both = element('button', { type: 'button', class: 'btn text sm' }, 'See both versions');
      both.addEventListener('click', () => {       // the text goes along: the server shows it beside what it has
        keep(); leaving = true;
        form.querySelector<HTMLInputElement>('[name="base_revision"]')!.value = base;
        form.action = said.conflict_url!;
        HTMLFormElement.prototype.submit.call(form);
      });
      show('failed', `${message ?? 'Somebody else changed the same words.'} Your text is kept here. `, both);
      return;
    }
    const kept = drafts.read(key)?.text === area.value;
    const where = kept ? 'Your text is kept on this device.' : 'Copy your text to be safe: this device keeps nothing.';
    if (answer && (answer.redirected || answer.status === 401 || answer.status === 403)) {
      show('failed', `Not saved: ${message ?? 'you are signed out.'} ${where}`);
      return;
    }
    if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {           // asking again would not help
      show('failed', `Not saved: ${message ?? 'the server refused it.'} ${where}`);
      return;
    }
    const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 30000;
    show('failed', `Not saved: ${answer ? message ?? 'the server is busy.' : 'no connection.'} ${where} Trying again.`);
    retryTimer = window.setTimeout(() => void save(), wait * (.75 + Math.random() / 2));
  }

  /** Text that never reached the server: from an earlier visit, or from before a reload. Answered before typing on, so
   *  that neither text is written over the other. */
  function offerDraft(): void {
    if (known === null) { keep(); return; }        // the page brought the text back itself, on a newer base
    const draft = drafts.read(key);
    if (!draft) return;
    if (draft.text === area.value) { drafts.drop(key); return; }
    const answered = (): void => { offer.hidden = true; area.readOnly = false; area.focus(); };
    offer.replaceChildren(...drafts.question(
      `You have unsaved text from ${drafts.timeOf(draft.at)} on this device.${draft.base !== base ? ' The note has changed since; saving merges the two.' : ''}`,
      () => { area.value = draft.text; base = draft.base; answered(); changed(); },
      () => { drafts.drop(key); answered(); }));
    offer.hidden = false;
    area.readOnly = true;
    offer.querySelector('button')?.focus();
  }

  form.addEventListener('submit', event => { event.preventDefault(); failures = 0; void save(); });
  area.addEventListener('input', changed);
  window.addEventListener('online', () => { if (status.dataset['state'] === 'failed' && unsaved()) void save(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && draftTimer) keep(); });
  window.addEventListener('pagehide', () => { if (draftTimer) keep(); });
  window.addEventListener('beforeunload', event => { if (unsaved() && !leaving) { keep(); event.preventDefault(); } });

  if (status.textContent?.trim()) status.dataset['state'] = 'saved';
  form.dataset['editor'] = 'simple';
  if (begin.why) form.querySelector('.note-body')?.before(begin.why);
  offerDraft();
  if (begin.text !== undefined) { area.value = begin.text; area.readOnly = false; offer.hidden = true; }
  if (unsaved()) changed();                        // the browser put typed text back by itself
  typing(form, area, () => form.requestSubmit());
  preview({ form, text: () => area.value, scroller: () => area, focus: () => area.focus(), shown: view => { area.hidden = view === 'preview'; } });
}

/** Toolbar, Ctrl+B, Ctrl+I, Ctrl+S and Enter in lists. Tab is left alone: it leaves the box, as everywhere. */
function typing(form: HTMLFormElement, area: HTMLTextAreaElement, save: () => void): void {
  const make = (e: keys.Edit): void => {
    area.focus();
    if (area.readOnly || (e.from === e.to && !e.text)) return;
    area.setSelectionRange(e.from, e.to);
    // execCommand is the only way that keeps the browser's undo; where it is gone, undo is lost but the edit is made.
    if (!document.execCommand(e.text ? 'insertText' : 'delete', false, e.text)) {
      area.setRangeText(e.text, e.from, e.to, 'end');
      area.dispatchEvent(new Event('input', { bubbles: true }));
    }
    area.setSelectionRange(e.start, e.end);
  };
  const selected = (): [string, number, number] => [area.value, area.selectionStart, area.selectionEnd];
  area.addEventListener('keydown', event => {
    if (event.isComposing) return;
    const letter = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey ? event.key.toLowerCase() : '';
    const act = ACTS[LETTERS[letter] ?? ''];
    if (act) { event.preventDefault(); make(act(...selected())!); }
    else if (letter === 's') { event.preventDefault(); save(); }
    else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const next = keys.enter(...selected());
      if (next) { event.preventDefault(); make(next); area.scrollIntoView({ block: 'nearest' }); }
    }
  });

  toolbar(form, name => {
    const edit = ACTS[name]?.(...selected());
    if (edit) make(edit);
  });
}
