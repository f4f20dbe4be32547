// Searching as you type: the results are the server's own fragment, the address follows, and the count is read out.
// <form data-search data-fragment="/search/results" data-results="results"> and <div id="results">; the fragment holds
// one element marked data-announce that says how many were found.
import { murmur } from './say';

const PAUSE_MS = 180;
const OFF = 'folkmoot:slash-off';

function search(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLInputElement>('input[type="search"]');
  const results = document.getElementById(form.dataset['results'] ?? 'results');
  const fragment = form.dataset['fragment'];
  if (!box || !results || !fragment) return;
  let timer = 0, asked = '', going: AbortController | null = null;

  const query = (): string => {
    const all = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string' && value) all.append(name, value);
    return all.toString();
  };
  asked = query();

  async function ask(): Promise<void> {
    const wanted = query();
    if (wanted === asked) return;
    going?.abort();
    going = new AbortController();
    results!.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(`${fragment}?${wanted}`, { headers: { 'X-Requested-With': 'fetch' }, signal: going.signal });
      if (!answer.ok || answer.redirected) { location.assign(`${form.action}?${wanted}`); return; }    // signed out, or a refusal worth reading in full
      results!.innerHTML = await answer.text();
      asked = wanted;
      history.replaceState(null, '', `${location.pathname}${wanted ? '?' + wanted : ''}`);
      murmur(results!.querySelector('[data-announce]')?.textContent?.trim() ?? '');
    } catch (problem) {
      if ((problem as Error).name === 'AbortError') return;                         // a newer question is on its way
      murmur('No connection. The results are from before.');
    }
    results!.removeAttribute('aria-busy');
  }
  const soon = (ms: number): void => { clearTimeout(timer); timer = window.setTimeout(() => void ask(), ms); };
  form.addEventListener('input', event => soon(event.target === box ? PAUSE_MS : 0));
  form.addEventListener('submit', event => { event.preventDefault(); soon(0); });
}

/** `/` puts the caret into the search box. Single-key shortcuts get in the way of some speech and switch users, so the
 *  page says how to turn it off. */
function slash(): void {
  const box = document.querySelector<HTMLInputElement>('form[role="search"] input[type="search"]');
  if (!box) return;
  const off = (): boolean => { try { return !!localStorage.getItem(OFF); } catch { return false; } };
  document.addEventListener('keydown', event => {
    const at = event.target as HTMLElement;
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || off() || at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    event.preventDefault(); box.focus(); box.select();
  });
  const toggle = document.querySelector<HTMLButtonElement>('[data-slash-toggle]');
  const show = (): void => { if (toggle) { toggle.setAttribute('aria-pressed', String(!off())); toggle.hidden = false; } };
  toggle?.addEventListener('click', () => { try { if (off()) localStorage.removeItem(OFF); else localStorage.setItem(OFF, '1'); } catch { /* cannot be kept */ } show(); });
  show();
}

document.querySelectorAll<HTMLFormElement>('form[data-search]').forEach(search);
slash();
