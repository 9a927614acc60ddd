// Keeps the pages of one exam's day and what they load, and gives them back where the network does not.
//
// The network comes first: what is kept is only shown where it fails, or takes longer than a few seconds. What the
// server no longer shows to who asks is forgotten.

const EXAM = new URL(self.registration.scope).pathname.split("/")[2];
const KEPT = `klausur-day-${EXAM}`;
const SLOW = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    for (const address of event.data.keep ?? []) await fresh(new Request(address, { credentials: "same-origin" }), kept).catch(() => {});
  })());
});

async function fresh(request, kept) {
  const answer = await fetch(request);
  const page = !new URL(request.url).pathname.startsWith("/static/");
  if (answer.ok && !answer.redirected) await kept.put(request.url, answer.clone());
  else if (page && (answer.redirected || [401, 403].includes(answer.status))) await caches.delete(KEPT);
  else if (answer.status === 404) await kept.delete(request.url);
  return answer;
}

async function answerOf(request) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(request.url);
  if (!known) return fresh(request, kept);
  const slow = new Promise((wake) => setTimeout(() => wake(known), SLOW));
  return Promise.race([fresh(request, kept).catch(() => known), slow]);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || request.headers.has("HX-Request")) return;
  if (request.mode === "navigate" || new URL(request.url).pathname.startsWith("/static/")) event.respondWith(answerOf(request));
});
