// This device's copy of one note: its Y.Doc, kept in IndexedDB as it is typed.
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import * as kept from './note_kept';

const PATIENCE_MS = 2500, BASE_MS = 2000;
const BASE = 'base';

/** Whether this device lets pages keep databases; private windows of some browsers do not. */
async function usable(name: string): Promise<boolean> {
  return new Promise(resolve => {
    try {
      const asked = indexedDB.open(name);
      asked.onupgradeneeded = () => { for (const store of ['updates', 'custom']) asked.result.createObjectStore(store, store === 'updates' ? { autoIncrement: true } : {}); };
      asked.onsuccess = () => { asked.result.close(); resolve(true); };
      asked.onerror = asked.onblocked = () => resolve(false);
      setTimeout(() => resolve(false), PATIENCE_MS);
    } catch { resolve(false); }
  });
}

export class Copy {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText('text');
  readonly tab = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);
  /** Whether what is typed is kept on this device. */
  kept = false;
  store: IndexeddbPersistence | null = null;
  place: kept.Place | null = null;
  /** Marks of other tabs and earlier visits: what they typed is in this copy. */
  private inherited: string[] = [];
  private unsent = '';
  private baseTimer = 0;
  private ended = false;
  private said: (() => string) | null = null;
  private persisted = false;

  /** Reads what the device has, and keeps what comes from now on. Calls `lost` if it stops keeping. `alone`: nothing else changes the
   *  text until it is read, so that it need not be written out once more on its way in. */
  async open(place: kept.Place, lost: () => void, alone = false): Promise<void> {
    const name = kept.nameOf(place), before = this.store;
    this.place = place;
    this.kept = false; this.store = null;
    await before?.destroy();                                        // it was opened as of another epoch, before the server said which
    if (!kept.remember(place) || !await usable(name) || this.place !== place || this.ended) return;
    this.inherited = kept.unsentOf(place);
    const store = this.store = new IndexeddbPersistence(name, this.doc);
    if (alone) this.doc.off('update', store._storeUpdate);
    const done = await Promise.race([store.whenSynced.then(() => true), new Promise<boolean>(resolve => { setTimeout(() => resolve(false), PATIENCE_MS); })]);
    if (this.store !== store) return;                              // another epoch was opened meanwhile
    if (!done) { void store.destroy(); this.store = null; return; }
    if (alone) this.doc.on('update', store._storeUpdate);
    this.kept = true;
    const fail = (): void => { if (this.kept) { this.kept = false; lost(); } };
    for (const what of ['abort', 'error', 'close']) store.db?.addEventListener(what, fail);                // full, or taken away by the browser
  }

  /** Whether somebody typed here, now or earlier, what the server may not have. */
  get waits(): boolean { return !!this.unsent || this.inherited.length > 0; }

  typed(): void {
    if (this.unsent || !this.place || !this.kept) return;
    this.unsent = kept.unsentKey(this.place, this.tab);
    kept.setUnsent(this.unsent);
  }

  /** The server has what `said` gives; `all`: and nothing has been typed since. */
  saved(said: () => string, all: boolean): void {
    if (all) {
      kept.clearUnsent([...this.inherited, ...this.unsent ? [this.unsent] : []]);
      this.inherited = []; this.unsent = '';
    }
    this.said = said;
    this.baseTimer ||= window.setTimeout(() => this.keepBase(), this.persisted ? BASE_MS : 0);
  }

  /** Notes on the device what the server had last, so that what is typed from here on can be told apart should the notes be begun anew. */
  keepBase(): void {
    clearTimeout(this.baseTimer);
    this.baseTimer = 0;
    if (!this.said || !this.kept) return;
    this.persisted = true;
    this.store?.set(BASE, this.said()).catch(() => undefined);
  }

  /** What the server had when it was last known to have everything, or null. */
  async lastSaved(): Promise<string | null> {
    if (this.said) return this.said();
    const base: unknown = await this.store?.get(BASE).catch(() => null);
    return typeof base === 'string' ? base : null;
  }

  /** Ends it; `drop` also removes it from the device. */
  close(drop: boolean): void {
    clearTimeout(this.baseTimer);
    const { place } = this;
    this.ended = true;
    void this.store?.destroy().then(() => { if (drop && place) kept.drop(place); });
    this.store = null; this.kept = false;
    this.doc.destroy();
  }
}

export interface LeftBehind { base: string | null; mine: string; done: () => void }

/** Copies of earlier epochs on this device that hold what was never stored, oldest first; `base` is what the server had then, if that
 *  is known. Each is removed once its `done` is called. */
export async function leftBehind(who: string, note: string, epoch: number): Promise<LeftBehind[]> {
  const found: LeftBehind[] = [];
  for (const place of kept.copiesOf(who, note).filter(one => one.epoch < epoch).sort((a, b) => a.epoch - b.epoch)) {
    if (!kept.unsentOf(place).length) { kept.drop(place); continue; }
    const copy = new Copy();
    await copy.open(place, () => undefined);
    const base = await copy.lastSaved(), mine = copy.text.toString();
    copy.close(false);
    if (base === mine) kept.drop(place); else found.push({ base, mine, done: () => kept.drop(place) });
  }
  return found;
}
