// At a table on site: the time that is left, by the server's clock, and away from the page once it is over.

const shown = document.getElementById("table-left");
const BEHIND = 4;
let left = Number(shown.dataset.left);
let at = performance.now();

const leave = () => location.replace(shown.dataset.leave);

async function ask() {
  const answer = await fetch(shown.dataset.ask, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  left = (await answer.json()).left;
  at = performance.now();
  if (!left) leave();
}

function tick() {
  const now = Math.max(0, Math.ceil(left - (performance.now() - at) / 1000));
  shown.querySelector("strong").textContent = `${Math.floor(now / 60)}:${String(now % 60).padStart(2, "0")}`;
  shown.classList.toggle("soon", now < 300);
  if (!now) leave();
}

tick();
setInterval(tick, 1000);
setInterval(ask, BEHIND * 1000);
// A page that the browser kept is asked for anew: the time may be over since.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
for (const kind of ["contextmenu", "dragstart", "copy"]) {
  document.addEventListener(kind, (event) => { if (!event.target.closest("input, textarea")) event.preventDefault(); });
}
