// The service worker: keeps the shell, its scripts, styles and words, and answers from there at
// once. The line before this one is written by the house: what to keep, under which version.
// What is data (sync, pack, files, contact, pairing) always goes to the house and is never kept.

const GIVEN = self.SHELF || {};
const FILES = [...(GIVEN.pages || []), ...(GIVEN.files || [])];
const NAME = `commongrid-field-${GIVEN.version || "0"}`;
const SHELL = "/field/";
const KEPT = /^\/field\/(?:$|words\/[\w-]+\.json$|app\.webmanifest$)/;
const HASHED = /\.[0-9a-f]{12}(?=\.\w+$)/;

/** One name for a file, with or without the digest that the house puts into names. */
const bare = (path) => path.replace(HASHED, "");
const keyOf = (path) => new Request(new URL(bare(path), self.location.origin));

async function keep(cache, path) {
  const answer = await fetch(path, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  await cache.put(keyOf(new URL(path, self.location.origin).pathname), answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await Promise.all([...new Set([SHELL, ...FILES])].map((path) => keep(cache, path)));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("commongrid-field-") && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

async function answer(request, path) {
  const cache = await caches.open(NAME);
  return (await cache.match(keyOf(path))) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (KEPT.test(pathname) || pathname.startsWith("/static/")) event.respondWith(answer(request, pathname));
});
