// Bringing the board up to date: what changed since the version shown is fetched as HTML and put where it belongs, note by
// note. Nothing else is touched, so that a thousand notes cost no more than the one that is new, and focus, open forms and
// half-typed text stay. What somebody here is just moving or editing keeps its place and its words until they are done.
import { Idiomorph } from 'idiomorph';
import { board, cardsIn, clusterOf, columnNamed, columns, gripOf, idOf, isCluster, lastIn, listOf, wordsOf } from './board_dom';
import { compare, compareVotes, indexFor } from './board_order';
import { arrange, putIn } from './board_slabs';
import * as live from './live';
import { murmur } from './say';

const GAP_MS = 350;                                                                // between two fetches of one page, however many nudges come
const SPOKEN_MS = 30_000;                                                          // how often it is said that there are new ones

/** Ids of notes that somebody here is moving: what comes of them meanwhile waits. */
export const held = new Set<string>();
/** Told of a note that is being edited here when its words changed elsewhere; answers whether it looks after the words itself. */
export const editors = new Map<string, (words: string, edited: string) => void>();
const after: (() => void)[] = [];
/** Calls `act` whenever the board has been brought up to date. */
export const whenChanged = (act: () => void): void => { after.push(act); };

const standing = (card: HTMLElement) => ({ position: Number(card.dataset['position']), cluster: isCluster(card), id: idOf(card), votes: Number(card.dataset['votes'] ?? 0) });
const order = (a: HTMLElement, b: HTMLElement): number => (board?.dataset['ranked'] ? compareVotes : compare)(standing(a), standing(b));

/** Puts `card` at its place in `list`, keeping the focus and the state of what is in it. True if it was somewhere else. */
export function place(card: HTMLElement, list: HTMLElement): boolean {
  const last = lastIn(list);
  if (last && last !== card && order(last, card) < 0) return putBefore(card, list, null);
  const others = cardsIn(list, card);
  const index = indexFor(others.length, i => order(others[i]!, card) > 0);
  return putBefore(card, list, others[index] ?? null);
}

/** Puts `card` into `list`, before `next` or at its end. True if it was somewhere else. */
export function putBefore(card: HTMLElement, list: HTMLElement, next: HTMLElement | null): boolean {
  const focus = document.activeElement instanceof HTMLElement && card.contains(document.activeElement) ? document.activeElement : null;
  const moved = putIn(card, list, next);
  if (focus && document.activeElement !== focus) focus.focus({ preventScroll: true });
  return moved;
}

/** Where a card of the server's belongs on this page. Null: its column or its group is not here. */
function homeOf(made: HTMLElement): HTMLElement | null {
  const group = made.dataset['cluster'];
  if (group) return document.getElementById('c' + group)?.querySelector<HTMLElement>('.notes') ?? null;
  return columnNamed(made.dataset['column'] ?? '');
}

const newer = (made: HTMLElement, old: HTMLElement): boolean => Number(made.dataset['version']) >= Number(old.dataset['version']);

