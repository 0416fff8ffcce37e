// One page's service worker: it keeps the page's shell, so that the page opens without a network. It never keeps an answer
// of the shop's: orders and menus are the page's own business (localStorage), and the socket goes by without it.
// __ADDRESS__, __FILES__ and __VERSION__ are written by sw/plugin.js when the page is built.
//
// A document comes from the network, so that a release is taken at once; from here only without one. Hashed files come from
// here first. Every release has a cache of its own, filled whole or not at all: a shell is never half old and half new. The
// caches of the releases before stay for pages that still run; the oldest go.

const ADDRESS = __ADDRESS__;
const FILES = __FILES__;
const FAMILY = `orderbell ${ADDRESS} `;
const CACHE = FAMILY + __VERSION__;
const RELEASES_KEPT = 3;
const PATIENCE_MS = 4000;

addEventListener("install", (event) => {
  skipWaiting(); // it serves the page that runs as well as its own: see above
  event.waitUntil(fill());
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([new Request(ADDRESS, { cache: "reload" }), ...FILES]);
  const document = await cache.match(ADDRESS).then((answer) => answer.text());
  const asked = document.match(/\/assets\/[^"]+/g) ?? [];
  if (asked.every((name) => FILES.includes(name))) return;
  await caches.delete(CACHE);
  throw new Error("a release is under way"); // the next visit tries again
}

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([tidy(), registration.navigationPreload?.enable()]));
});

async function tidy() {
  const names = await releases();
  await Promise.all(names.slice(RELEASES_KEPT).map((name) => caches.delete(name)));
}

/** The names of this page's caches, newest first. */
async function releases() {
  return (await caches.keys()).filter((name) => name.startsWith(FAMILY)).reverse();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && isPage(pathname)) event.respondWith(page(event));
  else if (FILES.includes(pathname) || pathname.startsWith("/assets/")) event.respondWith(file(request));
});

/** Whether an address is drawn by this page: the customer's has three kinds, the others everything below theirs. */
function isPage(pathname) {
  return ADDRESS === "/" ? /^\/($|[so]\/)/.test(pathname) : pathname.startsWith(ADDRESS);
}

async function page(event) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  const asked = ask(event);
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  if (answer && answer.status < 500) return answer;
  const cache = await caches.open(CACHE);
  return (await cache.match(ADDRESS)) ?? (await asked) ?? Response.error();
}

async function ask(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return null;
  }
}

async function file(request) {
  for (const name of await releases()) {
    const kept = await caches.open(name).then((cache) => cache.match(request, { ignoreVary: true }));
    if (kept) return kept;
  }
  return fetch(request);
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.url ?? ADDRESS));
});

/** Bring the page of an order to the front, or open it. */
async function show(url) {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const plain = (address) => address.split("#")[0];
  const open = windows.find((window) => plain(window.url) === plain(url));
  return open ? open.focus() : clients.openWindow(url);
}
