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
/** The notes and clusters of a list, in order; without one that is in somebody's hand. */
export const cardsIn = (list: HTMLElement, without: HTMLElement | null = null): HTMLElement[] =>
  [...list.children].filter((el): el is HTMLElement => el instanceof HTMLElement && el !== without && el.matches(CARD));
/** Which list something stands in: a column's, or a cluster's. */
export const listOf = (card: HTMLElement): HTMLElement | null => card.parentElement?.closest<HTMLElement>('.notes') ?? null;
/** The fields that name a column to the server. */
export const fieldsOf = (column: HTMLElement): Record<string, string> =>
  ({ prompt: column.dataset['prompt'] ?? '', group: column.dataset['group'] ?? '', material: column.dataset['material'] ?? '' });
export const mayWrite = (): boolean => board?.dataset['write'] === '1';
export const token = (): string => document.querySelector<HTMLInputElement>('input[name="csrf_token"]')?.value ?? '';
