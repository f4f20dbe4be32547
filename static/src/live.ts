// Live regions: <div data-live="{stream}" data-fragment="{fragment}" data-topic-name="grid">. The stream only says that
// something changed; the page then fetches the same HTML the server would render, and morphs it in, so that focus,
// scroll position, open <details> and half-typed text survive. A region may carry data-version (or hold an element that
// does): nudges about versions it already shows are ignored.
import { Idiomorph } from 'idiomorph';
import { timeOf } from './drafts';
import * as kept from './kept';
import * as mine from './mine';
import { toast } from './say';

interface Nudge { topic: string; version: number }

const busy = new Map<HTMLElement, Promise<boolean>>();
const again = new Set<HTMLElement>();
const stale = document.getElementById('stale');

/** Since when (milliseconds since 1970) nothing has been heard; on a screen across a hall in few words. */
const staleSince = (heard: number): string => stale && 'short' in stale.dataset
  ? `As of ${timeOf(heard)}, reconnecting` : `You are seeing this as it was at ${timeOf(heard)}. Trying to reconnect.`;

export function showStale(text: string): void {
  if (!stale) return;
  stale.textContent = text;
  stale.hidden = !text;
}

const shown = (region: HTMLElement): number =>
  Number(region.dataset['version'] ?? region.querySelector<HTMLElement>('[data-version]')?.dataset['version'] ?? -1);

/** Somebody has typed or chosen something here that the server does not know yet. */
function touched(node: Element): boolean {
  if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue;
  if (node instanceof HTMLInputElement) return node.type !== 'hidden' && (node.value !== node.defaultValue || node.checked !== node.defaultChecked);
  if (node instanceof HTMLSelectElement) return [...node.options].some(o => o.selected !== o.defaultSelected) && [...node.options].some(o => o.defaultSelected);
  return false;
}

const placesIn = (region: HTMLElement): Map<string, { place: string; mine: boolean; title: string }> =>
  new Map([...region.querySelectorAll<HTMLElement>('[data-session]')].map(card => [card.dataset['session'] ?? '', {
    place: card.closest<HTMLElement>('[data-place]')?.dataset['place'] ?? '',
    mine: card.classList.contains('mine'),
    title: card.dataset['title'] ?? '',
  }]));

/** What moved glows; what moved in *my* day is also said. Returns nothing of interest to the caller. */
function tell(region: HTMLElement, before: ReturnType<typeof placesIn>): void {
  const after = placesIn(region);
  const said: string[] = [];
  for (const [id, now] of after) {
    const was = before.get(id);
    if (was?.place === now.place) continue;
    const card = document.getElementById('s' + id);
    card?.classList.add('hit-moved');
    card?.addEventListener('animationend', () => card.classList.remove('hit-moved'), { once: true });
    if (was && now.mine) said.push(`“${now.title}” is now in ${now.place}.`);
  }
  for (const [id, was] of before) if (was.mine && !after.has(id)) said.push(`“${was.title}” has been taken off the grid.`);
  if (said.length) toast(said.join(' '));
}

/** Moving a node takes the focus from it. Gives what puts it back: to the same node, or to its like in the same card. */
function holdFocus(region: HTMLElement): () => void {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || !region.contains(at)) return () => { /* it was not in here */ };
  const holder = at.closest('[id]')?.id ?? '';
  const like = at.dataset['move'] ? '[data-move]' : at.classList[0] ? '.' + CSS.escape(at.classList[0]) : at.localName;
  return () => {
    if (document.activeElement !== document.body) return;
    (at.isConnected ? at : document.getElementById(holder)?.querySelector<HTMLElement>(like))?.focus({ preventScroll: true });
  };
}

