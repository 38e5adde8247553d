// Keeps the shell of the page, so that it opens without a network and can say so. Answers of the API are never kept, nor asked for here.
// The build writes its version, and the files without which the page does not begin, in the place of these.
const version = "development";
const shell = ["/"];

const prefix = "dispatch-shell-";
const cacheName = prefix + version;
const filesMax = 200;
/** The paths that are pages: all, and one workspace. Whatever else is asked for is the server's to answer. */
const pagePath = /^\/(?:[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\/?)?$/;

// A new version is whole before it counts, and counts from the next load on: a page that is open keeps what it began with.
self.addEventListener("install", (event) => {
  const whole = async () => {
    const cache = await caches.open(cacheName);
    await cache.addAll(shell.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
    await self.skipWaiting();
  };
  event.waitUntil(whole());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
    // Of those before, one stays for pages that are still open.
    for (const name of names.slice(0, -1)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  // The newest page if there is a network, since it names the files that belong to it.
  if (request.mode === "navigate" && pagePath.test(url.pathname)) event.respondWith(fetch(request).catch((thrown) => keptPage(thrown)));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(kept(request));
});

async function keptPage(thrown) {
  const known = await (await caches.open(cacheName)).match("/");
  if (known === undefined) throw thrown;
  return known;
}

// Their names hold a hash: what is there is right for ever.
async function kept(request) {
  const known = await caches.match(request);
  if (known !== undefined) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(cacheName);
    if ((await cache.keys()).length < filesMax) await cache.put(request, answer.clone());
  }
  return answer;
}

// Where a page may not show notes of its own: a click leads to it.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const lead = async () => {
    const [page] = await self.clients.matchAll({ type: "window" });
    return page === undefined ? self.clients.openWindow("/#v=approvals") : page.focus();
  };
  event.waitUntil(lead());
});
