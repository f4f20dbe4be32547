// Lifting and dropping by mouse, pen, touch and keyboard: one small state machine. While something is in somebody's hand
// nothing on the page moves: a line shows where it would go, and what changed elsewhere is shown once it is put down.
// A move asks for the geometry of one note only, once a frame.
import { refresh } from './live';
import { board, called, cardOf, cardsIn, CARD, clusterOf, columnNamed, columnOf, columns, gripOf, isCluster, lastIn, listOf, mayWrite, placeOf, stickyOf } from './board_dom';
import { label, placeWords, staysThere, type Target } from './board_move';
import { edgeSpeed, step, zone, type Spot } from './board_order';
import { announce, element } from './say';

interface Lift { card: HTMLElement; mode: 'pointer' | 'keys'; target: Target | null; ghost: HTMLElement | null; spot: Spot | null; across: Map<HTMLElement, boolean> }

const HOLD_MS = 350;                                                               // a touch held this long lifts; shorter is a tap or a scroll
const SLACK_PX = 6;
const AIMED = 'is-aimed';
let lift: Lift | null = null;
const line = element('div', { class: 'drop-line', hidden: '', 'aria-hidden': 'true' });

export const lifted = (): boolean => lift !== null;

// ---- the state machine -----------------------------------------------------------------------------------------------

export function start(card: HTMLElement, mode: Lift['mode']): void {
  if (lift) cancel();
  lift = { card, mode, target: null, ghost: null, spot: null, across: new Map() };
  card.classList.add('is-lifted');
  if (!line.isConnected) document.body.append(line);
  if (mode === 'pointer') {
    lift.ghost = element('div', { class: 'board-ghost', 'data-colour': card.dataset['colour'] ?? '', 'aria-hidden': 'true' }, element('b', {}, label(card)), element('span', {}));
    document.body.append(lift.ghost);
    announce(`Lifted ${called(card)}.`);
  } else {
    const list = columnOf(card);
    lift.spot = list ? { column: columns().indexOf(list), index: cardsIn(list).indexOf(clusterOf(card) ?? card), onto: false } : null;
    announce(`Lifted ${called(card)}. Arrow keys choose a place, G puts it on the note there, Enter drops, Escape cancels.`);
  }
}

/** Aims at `target`: draws where it would go. */
function aim(target: Target | null): void {
  if (!lift) return;
  const was = lift.target;
  if (was?.list === target?.list && was?.next === target?.next && was?.onto === target?.onto) return;
  lift.target = target;
  draw(target);                                                                            // first: it reads where things are, all else writes
  was?.onto?.classList.remove(AIMED);
  target?.onto?.classList.add(AIMED);
  const words = target && !staysThere(target, lift.card) ? placeWords(target, lift.card) : '';
  if (lift.ghost?.lastElementChild) lift.ghost.lastElementChild.textContent = words;
  if (lift.mode === 'keys') announce(words ? `${words}.` : 'Where it was.');
}

function draw(target: Target | null): void {
  if (!target || target.onto) { line.hidden = true; return; }
  const { list, next } = target, cards = cardsIn(list), lastOne = cards[cards.length - 1] ?? null;
  const near = (next ?? lastOne ?? list).getBoundingClientRect(), side = isAcross(list) && cards.length > 0 && !isCluster(next ?? lastOne ?? list);
  const atEnd = !next;
  const left = near.left + scrollX + (side && atEnd ? near.width + 3 : side ? -8 : 0);
  const top = near.top + scrollY + (side ? 0 : !lastOne ? 6 : atEnd ? near.height + 3 : -8);
  line.hidden = false;
  line.classList.toggle('across', side);
  line.style.width = side ? '' : `${near.width}px`;
  line.style.height = side ? `${near.height}px` : '';
  line.style.transform = `translate(${left}px, ${top}px)`;
}

function end(): Lift | null {
  if (!lift) return null;
  const done = lift;
  lift = null;
  cancelAnimationFrame(frame);
  frame = 0;
  done.card.classList.remove('is-lifted');
  done.target?.onto?.classList.remove(AIMED);
  line.hidden = true;
  done.ghost?.remove();
  if (board?.dataset['stale']) void refresh(board);
  return done;
}

export function cancel(): void {
  const was = end();
  if (!was) return;
  announce(`Cancelled. ${called(was.card).replace(/^./, c => c.toUpperCase())} stays where it was.`);
  gripOf(was.card)?.focus({ preventScroll: true });
}

function drop(): void {
  const was = end();
  if (!was) return;
  if (!was.target || staysThere(was.target, was.card)) { announce('It stays where it was.'); gripOf(was.card)?.focus({ preventScroll: true }); return; }
  void dropped.at(was.card, was.target);
}

