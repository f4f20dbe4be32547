// Service worker. It keeps the hashed static files, one page that says there is no connection, and the last pages of the grid
// that somebody looked at (grid, list, my day, now and next), so that they can be read when the venue's wifi cannot.
//
// Kept pages are one person's: the worker reads who a page was made for (<html data-who>) and forgets everything as soon as
// any page is made for somebody else, when a form is sent that signs somebody in or out, and all pages of an event when one of
// them is refused. At most MOST pages, for KEEP_MS. The network always comes first; a kept page says how old it is.
export {};
declare const self: ServiceWorkerGlobalScope;
declare const __VERSION__: string;
declare const __KEEP__: string[];

const STATIC = 'static-' + __VERSION__;
const SEEN = 'seen-pages';
const OFFLINE = '/offline';
const HASHED = /^\/static\/dist\/.*-[0-9A-Z]{8}\.\w+$/;
const KEPT = /^\/e\/[^/]+\/(grid|now|my-day|(sessions|follow-ups)\/\d+\/note)$/;     // a note's editor brings its text from this device
const VIEWS = new Set([null, 'auto', 'grid', 'list', 'notes']);     // of the grid; `?view=mine` only leads to my-day
const FRAGMENT = /^(\/e\/[^/]+)\/(?:(grid)\/(?:fragment|shared)\/(\w+)|(now|my-day)\/fragment)$/;
const SHARED = /\/grid\/shared\/\w+$/;                             // fetched without cookies: refused, it says nothing of this reader
const SIGNS = /^\/(sign-in|sign-out|join|first|me)(\/|$)/;         // forms there may change who uses this device
const MOST = 8;
const KEEP_MS = 3 * 24 * 3600 * 1000;
const PATIENCE_MS = 4000;
const AT = 'x-seen-at', WHO = 'x-seen-by';

let age = 0;                                                        // counts forgetting: what was asked for before is not kept after

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(STATIC);
  await cache.addAll([...__KEEP__, new Request(OFFLINE, { credentials: 'omit', cache: 'reload' })]);
  await self.skipWaiting();
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  await carryOver();
  for (const key of await caches.keys()) if (key !== STATIC && key !== SEEN) await caches.delete(key);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
})()));

self.addEventListener('message', event => {
  const { keep: address } = (event.data ?? {}) as { keep?: string };
  const url = address ? new URL(address) : null;
  if (url && url.origin === location.origin && keepable(url)) event.waitUntil(fetchAndKeep(url));
});

self.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== 'GET') { if (SIGNS.test(url.pathname)) event.waitUntil(forget()); return; }
  if (HASHED.test(url.pathname)) event.respondWith(asset(request));
  else if (request.mode === 'navigate') event.respondWith(page(event, url));
  else if (FRAGMENT.test(url.pathname)) event.respondWith(fragment(event, url));
});

async function asset(request: Request): Promise<Response> {
  const hit = await caches.match(request);
  if (hit) return hit;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(STATIC)).put(request, answer.clone());
  return answer;
}

/** A page: from the network; when it says nothing for 4 seconds, or is not there, the one that was kept. */
async function page(event: FetchEvent, url: URL): Promise<Response> {
  const begun = age;
  const asked = (async () => ((await (event.preloadResponse as Promise<Response | undefined>)) ?? fetch(event.request)))();
  const told = asked.then(answer => { event.waitUntil(look(url, answer.clone(), begun)); return answer; });
  event.waitUntil(told.catch(() => undefined));
  const late = new Promise<null>(resolve => { setTimeout(() => resolve(null), PATIENCE_MS); });
  try {
    const answer = await Promise.race([told, late]) ?? await kept(url, 'The network does not answer.') ?? await told;
    return [502, 503, 504].includes(answer.status) ? await kept(url, 'The server does not answer.') ?? answer : answer;
  } catch {
    return await kept(url, 'No connection.') ?? await offline();
  }
}

/** What a live region fetched also brings the kept page up to date. */
async function fragment(event: FetchEvent, url: URL): Promise<Response> {
  const begun = age;
  const answer = await fetch(event.request);
  const [, at, grid, view, other] = FRAGMENT.exec(url.pathname) ?? [];
  const of = new URL(`${at}/${grid ?? other}${grid && view !== 'auto' ? `?view=${view}` : ''}`, location.origin);
  if (gone(answer)) { if (!SHARED.test(url.pathname)) event.waitUntil(forget(of)); }
  else if (answer.ok) event.waitUntil(splice(of, answer.clone(), begun));
  return answer;
}

/** Refused, or sent elsewhere: whoever asks may not see it (any more). */
const gone = (answer: Response): boolean => answer.type === 'opaqueredirect' || answer.redirected || [401, 403, 404, 410].includes(answer.status);

const keepable = (url: URL): boolean => KEPT.test(url.pathname) && VIEWS.has(url.searchParams.get('view'));

/** The name a page is kept by: its path and view, nothing else of its address. */
function nameOf(url: URL): string {
  const view = url.searchParams.get('view');
  return location.origin + url.pathname + (view && view !== 'auto' ? `?view=${encodeURIComponent(view)}` : '');
}

const whoIn = (html: string): string => /<html\b[^>]*\bdata-who="(\d+)"/.exec(html)?.[1] ?? '';

/** Reads what the network answered: who it is for, and whether to keep it or what was kept before. */
async function look(url: URL, answer: Response, begun: number): Promise<void> {
  if (gone(answer)) { if (keepable(url)) await forget(url); return; }
  if (!answer.ok || !answer.headers.get('content-type')?.startsWith('text/html')) return;
  const html = await answer.text();
  const cache = await caches.open(SEEN);
  for (const name of await cache.keys()) if ((await cache.match(name))?.headers.get(WHO) !== whoIn(html)) { await forget(); begun = age; break; }
  if (keepable(url) && begun === age) await keep(nameOf(url), html, answer.headers);
}

