// What the note editor says about what was typed, always true: "Saved" only when the server has answered that everything
// typed here is stored. Pure, so that every way it can go is tested (tests/front/note_status.test.mjs).

export type State = 'saved' | 'unsaved' | 'saving' | 'failed';
export interface Said { state: State; words: string; loud: boolean }              // loud: read out by screen readers as well

/** How long the server may take to answer before the status says that the text is not yet saved, and until the connection is made anew. */
export const LATE_MS = 4000, DEAD_MS = 9000;

/** Counts what was typed and what of it the server has stored. A fence is a number sent after changes; its answer comes when
 *  everything sent before it is stored. `T` is what the notes said when it was sent. */
export class Fences<T> {
  private typed = 0;
  private stored = 0;
  private last = 0;
  private sent: { n: number; typed: number; at: number; seen: T }[] = [];

  /** Something was typed here. */
  change(): void { this.typed += 1; }
  get dirty(): boolean { return this.typed !== this.stored; }

  /** The number to send now. */
  next(now: number, seen: T): number {
    this.sent.push({ n: ++this.last, typed: this.typed, at: now, seen });
    return this.last;
  }

  /** The server answered fence `n`: what the notes said when it was sent is stored. Null for a fence of a connection that is gone. */
  answer(n: number): { seen: T } | null {
    const at = this.sent.findIndex(one => one.n === n);
    if (at < 0) return null;
    const { typed, seen } = this.sent[at]!;
    this.stored = Math.max(this.stored, typed);
    this.sent.splice(0, at + 1);
    return { seen };
  }

  /** Whether a fence on its way already covers all that was typed. */
  get covered(): boolean { return this.sent.at(-1)?.typed === this.typed; }
  /** For how long the oldest fence has waited (milliseconds); 0 when none does. */
  waiting(now: number): number { return this.sent[0] ? now - this.sent[0].at : 0; }
  /** The connection is gone: what was on its way may never have arrived. */
  lost(): void { this.sent = []; }
}

export interface Facts {
  opened: boolean;         // the notes have been seen on this device, now or on an earlier visit
  ready: boolean;          // connected, and both sides have what the other had
  dirty: boolean;          // typed here and not known to be stored
  late: boolean;           // the server has not answered for LATE_MS
  kept: boolean;           // this device keeps what is typed
  savedAt: string;         // 11:52, or '' when nothing was saved yet
  stopped: Ending | null;  // why there is no connection and none is sought
  readOnly: boolean;
  closed: boolean;         // writing has ended for everybody
}

const where = (f: Facts): string => f.kept ? 'kept on this device' : 'only in this page: leave it open';

/** What the status line says. */
export function say(f: Facts): Said {
  if (f.stopped) {
    if (f.stopped.kind === 'full') return { state: 'failed', words: f.dirty ? `The notes are full. Not saved – ${where(f)}` : 'The notes are full', loud: true };
    return { state: 'failed', words: f.dirty ? `Not saved – ${where(f)}` : f.stopped.status, loud: true };
  }
  if (!f.opened) return { state: 'saving', words: 'Opening…', loud: false };
  if (f.dirty) {
    return f.ready && !f.late ? { state: 'saving', words: 'Saving…', loud: false }
      : { state: 'unsaved', words: `Not yet saved – ${where(f)}`, loud: true };
  }
  if (f.readOnly) return { state: 'saved', words: f.closed ? 'Writing is closed' : 'Read only', loud: true };
  const saved = f.savedAt ? `Saved ${f.savedAt}` : 'No changes yet';
  return f.ready ? { state: 'saved', words: saved, loud: true } : { state: 'unsaved', words: `${saved}. No connection, you can go on writing`, loud: true };
}

export type Kind = 'again' | 'anew' | 'full' | 'signed-out' | 'refused' | 'gone' | 'broken' | 'closed';
/** Why the server ended the connection. `status` for the status line, `message` says what happened and what to do. */
export interface Ending { kind: Kind; status: string; message: string }

/** What a close code of the socket means (docs/notes-socket.md), or the status of a refused page. `over`: writing has ended by now. */
export function ending(code: number, over = false): Ending {
  switch (code) {
    case 4409: return { kind: 'anew', status: 'Opening…', message: '' };
    case 4413: case 1009: return { kind: 'full', status: 'The notes are full', message: 'The notes are full.' };
    case 4401: case 401: return { kind: 'signed-out', status: 'Signed out', message: 'You are signed out.' };
    case 4403: case 403: return over ? { kind: 'closed', status: 'Writing is closed', message: 'Writing is closed for these notes.' }
      : { kind: 'refused', status: 'Read only', message: 'You can no longer write in these notes: somebody has changed who may.' };
    case 4404: case 404: return { kind: 'gone', status: 'Not there any more', message: 'These notes are not there any more.' };
    case 4400: case 1002: case 1003: case 1007: case 1008: return { kind: 'broken', status: 'Stopped', message: 'The server did not understand what this page sent.' };
    default: return { kind: 'again', status: '', message: '' };                   // 1012 restart, 1013 busy, 4408 too slow, 1006 no network
  }
}

/** How long to wait before connecting again: longer each time, never the same for everybody. */
export function wait(attempt: number, code: number, chance = Math.random()): number {
  if (code === 1012 || code === 1013) return 100 + chance * (attempt ? 3500 : 1900);                // everybody was sent away at once
  return Math.min(250 * 2 ** attempt, 2600) * (.6 + chance * .7);
}

/** 256 kB, for a number of bytes. */
export const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} kB`;
