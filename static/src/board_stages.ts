// When the facilitator moves everybody on: the page says where everybody is now and offers to go there. It never goes by itself,
// so that nobody's half-typed words are taken away. Where the groups are new ones, the page has others to follow: it is loaded anew
// as soon as nothing is half typed.
import { halfTyped } from './board_add';
import { board } from './board_dom';
import { editors, whenChanged } from './board_delta';
import { murmur } from './say';

const SPREAD_MS = 1500;                                                            // a hall of phones does not ask at once
let known = board?.dataset['here'] ?? '', follows = board?.dataset['live'] ?? '';

function regrouped(): void {
  if (!board || board.dataset['live'] === follows) return;
  follows = board.dataset['live'] ?? '';
  if (!halfTyped() && !editors.size) { window.setTimeout(() => location.reload(), Math.random() * SPREAD_MS); return; }
  offer('There are new groups on this board. What you have typed here is kept.', location.href);
}

function offer(words: string, url: string): void {
  const box = document.getElementById('moved-on'), link = box?.querySelector<HTMLAnchorElement>('a'), out = box?.querySelector('[data-moved-words]');
  if (!box || !link || !out) return;
  out.textContent = words;
  link.href = url;
  box.hidden = false;
  murmur(words);
}

function tell(): void {
  const here = board?.dataset['here'] ?? '', box = document.getElementById('moved-on');
  if (!board || !box) return;
  if (here === board.dataset['stage']) { box.hidden = true; known = here; } else if (here !== known) {
    known = here;
    offer(`Everybody is now at “${board.dataset['hereTitle'] || 'the next part'}”.${halfTyped() ? ' What you have typed here is kept.' : ''}`, board.dataset['base'] ?? '');
  }
  regrouped();
}

export function listen(): void { whenChanged(tell); }
