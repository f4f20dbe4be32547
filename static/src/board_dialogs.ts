// What one tap opens: where a note should go (the grip), and what else can be done with it (its three dots). Both are links to
// pages that do the same without scripts.
import { ask, catchUp, tell } from './board_ask';
import { cardOf, cardsIn, called, clusterOf, columnOf, columns, gripOf, insightAddress, isCluster, listOf, mayWrite, nextOf, placeOf, wordsOf } from './board_dom';
import { lifted, start } from './board_drag';
import { edit, mayEdit, retitle } from './board_edit';
import { label, move, type Target } from './board_move';
import { brief } from './board_order';
import { alarm, element } from './say';

const dialog = (id: string): HTMLDialogElement | null => document.getElementById(id) as HTMLDialogElement | null;
const part = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
let current: HTMLElement | null = null;

const plain = (event: MouseEvent): boolean => !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

function close(box: HTMLDialogElement): void {
  const card = current;
  box.close();
  if (card && document.activeElement === document.body) gripOf(card)?.focus({ preventScroll: true });
}

/** Does the move, and asks for a title where it made a group. */
export async function go(card: HTMLElement, target: Target): Promise<void> {
  const group = await move(card, target);
  if (group && !group.querySelector('.cluster-title')?.textContent?.trim()) retitle(group);
}

// ---- where to --------------------------------------------------------------------------------------------------------

function openMove(card: HTMLElement): void {
  const box = dialog('move-dialog'), list = columnOf(card);
  if (!box || !list) return;
  current = card;
  part('mv-what').textContent = isCluster(card) ? label(card) : brief(wordsOf(card), 160);
  part('mv-columns').replaceChildren(...columns().map(column => choice(placeOf(column), column === list && !clusterOf(card), () => pick({ list: column, next: null, onto: null }))));
  const inGroup = !isCluster(card) && clusterOf(card), home = listOf(card) ?? list, cards = cardsIn(home), at = cards.indexOf(card);
  const places: [string, Target | null][] = [
    ['To the top', at > 0 ? { list: home, next: cards[0] ?? null, onto: null } : null],
    ['Up one', at > 0 ? { list: home, next: cards[at - 1] ?? null, onto: null } : null],
    ['Down one', at < cards.length - 1 ? { list: home, next: cards[at + 2] ?? null, onto: null } : null],
    ['To the end', at < cards.length - 1 ? { list: home, next: null, onto: null } : null],
  ];
  part('mv-places-h').textContent = inGroup ? 'In its group' : 'In this column';
  part('mv-places').replaceChildren(...places.map(([words, target]) => choice(words, false, target && (() => pick(target)))));
  part('mv-out').hidden = !inGroup;
  part('mv-group').hidden = isCluster(card);
  if (!isCluster(card)) fillOthers(card, list);
  part('mv-arrows').hidden = matchMedia('(hover: none)').matches;
  box.showModal();
}

function choice(words: string, pressed: boolean, act: (() => void) | null): HTMLElement {
  const made = element('button', { type: 'button', class: 'btn quiet', ...(pressed ? { 'aria-pressed': 'true' } : {}) }, words) as HTMLButtonElement;
  if (act) made.addEventListener('click', act); else made.disabled = true;
  return made;
}

/** Notes and groups it could be put with, those of its own column first. */
function fillOthers(card: HTMLElement, own: HTMLElement): void {
  const select = part<HTMLSelectElement>('mv-onto');
  const options = (list: HTMLElement): HTMLElement[] => cardsIn(list).filter(one => one !== card && one !== clusterOf(card)).map(one => element('option', { value: one.id }, isCluster(one) ? label(one) : brief(wordsOf(one), 70)));
  const parts = [own, ...columns().filter(one => one !== own)].map(list => ({ list, made: options(list) })).filter(({ made }) => made.length);
  select.replaceChildren(element('option', { value: '' }, 'Choose a note or a group'), ...parts.map(({ list, made }) => element('optgroup', { label: placeOf(list) }, ...made)));
  part('mv-group').hidden = !parts.length;
}

