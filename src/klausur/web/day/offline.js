// This page can be loaded again without a network where the browser allows it: over HTTPS, or on this machine.

const { exam } = document.getElementById("day").dataset;

if ("serviceWorker" in navigator) {
  const assets = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")].map((each) => each.src || each.href);
  const modules = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/static/"));
  navigator.serviceWorker.register(`/exams/${exam}/day/worker.js`, { scope: `/exams/${exam}/day/` })
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => active.postMessage({ keep: [location.href, ...new Set([...assets, ...modules])] }))
    .catch(() => {}); // no certificate that this browser trusts: all else works
  // Who logs out leaves no names behind.
  document.querySelector("form[action$='/logout/']")?.addEventListener("submit", () => caches.delete(`klausur-day-${exam}`));
}
