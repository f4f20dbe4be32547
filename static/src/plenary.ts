// The plenary on a projector: one screen after the other, by themselves or by the arrow keys. Whoever turns one by hand is left
// alone with it for a while; Pause, or the space bar, stops the turning.

const PATIENCE = 4;                                // times as long a screen stays that somebody turned to
const frame = document.querySelector<HTMLElement>('.plen');
const seconds = Number(frame?.dataset['seconds']) || 20;
let paused = false, timer = 0, asked = '';         // `asked`: what the shown screen is about, so that it stays when others come before it

const pages = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-page]')];

/** What a screen is about: its heading. */
const about = (page: HTMLElement | undefined): string => page?.querySelector('h2')?.textContent ?? '';

/** Shows number `to` (from 0, round and round) and nothing else. */
function show(to: number): void {
  const all = pages();
  if (!all.length) return;
  const at = ((to % all.length) + all.length) % all.length;
  all.forEach((page, i) => { page.hidden = i !== at; });
  asked = about(all[at]);
  const number = document.querySelector('[data-at]');
  if (number) number.textContent = String(at + 1);
}

const shown = (): number => Math.max(0, pages().findIndex(page => !page.hidden));

function wait(times = 1): void {
  window.clearTimeout(timer);
  if (!paused) timer = window.setTimeout(() => { show(shown() + 1); wait(); }, seconds * 1000 * times);
}

function turn(by: number): void {
  show(shown() + by);
  wait(PATIENCE);
}

function hold(stop: boolean): void {
  paused = stop;
  const button = document.querySelector<HTMLElement>('[data-pause]');
  if (button) { button.hidden = false; button.textContent = paused ? 'Go on' : 'Pause'; }
  wait();
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (['ArrowRight', 'ArrowDown', 'PageDown'].includes(event.key)) turn(1);
  else if (['ArrowLeft', 'ArrowUp', 'PageUp'].includes(event.key)) turn(-1);
  else if (event.key === 'Home') { show(0); wait(PATIENCE); }
  else if (event.key === ' ' && !(event.target as Element).closest('a, button')) hold(!paused);
  else return;
  event.preventDefault();
});

document.addEventListener('click', event => {
  const link = (event.target as Element).closest<HTMLElement>('[data-turn]');
  if (link) { event.preventDefault(); turn(Number(link.dataset['turn'])); }
  if ((event.target as Element).closest('[data-pause]')) hold(!paused);
});

// The fragment comes with its first screen shown: the one that was, is again, wherever it stands now.
document.addEventListener('refreshed', () => {
  const was = pages().findIndex(page => about(page) === asked);
  show(was < 0 ? 0 : was);
  hold(paused);
});

if (pages().length) show(shown());
hold(false);
