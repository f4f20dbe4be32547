// What the editor of notes keeps on this device: which copies of notes there are (one database for each person, note and epoch), and which
// of them hold something the server has not stored. No editor in here: every page uses it, to forget all when somebody signs out.

const COPY = 'folkmoot:note:', UNSENT = 'folkmoot:unsent:';
const OLD_MS = 60 * 24 * 60 * 60 * 1000;

export interface Place { who: string; note: string; epoch: number }

/** The name of the database of a copy. */
export const nameOf = ({ who, note, epoch }: Place): string => `${COPY}${who}:${note}:${epoch}`;

function placeOf(name: string): Place | null {
  const told = /^folkmoot:note:([^:]*):([^:]*):(\d+)$/.exec(name);
  return told ? { who: told[1]!, note: told[2]!, epoch: Number(told[3]) } : null;
}

function keys(prefix: string): string[] {
  try { return Object.keys(localStorage).filter(key => key.startsWith(prefix)); } catch { return []; }
}

/** Copies on this device of a note of `who`. */
export const copiesOf = (who: string, note: string): Place[] =>
  keys(COPY).map(placeOf).filter((place): place is Place => !!place && place.who === who && place.note === note);

/** Whether this device has, or had, a copy. */
export const known = (place: Place): boolean => keys(nameOf(place)).includes(nameOf(place));

/** Remembers that there is a copy. False when this device keeps nothing. */
export function remember(place: Place): boolean {
  try { localStorage.setItem(nameOf(place), String(Date.now())); return true; } catch { return false; }
}

/** Tabs of this device that typed something into the copy which the server may not have. */
export const unsentOf = (place: Place): string[] => keys(`${UNSENT}${nameOf(place)}:`);
export const unsentKey = (place: Place, tab: string): string => `${UNSENT}${nameOf(place)}:${tab}`;

export function setUnsent(key: string): void { try { localStorage.setItem(key, String(Date.now())); } catch { /* said elsewhere: nothing is kept */ } }
export function clearUnsent(some: string[]): void { try { some.forEach(key => localStorage.removeItem(key)); } catch { /* nothing was kept */ } }

/** Removes a copy, once nobody has it open any more. */
export function drop(place: Place): void {
  clearUnsent([nameOf(place), ...unsentOf(place)]);
  try { indexedDB.deleteDatabase(nameOf(place)); } catch { /* there was none */ }
}

/** Removes every copy on this device (`all`), or those that nobody has opened for a long time and that the server has. */
export function tidy(all: boolean): void {
  for (const key of keys(COPY)) {
    const place = placeOf(key);
    if (place && (all || (Date.now() - Number(localStorage.getItem(key)) > OLD_MS && !unsentOf(place).length))) drop(place);
  }
}
