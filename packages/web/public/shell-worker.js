// Keeps the shell of the page, so that it opens without a network and can say so. Answers of the API are never kept, nor asked for here.
const cacheName = "dispatch-shell-1";
const filesMax = 60;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const stale = async () => {
    for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(stale());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  // A page: the newest if there is a network, since it names the files that belong to it.
  if (request.mode === "navigate") event.respondWith(fresh(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(kept(request));
});

async function fresh(request) {
  const cache = await caches.open(cacheName);
  try {
    const answer = await fetch(request);
    if (answer.ok && isPage(answer)) await cache.put("/", answer.clone());
    return answer;
  } catch (thrown) {
    const known = await cache.match("/");
    if (known === undefined) throw thrown;
    return known;
  }
}

// Their names hold a hash: what is there is right for ever.
async function kept(request) {
  const cache = await caches.open(cacheName);
  const known = await cache.match(request);
  if (known !== undefined) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const [, oldest, ...others] = await cache.keys();
    if (oldest !== undefined && others.length >= filesMax) await cache.delete(oldest);
  }
  return answer;
}

const isPage = (answer) => answer.headers.get("content-type")?.startsWith("text/html") === true;