async function keep(name: string, html: string, like: Headers): Promise<void> {
  const headers = new Headers(like);
  for (const gone of ['content-encoding', 'content-length', 'set-cookie']) headers.delete(gone);
  headers.set(AT, String(Date.now()));
  headers.set(WHO, whoIn(html));
  const cache = await caches.open(SEEN);
  await cache.put(name, new Response(html, { headers }));
  const all = await Promise.all((await cache.keys()).map(async key => ({ key, at: Number((await cache.match(key))?.headers.get(AT)) })));
  all.sort((a, b) => b.at - a.at);
  for (const { key } of all.filter((one, i) => i >= MOST || Date.now() - one.at > KEEP_MS || !one.at)) await cache.delete(key);
}

const FILES = /\/static\/dist\/[\w./-]+-[0-9A-Z]{8}\.\w+/g;

/** The first page of a device, with the files it asked for before there was a worker to keep them. */
async function fetchAndKeep(url: URL): Promise<void> {
  const begun = age;
  const answer = await fetch(url, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!answer) return;
  const again = answer.clone();
  await look(url, answer, begun);
  if (again.ok) await Promise.all([...new Set((await again.text()).match(FILES) ?? [])].map(path => withChunks(path).catch(() => undefined)));
}

/** A file, and the parts that a script imports. */
async function withChunks(path: string): Promise<void> {
  const script = (await asset(new Request(path))).clone();
  if (!path.endsWith('.js')) return;
  const parts = new Set((await script.text()).match(/chunk-[0-9A-Z]{8}\.js/g) ?? []);
  await Promise.all([...parts].map(part => asset(new Request(path.replace(/[^/]+$/, part)))));
}

const LIVE = /<!--live-->[^]*<!--\/live-->/;

async function splice(of: URL, answer: Response, begun: number): Promise<void> {
  const was = await (await caches.open(SEEN)).match(nameOf(of));
  const html = await was?.text();
  const part = await answer.text();
  if (was && html && LIVE.test(html) && begun === age) await keep(nameOf(of), html.replace(LIVE, () => `<!--live-->${part}<!--/live-->`), was.headers);
}

/** Forgets everything, or every page of the event that `url` is in. */
async function forget(url?: URL): Promise<void> {
  age += 1;
  const event = url && /^\/e\/[^/]+\//.exec(url.pathname)?.[0];
  if (!event) { await caches.delete(SEEN); return; }
  const cache = await caches.open(SEEN);
  for (const key of await cache.keys()) if (new URL(key.url).pathname.startsWith(event)) await cache.delete(key);
}

/** 11:52, or 11:52 on 23 January when that was another day. */
function timeOf(at: number): string {
  const when = new Date(at);
  const time = when.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return when.toDateString() === new Date().toDateString() ? time : `${time} on ${when.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}`;
}

/** The kept page with words about its age above it. Grid and list hold the same: one stands in for the other. */
async function kept(url: URL, because: string): Promise<Response | undefined> {
  if (!keepable(url)) return undefined;
  const cache = await caches.open(SEEN);
  const found = await cache.match(nameOf(url)) ?? (url.pathname.endsWith('/grid') ? await cache.match(url.origin + url.pathname, { ignoreSearch: true }) : undefined);
  const at = Number(found?.headers.get(AT));
  if (!found || Date.now() - at > KEEP_MS) return undefined;
  const note = `<p class="seen" role="status"><span>Seen at ${timeOf(at)}. ${because}</span> <a href="">Try again</a></p>`;
  const html = (await found.text()).replace(/<html\b/, `<html data-kept="${at}"`).replace(/<body\b[^>]*>/, body => body + note);
  return new Response(html, { headers: found.headers });
}

const text = (words: string): string => words.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

/** The page for want of any other, with the way to what was kept. */
async function offline(): Promise<Response> {
  const plain = await caches.match(OFFLINE);
  if (!plain) return Response.error();
  const cache = await caches.open(SEEN);
  const links: string[] = [];
  for (const key of await cache.keys()) {
    const found = await cache.match(key);
    const at = Number(found?.headers.get(AT));
    const title = /<title>([^<]*)<\/title>/.exec(await found?.text() ?? '')?.[1]?.replace(/ – Folkmoot$/, '');         // as the server escaped it
    const { pathname, search } = new URL(key.url);
    if (title && Date.now() - at <= KEEP_MS) links.push(`<li><h2><a href="${text(pathname + search)}">${title}${/view=list/.test(search) ? ' (list)' : ''}</a></h2><p class="muted">Seen at ${timeOf(at)}</p></li>`);
  }
  if (!links.length) return plain;
  const html = (await plain.text()).replace('</main>', `<div class="wrap"><h2>Kept on this device</h2><ul class="rows" role="list">${links.join('').replace(/<(\/?)h2>/g, '<$1h3>')}</ul></div></main>`);
  return new Response(html, { headers: plain.headers });
}

/** Kept pages ask for the files they were made with: those go into the new store before the old ones are thrown away. */
async function carryOver(): Promise<void> {
  const cache = await caches.open(SEEN), into = await caches.open(STATIC);
  for (const key of await cache.keys()) {
    const html = await (await cache.match(key))?.text() ?? '';
    for (const [path] of html.matchAll(FILES)) {
      const file = await caches.match(path);
      if (file && !await into.match(path)) await into.put(path, file);
    }
  }
}