/** The region as it is now: the one made for everybody, marked for this reader, or else the one made for them. Null: neither. */
async function fetchRegion(region: HTMLElement): Promise<{ answer: Response; html: string } | null> {
  const { shared, fragment } = region.dataset;
  if (!fragment) return null;
  try {
    if (shared) {
      const answer = await fetch(shared, { credentials: 'omit' });
      if (answer.ok && !answer.redirected) {
        const made = document.createElement('template');
        made.innerHTML = await answer.text();
        mine.mark(made.content, region);
        return { answer, html: made.innerHTML };
      }
      if (answer.status >= 500 || answer.status === 429) return { answer, html: '' };
      delete region.dataset['shared'];                                                // a draft by now, or no longer open to everybody
    }
    const answer = await fetch(fragment, { headers: { 'X-Requested-With': 'fetch' } });
    return { answer, html: await answer.text() };
  } catch { return null; }
}

/** Regions that bring themselves up to date, each in its own way. */
const own = new WeakMap<HTMLElement, () => Promise<boolean>>();
/** Has `how` called when `region` should be brought up to date, instead of fetching the whole of it. False: it could not be. */
export const handle = (region: HTMLElement, how: () => Promise<boolean>): void => { own.set(region, how); };

async function fetchInto(region: HTMLElement): Promise<boolean> {
  const how = own.get(region);
  if (how) { const done = await how(); if (done) delete region.dataset['stale']; return done; }
  const got = await fetchRegion(region);
  if (!got) return false;
  const { answer, html } = got;
  if (answer.redirected || [401, 403, 404, 410].includes(answer.status)) {
    showStale('This page has changed for you. Reload it to go on.');
    return true;
  }
  if (!answer.ok) return false;
  const before = placesIn(region), refocus = holdFocus(region);
  await Idiomorph.morph(region, html, {
    morphStyle: 'innerHTML',                       // not ignoreActiveValue: it leaves out everything inside a focused element, and the grid's pane can be one
    callbacks: {
      beforeAttributeUpdated: (name, el) => !(name === 'open' && el.matches('details, dialog')),       // what the reader opened stays open
      beforeNodeMorphed: old => !(old instanceof Element && (old.matches('[data-keep]') || touched(old))),
    },
  });
  refocus();
  delete region.dataset['stale'];
  tell(region, before);
  region.dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
  return true;
}

/** Brings `region` up to date. Calls made meanwhile are answered by one more fetch. False: it could not be fetched. */
export function refresh(region: HTMLElement): Promise<boolean> {
  if (region.querySelector('.is-lifted')) { region.dataset['stale'] = '1'; return Promise.resolve(true); }    // never under somebody's hand
  const running = busy.get(region);
  if (running) { again.add(region); return running; }
  const job = (async () => {
    let ok: boolean;
    do { again.delete(region); ok = await fetchInto(region); } while (again.has(region));
    return ok;
  })().finally(() => busy.delete(region));
  busy.set(region, job);
  return job;
}

/** Whether a nudge is about something that the region does not show yet. Its versions are those of its first topic. */
const concerns = (region: HTMLElement, { topic, version }: Nudge): boolean => {
  const [own = '', ...also] = (region.dataset['topicName'] ?? '').split(' ');
  const is = (name: string): boolean => !!name && (topic === name || topic.startsWith(name + ':'));
  return is(own) ? !(version <= shown(region)) : also.some(is);
};

const SILENCE_MS = 40_000;                                  // the server says something every 15 seconds: after this long the network is dead, whatever the browser thinks

