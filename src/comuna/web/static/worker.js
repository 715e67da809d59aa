// Serves the notebook's page when there is no connection. Pages of this site are sent with "no-store", because they
// hold private notes; what is kept here is therefore not the page a person saw but its shell, which has nobody's notes
// in it. The page's script fills the shell from the device's own copy, which "Forget on this device" erases along with
// this cache. With a connection the network always answers; nothing but the shell and its static files is ever kept.
"use strict";
const VERSION = "1";
const PAGE = new URL(self.registration.scope).pathname;
const FAMILY = "comuna notebook ";
const CACHE = `${FAMILY}${VERSION} ${PAGE}`;

// Take in the shell as it is now with the files it names, and let go of all others.
async function refresh() {
  const response = await fetch(`${PAGE}/shell`, { cache: "no-store" });
  if (!response.ok) return;
  const page = await response.clone().text();
  const files = new Set([...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]));
  const cache = await caches.open(CACHE);
  for (const file of files) {
    const answer = (await cache.match(file)) ?? (await fetch(file));
    if (!answer.ok) return; // half of a new page is worse than the whole old one
    if (file.includes(".css")) {
      for (const [, font] of (await answer.clone().text()).matchAll(/url\("([^"]+)"\)/g)) files.add(new URL(font, new URL(file, self.location)).pathname);
    }
    await cache.put(file, answer);
  }
  await cache.put(PAGE, response);
  for (const kept of await cache.keys()) {
    const { pathname, search } = new URL(kept.url);
    if (pathname !== PAGE && !files.has(pathname + search)) await cache.delete(kept);
  }
}

self.addEventListener("install", (event) => event.waitUntil(refresh().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(FAMILY) && name.endsWith(` ${PAGE}`) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) {
    event.respondWith(page(request, event));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request, { cacheName: CACHE })) ?? Response.error()));
  }
});

async function page(request, event) {
  try {
    const response = await fetch(request);
    event.waitUntil(refresh().catch(() => {}));
    return response;
  } catch (error) {
    const shell = await caches.match(PAGE, { cacheName: CACHE });
    if (!shell) throw error;
    return shell;
  }
}
