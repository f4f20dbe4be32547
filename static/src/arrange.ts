// Arranging the grid. One small state machine (lift, over, drop, cancel) driven by pointer, touch and keyboard, and a
// dialog for single taps. All of them end in the same POST that the form without scripts uses; nothing moves on the
// page until the server has answered, so nothing is ever left half moved.
import * as bar from './arrange_bar';
import { refresh } from './live';
import { alarm, announce, element, toast } from './say';

interface Lift { card: HTMLElement; title: string; from: HTMLElement; over: HTMLElement | null; mode: 'pointer' | 'keys'; ghost?: HTMLElement }
interface Effect { says: string; refuse?: boolean }
type Target = { room: string; slot: string } | { take_off: '1' } | { length: string } | { reason: string };
type Page = 'move' | 'again' | 'length' | 'cancel';

const CARD = '.arranging [data-session], .tray [data-pitch]';
const CELL = '.arranging td[data-room]';
const HOLD_MS = 350;             // a touch held this long lifts; shorter is a tap or a scroll
const SLACK_PX = 6;

const region = document.querySelector<HTMLElement>('[data-live][data-topic-name^="grid"]');
const cardOf = (el: Element): HTMLElement | null => el.closest<HTMLElement>(CARD);
const holderOf = (card: HTMLElement): HTMLElement => card.closest<HTMLElement>(`${CELL}, .tray`) ?? card;
const inGrid = (holder: HTMLElement): boolean => holder.matches('td');
const placeOf = (holder: HTMLElement): string => holder.dataset['place'] ?? 'Not placed yet';
const gripOf = (holder: ParentNode | null): HTMLElement | null => holder?.querySelector<HTMLElement>('[data-move]') ?? null;
const cellAt = (room: string, slot: string): HTMLElement | null => document.querySelector<HTMLElement>(`${CELL}[data-room="${CSS.escape(room)}"][data-slot="${CSS.escape(slot)}"]`);
/** The session in a cell, also where it goes on in its second slot. */
const heldBy = (cell: HTMLElement): HTMLElement | null => cell.querySelector<HTMLElement>('[data-session]') ?? document.getElementById('s' + (cell.querySelector<HTMLElement>('[data-of]')?.dataset['of'] ?? ''));
const titleOf = (card: HTMLElement): string => card.dataset['title'] ?? '';

let lift: Lift | null = null;
let sending = false;

/** What dropping `card` on `holder` would do, in words. */
function effect(holder: HTMLElement, card: HTMLElement): Effect {
  const from = holderOf(card);
  if (holder === from) return { says: inGrid(holder) ? 'It is here already.' : 'It is not placed yet.', refuse: true };
  if (!inGrid(holder)) return { says: 'Takes it off the grid' };
  const other = heldBy(holder);
  if (other === card) return { says: '' };                                            // the second half of itself
  if (!other) return { says: '' };
  return inGrid(from) ? { says: `Swaps with “${titleOf(other)}”` } : { says: `Taken by “${titleOf(other)}”`, refuse: true };
}

// ---- lifting, hovering, dropping --------------------------------------------------------------------------------

function start(card: HTMLElement, mode: Lift['mode'], at?: PointerEvent): void {
  if (lift) cancel();
  lift = { card, mode, title: titleOf(card), from: holderOf(card), over: null };
  card.classList.add('is-lifted');
  if (at) {
    lift.ghost = element('div', { class: 'drag-ghost', ...(card.dataset['topic'] ? { 'data-topic': card.dataset['topic'] } : {}) }, element('b', {}, lift.title), element('span', {}));
    document.body.append(lift.ghost);
    moveGhost(at);
  }
  announce(mode === 'keys' ? `Lifted “${lift.title}” from ${placeOf(lift.from)}. Arrow keys choose a place, Enter drops, Escape cancels.` : `Lifted “${lift.title}”.`);
  if (mode === 'keys' && inGrid(lift.from)) over(lift.from, true);
}

function moveGhost(at: PointerEvent): void {
  const style = lift?.ghost?.style;
  if (style) style.transform = `translate(${Math.min(at.clientX + 10, innerWidth - 200)}px, ${at.clientY + 12}px)`;
}

