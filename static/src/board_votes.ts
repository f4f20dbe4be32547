// Dots: shown at once, told to the server as how many one has on a note now, so that the same said twice is the same.
import { ask } from './board_ask';
import { board, insightAddress, stickyOf, wordsOf } from './board_dom';
import { brief } from './board_order';
import { alarm, announce } from './say';

const WAIT_MS = 250;
const waiting = new Map<string, { timer: number; was: number }>();

const mineOn = (card: HTMLElement): number => Number(card.dataset['dots'] ?? 0);
const left = (): number => Number(board?.dataset['dotsLeft'] ?? 0);

/** Says how many are left, wherever the page does. */
export function tellLeft(): void {
  const dots = left();
  for (const out of document.querySelectorAll<HTMLElement>('[data-dots-left-words]')) out.textContent = dots === 1 ? '1 dot left' : `${dots} dots left`;
  if (board) board.classList.toggle('no-dots', dots <= 0);
}

function show(card: HTMLElement, dots: number): void {
  const known = card.dataset['votes'], change = dots - mineOn(card);
  card.dataset['dots'] = String(dots);
  if (known !== undefined && known !== '') card.dataset['votes'] = String(Number(known) + change);
  for (const out of card.querySelectorAll('[data-vote-count]')) out.textContent = card.dataset['votes'] || String(dots);
  for (const out of card.querySelectorAll('[data-vote-mine]')) out.textContent = !dots ? '' : known ? `${dots} yours` : 'yours';
  for (const less of card.querySelectorAll<HTMLButtonElement>('.less')) {
    if (!dots && less === document.activeElement) card.querySelector<HTMLElement>('.give')?.focus({ preventScroll: true });
    less.hidden = !dots;
  }
  if (board) board.dataset['dotsLeft'] = String(left() - change);
  tellLeft();
}

async function send(card: HTMLElement): Promise<void> {
  const one = waiting.get(card.id);
  waiting.delete(card.id);
  if (!one) return;
  const dots = mineOn(card);
  const answer = await ask(insightAddress(card, '/vote'), { dots: String(dots) });
  if (waiting.has(card.id)) return;                                                         // changed again meanwhile: the next answer says
  if ('problem' in answer) { show(card, one.was); alarm(answer.problem); return; }
  if (typeof answer.said['left'] === 'number' && board && !waiting.size) { board.dataset['dotsLeft'] = String(answer.said['left']); tellLeft(); }
}

export function listen(): void {
  board?.addEventListener('click', event => {
    const button = (event.target as Element).closest<HTMLButtonElement>('.votes button'), card = stickyOf(button);
    if (!button || !card) return;
    event.preventDefault();
    const step = button.matches('.less') ? -1 : 1, dots = mineOn(card) + step;
    if (dots < 0) { announce('You have no dot on this note.'); return; }
    if (step > 0 && left() <= 0) { alarm('You have no dots left. Take one off another note first.'); return; }
    const before = waiting.get(card.id);
    clearTimeout(before?.timer);
    const was = before?.was ?? mineOn(card);
    show(card, dots);
    announce(`${dots === 1 ? '1 dot' : `${dots} dots`} of yours on “${brief(wordsOf(card), 40)}”, ${left()} left.`);
    waiting.set(card.id, { was, timer: window.setTimeout(() => void send(card), WAIT_MS) });
  });
  tellLeft();
}
