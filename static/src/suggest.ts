// Advice beside the arranging: what a move would cost while it is being chosen, the best places for one session, mends by
// one tap; and on its own page grids that get better while one watches. Every form works without this.
import { refresh } from './live';
import { alarm, element, toast } from './say';

interface Place { room: number; slot: number; where: string; says: string; costs: string; swaps: boolean }
interface Cost { costs: string; breaks: string[] }
interface Found { plan: string; lost: number; people: number; over: number; elapsed: number; unplaced: string[] }

const region = document.querySelector<HTMLElement>('[data-live][data-topic-name^="grid"]');
const advice = (): DOMStringMap => document.getElementById('advice')?.dataset ?? {};

// ---- mends: the same POST as the form's, without leaving the page --------------------------------------------------

let sending = false;
document.addEventListener('submit', event => {
  const form = event.target as HTMLFormElement;
  if (!region || !form.matches('form[data-mend]')) return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  void (async () => {
    try {
      const answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form) as unknown as Record<string, string>) });
      const said = await answer.json().catch(() => null) as { message?: string; error?: { message?: string } } | null;
      if (answer.ok && !answer.redirected) toast(said?.message ?? 'Done.');
      else alarm(said?.error?.message ?? 'The server could not do that. The grid shows what is saved.');
    } catch {
      alarm('No answer from the server, so nothing may have changed. The grid shows what is saved once it is back.');
    }
    sending = false;
    await refresh(region);
    document.getElementById('troubles')?.querySelector('summary')?.focus({ preventScroll: true });
  })();
});

// ---- the Move dialog: what it would cost, and the best places -------------------------------------------------------

const dialog = document.getElementById('move-dialog') as HTMLDialogElement | null;
const slot = document.getElementById('mv-slot') as HTMLSelectElement | null, room = document.getElementById('mv-room') as HTMLSelectElement | null;

if (dialog && slot && room) {
  const cost = element('p', { class: 'hint', id: 'mv-cost', role: 'status' }), best = element('div', { id: 'mv-best' });
  document.getElementById('mv-effect')?.after(cost, best);
  let what = '', timer = 0, asked = 0;
  const ask = async <T>(url: string | undefined, query: string): Promise<T | null> => {
    if (!url) return null;
    try {
      const answer = await fetch(`${url}?${query}`, { headers: { Accept: 'application/json' } });
      return answer.ok && !answer.redirected ? await answer.json() as T : null;
    } catch { return null; }                                                       // advice only: the move works without
  };
  const price = (): void => {
    clearTimeout(timer);
    const mine = ++asked;
    timer = window.setTimeout(() => void (async () => {
      const said = await ask<Cost>(advice()['cost'], `${what}&slot=${slot.value}&room=${room.value}`);
      if (mine === asked) cost.textContent = said ? [said.costs, ...said.breaks].filter(Boolean).join(' ') : '';
    })(), 120);
  };
  const offer = async (): Promise<void> => {
    const mine = what;
    best.replaceChildren();
    const said = await ask<{ places: Place[] }>(advice()['best'], what);
    if (mine !== what || !said?.places.length) return;
    best.replaceChildren(element('p', { class: 'hint' }, 'Best places'), ...said.places.map(place => {
      const button = element('button', { type: 'button', class: 'btn quiet sm', title: place.costs }, place.swaps ? `${place.where} (swap)` : place.where);
      button.addEventListener('click', () => { slot.value = String(place.slot); room.value = String(place.room); room.dispatchEvent(new Event('change')); });
      return button;
    }));
  };
  document.addEventListener('click', event => {
    const grip = (event.target as Element).closest<HTMLElement>('[data-move]');
    const id = grip?.dataset['move'];
    if (!id || !dialog.open) return;
    what = id.startsWith('p') ? `pitch=${id.slice(1)}` : `session=${id}`;
    cost.textContent = '';
    price();
    void offer();
  });
  [slot, room].forEach(select => select.addEventListener('change', price));
  dialog.addEventListener('close', () => { asked++; clearTimeout(timer); });
}

// ---- building the grid ------------------------------------------------------------------------------------------------

const page = document.getElementById('suggest');
const part = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

if (page) {
  const start = part('suggest-start') as HTMLButtonElement, stop = part('suggest-stop'), found = part('suggest-found');
  const form = start.form as HTMLFormElement;
  let stream: EventSource | null = null, newest: Found | null = null, seen = '', looking = false, shown = '';
  let before = { lost: 0, people: 0, over: 0 };
  const tell = (text: string): void => { part('suggest-said').textContent = text; };
  const score = (id: string, was: number, now: number): void => { part(id).textContent = was === now ? String(now) : `${was} → ${now}`; };

  /** Shows the newest grid as the server writes it; one request at a time, the newest grid last. */
  const look = async (): Promise<void> => {
    if (looking || !newest || newest.plan === shown) return;
    looking = true;
    const plan = newest.plan;
    try {
      const body = new URLSearchParams({ plan, seen, csrf_token: form.querySelector<HTMLInputElement>('[name=csrf_token]')?.value ?? '' });
      const answer = await fetch(page.dataset['look'] ?? '', { method: 'POST', headers: { 'X-Requested-With': 'fetch' }, body });
      if (answer.ok && !answer.redirected) { found.innerHTML = await answer.text(); shown = plan; }
    } catch { tell('No answer from the server. What was found so far is shown.'); }
    looking = false;
    if (stream) window.setTimeout(() => void look(), 1500);
    else if (newest && newest.plan !== shown) void look();
  };
  const end = (text: string): void => {
    stream?.close();
    stream = null;
    start.disabled = false;
    stop.hidden = true;
    part('suggest-scores').hidden = true;                                            // they stand over the grid that was found
    const left = newest?.unplaced ?? [];
    tell([text, newest ? '' : 'Nothing was found.', ...left.slice(0, 3), left.length > 3 ? `${left.length - 3} more have no place.` : ''].filter(Boolean).join(' '));
    void look();
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    event.stopImmediatePropagation();                                                // forms.ts would hold the button for good
    stream?.close();
    newest = null; shown = '';
    found.replaceChildren();
    start.disabled = true;
    stop.hidden = false;
    part('suggest-progress').hidden = false;
    part('suggest-scores').hidden = false;
    tell('Looking for a better grid…');
    const fresh = new FormData(form).get('fresh') === '1' ? '1' : '0';
    stream = new EventSource(`${page.dataset['stream'] ?? ''}?fresh=${fresh}`);
    stream.addEventListener('start', message => {
      const said = JSON.parse((message as MessageEvent<string>).data) as typeof before & { seen: number };
      before = said; seen = String(said.seen);
    });
    stream.addEventListener('found', message => {
      const first = !newest;
      newest = JSON.parse((message as MessageEvent<string>).data) as Found;
      score('suggest-lost', before.lost, newest.lost);
      score('suggest-people', before.people, newest.people);
      score('suggest-over', before.over, newest.over);
      if (first) { tell('Found one. Still looking for a better one; stop whenever it is good enough.'); void look(); }
    });
    stream.addEventListener('end', message => end((JSON.parse((message as MessageEvent<string>).data) as { text: string }).text));
    stream.onerror = () => end('The connection was lost, so building stopped.');
  }, true);
  stop.addEventListener('click', () => end('Stopped.'));
  addEventListener('pagehide', () => stream?.close());
}
