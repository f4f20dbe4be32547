// Where things stand on a board, as the server orders them (app/boards/columns.py: order). And where a hand that holds a note
// would put it. Pure: nothing here reads the page.

/** What has a place in a column: a note or a cluster. */
export interface Standing { position: number; cluster: boolean; id: number }

/** Negative when `a` stands before `b`: by position; between equals clusters first, then by id. */
export const compare = (a: Standing, b: Standing): number => a.position - b.position || Number(b.cluster) - Number(a.cluster) || a.id - b.id;

/** By dots, most first; between equals by their places. */
export const compareVotes = (a: Standing & { votes: number }, b: Standing & { votes: number }): number => b.votes - a.votes || compare(a, b);

/** How many of `count` things in order stand before one: `after(i)` says whether number i comes after it. The end is asked first,
 *  because most of what arrives is new and stands there. */
export function indexFor(count: number, after: (index: number) => boolean): number {
  if (!count || !after(count - 1)) return count;
  let low = 0, high = count - 1;                                                   // everything from `high` on comes after it
  while (low < high) {
    const middle = (low + high) >> 1;
    if (after(middle)) high = middle; else low = middle + 1;
  }
  return low;
}

/** A position between two neighbours, either of which may be missing: where the page shows a note until the server has said. */
export function between(before: number | null, next: number | null): number {
  if (before === null) return next === null ? 1024 : next - 512;
  return next === null ? before + 1024 : (before + next) / 2;
}

export interface Box { left: number; top: number; width: number; height: number }
export type Zone = 'before' | 'onto' | 'after';

const EDGE = .3;                                                                   // of a note's height (or width) is its edge; the middle means: on it

/** What a point on a note means: before it, on it, after it. `across`: notes stand beside each other rather than below. */
export function zone(box: Box, x: number, y: number, across: boolean, canGroup: boolean): Zone {
  const part = across ? (x - box.left) / (box.width || 1) : (y - box.top) / (box.height || 1);
  if (!canGroup) return part < .5 ? 'before' : 'after';
  return part < EDGE ? 'before' : part > 1 - EDGE ? 'after' : 'onto';
}

/** How far to scroll in a frame when the pointer is `at`, between `from` and `to`: faster the nearer to the edge. */
export function edgeSpeed(at: number, from: number, to: number, reach = 72, most = 16): number {
  if (at < from + reach) return -Math.ceil(most * Math.min(1, (from + reach - at) / reach));
  if (at > to - reach) return Math.ceil(most * Math.min(1, (at - to + reach) / reach));
  return 0;
}

/** A place that arrow keys choose: in column number `column`, before its `index`th note (or at the end), or on that note. */
export interface Spot { column: number; index: number; onto: boolean }

const FAR = 10;

/** Where a key leads from `spot`, or null when the key is none of ours. `counts`: how many other notes each column holds. */
export function step(spot: Spot, key: string, counts: readonly number[]): Spot | null {
  const last = (column: number): number => counts[column] ?? 0;
  const at = (column: number, index: number): Spot => ({ column, index: Math.max(0, Math.min(last(column), index)), onto: false });
  switch (key) {
    case 'ArrowUp': return at(spot.column, spot.index - 1);
    case 'ArrowDown': return at(spot.column, spot.index + 1);
    case 'PageUp': return at(spot.column, spot.index - FAR);
    case 'PageDown': return at(spot.column, spot.index + FAR);
    case 'Home': return at(spot.column, 0);
    case 'End': return at(spot.column, last(spot.column));
    case 'ArrowLeft': return at(Math.max(0, spot.column - 1), spot.index);
    case 'ArrowRight': return at(Math.min(counts.length - 1, spot.column + 1), spot.index);
    case 'g': case 'G': {
      if (!last(spot.column)) return spot;
      return { column: spot.column, index: Math.min(spot.index, last(spot.column) - 1), onto: !spot.onto };
    }
    default: return null;
  }
}

/** The first words of a text, for labels. */
export function brief(text: string, most = 60): string {
  const line = text.trim().replace(/\s+/g, ' '), letters = [...line];
  return letters.length <= most ? line : letters.slice(0, most).join('').replace(/\s+\S*$/, '') + '…';
}
