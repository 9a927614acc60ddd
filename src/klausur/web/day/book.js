// Noting what happens in a room; it works without a network, as all of the day does.

import { act, ahead, send, setClock } from "./queue.js";
import "./offline.js";
import "./status.js";

const part = () => document.getElementById("part");

// What was done here since the page was made stands below what it shows.
function show() {
  const list = document.getElementById("happened");
  for (const line of list.querySelectorAll("[data-mine]")) line.remove();
  for (const done of ahead()) {
    if (done.kind === "struck") list.querySelector(`[data-act="${CSS.escape(done.value)}"]`)?.classList.add("struck");
    if (!["incident", "announced", "began", "closed"].includes(done.kind)) continue;
    const line = document.createElement("li");
    line.dataset.mine = "";
    const called = document.querySelector(`input[value="${done.value}"]`)?.parentElement.textContent.trim() ?? document.querySelector(`form[data-kind=${done.kind}] h2`).textContent;
    const who = document.querySelector(`#about option[value="${done.candidate ?? ""}"]`)?.textContent;
    line.textContent = [new Date(done.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }), called, done.candidate ? who : "", done.text, done.minutes ? `+${done.minutes} min` : "", "…"].filter(Boolean).join(" · ");
    list.append(line);
  }
  const quiet = document.getElementById("quiet");
  if (quiet) quiet.hidden = list.children.length > 0;
}

for (const form of document.querySelectorAll(".day-form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    const values = {};
    if (given.value) values.value = given.value;
    if (given.text) values.text = given.text.trim();
    if (given.candidate) values.candidate = Number(given.candidate);
    if (given.minutes) values.minutes = Number(given.minutes);
    if (given.everywhere) values.room = "";
    act(form.dataset.kind, values);
    if (form.dataset.kind !== "closed") form.reset();
  });
}

document.getElementById("day").addEventListener("click", (event) => {
  const line = event.target.closest(".strike")?.closest("li");
  if (line) act("struck", { value: line.dataset.act });
});

document.addEventListener("day:queue", show);
document.addEventListener("day:news", () => part().dispatchEvent(new Event("news")));
document.body.addEventListener("htmx:afterSwap", () => {
  setClock(Number(part().dataset.now));
  show();
});
show();
send();
