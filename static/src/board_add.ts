// Adding notes: shown at once below the column as being sent, kept on this device until the server has them (outbox.ts), and
// sent again for as long as it takes, also after the page was closed. The box stays open for the next one; what is half typed
// is kept as well.
import { catchUp } from './board_ask';
import { address, board, columnNamed, mayWrite, token } from './board_dom';
import { whenChanged } from './board_delta';
import { brief } from './board_order';
import * as drafts from './drafts';
import { Outbox, type Fields, type Unsent } from './outbox';
import { announce, element, murmur } from './say';

const REFUSALS = [403, 404, 409, 410, 413, 422];
const MOST = Number(board?.dataset['most'] ?? 500);
const WARN_AT = 100;
const sent = new Map<string, { id: string; column: string; text: string }>();              // taken by the server, not on the page yet

/** A name nobody else makes (also where the page has no secure connection and crypto.randomUUID is missing). */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40; bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map(b => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const columnOfFields = (fields: Fields): string => `${fields['prompt'] ?? ''}-${fields['group'] || 0}-${fields['material'] || 0}`;
const formOf = (column: string): HTMLFormElement | null => document.querySelector<HTMLFormElement>(`form[data-add="${CSS.escape(column)}"]`);
const boxOf = (form: HTMLFormElement): HTMLTextAreaElement => form.elements.namedItem('text') as HTMLTextAreaElement;
const draftName = (form: HTMLFormElement): string => `board-${board?.dataset['board']}-${form.dataset['add']}`;

function showWaiting(outbox: Outbox): void {
  const waiting = new Map<string, HTMLElement[]>();
  for (const one of outbox.items) push(waiting, columnOfFields(one.fields), noteOf(outbox, one));
  for (const [key, one] of sent) if (!document.getElementById(one.id) && !outbox.items.some(i => i.key === key)) push(waiting, one.column, ghost(one.text, '', 'Sent'));
  for (const list of board?.querySelectorAll<HTMLElement>('.unsent') ?? []) if (!waiting.has(list.dataset['for'] ?? '')) list.remove();
  const homeless: HTMLElement[] = [];
  for (const [column, notes] of waiting) {
    const list = columnNamed(column);
    if (!list) { homeless.push(...notes); continue; }
    unsentList(list, column).replaceChildren(...notes);
  }
  showElsewhere(homeless);
}
const push = (map: Map<string, HTMLElement[]>, key: string, note: HTMLElement): void => { map.set(key, [...map.get(key) ?? [], note]); };

function unsentList(list: HTMLElement, column: string): HTMLElement {
  const there = list.parentElement?.querySelector<HTMLElement>('.unsent');
  if (there) return there;
  const made = element('ol', { class: 'unsent', role: 'list', 'data-for': column, 'data-keep': '', 'aria-label': 'Being sent' });
  list.after(made);
  return made;
}

/** What waits to be sent to a column that this page does not show. */
function showElsewhere(notes: HTMLElement[]): void {
  const there = document.getElementById('unsent-elsewhere');
  if (!notes.length) { there?.remove(); return; }
  const list = element('ol', { role: 'list', class: 'unsent' }, ...notes);
  const made = element('section', { id: 'unsent-elsewhere', class: 'panel', 'aria-labelledby': 'unsent-h' }, element('h2', { id: 'unsent-h' }, 'Not sent yet, for another part of this board'), list);
  if (there) there.replaceWith(made); else board?.before(made);
}

function noteOf(outbox: Outbox, one: Unsent): HTMLElement {
  const text = one.fields['text'] ?? '', colour = one.fields['colour'] ?? '';
  if (!one.problem) {
    const words = !outbox.why ? 'Sending…' : outbox.kept ? 'Not sent yet. Kept on this device, and sent when there is a connection.' : 'Not sent yet. Leave this page open: it is sent when there is a connection.';
    return ghost(text, colour, words);
  }
  const made = ghost(text, colour, `Not taken. ${one.problem}`);
  made.classList.add('refused');
  made.append(element('div', { class: 'row' },
    button('Change it', () => { const form = formOf(columnOfFields(one.fields)); if (form) { outbox.drop(one.key); putBack(form, text); } }),
    button('Try again', () => { delete one.problem; void outbox.flush(); }),
    button('Let it go', () => outbox.drop(one.key))));
  return made;
}

function ghost(text: string, colour: string, state: string): HTMLElement {
  return element('li', { class: 'sticky waiting', ...(colour ? { 'data-colour': colour } : {}) }, element('p', { class: 'words' }, text), element('p', { class: 'state' }, state));
}

function button(words: string, act: () => void): HTMLElement {
  const made = element('button', { type: 'button', class: 'btn text sm' }, words);
  made.addEventListener('click', act);
  return made;
}

/** Puts words into a column's box, after what is in it already. */
export function putBack(form: HTMLFormElement, text: string): void {
  const box = boxOf(form), details = form.closest('details');
  if (details) details.open = true;
  box.value = box.value.trim() ? `${box.value}\n${text}` : text;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  box.focus();
}

/** For words whose note went away while they were being changed. */
export function keepFor(column: string, text: string): boolean {
  const form = formOf(column);
  if (form) putBack(form, text);
  return !!form;
}

// ---- the box ---------------------------------------------------------------------------------------------------------

function grow(box: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight + 4, innerHeight / 3)}px`;
}

function tellLeft(form: HTMLFormElement): void {
  const box = boxOf(form), out = form.querySelector('.left'), left = MOST - [...box.value].length;
  if (!out) return;
  out.textContent = left < 0 ? `${-left} characters too many` : left <= WARN_AT ? `${left} left` : '';
  out.classList.toggle('over', left < 0);
}

function send(form: HTMLFormElement, outbox: Outbox): void {
  const box = boxOf(form), text = box.value.trim();
  if (!text) { box.focus(); return; }
  if ([...text].length > MOST) { announce(`A note holds ${MOST} characters. ${[...text].length - MOST} are too many.`); box.focus(); return; }
  const fields: Fields = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string' && !['key', 'csrf_token'].includes(name)) fields[name] = value;
  fields['text'] = text;
  box.value = '';
  box.dispatchEvent(new Event('input', { bubbles: true }));
  outbox.add({ key: newKey(), fields });
  box.focus({ preventScroll: true });
  form.closest('.lane')?.querySelector('.unsent')?.lastElementChild?.scrollIntoView({ block: 'nearest' });
}

/** Brings back what was half typed when the page was left. */
function restore(): void {
  for (const form of board?.querySelectorAll<HTMLFormElement>('form[data-add]') ?? []) {
    if (form.dataset['ready']) continue;
    form.dataset['ready'] = '1';
    const draft = drafts.read(draftName(form)), box = boxOf(form);
    if (!draft?.text || box.value) continue;
    box.value = draft.text;
    const details = form.closest('details');
    if (details) details.open = true;
    tellLeft(form);
  }
}

/** Whether somebody has typed something here that is not sent. */
export const halfTyped = (): boolean => [...board?.querySelectorAll<HTMLFormElement>('form[data-add]') ?? []].some(form => boxOf(form).value.trim() !== '');

export function listen(): void {
  if (!board) return;
  const outbox: Outbox = new Outbox(`board-out-${board.dataset['board']}`, address('/insights'), token(), () => showWaiting(outbox), (one, told) => {
    const id = `i${String((told as unknown as { id: number }).id)}`;
    if (!document.getElementById(id)) sent.set(one.key, { id, column: columnOfFields(one.fields), text: one.fields['text'] ?? '' });
    showWaiting(outbox);
    murmur(`Sent: ${brief(one.fields['text'] ?? '', 40)}`);
    void catchUp();
  }, REFUSALS);
  whenChanged(() => {
    restore();
    let gone = false;
    for (const [key, one] of sent) if (document.getElementById(one.id) || !columnNamed(one.column)) { sent.delete(key); gone = true; }
    if (gone || outbox.items.length) showWaiting(outbox);
    if (outbox.items.some(one => !one.problem)) void outbox.flush();                        // the server is there again
  });
  board.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement;
    if (!('add' in form.dataset)) return;
    event.preventDefault();
    event.stopPropagation();
    if (mayWrite()) send(form, outbox);
  }, true);
  board.addEventListener('keydown', event => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-add]');
    if (!form || event.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) { event.preventDefault(); send(form, outbox); }
    else if (event.key === 'Escape') { const details = form.closest('details'); if (details) { details.open = false; details.querySelector('summary')?.focus(); } }
  });
  board.addEventListener('input', event => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-add]');
    if (!form || !(event.target instanceof HTMLTextAreaElement)) return;
    if (event.target.value) drafts.write(draftName(form), event.target.value, ''); else drafts.drop(draftName(form));
    tellLeft(form);
    grow(event.target);
  });
  board.addEventListener('click', event => {                                                // at once, or a phone does not bring up its keyboard
    const up = (event.target as Element).closest('.addup'), summary = (event.target as Element).closest('.addnote > summary');
    const details = (up?.closest('.lane')?.querySelector('.addnote') ?? summary?.parentElement) as HTMLDetailsElement | null | undefined;
    if (!details || (details.open && !up)) return;
    event.preventDefault();
    details.open = true;
    details.querySelector('textarea')?.focus({ preventScroll: true });
    details.scrollIntoView({ block: 'nearest' });
  });
  restore();
  showWaiting(outbox);
  void outbox.flush();
}
