// Counts down by the server's clock: that of the device may be wrong, and be set meanwhile.

const shown = document.getElementById("own-clock");
let told = 0;
let at = 0;
let over = false;

// What time it is: as the server said, and what has passed since by a clock that nobody sets.
const now = () => told + performance.now() - at;

function hear(time, from) {
  told = time;
  at = from;
}

async function ask() {
  const sent = performance.now();
  try {
    const answer = await fetch(shown.dataset.ask, { credentials: "same-origin" });
    if (answer.ok) hear((await answer.json()).now, (sent + performance.now()) / 2);
  } catch {
    // without a network it goes on as it was told last
  }
}

function tick() {
  const left = Math.max(0, Math.ceil((Number(shown.dataset.until) - now()) / 1000));
  const [days, hours, minutes, seconds] = [left / 86400, (left / 3600) % 24, (left / 60) % 60, left % 60].map(Math.floor);
  const clock = [hours, minutes, seconds].map((n) => String(n).padStart(2, "0")).join(":");
  shown.querySelector("strong").textContent = days ? `${shown.dataset.days.replace("{n}", days)} ${clock}` : clock;
  if (left || over) return;
  over = true;
  if (!document.querySelector("#uploads li")) setTimeout(() => location.reload(), 700);
}

if (shown) {
  hear(Number(shown.dataset.now), performance.now());
  tick();
  ask();
  setInterval(tick, 1000);
  setInterval(ask, 60000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
}
