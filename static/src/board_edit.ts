// Changing a note where it stands, and the title of a group. What one began from goes along, so that the server can merge what
// somebody else changed meanwhile; where both changed the same words, both are shown and a person decides. What is typed is kept
// on this device until it is saved.
import { ask, catchUp, tell, type Said } from './board_ask';
import { address, board, called, clusterOf, gripOf, insightAddress, stickyOf, wordsOf } from './board_dom';
import { editors } from './board_delta';
import { keepFor } from './board_add';
import * as drafts from './drafts';
import { alarm, announce, element } from './say';

const MOST = Number(board?.dataset['most'] ?? 500);
const AGAIN_MS = 5000;
const draftName = (card: HTMLElement): string => `board-${board?.dataset['board']}-edit-${card.dataset['insight']}`;
export const mayEdit = (card: HTMLElement): boolean => (card.dataset['may'] ?? '').split(' ').includes('edit');

interface Draft { text: string; was: string }

/** Opens a box for the words of a note, in its place. */
export function edit(card: HTMLElement, draft: Draft | null = null): void {
  if (editors.has(card.id)) { card.querySelector('textarea')?.focus(); return; }
  const words = card.querySelector<HTMLElement>('.words');
  if (!words || !mayEdit(card)) return;
  let was = draft?.was ?? words.textContent ?? '', again = 0, sending = false;
  const id = `edit-${card.id}`;
  const box = element('textarea', { class: 'area', id, rows: '3', 'aria-describedby': `${id}-said`, enterkeyhint: 'done' }) as HTMLTextAreaElement;
  const said = element('div', { class: 'said', id: `${id}-said`, role: 'status' }, hint());
  const save = element('button', { class: 'btn sm' }, 'Save'), leave = element('button', { type: 'button', class: 'btn quiet sm' }, 'Cancel');
  const form = element('form', { class: 'editing', 'data-keep': '' }, element('label', { class: 'vh', for: id }, 'What the note says'), box, said, element('div', { class: 'row' }, save, leave)) as HTMLFormElement;
  box.value = draft?.text ?? was;

  const close = (): void => {
    clearTimeout(again);
    editors.delete(card.id);
    drafts.drop(draftName(card));
    form.remove();
    card.classList.remove('is-editing');
    words.hidden = false;
    if (document.activeElement === document.body) gripOf(card)?.focus({ preventScroll: true });
  };
  const clash = (more: Said): void => {
    const theirs = String(more['theirs'] ?? '');
    const take = (text: string): void => { was = theirs; box.value = text; box.dispatchEvent(new Event('input')); };
    const theirButton = element('button', { type: 'button', class: 'btn quiet sm' }, 'Take theirs'), mineButton = element('button', { type: 'button', class: 'btn quiet sm' }, 'Keep mine');
    theirButton.addEventListener('click', () => { take(theirs); close(); void catchUp(); });
    mineButton.addEventListener('click', () => { was = theirs; void send(); });
    was = theirs;                                                                           // what is in the box is now a change of theirs: saved as it stands
    said.replaceChildren(element('p', { class: 'clash' }, 'Somebody changed the same words meanwhile. Theirs:'), element('blockquote', {}, theirs),
      element('p', {}, 'Yours is in the box. Nothing of either is lost yet.'), element('div', { class: 'row' }, mineButton, theirButton));
    box.focus();
  };
  const send = async (): Promise<void> => {
    const text = box.value.trim();
    if (sending) return;
    if (!text) { said.replaceChildren('A note says something. To take it away, use More.'); box.focus(); return; }
    if ([...text].length > MOST) { said.replaceChildren(`A note holds ${MOST} characters. ${[...text].length - MOST} are too many.`); box.focus(); return; }
    if (text === was && !draft) { close(); return; }
    clearTimeout(again);
    sending = true;
    save.setAttribute('aria-disabled', 'true');
    const answer = await ask(insightAddress(card), { text, was });
    sending = false;
    save.removeAttribute('aria-disabled');
    if (!('problem' in answer)) {
      const kept = typeof answer.said['text'] === 'string' ? answer.said['text'] : text;
      words.textContent = kept;
      close();
      announce(answer.said['merged'] ? 'Saved, with what somebody else changed meanwhile.' : 'Saved.');
      await catchUp();
    } else if (answer.status === 409 && answer.said && 'theirs' in answer.said) clash(answer.said);
    else if (answer.status === 0 || answer.status >= 500) {
      said.replaceChildren('Not saved yet: no answer from the server. It is kept on this device and sent again.');
      again = window.setTimeout(() => void send(), AGAIN_MS);
    } else { said.replaceChildren(answer.problem); box.focus(); }
  };

  form.addEventListener('submit', event => { event.preventDefault(); event.stopPropagation(); void send(); });
  leave.addEventListener('click', close);
  box.addEventListener('keydown', event => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) { event.preventDefault(); void send(); }
    else if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); close(); }
  });
  box.addEventListener('input', () => {
    drafts.write(draftName(card), JSON.stringify({ text: box.value, was } satisfies Draft), '');
    if (!CSS.supports('field-sizing', 'content')) { box.style.height = 'auto'; box.style.height = `${box.scrollHeight + 4}px`; }
  });
  window.addEventListener('online', () => { if (again) void send(); });
  editors.set(card.id, (now, edited) => {
    if (!edited) {                                                                          // the note went away under somebody's hands
      const mine = box.value.trim();
      if (mine && mine !== was.trim() && keepFor(card.dataset['column'] ?? '', mine)) alarm('That note was taken away while you were changing it. Your words are in the box below its column.');
      editors.delete(card.id);
      return;
    }
    words.textContent = now;
    if (now !== was && !said.querySelector('.clash')) said.replaceChildren(element('p', {}, 'Somebody has just changed this note. It now says:'), element('blockquote', {}, now), element('p', {}, 'When you save, both changes are put together.'));
  });
  card.classList.add('is-editing');
  words.hidden = true;
  words.after(form);
  box.dispatchEvent(new Event('input'));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

