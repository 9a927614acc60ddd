// Counting collected booklets in, one by one or many at once.

import { ofText } from "./codes.js";
import { act, ahead, send, setClock } from "./queue.js";
import "./camera.js";
import "./offline.js";
import "./status.js";

const desk = document.getElementById("day");
const input = document.getElementById("number");
const heard = document.getElementById("heard");
const part = () => document.getElementById("part");
const MANY = 1000;

function hear(name, what, kind) {
  heard.textContent = desk.dataset[name].replace("{what}", what);
  heard.className = `day-heard ${kind}`;
  heard.hidden = false;
}

function counted() {
  const found = new Set(part().dataset.in.split(" ").filter(Boolean).map(Number));
  for (const { kind, number, value } of ahead()) if (kind === "counted") found[value === "in" ? "add" : "delete"](number);
  return found;
}

function show() {
  const found = counted();
  document.getElementById("counted").textContent = found.size;
  for (const line of part().querySelectorAll("[data-number]")) line.hidden = found.has(Number(line.dataset.number));
}

function numbersOf(text) {
  const range = /^(\d{1,8})(?:\s*[-–]\s*(\d{1,8}))?$/.exec(text);
  if (!range) return [];
  const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
  return last < first || last - first >= MANY ? [] : Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

function take(text, code, back) {
  if (code && code.exam !== Number(desk.dataset.number)) return hear("other", "", "bad");
  const numbers = code ? (code.sheet === "booklet" ? [code.number] : []) : numbersOf(text);
  if (!numbers.length) return hear("wrong", text, "bad");
  const there = counted();
  const wanted = numbers.filter((number) => there.has(number) === back);
  for (const number of wanted) act("counted", { number, value: back ? "back" : "in" });
  if (!wanted.length) return hear("known", text, "warn");
  if (wanted.length > 1) return hear("many", wanted.length, "good");
  hear(back ? "back" : "counted", wanted[0], "good");
}

document.getElementById("counting").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  input.focus();
  take(text, ofText(text), event.submitter?.name === "back");
});
document.addEventListener("day:code", ({ detail }) => take(String(detail.number), detail, false));
document.addEventListener("day:blind", () => hear("blind", "", "bad"));

document.addEventListener("day:queue", show);
document.addEventListener("day:news", () => part().dispatchEvent(new Event("news")));
document.body.addEventListener("htmx:afterSwap", () => {
  setClock(Number(part().dataset.now));
  show();
});
show();
send();
