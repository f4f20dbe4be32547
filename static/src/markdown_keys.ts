// What the note editor's buttons and keys do to the text: pure functions from (text, selection) to one edit.

/** Replace `from`–`to` by `text`, then select `start`–`end`. */
export interface Edit { from: number; to: number; text: string; start: number; end: number }

const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))( +\[[ xX]\])?( +)/;
const QUOTE = /^(?:\s*>)+ ?/;

/** Puts marks around the selection, or takes them away when they are there. */
export function wrap(value: string, from: number, to: number, mark: string): Edit {
  const size = mark.length, text = value.slice(from, to);
  if (value.slice(from - size, from) === mark && value.slice(to, to + size) === mark && !(mark === '*' && value[from - 2] === '*' && value[from - 3] !== '*')) {
    return { from: from - size, to: to + size, text, start: from - size, end: to - size };
  }
  const inner = text.trim(), lead = text.length - text.trimStart().length;
  if (!inner) return { from, to, text: mark + mark + text, start: from + size, end: from + size };
  return { from: from + lead, to: from + lead + inner.length, text: mark + inner + mark, start: from + lead + size, end: from + lead + size + inner.length };
}

/** Puts `mark` before every selected line ("## ", "- ", "- [ ] ", "> "), or takes it away when every line has it. */
export function prefix(value: string, from: number, to: number, mark: string): Edit {
  const start = value.lastIndexOf('\n', from - 1) + 1;
  const next = value.indexOf('\n', to > from && value[to - 1] === '\n' ? to - 1 : to);
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split('\n');
  const filled = lines.filter(line => line.trim());
  const off = filled.length > 0 && filled.every(line => line.startsWith(mark) && !(mark === '- ' && /^- \[[ xX]\] /.test(line)));
  const changed = lines.map(line => {
    if (off) return line.startsWith(mark) ? line.slice(mark.length) : line;
    if (!line.trim() && lines.length > 1) return line;
    return mark + (mark === '> ' ? line : line.replace(mark === '## ' ? /^#{1,6} +/ : ITEM, ''));
  }).join('\n');
  if (from !== to) return { from: start, to: end, text: changed, start, end: start + changed.length };
  const caret = Math.max(start, from + changed.length - (end - start));
  return { from: start, to: end, text: changed, start: caret, end: caret };
}

/** `[words](address)`: selected words become the words, a selected address the address. */
export function link(value: string, from: number, to: number): Edit {
  const text = value.slice(from, to);
  if (/^(https?:\/\/|mailto:)\S+$/.test(text)) return { from, to, text: `[](${text})`, start: from + 1, end: from + 1 };
  const address = 'https://', at = from + text.length + 3;
  return text ? { from, to, text: `[${text}](${address})`, start: at, end: at + address.length } : { from, to, text: `[](${address})`, start: from + 1, end: from + 1 };
}

/** Enter inside a list or quote starts the next item; in an empty item it ends the list. Null: an ordinary Enter. */
export function enter(value: string, from: number, to: number): Edit | null {
  if (from !== to) return null;
  const start = value.lastIndexOf('\n', from - 1) + 1;
  const next = value.indexOf('\n', from);
  const line = value.slice(start, next < 0 ? value.length : next);
  const item = ITEM.exec(line), quote = item ? null : QUOTE.exec(line);
  const lead = (item ?? quote)?.[0];
  if (!lead || from < start + lead.length) return null;
  if (line.length === lead.length) return { from: start, to: from, text: '', start, end: start };
  const mark = item ? `${item[1]}${item[2] ?? `${Number(item[3]) + 1}${item[4]}`}${item[5] ? item[5].replace(/[xX]/, ' ') : ''}${item[6]}` : lead;
  const text = '\n' + mark;
  return { from, to, text, start: from + text.length, end: from + text.length };
}
