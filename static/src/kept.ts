// A page that the service worker kept and showed because the network did not answer: <html data-kept="milliseconds">. The
// words above it ("Seen at 11:52. No connection.") go once the page has been brought up to date, and say if it has been closed.
import { element } from './say';

const root = document.documentElement;

/** When what is shown was fetched (milliseconds since 1970); 0 for a page that comes from the server just now. */
export const since = (): number => Number(root.dataset['kept'] ?? 0);

/** The first page of a new device was loaded before there was a worker to keep it: it is told so, once. */
function keepThisPage(): void {
  if (!('serviceWorker' in navigator) || navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => navigator.serviceWorker.controller?.postMessage({ keep: location.href }), { once: true });
}

export function start(): void {
  keepThisPage();
  if (!since()) return;
  document.addEventListener('refreshed', () => {
    delete root.dataset['kept'];
    document.querySelector('.seen')?.remove();
  });
  window.addEventListener('online', () => {
    const note = document.querySelector('.seen');
    if (note && !note.querySelector('[data-back]')) note.append(element('span', { 'data-back': '' }, 'The connection is back.'));
  });
}
