// What was typed and has not reached the server yet. It is kept on this device, sent again until the server has taken it,
// and never counts twice: each carries the key it was given when it was typed.
import * as drafts from './drafts';

export type Fields = Record<string, string>;
export interface Unsent { key: string; fields: Fields; problem?: string }
export interface Told { message: string; new: boolean; url: string; place: number | null; alike?: string[] }
export type Answer = { taken: Told } | { refused: string } | { later: string };

const FIRST_MS = 2000, LONGEST_MS = 30000, PATIENCE_MS = 15000;

/** Sends one. What the server answers with one of the `refusals` it will never take; everything else may work later. */
async function post(url: string, token: string, one: Unsent, refusals: readonly number[]): Promise<Answer> {
  const body = new URLSearchParams({ ...one.fields, key: one.key, csrf_token: token });
  const stop = new AbortController(), patience = window.setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body, signal: stop.signal });
    const said = answer.redirected ? null : await answer.json().catch(() => null) as (Told & { error?: { message: string } }) | null;
    if (answer.ok && said && !said.error) return { taken: said };
    if (refusals.includes(answer.status) && said?.error) return { refused: said.error.message };
    if (answer.status < 500 && (answer.redirected || answer.status >= 400)) return { later: said?.error?.message ?? 'You may have been signed out. Reload this page.' };
  } catch { /* no answer: the network, or it took too long */ } finally { clearTimeout(patience); }
  return { later: 'No answer from the server.' };
}

/** The outbox of one page. `changed` is called whenever what is in it has changed, `taken` for each the server has. */
export class Outbox {
  items: Unsent[] = [];
  why = '';
  kept = true;                                                                     // whether this device keeps it through a reload
  private sending = false;
  private wait = FIRST_MS;
  private timer = 0;

  constructor(private readonly name: string, private readonly url: string, private readonly token: string,
              private readonly changed: () => void, private readonly taken: (one: Unsent, told: Told) => void,
              private readonly refusals: readonly number[] = [409, 422]) {
    this.read();
    window.addEventListener('online', () => void this.flush());
    window.addEventListener('pageshow', () => void this.flush());
  }

  private read(): void {
    try { this.items = JSON.parse(drafts.read(this.name)?.text ?? '[]') as Unsent[]; } catch { this.items = []; }
  }

  /** Another tab of this device may have added or sent some meanwhile, so what is stored is changed rather than replaced. */
  private change(how: (items: Unsent[]) => Unsent[]): void {
    const mine = this.items;
    if (this.kept) this.read();
    const others = this.items.filter(one => !mine.some(m => m.key === one.key));
    this.items = how([...mine, ...others]);
    if (this.items.length) this.kept = drafts.write(this.name, JSON.stringify(this.items), ''); else drafts.drop(this.name);
    this.changed();
  }

  add(one: Unsent): void { this.change(items => [...items, one]); void this.flush(); }
  drop(key: string): void { this.change(items => items.filter(one => one.key !== key)); }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.sending) return;
    this.sending = true;
    try {
      for (let one = this.next(); one; one = this.next()) {
        const answer = await post(this.url, this.token, one, this.refusals);
        if ('taken' in answer) { this.why = ''; this.wait = FIRST_MS; this.drop(one.key); this.taken(one, answer.taken); }
        else if ('refused' in answer) { const { key } = one; this.change(items => items.map(i => i.key === key ? { ...i, problem: answer.refused } : i)); }
        else { this.why = answer.later; this.changed(); break; }
      }
    } finally { this.sending = false; }
    if (!this.next()) return;
    this.timer = window.setTimeout(() => void this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_MS);
  }

  private next(): Unsent | undefined { return this.items.find(one => !one.problem); }
}
