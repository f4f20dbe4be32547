// A column of many notes stands in slabs of a dozen. The browser watches each thing that it need not draw while it is off the
// screen: a thousand notes watched one by one take longer in every frame than the notes themselves. Assistive technology and the rest
// of these scripts do not notice the slabs.
import { cardsIn, columns, isSlab, listOf, nextOf } from './board_dom';
import { element } from './say';

const FROM = 48, SIZE = 12, MOST = 20;

type Mover = Element & { moveBefore?: (node: Node, before: Node | null) => void };

const slab = (): HTMLElement => element('div', { class: 'slab', role: 'none' });
/** How high it is taken to be until it is first drawn. */
const guess = (one: HTMLElement): void => { one.style.containIntrinsicBlockSize = `auto ${one.childElementCount * 8}rem`; };

/** Moves a node without losing what is in it (its focus, what plays), where the browser can. */
function put(card: HTMLElement, parent: HTMLElement, next: Element | null): void {
  const mover = parent as Mover;
  if (mover.moveBefore && card.isConnected && parent.isConnected) mover.moveBefore(card, next); else parent.insertBefore(card, next);
  if (isSlab(parent)) card.setAttribute('role', 'listitem'); else card.removeAttribute('role');
}

/** Puts `card` into `list`, before `next` or at its end. False if it stood there. */
export function putIn(card: HTMLElement, list: HTMLElement, next: HTMLElement | null): boolean {
  const from = card.parentElement;
  if (from && listOf(card) === list && nextOf(card) === next) return false;
  const last = list.lastElementChild;
  let parent = next?.parentElement ?? (isSlab(last) ? last : list);
  if (!next && isSlab(parent) && parent.childElementCount >= SIZE) { parent = slab(); list.append(parent); }
  put(card, parent, next);
  if (isSlab(from) && !from.childElementCount) from.remove();
  if (isSlab(parent)) guess(parent);
  if (isSlab(parent) && parent.childElementCount > MOST) split(parent);
  return true;
}

function split(full: HTMLElement): void {
  const rest = slab(), cards = [...full.children].slice(full.childElementCount >> 1) as HTMLElement[];
  full.after(rest);
  for (const card of cards) put(card, rest, null);
  guess(rest);
}

/** Puts columns that hold many notes into slabs. */
export function arrange(): void {
  for (const list of columns()) {
    if (isSlab(list.lastElementChild)) { tidyUp(list); continue; }
    const cards = cardsIn(list);
    if (cards.length < FROM) continue;
    const made: HTMLElement[] = [];
    for (let i = 0; i < cards.length; i += SIZE) {
      const one = slab();
      for (const card of cards.slice(i, i + SIZE)) card.setAttribute('role', 'listitem');
      one.append(...cards.slice(i, i + SIZE));
      guess(one);
      made.push(one);
    }
    list.replaceChildren(...made);
  }
}

/** After a column was made anew some may stand outside of slabs, and some slabs may be empty. */
function tidyUp(list: HTMLElement): void {
  for (const el of [...list.children]) if (isSlab(el) && !el.childElementCount) el.remove();
}