const hint = (): string => matchMedia('(hover: none)').matches ? '' : 'Enter saves, Shift and Enter begins a new line, Escape leaves it as it was.';

// ---- titles of groups ------------------------------------------------------------------------------------------------

/** Opens a box for the title of a group. */
export function retitle(cluster: HTMLElement): void {
  const title = cluster.querySelector<HTMLElement>('.cluster-title'), head = cluster.querySelector('.cluster-head');
  if (!title || !head || head.querySelector('form')) return;
  const was = title.textContent?.trim() ?? '';
  const box = element('input', { class: 'input', type: 'text', maxlength: '120', 'aria-label': 'What these notes have in common', placeholder: 'What they have in common', value: was, enterkeyhint: 'done', autocomplete: 'off' }) as HTMLInputElement;
  const form = element('form', { class: 'retitle', 'data-keep': '' }, box, element('button', { class: 'btn sm' }, 'Save')) as HTMLFormElement;
  let closed = false;
  const close = (): void => { if (closed) return; closed = true; form.remove(); title.hidden = false; cluster.classList.remove('is-editing'); if (document.activeElement === document.body) gripOf(cluster)?.focus({ preventScroll: true }); };
  form.addEventListener('submit', event => {
    event.preventDefault();
    event.stopPropagation();
    const now = box.value.trim();
    if (now === was) { close(); return; }
    void (async () => {
      const answer = await ask(address(`/clusters/${cluster.dataset['groupOf']}`), { title: now, was });
      if ('problem' in answer) { alarm(answer.problem); box.focus(); return; }
      title.textContent = now;
      close();
      tell(now ? `The group is called “${now}”.` : 'The group has no title.');
      await catchUp();
    })();
  });
  box.addEventListener('keydown', event => { if (event.key === 'Escape') { event.stopPropagation(); close(); } });
  form.addEventListener('focusout', event => { if (!form.contains(event.relatedTarget as Node | null) && box.value.trim() === was) close(); });
  title.hidden = true;
  cluster.classList.add('is-editing');
  title.after(form);
  box.focus();
  box.select();
}

/** Words that were being typed into a note when the page was left: they are offered again. */
function restore(): void {
  for (const card of board?.querySelectorAll<HTMLElement>('.sticky[data-may~="edit"]') ?? []) {
    const kept = drafts.read(draftName(card))?.text;
    if (!kept) continue;
    try {
      const draft = JSON.parse(kept) as Draft;
      if (draft.text.trim() && draft.text.trim() !== wordsOf(card).trim()) edit(card, draft); else drafts.drop(draftName(card));
    } catch { drafts.drop(draftName(card)); }
  }
}

export function listen(): void {
  board?.addEventListener('dblclick', event => {
    const words = (event.target as Element).closest('.words'), title = (event.target as Element).closest('.cluster-title');
    const card = stickyOf(words);
    if (card && mayEdit(card)) { event.preventDefault(); edit(card); } else if (title && board?.dataset['write'] === '1') retitle(clusterOf(title)!);
  });
  restore();
}

export const editLabel = (card: HTMLElement): string => `Change ${called(card)}`;
