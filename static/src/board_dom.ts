// What is where on the page of a board. The only module that knows the markup's names (templates/boards/_columns.html).
import { brief } from './board_order';

export const board = document.getElementById('board');
export const CARD = '.sticky[data-insight], .cluster[data-group-of]';

/** The addresses this page writes to end in what comes after. */
export const address = (end: string): string => `${board?.dataset['base'] ?? ''}${end}`;
export const insightAddress = (card: HTMLElement, end = ''): string => address(`/insights/${card.dataset['insight'] ?? ''}${end}`);

export const cardOf = (el: Element | null): HTMLElement | null => el?.closest<HTMLElement>(CARD) ?? null;
export const stickyOf = (el: Element | null): HTMLElement | null => el?.closest<HTMLElement>('.sticky[data-insight]') ?? null;
export const clusterOf = (el: Element | null): HTMLElement | null => el?.closest<HTMLElement>('.cluster[data-group-of]') ?? null;
/** The list that stands for a column. */
export const columnOf = (el: Element | null): HTMLElement | null => el?.closest('.lane')?.querySelector<HTMLElement>('.notes[data-column]') ?? null;
export const columns = (): HTMLElement[] => [...board?.querySelectorAll<HTMLElement>('.notes[data-column]') ?? []];
export const columnNamed = (name: string): HTMLElement | null => board?.querySelector<HTMLElement>(`.notes[data-column="${CSS.escape(name)}"]`) ?? null;
export const placeOf = (column: HTMLElement | null): string => column?.dataset['place'] ?? '';

export const isCluster = (card: HTMLElement): boolean => 'groupOf' in card.dataset;
/** How the server calls it when something is put before it or on it. */
export const refOf = (card: HTMLElement): string => isCluster(card) ? `c${card.dataset['groupOf']}` : `i${card.dataset['insight']}`;
export const idOf = (card: HTMLElement): number => Number(card.dataset['insight'] ?? card.dataset['groupOf']);
export const wordsOf = (card: HTMLElement): string => isCluster(card) ? card.querySelector('.cluster-title')?.textContent?.trim() ?? '' : card.querySelector('.words')?.textContent ?? '';
export const called = (card: HTMLElement): string => isCluster(card) ? `the group “${brief(wordsOf(card))}”` : `“${brief(wordsOf(card))}”`;
export const gripOf = (card: ParentNode | null): HTMLElement | null => card?.querySelector<HTMLElement>('[data-move]') ?? null;
/** The notes and clusters of a list, in order, whatever slabs they stand in; without one that is in somebody's hand. */
export function cardsIn(list: HTMLElement, without: HTMLElement | null = null): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const el of list.children) for (const one of isSlab(el) ? el.children : [el]) if (one !== without && one.hasAttribute('data-position')) found.push(one as HTMLElement);
  return found;
}
export const isSlab = (el: Element | null): el is HTMLElement => !!el && el.classList.contains('slab');
/** The last of a list. */
export function lastIn(list: HTMLElement): HTMLElement | null {
  const last = list.lastElementChild;
  return (isSlab(last) ? last.lastElementChild : last) as HTMLElement | null;
}
const beside = (card: HTMLElement, way: 'nextElementSibling' | 'previousElementSibling'): HTMLElement | null => {
  const near = card[way];
  if (near || !isSlab(card.parentElement)) return near as HTMLElement | null;
  const slab = card.parentElement[way];
  return (way === 'nextElementSibling' ? slab?.firstElementChild : slab?.lastElementChild) as HTMLElement | null ?? null;
};
export const nextOf = (card: HTMLElement): HTMLElement | null => beside(card, 'nextElementSibling');
export const previousOf = (card: HTMLElement): HTMLElement | null => beside(card, 'previousElementSibling');
/** Which list something stands in: a column's, or a cluster's. */
export const listOf = (card: HTMLElement): HTMLElement | null => card.parentElement?.closest<HTMLElement>('.notes') ?? null;
/** The fields that name a column to the server. */
export const fieldsOf = (column: HTMLElement): Record<string, string> =>
  ({ prompt: column.dataset['prompt'] ?? '', group: column.dataset['group'] ?? '', material: column.dataset['material'] ?? '' });
export const mayWrite = (): boolean => board?.dataset['write'] === '1';
export const token = (): string => document.querySelector<HTMLInputElement>('input[name="csrf_token"]')?.value ?? '';
