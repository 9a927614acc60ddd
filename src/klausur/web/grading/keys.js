// Keys. Commands have keys of their own; items take those that are left, so no key means two things.

import { word } from "./talk.js";

const USUAL = {
  judge: "Enter", undo: "Ctrl+z", none: "n", park: "p", skip: "s", adjust: "a", comment: "c",
  view: "w", closer: "+", farther: "-", fit: "f", help: "?",
  pen: "d", highlight: "h", tick: "v", cross: "x", text: "t", eraser: "e",
  sheet: "g", all: "Shift+Enter", out: "Delete", alone: "o",
};
const POOL = [..."1234567890", ..."qertyuiodghjklxvbm"];
const KEYS = "klausur-grading-keys";
export const commands = { ...USUAL, ...JSON.parse(localStorage.getItem(KEYS) ?? "{}") };
const shownKey = (key) => ({ "Ctrl+z": "Ctrl Z", "Shift+Enter": "⇧ Enter", Delete: "Del", " ": "Space" })[key] ?? key;
export const keyOf = (event) => {
  const plain = event.key.length === 1; // a letter or sign says itself whether it was shifted
  const held = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.shiftKey && !plain ? "Shift+" : ""}`;
  return `${held}${plain && event.ctrlKey ? event.key.toLowerCase() : event.key}`;
};
const pool = () => POOL.filter((key) => !Object.values(commands).includes(key));

export function nameKeys(root = document) {
  for (const button of root.querySelectorAll("[data-command], [data-remap]")) {
    button.querySelector("kbd").textContent = shownKey(commands[button.dataset.command ?? button.dataset.remap]);
  }
  for (const key of root.querySelectorAll("[data-key-of]")) key.textContent = shownKey(commands[key.dataset.keyOf]);
  const free = pool();
  for (const card of root.querySelectorAll(".grading-card")) {
    const items = [...card.querySelectorAll("[data-item], [data-step]")];
    items.forEach((item, at) => {
      item.dataset.key = free[at] ?? "";
      item.querySelector("kbd").textContent = free[at] ?? "";
    });
  }
}

// Keys of one's own, by a dialog.

const dialog = document.getElementById("grading-keys");

let mapping = null;
export function remap(event) {
  if (!mapping || event.key === "Escape" || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  event.preventDefault();
  const key = keyOf(event);
  const taken = Object.keys(commands).some((name) => name !== mapping && commands[name] === key);
  dialog.querySelector(".grading-remap").textContent = taken ? word("taken") : "";
  if (taken) return;
  commands[mapping] = key;
  mapping = null;
  localStorage.setItem(KEYS, JSON.stringify(commands));
  nameKeys();
}

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-usual")) {
    Object.assign(commands, USUAL);
    localStorage.removeItem(KEYS);
    nameKeys();
  }
  mapping = button.dataset.remap ?? null;
  if (mapping) dialog.querySelector(".grading-remap").textContent = word("press");
});
