// What the shared editor says when something stands between the writer and the notes: what happened, whether anything is lost, what to do.
import { announce, element } from './say';
import type { Kind } from './note_status';

export interface Trouble {
  kind: Kind | 'left' | 'blocked' | 'draft';
  words: string;
  unsaved?: string[];                                              // texts that are not stored, each to be read and copied
  whole?: () => string;                                            // the whole text, to copy or download
  does?: [string, () => void][];
  links?: [string, string][];
  name: string;                                                    // of the file
}

const button = (label: string, act: () => void): HTMLElement => {
  const el = element('button', { type: 'button', class: 'btn quiet sm' }, label);
  el.addEventListener('click', act);
  return el;
};

async function copy(text: string, from: HTMLElement): Promise<void> {
  try { await navigator.clipboard.writeText(text); from.textContent = 'Copied'; } catch { from.textContent = 'Could not copy: download it instead'; }
}

/** Shows it above the text. `read`: screen readers hear it at once. */
export function show(box: HTMLElement, trouble: Trouble | null): void {
  box.hidden = !trouble;
  box.replaceChildren();
  if (!trouble) return;
  const { words, unsaved = [], whole, does = [], links = [], name } = trouble;
  const row = element('div', { class: 'row' });
  const texts = unsaved.filter(text => text.trim());
  box.append(element('p', {}, words));
  if (texts.length) {
    box.append(element('details', { class: 'note-unsaved', open: '' }, element('summary', {}, texts.length === 1 ? 'What is not saved' : `What is not saved: ${texts.length} passages`),
      ...texts.map(text => element('pre', { tabindex: '0' }, text))));
    const one = button('Copy what is not saved', () => void copy(texts.join('\n\n'), one));
    row.append(one);
  }
  for (const [label, href] of links) row.append(element('a', { class: 'btn quiet sm', href, target: '_blank', rel: 'noopener' }, label));
  for (const [label, act] of does) row.append(button(label, act));
  if (whole) {
    const all = button('Copy the whole text', () => void copy(whole(), all));
    row.append(all, button('Download it', () => {
      const url = URL.createObjectURL(new Blob([whole()], { type: 'text/markdown' }));
      const link = element('a', { href: url, download: `${name}.md` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }));
  }
  box.append(row);
  announce(words);
}
