// While a pitch is typed: earlier sessions on the same thing, as the server finds them, beside the fields. What was chosen
// stays chosen. Without this script the button "See what came before" sends the form and gets the same.
import { murmur } from './say';

const PAUSE_MS = 600;

function follow(box: HTMLElement): void {
  const form = box.closest('form'), url = box.dataset['before'];
  const title = form?.querySelector<HTMLInputElement>('[name="title"]'), about = form?.querySelector<HTMLTextAreaElement>('[name="about"]');
  if (!form || !url || !title) return;
  let timer = 0, asked = '', going: AbortController | null = null;
  const typed = (): string => `${title.value.trim()}\n${about?.value.trim() ?? ''}`;
  asked = typed();

  async function ask(): Promise<void> {
    if (typed() === asked) return;
    going?.abort();
    going = new AbortController();
    const now = typed(), body = new FormData();
    for (const name of ['csrf_token', 'title', 'about', 'carries_on']) body.set(name, String(new FormData(form!).get(name) ?? ''));
    try {
      const answer = await fetch(url!, { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' }, signal: going.signal });
      if (!answer.ok || answer.redirected) return;                                  // it is only a help: typing goes on without it
      const html = await answer.text();
      const chosen = String(new FormData(form!).get('carries_on') ?? '');            // it may have been changed meanwhile
      const at = document.activeElement instanceof HTMLInputElement && box.contains(document.activeElement) ? document.activeElement.value : null;
      box.innerHTML = html;
      const choice = (value: string): HTMLInputElement | null => box.querySelector<HTMLInputElement>(`[name="carries_on"][value="${CSS.escape(value)}"]`);
      const kept = choice(chosen);
      if (kept) kept.checked = true;
      if (at !== null) choice(at)?.focus({ preventScroll: true });
      asked = now;
      if (box.querySelector('fieldset')) murmur(box.querySelector('[data-announce]')?.textContent?.trim() ?? '');
    } catch { /* no connection, or a newer question is on its way */ }
  }
  form.addEventListener('cleared', () => {                                            // it was sent, and the form is there for the next
    clearTimeout(timer);
    going?.abort();
    box.replaceChildren();
    asked = typed();
  });
  for (const field of [title, about]) field?.addEventListener('input', () => { clearTimeout(timer); timer = window.setTimeout(() => void ask(), PAUSE_MS); });
}

document.querySelectorAll<HTMLElement>('[data-before]').forEach(follow);