function over(holder: HTMLElement | null, quiet = false): void {
  if (!lift || lift.over === holder) return;
  unmark(lift.over);
  lift.over = holder;
  const what = holder && holder !== lift.from ? effect(holder, lift.card).says || 'Free' : '';
  if (lift.ghost?.lastElementChild) lift.ghost.lastElementChild.textContent = holder && what ? `${placeOf(holder)}. ${what}` : '';
  if (!holder) return;
  holder.classList.add('is-over');
  if (lift.mode !== 'keys') return;
  if (inGrid(holder)) holder.dataset['drop'] = what || 'Arrow keys, Enter, Esc';
  if (quiet) return;
  holder.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  announce(`${placeOf(holder)}. ${what ? what + '.' : 'Where it was.'}`);
}

function unmark(holder: HTMLElement | null): void {
  holder?.classList.remove('is-over');
  if (holder) delete holder.dataset['drop'];
}

function end(): Lift | null {
  if (!lift) return null;
  const done = lift;
  lift = null;
  done.card.classList.remove('is-lifted');
  unmark(done.over);
  done.ghost?.remove();
  if (region?.dataset['stale']) void refresh(region);
  return done;
}

function cancel(): void {
  const was = end();
  if (!was) return;
  announce(`Cancelled. “${was.title}” stays in ${placeOf(was.from)}.`);
  gripOf(was.card)?.focus({ preventScroll: true });
}

async function drop(): Promise<void> {
  const was = end();
  if (!was) return;
  const { card, from, over: to, title } = was;
  if (!to || to === from) { announce(`“${title}” stays in ${placeOf(from)}.`); return; }
  const { says, refuse } = effect(to, card);
  if (refuse) { alarm(`${placeOf(to)}: ${says}. Move that session first, or choose a free place.`); gripOf(card)?.focus({ preventScroll: true }); return; }
  await send(card, inGrid(to) ? { room: to.dataset['room'] ?? '', slot: to.dataset['slot'] ?? '' } : { take_off: '1' });
}

// ---- asking the server ------------------------------------------------------------------------------------------

async function send(card: HTMLElement, target: Target, page: Page = 'move'): Promise<void> {
  const url = page === 'move' ? card.dataset['moveUrl'] : card.dataset['moveUrl']?.replace(/move$/, page);
  if (!url) return;
  await ask(url, target, titleOf(card), card);
}

/** Posts a change, says what became of it, and shows the grid as it is then. `card` is what it is about, if anything. */
async function ask(url: string, target: Record<string, string>, title: string, card: HTMLElement | null = null): Promise<void> {
  if (!region) return;
  if (sending) { alarm('The last move is still being saved. Try again in a moment.'); return; }
  sending = true;
  card?.classList.add('sending');
  const body = new URLSearchParams({
    ...target,
    seen: region.querySelector<HTMLElement>('[data-seen]')?.dataset['seen'] ?? '',
    csrf_token: document.querySelector<HTMLInputElement>('input[name="csrf_token"]')?.value ?? '',
  });
  let message = '', failure = '';
  try {
    const answer = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body });
    const said = await answer.json().catch(() => null) as { message?: string; error?: { message?: string; by_form?: boolean } } | null;
    if (answer.ok && !answer.redirected && said) message = said.message ?? `${title}: done.`;
    else if (answer.redirected || answer.status === 401) failure = 'You are signed out, so nothing was moved. Sign in again, then come back to this page.';
    else if (said?.error?.by_form) { sending = false; bar.asForm(url, body); return; }
    else failure = said?.error?.message ?? 'The server could not save that move. The grid shows what is saved.';
  } catch {
    failure = 'No answer from the server. Check your connection; the grid shows what is saved once it is back.';
  }
  sending = false;
  card?.classList.remove('sending');
  await refresh(region);
  if (failure) {
    alarm(failure);
    if (card) gripOf(card.isConnected ? card : document.getElementById(card.id))?.focus({ preventScroll: true });
    return;
  }
  if (card?.isConnected && card.dataset['pitch'] && !region.contains(card)) card.remove();           // a tray outside the live region
  const there = target['room'] ? cellAt(target['room'], target['slot'] ?? '') : document.getElementById(card?.id ?? '')
    ?? [...document.querySelectorAll<HTMLElement>('.tray [data-pitch]')].find(p => titleOf(p) === title) ?? null;
  if (card) gripOf(there)?.focus({ preventScroll: true });
  toast(message);
}

