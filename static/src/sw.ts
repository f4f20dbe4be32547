// Service worker. It keeps the hashed static files and one page that says there is no connection. Pages themselves are
// never kept: on a shared device the next person must not see what the last one was allowed to read.
export {};
declare const self: ServiceWorkerGlobalScope;
declare const __VERSION__: string;
declare const __KEEP__: string[];

const STATIC = 'static-' + __VERSION__;
const OFFLINE = '/offline';
const HASHED = /^\/static\/dist\/.*-[0-9A-Z]{8}\.\w+$/;

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(STATIC);
  await cache.addAll([...__KEEP__, new Request(OFFLINE, { credentials: 'omit', cache: 'reload' })]);
  await self.skipWaiting();
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const key of await caches.keys()) if (key !== STATIC) await caches.delete(key);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
})()));

self.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (HASHED.test(url.pathname)) event.respondWith(asset(request));
  else if (request.mode === 'navigate') event.respondWith(page(event));
});

async function asset(request: Request): Promise<Response> {
  const hit = await caches.match(request);
  if (hit) return hit;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(STATIC)).put(request, answer.clone());
  return answer;
}

async function page(event: FetchEvent): Promise<Response> {
  try {
    return (await (event.preloadResponse as Promise<Response | undefined>)) ?? await fetch(event.request);
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}
