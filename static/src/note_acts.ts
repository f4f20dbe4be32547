// What the toolbar's buttons, the keys and the slash menu do to the text, by their names. Pure.
import * as keys from './markdown_keys';
import * as marks from './note_marks';

export type Act = (value: string, from: number, to: number) => keys.Edit | null;

export const ACTS: Record<string, Act> = {
  bold: (...at) => keys.wrap(...at, '**'), italic: (...at) => keys.wrap(...at, '*'), link: keys.link,
  heading: (...at) => keys.prefix(...at, '## '), list: (...at) => keys.prefix(...at, '- '), check: (...at) => keys.prefix(...at, '- [ ] '),
  quote: (...at) => keys.prefix(...at, '> '), table: marks.table,
  ...Object.fromEntries(marks.MARKS.map(word => [word, (...at: [string, number, number]) => marks.mark(...at, word)])),
};
/** The letters that, with Ctrl or Cmd, do the same. */
export const LETTERS: Record<string, string> = { b: 'bold', i: 'italic', k: 'link' };
