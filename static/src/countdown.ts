// The countdown of the one who is up: from the moment the server says it was started, by the server's clock. The device's
// own clock may be minutes off; each answer says what the server's showed, and the one that took least time on its way is
// believed. At the end it says so and stays: nothing flashes.

const AT_END = 'Time';
const TICK_MS = 200;
let ahead = -Infinity;                             // what to add to this device's clock to have the server's, in milliseconds

/** Learns from a server time that arrived at `arrived` (this device's clock). It is never less than what is known: late answers only look slower. */
export function learn(server: number, arrived: number): void {
  if (!Number.isNaN(server)) ahead = Math.max(ahead, server - arrived);
}

/** The moment by the server's clock, as far as it is known. */
export const serverNow = (): number => Date.now() + (Number.isFinite(ahead) ? ahead : 0);

/** Seconds left of `seconds` that were started at `started`; all of them when it does not run. Never below 0. */
export function left(seconds: number, started: number, now: number): number {
  return Number.isNaN(started) ? seconds : Math.min(seconds, Math.max(0, seconds - (now - started) / 1000));
}

function draw(box: HTMLElement): void {
  const seconds = Number(box.dataset['seconds']), started = Date.parse(box.dataset['started'] ?? '');
  const rest = left(seconds, started, serverNow()), running = !Number.isNaN(started);
  const number = box.querySelector('[data-left]'), words = box.querySelector('[data-left-words]');
  const shown = running && rest === 0 ? AT_END : String(Math.ceil(rest));
  if (number && number.textContent !== shown) number.textContent = shown;
  if (words) words.textContent = running ? ' left' : '';
  box.classList.toggle('running', running);
  box.classList.toggle('ending', running && rest <= 5);
  box.classList.toggle('over', running && rest === 0);
  const bar = box.querySelector<SVGRectElement>('rect');
  bar?.setAttribute('width', String(Math.round(1000 * rest / seconds) / 10));
}

const drawAll = (): void => document.querySelectorAll<HTMLElement>('[data-countdown]').forEach(draw);

/** Runs every countdown of the page, now and after each refresh. */
export function start(): void {
  const arrival = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  const read = (arrived: number): void => document.querySelectorAll<HTMLElement>('[data-countdown]').forEach(box => learn(Date.parse(box.dataset['now'] ?? ''), arrived));
  read(arrival?.responseStart ? performance.timeOrigin + arrival.responseStart : Date.now());
  document.addEventListener('refreshed', () => { read(Date.now()); drawAll(); });
  drawAll();
  window.setInterval(drawAll, TICK_MS);
}