function follow(url: string, regions: HTMLElement[]): void {
  let source: EventSource | null = null;
  let lost = 0, retry = 0, watch = 0, wait = 4000, behind = !!kept.since(), heard = kept.since() || Date.now();
  const due = new Map<HTMLElement, { timer: number; at: number }>();

  // Spread out, so that 300 phones do not ask in the same tenth of a second. One screen across a hall need not wait. A fetch
  // that is due sooner stays: nudges that keep coming must not put it off for ever.
  const later = (region: HTMLElement, from = 80, spread = 400): void => {
    if ('prompt' in region.dataset) { from /= 4; spread /= 10; }
    if ('quick' in region.dataset) { from /= 2; spread *= .3; }                         // what it fetches is small: 40 to 160 ms
    if ('calm' in region.dataset) spread *= 4;                                        // phones in a hall, all of them at once
    const wait = from + Math.random() * spread, at = Date.now() + wait, before = due.get(region);
    if (before && before.at <= at) return;
    clearTimeout(before?.timer);
    const fetchIt = async (): Promise<void> => { due.delete(region); if (!await refresh(region) && source) later(region, 3000, 4000); };
    due.set(region, { timer: window.setTimeout(() => void fetchIt(), wait), at });
  };
  /** The server was heard: what is shown is of now. */
  const hear = (): void => {
    heard = Date.now();
    clearTimeout(watch);
    watch = window.setTimeout(() => { source?.close(); tellLost(0); open(); }, SILENCE_MS);
  };
  const tellLost = (after: number): void => { lost ||= window.setTimeout(() => showStale(staleSince(heard)), after); };
  const open = (): void => {
    clearTimeout(retry);
    clearTimeout(watch);
    watch = window.setTimeout(() => { source?.close(); tellLost(0); open(); }, SILENCE_MS);
    source = new EventSource(url);
    source.onopen = () => {
      clearTimeout(lost); lost = 0; wait = 4000; showStale(''); hear();
      if (behind) regions.forEach(region => later(region));                           // something may have been missed while away
      behind = true;
    };
    source.onerror = () => {
      tellLost(8000);
      if (source?.readyState === EventSource.CLOSED) {                                // refused rather than cut off: the browser gives up, we ask less and less often
        if (wait === 4000) window.setTimeout(() => regions.forEach(region => void refresh(region)), 200 + Math.random() * 2000);   // refused for good? The page itself then says so
        retry = window.setTimeout(open, wait + Math.random() * wait);
        wait = Math.min(wait * 2, 60000);
      }
    };
    source.addEventListener('here', hear);
    source.addEventListener('nudge', event => {
      hear();
      const nudge = JSON.parse((event as MessageEvent<string>).data) as Nudge;
      for (const region of regions) if (concerns(region, nudge)) later(region);
    });
  };
  const close = (): void => { clearTimeout(lost); clearTimeout(retry); clearTimeout(watch); lost = 0; source?.close(); source = null; };
  if (!document.hidden) open();
  document.addEventListener('visibilitychange', () => { if (document.hidden) close(); else if (!source) open(); });    // a phone in a pocket holds no connection
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', event => { if (event.persisted && !source) open(); });
}

const LONGEST_MS = 2 ** 31 - 1;
const turns = new Map<HTMLElement, number>();

/** A fragment that changes by itself (a slot begins, another ends) says when, in data-until; it is fetched then. */
function turn(region: HTMLElement): void {
  clearTimeout(turns.get(region));
  const until = Date.parse(region.querySelector<HTMLElement>('[data-until]')?.dataset['until'] ?? '');
  const wait = until - Date.now();
  if (Number.isNaN(wait) || wait > LONGEST_MS) return;
  const late = wait > 0 ? wait : 60000;                                                 // a clock that runs ahead asked too early: once more in a minute
  turns.set(region, window.setTimeout(() => void refresh(region), late + Math.random() * ('prompt' in region.dataset ? 300 : 12000)));
}

/** Follows the streams that this page's regions name, one connection each. */
export function start(): void {
  const byStream = new Map<string, HTMLElement[]>();
  for (const region of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const url = region.dataset['live'];
    turn(region);
    region.addEventListener('refreshed', () => turn(region));
    if (url) byStream.set(url, [...(byStream.get(url) ?? []), region]);
  }
  const also = [...document.querySelectorAll<HTMLElement>('[data-follow]')];       // they open no connection of their own, and follow those that are there
  byStream.forEach((regions, url) => follow(url, [...regions, ...also]));
}