// ---- by pointer ------------------------------------------------------------------------------------------------------

/** Whether notes of a list stand beside each other. Asked once for each list while something is lifted. */
function isAcross(list: HTMLElement): boolean {
  const known = lift?.across.get(list);
  if (known !== undefined) return known;
  const across = getComputedStyle(list).gridTemplateColumns.trim().split(/\s+/).length > 1;
  lift?.across.set(list, across);
  return across;
}

/** What is under the pointer, as a target. */
function targetAt(under: Element | null, x: number, y: number, card: HTMLElement): Target | null {
  const jump = under?.closest<HTMLElement>('[data-jump]');
  if (jump) { const list = columnNamed(jump.dataset['jump'] ?? ''); return list && { list, next: null, onto: null }; }
  const over = cardOf(under);
  if (over && (over === card || card.contains(over))) return null;
  const sticky = stickyOf(under), cluster = clusterOf(under);
  if (sticky && cluster && !isCluster(card)) return inCluster(sticky, cluster, card, x, y);
  const on = cluster ?? over;
  if (on) {
    const list = listOf(on)!, head = cluster?.querySelector('.cluster-head');
    const box = (cluster && head?.contains(under) ? head : on).getBoundingClientRect();
    const where = zone(box, x, y, isAcross(list), !isCluster(card));
    if (where === 'onto' || (cluster && where === 'after' && head?.contains(under) && !isCluster(card))) return { list, next: null, onto: on };
    return { list, next: where === 'before' ? on : after(on, list, card), onto: null };
  }
  const list = columnOf(under);
  if (!list) return null;
  const first = cardsIn(list, card)[0];
  if (first && under?.closest('.lane > header')) return { list, next: first, onto: null };
  if (lift?.target?.list === list && under === list) return lift.target;                   // between two notes: as it was
  return { list, next: null, onto: null };
}

/** Over a note in a cluster: among its own it chooses a place, from elsewhere it joins them. */
function inCluster(sticky: HTMLElement, cluster: HTMLElement, card: HTMLElement, x: number, y: number): Target {
  const list = listOf(sticky)!;
  if (listOf(card) !== list) return { list, next: null, onto: cluster };
  const where = zone(sticky.getBoundingClientRect(), x, y, isAcross(list), false);
  return { list, next: where === 'before' ? sticky : after(sticky, list, card), onto: null };
}

function after(on: HTMLElement, list: HTMLElement, card: HTMLElement): HTMLElement | null {
  const cards = cardsIn(list, card);
  return cards[cards.indexOf(on) + 1] ?? null;
}

const at = { x: 0, y: 0 };
let frame = 0;

/** Once a frame: the ghost, what is under the pointer, and scrolling near an edge for as long as it stays there. */
function follow(): void {
  frame = 0;
  if (!lift?.ghost) return;
  const under = document.elementFromPoint(at.x, at.y);
  aim(targetAt(under, at.x, at.y, lift.card));
  lift.ghost.style.transform = `translate(${Math.min(at.x + 12, innerWidth - 232)}px, ${at.y + 14}px)`;
  const pane = board?.querySelector<HTMLElement>('.lanes');
  const y = edgeSpeed(at.y, 0, innerHeight), x = pane && pane.scrollWidth > pane.clientWidth ? edgeSpeed(at.x, 0, innerWidth, 56) : 0;
  if (under?.closest('.board-jump') || (!x && !y)) return;
  if (x) pane?.scrollBy(x, 0);
  if (y) window.scrollBy(0, y);
  frame = requestAnimationFrame(follow);
}

const dropped = { when: 0, at: async (_card: HTMLElement, _target: Target): Promise<void> => { /* given by listen */ } };
let down: { card: HTMLElement; x: number; y: number; id: number; touch: boolean; timer: number } | null = null;

function press(event: PointerEvent): void {
  const target = event.target as Element, card = cardOf(target);
  if (!card || event.button || !event.isPrimary || !mayWrite() || target.closest('form, button, input, textarea, select, a:not(.grip)')) return;
  const touch = event.pointerType === 'touch' && !target.closest('.grip');
  down = { card, x: event.clientX, y: event.clientY, id: event.pointerId, touch, timer: 0 };
  at.x = event.clientX; at.y = event.clientY;
  if (touch) down.timer = window.setTimeout(() => { if (down?.card === card) { start(card, 'pointer'); navigator.vibrate?.(15); frame ||= requestAnimationFrame(follow); } }, HOLD_MS);
}