function takeAttributes(old: HTMLElement, made: HTMLElement): void {
  for (const { name } of [...old.attributes]) if (name.startsWith('data-') && !made.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (name !== 'class' && old.getAttribute(name) !== value) old.setAttribute(name, value);
  const passing = [...old.classList].filter(name => /^(is-|sending)/.test(name));
  const now = [...made.classList, ...passing].join(' ');
  if (old.className !== now) old.className = now;
}

/** A morphed part keeps what somebody typed or opened in it. */
const callbacks = {
  beforeAttributeUpdated: (name: string, el: Element) => !(name === 'open' && el.matches('details, dialog')),
  beforeNodeMorphed: (old: Node) => !(old instanceof Element && old.matches('[data-keep]')),
  beforeNodeRemoved: (old: Node) => !(old instanceof Element && old.matches('[data-keep]')),
};
const morph = (old: Element, made: Element): void => { Idiomorph.morph(old, made.innerHTML, { morphStyle: 'innerHTML', callbacks }); };

/** Brings one note up to date or puts it up. What became of it, or null when it does not belong to anything shown. */
function bring(made: HTMLElement): 'new' | 'changed' | 'same' | null {
  const home = homeOf(made), old = document.getElementById(made.id);
  if (!home) return null;
  if (!old) { place(made, home); return 'new'; }
  if (held.has(made.id)) return 'same';
  if (!newer(made, old)) return 'same';
  const changed = old.dataset['edited'] !== made.dataset['edited'];
  const editor = editors.get(made.id);
  if (editor) { if (changed) editor(wordsOf(made), made.dataset['edited'] ?? ''); }
  else if (old.innerHTML !== made.innerHTML) morph(old, made);
  takeAttributes(old, made);
  const moved = place(old, home);
  return changed || moved ? 'changed' : 'same';
}

function bringCluster(made: HTMLElement): void {
  const home = columnNamed(made.dataset['column'] ?? ''), old = document.getElementById(made.id);
  if (!home) return;
  if (!old) {
    const bare = made.cloneNode(true) as HTMLElement;
    bare.querySelector('.notes')?.replaceChildren();                               // its notes are brought one by one: they may stand on this page already
    place(bare, home);
    return;
  }
  if (held.has(made.id) || !newer(made, old)) return;
  const head = old.querySelector('.cluster-head'), now = made.querySelector('.cluster-head');
  if (head && now) morph(head, now);
  takeAttributes(old, made);
  place(old, home);
}

const glow = (card: HTMLElement): void => {
  card.classList.remove('is-new');
  card.classList.add('is-new');
  card.addEventListener('animationend', () => card.classList.remove('is-new'), { once: true });
};

/** Brings every note and cluster in `made` to its place. False: some belong to a cluster that this page does not have. */
function bringAll(made: ParentNode): boolean {
  let complete = true, news = 0;
  for (const one of made.querySelectorAll<HTMLElement>('.cluster[data-group-of]')) bringCluster(one);
  for (const one of [...made.querySelectorAll<HTMLElement>('.sticky[data-insight]')]) {
    const what = bring(one);
    if (what === null && one.dataset['cluster'] && columnNamed(one.dataset['column'] ?? '')) complete = false;
    if (what === 'new' || what === 'changed') glow(document.getElementById(one.id)!);
    if (what === 'new') news++;
  }
  sayNews(news);
  return complete;
}

let spoken = 0, unsaid = 0;
/** For people who do not see them come: how many, now and then. */
function sayNews(count: number): void {
  unsaid += count;
  if (!unsaid || performance.now() - spoken < SPOKEN_MS) return;
  murmur(unsaid === 1 ? 'A new note.' : `${unsaid} new notes.`);
  spoken = performance.now();
  unsaid = 0;
}

function drop(card: HTMLElement): void {
  const list = listOf(card), at = list ? cardsIn(list).indexOf(card) : -1, focused = card.contains(document.activeElement);
  editors.get(card.id)?.('', '');
  card.remove();
  if (focused && list) gripOf(cardsIn(list)[Math.max(0, at - 1)] ?? list)?.focus({ preventScroll: true });
}

/** Counts, empty groups. */
export function tidy(): void {
  for (const cluster of board?.querySelectorAll<HTMLElement>('.cluster') ?? []) {
    const size = cluster.querySelector('.notes')?.childElementCount ?? 0, out = cluster.querySelector('.cluster-size');
    cluster.hidden = size === 0;
    if (out && out.textContent !== String(size)) out.textContent = String(size);
  }
  for (const column of columns()) {
    const count = String(column.querySelectorAll('.sticky[data-insight]').length);
    for (const out of document.querySelectorAll(`[data-count-of="${CSS.escape(column.dataset['column'] ?? '')}"]`)) if (out.textContent !== count) out.textContent = count;
  }
}

/** What one reads stays where it is on the screen, in browsers that do not see to that themselves. */
function steady(change: () => void): void {
  if (CSS.supports('overflow-anchor', 'auto')) { change(); return; }
  const near = document.activeElement?.closest<HTMLElement>('.sticky') ?? document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest<HTMLElement>('.sticky');
  const top = near?.getBoundingClientRect().top;
  change();
  if (near?.isConnected && top !== undefined && top > -innerHeight && top < innerHeight) window.scrollBy(0, near.getBoundingClientRect().top - top);
}

const parse = (html: string): DocumentFragment => { const made = document.createElement('template'); made.innerHTML = html; return made.content; };
const shown = (): number => Number(board?.dataset['version'] ?? 0);

/** Applies a delta. False: the page needs the whole of the board. */
export function applyDelta(html: string): boolean {
  const made = parse(html), root = made.querySelector<HTMLElement>('[data-version][data-since]');
  if (!root || !board) return false;
  let complete = true;
  steady(() => {
    complete = bringAll(made);
    for (const id of (root.dataset['gone'] ?? '').split(' ')) { const card = id ? document.getElementById(id) : null; if (card && board!.contains(card) && !held.has(id)) drop(card); }
    tidy();
  });
  for (const name of ['dotsLeft', 'dots'] as const) if (root.dataset[name] !== undefined) board.dataset[name] = root.dataset[name];
  board.dataset['version'] = String(Math.max(shown(), Number(root.dataset['version'])));
  return complete;
}

/** Applies the whole board as the server shows it: the head and the columns' own words anew, of the notes what differs. */
export function applyWhole(html: string): void {
  const made = parse(html).querySelector<HTMLElement>('#board');
  if (!made || !board) return;
  const head = document.getElementById('board-head'), newHead = made.querySelector('#board-head');
  const lanes = board.querySelector('.lanes'), newLanes = made.querySelector('.lanes');
  const names = (root: ParentNode): string => [...root.querySelectorAll<HTMLElement>('.notes[data-column]')].map(one => one.dataset['column']).join();
  steady(() => {
    if (head && newHead) morph(head, newHead);
    if (lanes && newLanes && (names(board!) !== names(made) || board!.dataset['write'] !== made.dataset['write'])) changeLanes(lanes, newLanes);
    else if (newLanes) changeNotes(newLanes);
    for (const { name, value } of made.attributes) if (name.startsWith('data-')) board!.setAttribute(name, value);
    arrange();
    tidy();
  });
}

/** The same columns: their headings, and the notes that differ. */
function changeNotes(now: ParentNode): void {
  for (const heading of now.querySelectorAll<HTMLElement>('.lane > header')) {
    const old = heading.id ? document.getElementById(heading.id) : null;
    if (old && old.innerHTML !== heading.innerHTML) morph(old, heading);
  }
  const ids = new Set([...now.querySelectorAll('.sticky[data-insight], .cluster')].map(one => one.id));
  bringAll(now);
  for (const old of board!.querySelectorAll<HTMLElement>('.sticky[data-insight], .cluster')) if (!ids.has(old.id) && !held.has(old.id)) drop(old);
}

/** Other columns: notes that are on both keep their nodes, and what somebody types stays (it is also kept as a draft). */
function changeLanes(lanes: Element, now: Element): void {
  Idiomorph.morph(lanes, now.innerHTML, { morphStyle: 'innerHTML', callbacks: {
    ...callbacks,
    beforeNodeMorphed: (old: Node, made: Node) => callbacks.beforeNodeMorphed(old) && !(old instanceof HTMLElement && made instanceof HTMLElement && old.matches('.sticky')
      && old.id === made.id && (editors.has(old.id) || old.dataset['version'] === made.dataset['version'])),
  } });
}

let last = 0;
const pause = (ms: number): Promise<void> => new Promise(resolve => { setTimeout(resolve, ms); });

function withQuery(url: string, values: Record<string, string>): string {
  const made = new URL(url, location.href);
  for (const [name, value] of Object.entries(values)) made.searchParams.set(name, value);
  return made.pathname + made.search;
}

async function fetchHtml(url: string): Promise<{ answer: Response; html: string }> {
  const answer = await fetch(url, { headers: { 'X-Requested-With': 'fetch' } });
  return { answer, html: answer.ok && answer.status === 200 ? await answer.text() : '' };
}

/** Fetches what changed and shows it. False: it could not be fetched. */
async function bringUpToDate(): Promise<boolean> {
  if (!board) return false;
  await pause(Math.max(0, last + GAP_MS - performance.now()));
  last = performance.now();
  const { changes = '', fragment = '', version = '0', stage = '', group = '0' } = board.dataset;
  // What this page shows, also when everybody has moved on to another stage: nobody's page goes there by itself.
  const shows: Record<string, string> = group === '0' ? { stage } : { stage, group };
  try {
    let { answer, html } = await fetchHtml(withQuery(changes, { ...shows, since: version }));
    if (board.querySelector('.is-lifted')) { board.dataset['stale'] = '1'; return true; }          // lifted meanwhile: once it is put down
    const whole = answer.status === 205 || (answer.ok && !answer.redirected && !applyDelta(html));
    if (whole) {
      ({ answer, html } = await fetchHtml(withQuery(fragment, shows)));
      if (answer.ok && !answer.redirected) applyWhole(html);
    }
    if (answer.redirected || [401, 403, 404, 410].includes(answer.status)) { live.showStale('This page has changed for you. Reload it to go on.'); return true; }
    if (!answer.ok) return false;
  } catch { return false; }
  for (const act of after) act();
  board.dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
  return true;
}

export function start(): void {
  if (!board) return;
  arrange();
  live.handle(board, bringUpToDate);
  tidy();
}

/** Whether `card` is the last of its group: taking it out leaves none. */
export const isAlone = (card: HTMLElement): boolean => { const group = clusterOf(card); return !!group && group.querySelectorAll('.sticky[data-insight]').length === 1; };
