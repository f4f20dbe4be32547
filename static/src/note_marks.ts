// Lines with a meaning (docs/notes.md): a list item that begins with a bold word and a colon, `- **Question:** Who pays?`. Plain
// Markdown, so that it survives every export. Pure functions from (text, selection) to one edit, as in markdown_keys.
import type { Edit } from './markdown_keys';

export const MARKS = ['Summary', 'Action', 'Question', 'Idea', 'Quote'] as const;
export type Mark = typeof MARKS[number];

const LINE = new RegExp(`^(\\s*(?:>\\s*)*)((?:[-*+]|\\d{1,9}[.)])\\s+)?(\\[[ xX]\\]\\s+)?(?:\\*\\*(${MARKS.join('|')}):\\*\\*\\s*)?(.*)$`);

interface Around { start: number; end: number; line: string }

function lineAt(value: string, at: number): Around {
  const start = value.lastIndexOf('\n', at - 1) + 1, next = value.indexOf('\n', at), end = next < 0 ? value.length : next;
  return { start, end, line: value.slice(start, end) };
}

/** Marks the line that the selection begins in, or takes the same mark from it. Another mark is replaced. */
export function mark(value: string, from: number, _to: number, word: Mark): Edit {
  const { start, end, line } = lineAt(value, from);
  const [, lead = '', bullet, box = '', had, words = ''] = LINE.exec(line) ?? [];
  if (had === word) {
    const text = lead + (bullet ?? '') + words;
    return { from: start, to: end, text, start: start + text.length, end: start + text.length };
  }
  const check = word === 'Action' ? box || '[ ] ' : had === 'Action' ? '' : box;
  const text = `${lead}${bullet ?? '- '}${check}**${word}:** ${words}`;
  return { from: start, to: end, text, start: start + text.length, end: start + text.length };
}

/** What an action's line says already, to be shown in its dialogue. */
export function actionIn(value: string, at: number): { what: string; who: string; by: string } {
  const words = LINE.exec(lineAt(value, at).line)?.[5] ?? '';
  const told = /^(.*?)\s*\((?:([^()]*?),\s*)?by (\d{4}-\d\d-\d\d)\)\s*$/.exec(words);
  if (told) return { what: told[1] ?? '', who: told[2] ?? '', by: told[3] ?? '' };
  const alone = LINE.exec(lineAt(value, at).line)?.[4] === 'Action' ? /^(.*?)\s*\(([^()]*)\)\s*$/.exec(words) : null;
  return alone ? { what: alone[1] ?? '', who: alone[2] ?? '', by: '' } : { what: words, who: '', by: '' };
}

const tidy = (words: string): string => words.replace(/\s+/g, ' ').trim();

/** The line at `at` made an action: `- [ ] **Action:** what (who, by 2027-02-01)`. */
export function action(value: string, at: number, given: { what: string; who: string; by: string }): Edit {
  const { start, end, line } = lineAt(value, at);
  const [, lead = '', bullet, box] = LINE.exec(line) ?? [];
  const who = tidy(given.who).replace(/[()]/g, ''), by = /^\d{4}-\d\d-\d\d$/.test(given.by) ? `by ${given.by}` : '';
  const told = [who, by].filter(Boolean).join(', ');
  const text = `${lead}${bullet ?? '- '}${box ?? '[ ] '}**Action:** ${tidy(given.what)}${told ? ` (${told})` : ''}`;
  return { from: start, to: end, text, start: start + text.length, end: start + text.length };
}

/** A small table on lines of its own; the first heading is selected. */
export function table(value: string, from: number, to: number): Edit {
  const { start, end, line } = lineAt(value, from);
  const at = line.trim() ? Math.max(end, to) : start, before = line.trim() ? '\n\n' : start > 0 && value.slice(Math.max(0, start - 2), start) !== '\n\n' ? '\n' : '';
  const text = `${before}| Heading | Heading |\n| --- | --- |\n|  |  |\n|  |  |\n`, first = at + before.length + 2;
  return { from: at, to: at, text, start: first, end: first + 7 };
}

/** Names of `names` that stand in `text`, with their places; whole words only. Lines that say who leads or takes notes are left alone:
 *  the grid says that as well. */
export function namesIn(text: string, names: RegExp | null): { from: number; to: number; name: string }[] {
  const found: { from: number; to: number; name: string }[] = [];
  if (!names) return found;
  for (const hit of text.matchAll(names)) {
    const { start, line } = lineAt(text, hit.index);
    const before = line.slice(0, hit.index - start);
    if (!/^[\s>*\-+|#]*(?:\*\*|__)?(?:Leaders?|Led by|Session leaders?|Hosts?|Note-?takers?|Notes by|Title|Session)\b[^:|]*[:|]/i.test(before)) found.push({ from: hit.index, to: hit.index + hit[0].length, name: hit[0] });
  }
  return found;
}

/** One expression for all names, or null when there are none. Names of fewer than three letters are not looked for. */
export function namesPattern(names: string[]): RegExp | null {
  const some = names.map(tidy).filter(name => name.length > 2).sort((a, b) => b.length - a.length);
  if (!some.length) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${some.map(n => n.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s+')).join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}
