// Above the grid that is being arranged: undo and redo (also Ctrl+Z and Ctrl+Shift+Z), and what other organisers do.
import { element, toast } from './say';

type Ask = (url: string, fields: Record<string, string>, title: string) => Promise<void>;

const barForm = (what: 'undo' | 'redo'): HTMLFormElement | null => document.querySelector<HTMLFormElement>(`form[data-ask="${what}"]`);

/** Sends the same as a form does: the page that answers has a question to ask. */
export function asForm(url: string, body: URLSearchParams): void {
  const form = element('form', { method: 'post', action: url, hidden: '' }, ...[...body].map(([name, value]) => element('input', { type: 'hidden', name, value }))) as HTMLFormElement;
  document.body.append(form);
  form.submit();
}

/** Takes over the forms of the bar; `ask` posts, says what became of it and shows the grid. */
export function start(region: HTMLElement, ask: Ask): void {
  const press = async (form: HTMLFormElement): Promise<void> => {
    const button = form.querySelector('button');
    if (!button || button.disabled) { toast(form.dataset['ask'] === 'redo' ? 'There is nothing to redo.' : 'There is nothing to undo.'); return; }
    const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== 'csrf_token').map(([name, value]) => [name, String(value)]));
    const what = form.dataset['ask'];
    await ask(form.action, fields, button.textContent ?? '');
    if (document.activeElement === document.body && (what === 'undo' || what === 'redo')) barForm(what)?.querySelector('button')?.focus({ preventScroll: true });
  };
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement;
    if (!('ask' in form.dataset)) return;
    event.preventDefault();
    event.stopPropagation();
    void press(form);
  }, true);
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    const what = key === 'y' || (key === 'z' && event.shiftKey) ? 'redo' : key === 'z' ? 'undo' : null;
    const form = what && barForm(what);
    if (!form || (event.target as Element).closest?.('input, textarea, select, dialog[open]')) return;                // there it undoes typing
    event.preventDefault();
    void press(form);
  });

  const latest = (): HTMLElement | null => document.getElementById('latest');
  let told = Number(latest()?.dataset['change'] ?? 0);
  region.addEventListener('refreshed', () => {
    const now = latest(), change = Number(now?.dataset['change'] ?? 0);
    if (now && change > told && !('own' in now.dataset)) toast(now.textContent ?? '');
    told = Math.max(told, change);
  });
}
