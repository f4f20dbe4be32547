// Moving a note or a group: shown at once, told to the server, taken back if it is refused. Whoever asks for it (a drag, arrow
// keys, the dialog) says where to in a `Target`.
import { ask, catchUp, tell } from './board_ask';
import { called, cardsIn, clusterOf, columnOf, fieldsOf, gripOf, insightAddress, address, isCluster, lastIn, listOf, nextOf, placeOf, previousOf, refOf, wordsOf } from './board_dom';
import { held, place, putBefore, tidy } from './board_delta';
import { between, brief } from './board_order';
import { alarm } from './say';

/** `list`: a column's, or a cluster's to stand in it. `next`: what it is put before; null: at the end. `onto`: grouped with that. */
export interface Target { list: HTMLElement; next: HTMLElement | null; onto: HTMLElement | null }

const positionOf = (card: Element | null): number | null => card instanceof HTMLElement && card.dataset['position'] ? Number(card.dataset['position']) : null;

/** In words, where `target` is, for people who cannot see it. */
export function placeWords({ list, next, onto }: Target, card: HTMLElement): string {
  if (onto) return isCluster(onto) ? `Into ${called(onto)}` : `On ${called(onto)}: makes a group of both`;
  const cards = cardsIn(list, card), index = next ? cards.indexOf(next) : cards.length;
  const where = clusterOf(list) ? `In ${called(clusterOf(list)!)}` : placeOf(list);
  return `${where}: ${index + 1} of ${cards.length + 1}${next ? `, before ${called(next)}` : cards.length ? ', at the end' : ''}`;
}

/** Whether `target` is where the card stands already. */
export function staysThere({ list, next, onto }: Target, card: HTMLElement): boolean {
  if (onto) return onto === card || onto.contains(card);
  return listOf(card) === list && (next === card || next === nextOf(card));
}

/** Moves `card` to `target`. Resolves when the server has answered and the page shows it: the group that this made, if it did. */
export async function move(card: HTMLElement, target: Target): Promise<HTMLElement | null> {
  if (staysThere(target, card)) { tell(`${called(card).replace(/^./, c => c.toUpperCase())} stays where it is.`); gripOf(card)?.focus({ preventScroll: true }); return null; }
  const { list, next, onto } = target;
  const from = { list: listOf(card), next: nextOf(card), position: card.dataset['position'] ?? '' };
  const column = list.matches('[data-column]') ? list : columnOf(list);
  if (!column) return null;
  const fields: Record<string, string> = { ...fieldsOf(column) };
  const into = onto ?? clusterOf(list);
  if (into) fields['onto'] = refOf(into);
  if (next) fields['before'] = refOf(next);
  held.add(card.id);
  card.classList.add('sending');
  show(card, target);
  const answer = await ask(isCluster(card) ? address(`/clusters/${card.dataset['groupOf']}/move`) : insightAddress(card, '/move'), fields);
  held.delete(card.id);
  card.classList.remove('sending');
  if ('problem' in answer) {
    card.dataset['position'] = from.position;
    if (from.list?.isConnected) { if (from.next?.isConnected && listOf(from.next) === from.list) putBefore(card, from.list, from.next); else place(card, from.list); }
    card.classList.remove('is-pending-group');
    tidy();
    alarm(answer.problem);
    await catchUp();
  } else {
    await catchUp();
    card.classList.remove('is-pending-group');
    tell(answer.said.message ?? (onto ? `Put with ${called(onto)}.` : `Moved to ${placeOf(column)}.`), answer.said.change ?? null);
  }
  const again = document.getElementById(card.id) ?? card;
  if (document.activeElement === document.body || again.contains(document.activeElement)) gripOf(again)?.focus({ preventScroll: true });
  return onto && !isCluster(onto) && !('problem' in answer) ? clusterOf(again) : null;
}

/** Shows it there until the server has said. */
function show(card: HTMLElement, { list, next, onto }: Target): void {
  if (onto) {
    const into = isCluster(onto) ? onto.querySelector<HTMLElement>('.notes') : clusterOf(onto)?.querySelector<HTMLElement>('.notes');
    if (into && !isCluster(card)) { card.dataset['position'] = String(between(positionOf(lastIn(into)), null)); putBefore(card, into, null); }
    else { card.classList.add('is-pending-group'); const beside = listOf(onto); if (beside && nextOf(onto) !== card) putBefore(card, beside, nextOf(onto)); }
  } else {
    const before = next ? previousOf(next) : lastIn(list);
    card.dataset['position'] = String(between(positionOf(before === card ? previousOf(card) : before), positionOf(next)));
    putBefore(card, list, next);
  }
  tidy();
}

/** What a ghost or a dialog calls it. */
export const label = (card: HTMLElement): string => isCluster(card) ? `Group: ${brief(wordsOf(card), 80)}` : brief(wordsOf(card), 110);