function drag(event: PointerEvent): void {
  if (!down || event.pointerId !== down.id) return;
  if (!lift) {
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) <= SLACK_PX) return;
    if (down.touch) { clearTimeout(down.timer); down = null; return; }                      // a scroll
    start(down.card, 'pointer');
  }
  event.preventDefault();
  at.x = event.clientX; at.y = event.clientY;
  frame ||= requestAnimationFrame(follow);
}

const release = (ok: boolean) => (event: PointerEvent): void => {
  if (!down || event.pointerId !== down.id) return;
  clearTimeout(down.timer);
  down = null;
  if (lift?.mode !== 'pointer') return;
  dropped.when = performance.now();
  if (ok) { at.x = event.clientX; at.y = event.clientY; aim(targetAt(document.elementFromPoint(at.x, at.y), at.x, at.y, lift.card)); drop(); } else cancel();
};

// ---- by keyboard: Space on a Move button lifts; without one lifted, arrows go from note to note ----------------------

function keys(event: KeyboardEvent): void {
  if (event.isComposing) return;
  if (lift?.mode === 'pointer') { if (event.key === 'Escape') { down = null; cancel(); } return; }
  if (lift) { liftedKey(event); return; }
  const grip = (event.target as Element).closest?.<HTMLElement>('[data-move]'), card = cardOf(grip ?? null);
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ' && mayWrite()) { event.preventDefault(); start(card, 'keys'); return; }
  const next = neighbour(card, event.key);
  if (next) { event.preventDefault(); next.scrollIntoView({ block: 'nearest' }); gripOf(next)?.focus({ preventScroll: true }); }
}

function liftedKey(event: KeyboardEvent): void {
  if (!lift?.spot) return;
  if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); drop(); return; }
  if (event.key === 'Escape' || event.key === 'Tab') { event.preventDefault(); cancel(); return; }
  const lists = columns(), { card } = lift;
  const next = step(lift.spot, event.key, lists.map(list => cardsIn(list, card).length));
  if (!next || (next.onto && isCluster(card))) return;
  event.preventDefault();
  lift.spot = next;
  const list = lists[next.column];
  if (!list) return;
  const there = cardsIn(list, card)[next.index] ?? null;
  const target: Target = { list, next: next.onto ? null : there, onto: next.onto ? there : null };
  (there ?? lastIn(list) ?? list).scrollIntoView({ block: 'nearest', inline: 'nearest' });
  aim(target);
}

/** The note beside one, for arrow keys without anything lifted: those of a column are one row, groups and all. */
function neighbour(card: HTMLElement, key: string): HTMLElement | null {
  const list = columnOf(card);
  if (!list) return null;
  const all = [...list.querySelectorAll<HTMLElement>(CARD)].filter(one => !one.hidden), index = all.indexOf(card);
  if (key === 'ArrowDown') return all[index + 1] ?? null;
  if (key === 'ArrowUp') return all[index - 1] ?? null;
  if (key === 'Home') return all[0] ?? null;
  if (key === 'End') return all[all.length - 1] ?? null;
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return null;
  const lists = columns(), from = lists.indexOf(list);
  for (let i = from + (key === 'ArrowLeft' ? -1 : 1); i >= 0 && i < lists.length; i += key === 'ArrowLeft' ? -1 : 1) {
    const there = [...lists[i]!.querySelectorAll<HTMLElement>(CARD)];
    if (there.length) return there[Math.min(index, there.length - 1)] ?? null;
  }
  return null;
}

/** Where a spot is, for tests and for the dialog's “use the arrow keys”. */
export const spotWords = (): string => lift?.target ? placeWords(lift.target, lift.card) : placeOf(columnOf(lift?.card ?? null));

/** Follows pointers and keys; `go` makes the move that somebody decided on. */
export function listen(go: (card: HTMLElement, target: Target) => Promise<void>): void {
  if (!board) return;
  dropped.at = go;
  board.addEventListener('pointerdown', press);
  document.addEventListener('pointermove', drag);
  document.addEventListener('pointerup', release(true));
  document.addEventListener('pointercancel', release(false));
  // Only on the notes: elsewhere a swipe need not wait for scripts. Once lifted, a finger moves the note and not the page.
  board.addEventListener('touchmove', event => { if (lift) event.preventDefault(); }, { passive: false });
  board.addEventListener('dragstart', event => { if (cardOf(event.target as Element)) event.preventDefault(); });
  document.addEventListener('contextmenu', event => { if (lift) event.preventDefault(); });
  document.addEventListener('click', event => { if (performance.now() - dropped.when < 250) { event.preventDefault(); event.stopPropagation(); } }, true);
  document.addEventListener('keydown', keys);
  window.addEventListener('blur', () => { if (lift?.mode === 'pointer') { down = null; cancel(); } });
}
