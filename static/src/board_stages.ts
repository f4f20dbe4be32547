// When the facilitator moves everybody on: the page says where everybody is now and offers to go there. It never goes by itself,
// so that nobody's half-typed words are taken away.
import { halfTyped } from './board_add';
import { board } from './board_dom';
import { whenChanged } from './board_delta';
import { murmur } from './say';

let known = board?.dataset['here'] ?? '';

function tell(): void {
  const here = board?.dataset['here'] ?? '', offer = document.getElementById('moved-on');
  if (!board || !offer) return;
  const elsewhere = here !== board.dataset['stage'];
  if (here === known && !elsewhere) { offer.hidden = true; return; }
  if (here === known) return;
  known = here;
  offer.hidden = !elsewhere;
  if (!elsewhere) return;
  const name = board.dataset['hereTitle'] || 'the next part', link = offer.querySelector<HTMLAnchorElement>('a'), words = offer.querySelector('[data-moved-words]');
  if (words) words.textContent = `Everybody is now at “${name}”.${halfTyped() ? ' What you have typed here is kept.' : ''}`;
  if (link) link.href = board.dataset['base'] ?? '';
  murmur(`Everybody is now at “${name}”.`);
}

export function listen(): void { whenChanged(tell); }
