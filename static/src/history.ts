// The slider through the history of notes: shows each moment as the slider moves. Without it the form and the links do the same.
import { alarm } from './say';

const WAIT_MS = 120;

const form = document.querySelector<HTMLFormElement>('form[data-history]');
const slider = form?.querySelector<HTMLInputElement>('input[type="range"]');
const box = document.getElementById('moment');

if (form && slider && box) {
  let timer = 0, asked = 0;

  const show = async (): Promise<void> => {
    const turn = ++asked, address = new URL(form.dataset.history!, location.href);
    for (const [name, value] of new FormData(form)) address.searchParams.set(name, String(value));
    box.setAttribute('aria-busy', 'true');
    const answer = await fetch(address, { headers: { 'X-Requested-With': 'fetch' } }).catch(() => null);
    const html = answer?.ok ? await answer.text().catch(() => null) : null;
    if (turn !== asked) return;                                                    // the slider has moved on
    box.removeAttribute('aria-busy');
    if (html === null) { alarm('That moment could not be fetched. Move the slider again once you are connected.'); return; }
    const page = new DOMParser().parseFromString(html, 'text/html');
    const focused = box.contains(document.activeElement) ? document.activeElement?.getAttribute('rel') : null;
    box.replaceChildren(...page.body.childNodes);
    const moment = box.querySelector<HTMLElement>('.moment');
    slider.setAttribute('aria-valuetext', moment?.dataset.said ?? '');
    if (focused) (box.querySelector<HTMLElement>(`a[rel="${focused}"]`) ?? slider).focus();
    const here = new URL(location.href);
    here.search = '';
    here.searchParams.set('at', moment?.dataset.base ?? '');
    const view = form.querySelector<HTMLInputElement>('[name="view"]')?.value;
    if (view && view !== 'read') here.searchParams.set('view', view);
    history.replaceState(null, '', here);
  };

  slider.addEventListener('input', () => { clearTimeout(timer); timer = window.setTimeout(show, WAIT_MS); });
  form.addEventListener('submit', event => { event.preventDefault(); void show(); });
  form.parentElement?.addEventListener('click', event => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-step]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    slider.value = link.dataset.step!;
    void show();
  });
}
