// The comment: those already given to this question are offered, and its formulas are shown, as it is typed.

import { desk, post } from "./talk.js";

const PAUSE = 150; // ms without a key until the server is asked

const place = desk.querySelector(".grading-answer");
let asked = null; // what is asked now, to give it up
let timer = 0;

const partsOf = (field) => {
  const whole = field.closest(".grading-comment");
  return { offered: whole.querySelector(".grading-offered"), preview: whole.querySelector(".grading-preview") };
};
const options = (field) => [...partsOf(field).offered.querySelectorAll("[role=option]")];
const isComment = (element) => element.matches?.("textarea[name=comment]");

function mark(field, at) {
  const all = options(field);
  all.forEach((option, n) => option.setAttribute("aria-selected", n === at));
  if (all[at]) field.setAttribute("aria-activedescendant", all[at].id);
  else field.removeAttribute("aria-activedescendant");
  all[at]?.scrollIntoView({ block: "nearest" });
}

function open(field, yes) {
  partsOf(field).offered.hidden = !yes;
  field.setAttribute("aria-expanded", yes);
  if (!yes) mark(field, -1);
}

async function ask(field) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const typed = field.value;
  const told = await post(desk.dataset.comment, { typed }, signal)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .catch(() => ""); // without a connection nothing is offered, nor for what was typed on meanwhile
  if (!told || signal.aborted || !field.isConnected) return;
  const holder = document.createElement("template");
  holder.innerHTML = told;
  const { offered, preview } = partsOf(field);
  const marked = options(field).find((option) => option.getAttribute("aria-selected") === "true")?.dataset.text;
  offered.replaceChildren(holder.content.querySelector("[role=listbox]"));
  const said = holder.content.querySelector(".grading-preview");
  preview.replaceChildren(...(said.querySelector("math, .grading-mistake") ? said.childNodes : []));
  for (const part of [offered, preview]) {
    document.body.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: part } })); // styles of formulas
  }
  open(field, document.activeElement === field && options(field).length > 0);
  mark(field, options(field).findIndex((option) => option.dataset.text === marked)); // who has gone to one stays there
}

function take(field, option) {
  field.value = option.dataset.text;
  open(field, false);
  ask(field).then(() => open(field, false));
}

place.addEventListener("focusin", (event) => { if (isComment(event.target)) ask(event.target); });
place.addEventListener("focusout", (event) => { if (isComment(event.target)) open(event.target, false); });
place.addEventListener("input", (event) => {
  if (!isComment(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE, event.target);
});

// Before the desk's own keys, for which Escape leaves the field.
place.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isComment(field)) return;
  const all = options(field);
  const isOpen = !partsOf(field).offered.hidden;
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (isOpen && plain && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const last = all.length - 1;
    mark(field, event.key === "ArrowDown" ? (at === last ? -1 : at + 1) : at === -1 ? last : at - 1);
  } else if (!isOpen && plain && event.key === "ArrowDown" && all.length && !field.value.includes("\n")) open(field, true);
  else if (isOpen && plain && event.key === "Enter" && at >= 0) take(field, all[at]);
  else if (isOpen && event.key === "Escape") open(field, false);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

// A press on one must not take the field's focus first.
place.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".grading-offered")) event.preventDefault();
});
place.addEventListener("click", (event) => {
  const option = event.target.closest(".grading-offered [role=option]");
  if (option) take(option.closest(".grading-comment").querySelector("textarea"), option);
});
