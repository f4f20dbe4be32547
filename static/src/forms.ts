// Every form on every page: one press sends once, an error summary gets the focus, long fields count down, and text in
// textareas marked data-keep-draft="key" is kept on this device until the server has taken it.
import { alarm, element } from './say';
import * as drafts from './drafts';
import * as noteCopies from './note_kept';

const SENT = 'folkmoot:sent';

/** A second press of the same form within a few seconds is ignored. Downloads leave the page standing, so it frees itself. */
function sendOnce(): void {
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== 'post') return;                     // handled by a script, or a search
    if (form.dataset['sending']) { event.preventDefault(); return; }
    form.dataset['sending'] = '1';
    const button = event.submitter;
    button?.setAttribute('aria-disabled', 'true');                                    // not `disabled`: its name and value must be sent
    window.setTimeout(() => free(form, button), 8000);
    if ('signsOut' in form.dataset) { drafts.clear(true); noteCopies.tidy(true); }
  });
  const free = (form: HTMLFormElement, button: Element | null): void => { delete form.dataset['sending']; button?.removeAttribute('aria-disabled'); };
  window.addEventListener('pageshow', event => {
    if (event.persisted) document.querySelectorAll('form').forEach(form => free(form, form.querySelector('[aria-disabled]')));
  });
}

function countDown(): void {
  for (const box of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[data-count]')) {
    const limit = Number(box.dataset['count']);
    const out = document.getElementById(box.id + '-count');
    if (!limit || !out) continue;
    const tell = (): void => {
      const left = limit - [...box.value].length;                                     // as the server counts: characters, not UTF-16 units
      out.textContent = left < 0 ? `${-left} too many.` : `${left} characters left.`;
      out.classList.toggle('over', left < 0);
    };
    box.addEventListener('input', tell);
    if (box.value) tell();
  }
}

function keepDrafts(): void {
  const boxes = [...document.querySelectorAll<HTMLTextAreaElement>('textarea[data-keep-draft]')];
  settleSent(boxes.length > 0);
  for (const box of boxes) {
    const key = box.dataset['keepDraft'] || `${location.pathname}#${box.name}`;
    const draft = drafts.read(key);
    const keep = (): void => {
      if (box.dataset['offered']) return;                                             // an unanswered offer is not written over
      if (box.value === box.defaultValue) drafts.drop(key); else drafts.write(key, box.value, box.defaultValue);
    };
    if (draft && draft.text !== box.value) offer(box, draft, keep); else if (draft) drafts.drop(key);
    box.addEventListener('input', keep);
    box.form?.addEventListener('submit', () => {
      try { sessionStorage.setItem(SENT, JSON.stringify([...sent(), key])); } catch { /* the draft is offered once more */ }
    });
  }
}

const sent = (): string[] => { try { return JSON.parse(sessionStorage.getItem(SENT) ?? '[]') as string[]; } catch { return []; } };

/** What was sent is let go of only on the word of the next page: a success notice. Anything else may be an error page. */
function settleSent(formHere: boolean): void {
  const keys = sent();
  if (!keys.length) return;
  const taken = !!document.querySelector('.notice.success');
  if (taken) keys.forEach(drafts.drop);
  if (taken || formHere) try { sessionStorage.removeItem(SENT); } catch { /* nothing kept */ }
}

function offer(box: HTMLTextAreaElement, draft: drafts.Draft, keep: () => void): void {
  box.dataset['offered'] = '1';
  const answered = (value: string): void => {
    delete box.dataset['offered'];
    box.value = value;
    note.remove();
    keep();
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.focus();
  };
  const note = element('div', { class: 'notice warn', role: 'status' }, element('div', {}, ...drafts.question(
    `Text you typed here at ${drafts.timeOf(draft.at)} was not sent. It is kept on this device.`,
    () => answered(box.value === box.defaultValue ? draft.text : `${draft.text}\n\n${box.value}`),
    () => answered(box.value))));
  box.before(note);
}

/** The choice of colours, without leaving the page. */
function switchTheme(): void {
  document.querySelector<HTMLFormElement>('[data-theme-form]')?.addEventListener('submit', async event => {
    const form = event.currentTarget as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (!button) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, button) as unknown as Record<string, string>);
    const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => null);      // the redirect is for people without scripts
    if (!answer || (!answer.ok && answer.type !== 'opaqueredirect')) { alarm('The choice of colours could not be kept. Check your connection and try again.'); return; }
    const root = document.documentElement;
    if (button.value === 'auto') delete root.dataset['theme']; else root.dataset['theme'] = button.value;
    document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', button.value === 'auto' ? 'light dark' : button.value);
    form.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', String(b === button)));
  });
}

export function start(): void {
  drafts.clear(false);
  noteCopies.tidy(false);
  switchTheme();
  keepDrafts();
  sendOnce();
  countDown();
  document.querySelector<HTMLElement>('[data-focus]')?.focus();
}
