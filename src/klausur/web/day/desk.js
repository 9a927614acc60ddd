// Checking a room in: looking for people, saying what is known of them, handing out papers.
//
// The list comes from the server every few seconds; what was done here since is laid over it.

import { ofText } from "./codes.js";
import { act, ahead, send, setClock } from "./queue.js";
import "./camera.js";
import "./offline.js";
import "./status.js";

const desk = document.getElementById("day");
const look = document.getElementById("look");
const heard = document.getElementById("heard");
const dialog = document.getElementById("person");
const rows = () => [...document.querySelectorAll(".day-person")];
const word = (name) => desk.dataset[name];
const on = (row, name) => row.dataset[name].split(" ").filter(Boolean);

// A paper that was scanned and is nobody's yet: who is chosen next gets it.
let held = null;
let chosen = null;

function hear(text, kind = "") {
  heard.textContent = text;
  heard.className = `day-heard ${kind}`;
  heard.hidden = !text;
}

function lay({ kind, candidate, value, number }) {
  const row = document.getElementById(`p${candidate}`);
  if (!row) return;
  row.classList.add("waits");
  if (kind === "check-in" && row.dataset.word !== "out") row.dataset.word = value;
  if (kind === "incident") row.dataset.out = value === "toilet-out" ? "…" : "";
  if (kind === "booklet") row.dataset.booklets += ` ${number}`;
  if (kind === "extra") row.dataset.extras += ` ${number}`;
  if (kind === "seat") row.dataset.seat = value;
  if (kind === "signed") row.dataset.signed = "…";
}

function count() {
  const found = {};
  for (const row of rows()) found[row.dataset.word] = (found[row.dataset.word] ?? 0) + 1;
  found.out = rows().filter((row) => row.dataset.out).length;
  for (const item of document.querySelectorAll("[data-count]")) item.querySelector("strong").textContent = found[item.dataset.count] ?? 0;
}

function show() {
  for (const done of ahead()) lay(done);
  for (const row of rows()) {
    const label = row.querySelector(".word");
    if (word(row.dataset.word)) label.textContent = word(row.dataset.word);
    row.querySelector(".out").hidden = !row.dataset.out;
    const signed = row.querySelector(".signed");
    if (signed) signed.hidden = !row.dataset.signed;
    row.querySelector(".seat").textContent = row.dataset.seat || "–";
    for (const button of row.querySelectorAll("[data-say]")) button.setAttribute("aria-pressed", button.dataset.say === row.dataset.word);
  }
  count();
  filter();
}

const fits = (row, text) => row.dataset.find.includes(text) || [...on(row, "booklets"), row.dataset.sticker].includes(text);

function filter() {
  const text = look.value.trim().toLowerCase();
  const wanted = rows().filter((row) => {
    row.hidden = Boolean(text) && !ofText(text) && !fits(row, text);
    return !row.hidden;
  });
  const none = document.getElementById("none");
  if (none) none.hidden = wanted.length > 0;
  return wanted;
}

const sign = ({ dataset: { id, name, registration, seat } }) => document.dispatchEvent(new CustomEvent("day:sign", { detail: { id, name, registration, seat } }));

function say(row, value) {
  act("check-in", { candidate: Number(row.dataset.id), value });
  if (["present", "late"].includes(value) && document.getElementById("sign") && !row.dataset.signed) sign(row);
  hear(`${row.dataset.seat ? `${row.dataset.seat} · ` : ""}${row.dataset.name}: ${word(value)}`, "good");
}

function open(row) {
  chosen = row;
  hear("");
  dialog.querySelector("h2").textContent = `${row.dataset.seat ? `${row.dataset.seat} · ` : ""}${row.dataset.name}`;
  document.getElementById("person-told").textContent = [row.dataset.registration, row.querySelector(".word").textContent, row.dataset.told].filter(Boolean).join(" · ");
  for (const form of dialog.querySelectorAll(".day-give")) form.reset();
  for (const button of dialog.querySelectorAll("[data-say]")) {
    button.setAttribute("aria-pressed", button.dataset.say === row.dataset.word);
    button.disabled = row.dataset.word === "out";
  }
  dialog.querySelector("[data-step=toilet-out]").hidden = Boolean(row.dataset.out);
  dialog.querySelector("[data-step=toilet-in]").hidden = !row.dataset.out;
  dialog.showModal();
  if (held) {
    const input = dialog.querySelector(`[data-kind=${held.sheet}] input`);
    input.value = held.number;
    input.focus();
    held = null;
  } else dialog.querySelector("[data-say]").focus();
}

// Somebody's card, sticker or booklet was scanned.
function arrive(row) {
  row.scrollIntoView({ block: "center" });
  if (held || row.dataset.word !== "expected") open(row);
  else say(row, "present");
}

function scanned(text, code = ofText(text)) {
  if (code) {
    if (code.exam !== Number(desk.dataset.number)) return hear(word("other"), "bad");
    const number = String(code.number);
    const row = rows().find((each) => (code.sheet === "sticker" ? each.dataset.sticker === number : on(each, `${code.sheet}s`).includes(number)));
    if (row) return arrive(row);
    if (code.sheet === "sticker") return hear(word("nobody").replace("{what}", `S ${number}`), "bad");
    held = code;
    return hear(word(code.sheet === "booklet" ? "whose" : "sheet").replace("{what}", number), "warn");
  }
  const exact = rows().find((row) => row.dataset.registration === text);
  if (exact) return arrive(exact);
  const wanted = filter();
  if (wanted.length === 1) return open(wanted[0]);
  if (!wanted.length) return elsewhere(text);
  wanted[0].querySelector(".who").focus();
}

async function elsewhere(text) {
  hear(word("nobody").replace("{what}", text), "bad");
  const answer = await fetch(`${desk.dataset.find}?q=${encodeURIComponent(text)}`).catch(() => null);
  if (answer?.ok) for (const line of (await answer.json()).people) heard.append(document.createElement("br"), line);
}

document.getElementById("looking").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = look.value.trim();
  if (!text) return;
  scanned(text);
  look.value = "";
  filter();
  if (!dialog.open) look.focus();
});
look.addEventListener("input", filter);
document.addEventListener("day:code", ({ detail }) => dialog.open || scanned("", detail));
document.addEventListener("day:blind", () => hear(word("blind"), "bad"));

desk.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const row = button.closest(".day-person") ?? chosen;
  if (button.matches(".who")) open(row);
  else if (button.dataset.say) {
    say(row, button.dataset.say === row.dataset.word && !dialog.open ? "expected" : button.dataset.say);
    dialog.close();
  } else if (button.id === "to-sign") {
    dialog.close();
    sign(row);
  } else if (button.dataset.step) {
    act("incident", { candidate: Number(row.dataset.id), value: button.dataset.step });
    dialog.close();
  }
});

for (const form of dialog.querySelectorAll(".day-give")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { kind } = form.dataset;
    const candidate = Number(chosen.dataset.id);
    if (kind === "seat") act(kind, { candidate, value: form.elements.seat.value.trim(), room: form.elements.room.value });
    else act(kind, { candidate, number: Number(form.elements.number.value) });
    dialog.close();
  });
}

dialog.addEventListener("close", () => {
  held = null;
  chosen = null;
  look.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || dialog.open || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  look.focus();
});

const learn = () => {
  const { now: server } = document.getElementById("part").dataset;
  if (server) setClock(Number(server));
};
document.addEventListener("day:queue", show);
document.addEventListener("day:news", () => document.getElementById("part").dispatchEvent(new Event("news")));
document.body.addEventListener("htmx:afterSwap", () => {
  learn();
  show();
});
show();
send();
