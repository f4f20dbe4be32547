// The timer of a stage, the same for everybody in the room: it runs by the server's clock, and learns from every answer how far
// this device's is off. At its end it says so, once, and stays: no red, nothing flashes, no sound.
import { learn, serverNow } from './countdown';
import { murmur } from './say';

const TICK_MS = 250;
const said = new Set<string>();

/** Seconds as people say them: 12:05, or 1:02:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds)), h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60, s = String(whole % 60).padStart(2, '0');
  return h ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

function put(out: Element | null, words: string): void {
  if (out && out.textContent !== words) out.textContent = words;
}

function draw(box: HTMLElement): void {
  const ends = Date.parse(box.dataset['ends'] ?? ''), stopped = box.dataset['left'] ?? '';
  const running = !Number.isNaN(ends), rest = running ? (ends - serverNow()) / 1000 : Number(stopped);
  const over = running && rest <= 0;
  put(box.querySelector('[data-timer-left]'), over ? 'Time is up' : running || stopped ? clock(rest) : '');
  if (running) put(box.querySelector('[data-timer-words]'), over ? 'Finish your sentence.' : 'left');
  box.classList.toggle('running', running && !over);
  box.classList.toggle('over', over);
  if (!over || said.has(box.dataset['ends'] ?? '')) return;
  said.add(box.dataset['ends'] ?? '');
  if (rest > -5) murmur('The time for this stage is over. Finish your sentence.');          // not to who opens the page an hour later
}

const drawAll = (): void => document.querySelectorAll<HTMLElement>('[data-timer]').forEach(draw);

/** Runs every timer of the page, now and after each refresh. */
export function start(): void {
  const arrival = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  const read = (arrived: number): void => document.querySelectorAll<HTMLElement>('[data-timer]').forEach(box => learn(Date.parse(box.dataset['now'] ?? ''), arrived));
  read(arrival?.responseStart ? performance.timeOrigin + arrival.responseStart : Date.now());
  document.addEventListener('refreshed', () => { read(Date.now()); drawAll(); });
  drawAll();
  window.setInterval(drawAll, TICK_MS);
}
