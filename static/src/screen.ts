// Screens around the venue: the clock, staying awake, following the grid. No forms, no menus.
import * as kept from './kept';
import * as live from './live';

/** The clock shows the venue's time by the server's clock: a projector's own is often wrong. A page that was kept knows only its device's. */
function runClock(): void {
  const first = document.querySelector<HTMLElement>('[data-clock]');
  if (!first) return;
  const ahead = kept.since() ? 0 : Number(first.dataset['now']) - Date.now();
  const zone = first.dataset['clock'] ?? 'UTC';
  const shown = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  const tick = (): void => {
    const now = Date.now() + ahead;
    for (const el of document.querySelectorAll('[data-clock]')) el.textContent = shown.format(now);
    window.setTimeout(tick, 60_000 - now % 60_000 + 20);
  };
  tick();
}

/** A screen that nobody touches stays on, where the browser lets it. */
function stayAwake(): void {
  const ask = (): void => { if (!document.hidden) void navigator.wakeLock?.request('screen').catch(() => { /* battery saver: then it sleeps */ }); };
  ask();
  document.addEventListener('visibilitychange', ask);
}

document.documentElement.classList.add('js');
kept.start();
runClock();
stayAwake();
document.addEventListener('keydown', event => {
  if (event.key !== 'f' || event.ctrlKey || event.metaKey || event.altKey) return;
  void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => { /* not here */ });
});
live.start();
if ('serviceWorker' in navigator && isSecureContext) navigator.serviceWorker.register('/sw.js').catch(() => { /* pages work without it */ });
