// "Got it" on the strip of changes, without a page load. Whatever goes wrong, the form is sent the ordinary way.
import { refresh } from './live';

export function start(): void {
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement;
    const strip = form.closest<HTMLElement>('[data-follow]');
    if (!('gotIt' in form.dataset) || !strip) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body })
      .then(async answer => { if (!answer.ok || answer.redirected || !await refresh(strip)) form.submit(); })
      .catch(() => form.submit());
  });
}
