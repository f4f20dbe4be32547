// Asking the server to change something on the board, and the toast that says so and can take it back.
import { refresh } from './live';
import { address, board, token } from './board_dom';
import { alarm, element, hush, murmur, toast } from './say';

export interface Said { message?: string; version?: number; change?: number | null; id?: number; [more: string]: unknown }
export type Answer = { said: Said } | { problem: string; status: number; said: Said | null };

const PATIENCE_MS = 15_000;

/** Posts `fields`. A problem says what to tell people; its `status` is 0 when no answer came. */
export async function ask(url: string, fields: Record<string, string>): Promise<Answer> {
  const stop = new AbortController(), patience = window.setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams({ ...fields, csrf_token: token() }), signal: stop.signal });
    const said = await answer.json().catch(() => null) as (Said & { error?: { message?: string } }) | null;
    if (answer.ok && !answer.redirected && said) return { said };
    if (answer.redirected || answer.status === 401) return { problem: 'You are signed out, so nothing was changed. Sign in again, then come back to this page.', status: 401, said };
    return { problem: said?.error?.message ?? 'The server could not do that. The board shows what is saved.', status: answer.status, said };
  } catch {
    return { problem: 'No answer from the server. Check your connection; the board shows what is saved once it is back.', status: 0, said: null };
  } finally { clearTimeout(patience); }
}

/** Shows the board as the server has it now. */
export const catchUp = (): Promise<boolean> => board ? refresh(board) : Promise.resolve(false);

const SHOWN_MS = 12_000;
let timer = 0;
let latest: number | null = null;

function box(): HTMLElement {
  const there = document.getElementById('board-toast');
  if (there) return there;
  const made = element('div', { class: 'toast board-toast', id: 'board-toast' });
  (document.querySelector('main') ?? document.body).append(made);
  for (const what of ['pointerenter', 'focusin']) made.addEventListener(what, () => clearTimeout(timer));
  for (const what of ['pointerleave', 'focusout']) made.addEventListener(what, () => { timer = window.setTimeout(hide, SHOWN_MS / 2); });
  return made;
}
const hide = (): void => { if (!box().contains(document.activeElement)) box().replaceChildren(); };

/** Says what was done; with the number of a change, offers to undo it (also Ctrl+Z). */
export function tell(message: string, change: number | null = null): void {
  clearTimeout(timer);
  if (change === null) { box().replaceChildren(); toast(message); return; }
  latest = change;
  const undo = element('button', { type: 'button', class: 'btn text sm' }, 'Undo');
  undo.addEventListener('click', () => void takeBack());
  hush();                                                                             // it would lie over the button
  box().replaceChildren(element('span', {}, message), undo);
  murmur(`${message} Control and Z undoes it.`);
  timer = window.setTimeout(hide, SHOWN_MS);
}

/** Undoes the last change made here. */
export async function takeBack(): Promise<void> {
  if (latest === null) { toast('There is nothing of yours to undo.'); return; }
  const number = latest;
  latest = null;
  box().replaceChildren();
  const answer = await ask(address('/undo'), { number: String(number) });
  await catchUp();
  if ('problem' in answer) alarm(answer.problem); else toast(answer.said.message ?? 'Undone.');
}
