// The clock of a room: by the server's time, whatever this device believes.

const part = () => document.getElementById("part");
const lang = document.documentElement.lang;
let ahead = 0;

const two = (n) => String(n).padStart(2, "0");
function spell(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

// The server says what time of day it is where it stands; from then on it runs on.
function learn() {
  ahead = Number(part().dataset.now) - Date.now();
  tick();
}

function tick() {
  const { begin, end, zone } = part().dataset;
  const now = Date.now() + ahead;
  const when = now < begin ? "before" : now < end ? "during" : "after";
  part().querySelector("[data-time=now]").textContent = new Date(now).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: zone });
  part().querySelector("[data-time=left]").textContent = when === "after" ? "" : spell((when === "before" ? begin : end) - now);
  for (const words of part().querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== when;
}

document.getElementById("full").addEventListener("click", () => document.documentElement.requestFullscreen?.());
document.body.addEventListener("htmx:afterSwap", learn);
setInterval(tick, 250);
learn();