if (region) bar.start(region, ask);

// ---- pointer: mouse and pen lift after 6 px; touch at once from the grip, or anywhere on a card after a hold ----------

let down: { card: HTMLElement; x: number; y: number; id: number; touch: boolean; timer: number } | null = null;
let dropped = 0;

document.addEventListener('pointerdown', event => {
  const target = event.target as Element;
  const card = cardOf(target);
  if (!card || event.button) return;
  const touch = event.pointerType === 'touch' && !target.closest('.grip');
  down = { card, x: event.clientX, y: event.clientY, id: event.pointerId, touch, timer: 0 };
  if (touch) down.timer = window.setTimeout(() => { if (down?.card === card) { start(card, 'pointer', event); navigator.vibrate?.(15); } }, HOLD_MS);
});
document.addEventListener('pointermove', event => {
  if (!down || event.pointerId !== down.id) return;
  if (!lift) {
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) <= SLACK_PX) return;
    if (down.touch) { clearTimeout(down.timer); down = null; return; }                // a scroll
    start(down.card, 'pointer', event);
  }
  event.preventDefault();
  moveGhost(event);
  over(document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(`${CELL}, .tray`) ?? null);
  edge.x = event.clientX; edge.y = event.clientY;
  edge.frame ||= requestAnimationFrame(scrollAtEdge);
});
const release = (ok: boolean) => (event: PointerEvent): void => {
  if (!down || event.pointerId !== down.id) return;
  clearTimeout(down.timer);
  down = null;
  if (lift?.mode !== 'pointer') return;
  dropped = performance.now();
  if (ok) void drop(); else cancel();
};
document.addEventListener('pointerup', release(true));
document.addEventListener('pointercancel', release(false));
document.addEventListener('touchmove', event => { if (lift) event.preventDefault(); }, { passive: false });
document.addEventListener('dragstart', event => { if (cardOf(event.target as Element)) event.preventDefault(); });
document.addEventListener('contextmenu', event => { if (lift) event.preventDefault(); });
document.addEventListener('click', event => { if (performance.now() - dropped < 250) { event.preventDefault(); event.stopPropagation(); } }, true);

const edge = { x: 0, y: 0, frame: 0 };
/** Near an edge the grid or the page scrolls on, for as long as the pointer stays there. */
function scrollAtEdge(): void {
  edge.frame = 0;
  if (lift?.mode !== 'pointer') return;
  const pane = document.querySelector<HTMLElement>('.gridscroll');
  const box = pane?.getBoundingClientRect();
  const x = box && edge.x > box.right - 48 ? 14 : box && edge.x < box.left + 110 ? -14 : 0;
  const y = edge.y > innerHeight - 70 ? 14 : edge.y < 60 ? -14 : 0;
  if (!x && !y) return;
  pane?.scrollBy(x, y);
  window.scrollBy(0, y);
  edge.frame = requestAnimationFrame(scrollAtEdge);
}

// ---- keyboard: Space on a Move button lifts; Enter opens the dialog ------------------------------------------------

document.addEventListener('keydown', event => {
  if (event.isComposing) return;
  const grip = (event.target as Element).closest?.<HTMLElement>('[data-move]');
  if (!lift) {
    const card = grip && cardOf(grip);
    if (card && event.key === ' ') { event.preventDefault(); start(card, 'keys'); }
    return;
  }
  if (lift.mode === 'pointer') { if (event.key === 'Escape') { down = null; cancel(); } return; }
  const step = ({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] } as Record<string, [number, number]>)[event.key];
  if (step) { event.preventDefault(); over(neighbour(lift.over, step)); }
  else if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); void drop(); }
  else if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); over(document.querySelector<HTMLElement>('.tray')); }
  else if (event.key === 'Escape' || event.key === 'Tab') { event.preventDefault(); cancel(); }
});

