// How one text became another, and carrying those changes over to a text somebody has typed on meanwhile.

/** Replace characters `from` up to `to` by `text`. */
export interface Hunk { from: number; to: number; text: string }

const MOST_CELLS = 4_000_000;

/** Changes that turn `a` into `b`: found line by line, then trimmed to the characters that differ. In order, apart. */
export function hunks(a: string, b: string): Hunk[] {
  const x = a.split(/(?<=\n)/), y = b.split(/(?<=\n)/);
  let start = 0, endX = x.length, endY = y.length;
  while (start < endX && start < endY && x[start] === y[start]) start++;
  while (endX > start && endY > start && x[endX - 1] === y[endY - 1]) { endX--; endY--; }
  const found: Hunk[] = [];
  let at = x.slice(0, start).join('').length;
  const pairs = common(x.slice(start, endX), y.slice(start, endY));
  let i = 0, j = 0;
  for (const [p, q] of [...pairs, [endX - start, endY - start] as const]) {
    const out = x.slice(start + i, start + p).join(''), put = y.slice(start + j, start + q).join('');
    if (out !== put) found.push(trim(at, out, put));
    at += out.length + (x[start + p] ?? '').length;
    i = p + 1; j = q + 1;
  }
  return found;
}

/** A longest common subsequence of lines, as index pairs. Huge differences are treated as one change. */
function common(x: string[], y: string[]): (readonly [number, number])[] {
  const n = x.length, m = y.length;
  if (!n || !m || n * m > MOST_CELLS) return [];
  const width = m + 1, table = new Uint32Array((n + 1) * width);
  const cell = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) table[i * width + j] = x[i] === y[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < n && j < m;) {
    if (x[i] === y[j]) pairs.push([i++, j++]);
    else if (cell(i + 1, j) >= cell(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

const splitsPair = (text: string, at: number): boolean => /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') && /[\uDC00-\uDFFF]/.test(text[at] ?? '');

function trim(at: number, out: string, put: string): Hunk {
  const least = Math.min(out.length, put.length);
  let head = 0, tail = 0;
  while (head < least && out[head] === put[head]) head++;
  if (splitsPair(out, head) || splitsPair(put, head)) head--;
  while (tail < least - head && out[out.length - 1 - tail] === put[put.length - 1 - tail]) tail++;
  if (splitsPair(out, out.length - tail) || splitsPair(put, put.length - tail)) tail--;
  return { from: at + head, to: at + out.length - tail, text: put.slice(head, put.length - tail) };
}

/** `text` with `changes` made. */
export function apply(text: string, changes: Hunk[]): string {
  return changes.reduceRight((sum, h) => sum.slice(0, h.from) + h.text + sum.slice(h.to), text);
}

interface Carried { changes: Hunk[]; left: Hunk[] }

/** Both `from` and `onto` came from `base`: the changes to make to `onto` so that it holds what `from` changed, and the changes
 *  of `from` that cannot be made, because both touch the same words. */
function carry(base: string, from: string, onto: string): Carried {
  const there = hunks(base, onto);
  const result: Carried = { changes: [], left: [] };
  for (const t of hunks(base, from)) {
    if (there.some(h => h.from === t.from && h.to === t.to && h.text === t.text)) continue;           // both did the same
    let shift = 0, clash = false;
    for (const h of there) {
      const meet = h.from <= t.to && t.from <= h.to;
      const wholeLines = h.from === h.to && t.from === t.to && (/^\n|\n$/.test(t.text) || h.text.startsWith('\n'));
      clash ||= meet && !wholeLines;
      if (h.from < t.from || (h.from === t.from && t.text.startsWith('\n'))) shift += h.text.length - (h.to - h.from);
    }
    if (clash) result.left.push(t); else result.changes.push({ from: t.from + shift, to: t.to + shift, text: t.text });
  }
  return result;
}

/** Both `theirs` and `mine` came from `base`: the changes to make to `mine` so that it holds theirs too. Null where the
 *  two touch the same words, which only a person can settle. */
export function rebase(base: string, theirs: string, mine: string): Hunk[] | null {
  const { changes, left } = carry(base, theirs, mine);
  return left.length ? null : changes;
}

/** What `mine` changed since `base`, to be put into `theirs`: `changes` to `theirs`, and the lines of `mine` that hold the rest,
 *  where `theirs` was changed as well (an empty text: words were only taken out). */
export function bringBack(base: string, theirs: string, mine: string): { changes: Hunk[]; left: string[] } {
  const { changes, left } = carry(base, mine, theirs);
  return { changes, left: linesOf(base, mine, left) };
}

/** The lines of `mine` that were typed since `base`, one text for each place. */
export const typedSince = (base: string, mine: string): string[] => linesOf(base, mine, hunks(base, mine));

function linesOf(base: string, mine: string, some: Hunk[]): string[] {
  const own = hunks(base, mine);
  return some.map(h => {
    if (!h.text.trim()) return '';
    const put = h.from + own.reduce((sum, o) => sum + (o.from < h.from ? o.text.length - (o.to - o.from) : 0), 0), to = put + h.text.length;
    const from = put + /^\n*/.exec(h.text)![0].length;
    const end = mine.indexOf('\n', h.text.endsWith('\n') ? to - 1 : to);
    return mine.slice(mine.lastIndexOf('\n', from - 1) + 1, end < 0 ? mine.length : end);
  });
}
