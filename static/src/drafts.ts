// Text kept on this device until it is safely on the server. Keys carry who was signed in, so that the next person on
// a shared device is never offered it; signing out removes it (see forms.ts). Old drafts go after a week.

import { element } from './say';

const PREFIX = 'folkmoot:draft:';
const WEEK = 7 * 24 * 60 * 60 * 1000;

export interface Draft { text: string; base: string; at: number }

const nameOf = (key: string): string => `${PREFIX}${document.documentElement.dataset['who'] ?? ''}:${key}`;

/** The draft kept under `key`, or null. */
export function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(nameOf(key)) ?? 'null') as Draft | null;
    return draft && typeof draft.text === 'string' && Date.now() - draft.at < WEEK ? draft : null;
  } catch { return null; }
}

/** Keeps a draft. False when this device keeps nothing (private window, storage full): then do not promise it. */
export function write(key: string, text: string, base: string): boolean {
  try { localStorage.setItem(nameOf(key), JSON.stringify({ text, base, at: Date.now() } satisfies Draft)); return true; } catch { return false; }
}

export function drop(key: string): void {
  try { localStorage.removeItem(nameOf(key)); } catch { /* nothing was kept */ }
}

/** Removes every draft on this device (`all`), or those too old to offer. */
export function clear(all: boolean): void {
  try {
    for (const name of Object.keys(localStorage).filter(n => n.startsWith(PREFIX))) {
      const at = Number((JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Draft>).at ?? 0);
      if (all || Date.now() - at > WEEK) localStorage.removeItem(name);
    }
  } catch { /* nothing was kept */ }
}

/** 11:52, or 11:52 on 23 January when that was another day. */
export function timeOf(at: number): string {
  const when = new Date(at);
  const time = when.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return when.toDateString() === new Date().toDateString() ? time : `${time} on ${when.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}`;
}

/** The offer to put a draft back: a sentence and two buttons, to be placed where it belongs. */
export function question(words: string, putBack: () => void, discard: () => void): HTMLElement[] {
  const button = (label: string, kind: string, act: () => void): HTMLElement => {
    const el = element('button', { type: 'button', class: `btn ${kind} sm` }, label);
    el.addEventListener('click', act);
    return el;
  };
  return [element('p', {}, words), element('div', { class: 'row' }, button('Put it back', 'quiet', putBack), button('Discard it', 'text', discard))];
}