function neighbour(cell: HTMLElement | null, [down, right]: [number, number]): HTMLElement | null {
  const rows = [...document.querySelectorAll('.arranging tr')].map(row => [...row.querySelectorAll<HTMLElement>('td[data-room]')]).filter(row => row.length);
  const at = rows.findIndex(row => cell && row.includes(cell));
  if (at < 0 || !cell) return rows[0]?.[0] ?? null;
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + down))] ?? [];
  const column = (rows[at]?.indexOf(cell) ?? 0) + right;
  return row[Math.max(0, Math.min(row.length - 1, column))] ?? cell;
}

// ---- dialog: a tap, a click or Enter on Move ------------------------------------------------------------------------

const dialog = document.getElementById('move-dialog') as HTMLDialogElement | null;
const part = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

if (dialog) {
  const slot = part<HTMLSelectElement>('mv-slot'), room = part<HTMLSelectElement>('mv-room'), out = part('mv-effect'), go = part<HTMLButtonElement>('mv-go');
  let current: HTMLElement | null = null;
  const preview = (): void => {
    const cell = cellAt(room.value, slot.value);
    if (!cell || !current) return;
    const { says, refuse } = effect(cell, current);
    out.textContent = says ? says.replace(/[^.]$/, '$&.') : `${placeOf(cell)} is free.`;
    go.disabled = !!refuse;
    const again = part<HTMLButtonElement>('mv-again');
    again.disabled = !!heldBy(cell);
    again.textContent = `Again in ${placeOf(cell)}`;
  };
  document.addEventListener('click', event => {
    const grip = (event.target as Element).closest<HTMLElement>('[data-move]');
    const card = grip && cardOf(grip);
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    current = card;
    const from = holderOf(card);
    part('move-what').textContent = `“${titleOf(card)}”, now ${inGrid(from) ? 'in ' + placeOf(from) : 'not placed'}.`;
    part('mv-off').hidden = part('mv-more').hidden = !inGrid(from);
    part('mv-cancel').hidden = true;
    part('mv-why').setAttribute('aria-expanded', 'false');
    part('mv-length').textContent = card.dataset['length'] === '2' ? 'Make it single' : 'Make it a double';
    part('move-h').textContent = inGrid(from) ? 'Move session' : 'Place session';
    go.textContent = inGrid(from) ? 'Move' : 'Place';
    const first = inGrid(from) ? from : document.querySelector<HTMLElement>('.arranging td.free[data-room]');
    if (first) { slot.value = first.dataset['slot'] ?? ''; room.value = first.dataset['room'] ?? ''; }
    preview();
    dialog.returnValue = '';
    dialog.showModal();
  });
  [slot, room].forEach(select => select.addEventListener('change', preview));
  dialog.addEventListener('close', () => {
    const card = current;
    if (!card) return;
    if (dialog.returnValue === 'move') void send(card, { room: room.value, slot: slot.value });
    else if (dialog.returnValue === 'off') void send(card, { take_off: '1' });
    else if (dialog.returnValue === 'again') void send(card, { room: room.value, slot: slot.value }, 'again');
    else if (dialog.returnValue === 'length') void send(card, { length: card.dataset['length'] === '2' ? '1' : '2' }, 'length');
    else if (dialog.returnValue === 'cancelled') void send(card, { reason: part<HTMLInputElement>('mv-reason').value }, 'cancel');
    else if (!lift) gripOf(card)?.focus({ preventScroll: true });
  });
  part('mv-why').addEventListener('click', () => {
    const box = part('mv-cancel');
    box.hidden = !box.hidden;
    part('mv-why').setAttribute('aria-expanded', String(!box.hidden));
    if (!box.hidden) part('mv-reason').focus();
  });
  part('mv-reason').addEventListener('keydown', event => {                              // Enter would press the first button, which moves
    if (event.key !== 'Enter') return;
    event.preventDefault();
    dialog.close('cancelled');
  });
  part('mv-arrows').addEventListener('click', () => {
    const card = current;
    dialog.close();
    if (!card) return;
    gripOf(card)?.focus({ preventScroll: true });
    start(card, 'keys');
  });
}
