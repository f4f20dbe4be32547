// The preview: what the server makes of the text, instead of the text or beside it; beside, it follows the typing at leisure and scrolls along roughly.
import { Idiomorph } from 'idiomorph';

export type View = 'write' | 'beside' | 'preview';
interface Parts { form: HTMLFormElement; text(): string; scroller(): HTMLElement | null; shown(view: View): void; focus(): void }

const LEISURE_MS = 900;

export function preview({ form, text, scroller, shown, focus }: Parts): { changed(): void; view(): View } {
  const pane = form.querySelector<HTMLElement>('[data-note-preview]'), url = form.dataset['previewUrl'];
  const buttons = [...form.querySelectorAll<HTMLButtonElement>('button[data-view]')];
  let view: View = 'write', timer = 0, asked = 0, last: string | null = null;
  if (!pane || !url) return { changed: () => undefined, view: () => view };

  async function render(): Promise<void> {
    clearTimeout(timer); timer = 0;
    const said = text(), mine = ++asked;
    if (said === last) return;
    if (last === null) pane!.textContent = 'Rendering…';
    const body = new URLSearchParams({ csrf_token: form.querySelector<HTMLInputElement>('[name="csrf_token"]')?.value ?? '', text: said });
    const answer = await fetch(url!, { method: 'POST', body }).catch(() => null);
    if (mine !== asked) return;
    if (answer?.ok && !answer.redirected) {                         // made safe by the server, as the page itself is
      const html = await answer.text();
      if (last === null || view === 'preview') pane!.innerHTML = html; else Idiomorph.morph(pane!, html, { morphStyle: 'innerHTML' });
      last = said;
      follow();
    } else if (last === null) pane!.textContent = 'No preview: the server did not answer. Your text is not affected.';
  }

  /** The preview is at the same part of its whole as the text. */
  function follow(): void {
    const from = scroller();
    if (view !== 'beside' || !from || pane!.matches(':hover')) return;
    const room = from.scrollHeight - from.clientHeight;
    pane!.scrollTop = room > 0 ? from.scrollTop / room * (pane!.scrollHeight - pane!.clientHeight) : 0;
  }

  async function choose(name: View): Promise<void> {
    view = name;
    buttons.forEach(b => b.setAttribute('aria-pressed', String(b.dataset['view'] === name)));
    form.dataset['showing'] = name;
    pane!.hidden = name === 'write';
    form.querySelector('[role="toolbar"]')?.toggleAttribute('inert', name === 'preview');
    shown(name);
    if (name !== 'write') await render();
    if (name === 'preview') pane!.focus(); else focus();
  }

  buttons.forEach(b => b.addEventListener('click', () => void choose(b.dataset['view'] as View)));
  let scrolled = 0;
  form.addEventListener('scroll', () => { scrolled ||= requestAnimationFrame(() => { scrolled = 0; follow(); }); }, { capture: true, passive: true });
  return { changed: () => { if (view === 'beside') timer ||= window.setTimeout(() => void render(), LEISURE_MS); }, view: () => view };
}