function pick(target: Target): void {
  const box = dialog('move-dialog'), card = current;
  if (!box || !card) return;
  box.close();
  gripOf(card)?.focus({ preventScroll: true });
  void go(card, target);
}

// ---- what else -------------------------------------------------------------------------------------------------------

function openMore(card: HTMLElement, link: HTMLAnchorElement): void {
  const box = dialog('note-dialog');
  if (!box) { location.href = link.href; return; }
  current = card;
  const may = (card.dataset['may'] ?? '').split(' ');
  part('nt-words').textContent = wordsOf(card);
  part('nt-edit').hidden = !mayEdit(card);
  part('nt-hide').hidden = !may.includes('hide');
  part('nt-hide').textContent = 'hidden' in card.dataset ? 'Show it again' : 'Hide it from the board';
  part('nt-move').hidden = part('nt-remove').hidden = !mayWrite();
  part<HTMLAnchorElement>('nt-page').href = link.href;
  part<HTMLAnchorElement>('nt-remove').href = insightAddress(card, '/remove');
  const idea = part<HTMLAnchorElement>('nt-idea');
  if (idea) idea.href = (idea.dataset['to'] ?? '').replace(/insight=0/, `insight=${card.dataset['insight']}`);
  box.showModal();
}

async function hideOrShow(card: HTMLElement): Promise<void> {
  const hidden = 'hidden' in card.dataset, words = called(card);
  const answer = await ask(insightAddress(card, hidden ? '/show' : '/hide'), {});
  if ('problem' in answer) { alarm(answer.problem); return; }
  await catchUp();
  tell(answer.said.message ?? `${words} is ${hidden ? 'shown again' : 'hidden. Facilitators still see it'}.`, answer.said.change ?? null);
}

export function listen(): void {
  document.addEventListener('click', event => {
    const target = event.target as Element, card = cardOf(target);
    if (!card || !plain(event) || lifted()) return;
    if (target.closest('[data-move]') && mayWrite()) { event.preventDefault(); openMove(card); return; }
    const more = target.closest<HTMLAnchorElement>('.more');
    if (!more) return;
    event.preventDefault();
    if (isCluster(card)) retitle(card); else openMore(card, more);
  });
  const moving = dialog('move-dialog'), more = dialog('note-dialog');
  for (const box of [moving, more]) {
    box?.addEventListener('close', () => { if (current && document.activeElement === document.body) gripOf(current)?.focus({ preventScroll: true }); });
    box?.addEventListener('click', event => { if (event.target === box || (event.target as Element).closest('[data-close]')) close(box); });
  }
  if (moving) {
    part('mv-out').addEventListener('click', () => { const card = current, group = card && clusterOf(card), list = card && columnOf(card); if (card && group && list) pick({ list, next: nextOf(group), onto: null }); });
    part<HTMLSelectElement>('mv-onto').addEventListener('change', () => { part<HTMLButtonElement>('mv-put').disabled = !part<HTMLSelectElement>('mv-onto').value; });
    part('mv-put').addEventListener('click', () => { const onto = document.getElementById(part<HTMLSelectElement>('mv-onto').value), list = onto && listOf(onto); if (onto && list) pick({ list, next: null, onto }); });
    part('mv-arrows').addEventListener('click', () => { const card = current; moving.close(); if (card) { gripOf(card)?.focus({ preventScroll: true }); start(card, 'keys'); } });
  }
  if (more) {
    part('nt-edit').addEventListener('click', () => { const card = current; more.close(); if (card) edit(card); });
    part('nt-move').addEventListener('click', () => { const card = current; more.close(); if (card) openMove(card); });
    part('nt-hide').addEventListener('click', () => { const card = current; more.close(); if (card) void hideOrShow(card); });
  }
}
