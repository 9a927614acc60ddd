// Signing on glass: lines of a finger or a pen in a field of 80 by 30 mm, in tenths of a millimetre.
//
// What is kept is where the lines are, and nothing of how fast or how hard they were drawn.

import { act } from "./queue.js";

const dialog = document.getElementById("sign");
const field = document.getElementById("sign-field");
const ink = field.querySelector("g");
const keep = document.getElementById("sign-keep");
const [WIDTH, HEIGHT, APART, FEWEST, LONGEST] = [800, 300, 4, 4, 6000];

let lines = [];
let drawing = null;
let whose = null;

function place(event) {
  const box = field.getBoundingClientRect();
  const on = (at, from, length, most) => Math.min(most, Math.max(0, Math.round(((at - from) / length) * most)));
  return [on(event.clientX, box.left, box.width, WIDTH), on(event.clientY, box.top, box.height, HEIGHT)];
}

const text = () => lines.map((line) => line.map((point) => point.join(",")).join(" ")).join(";");

function show() {
  ink.replaceChildren(...lines.map((line) => {
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    drawn.setAttribute("points", (line.length > 1 ? line : [line[0], line[0]]).map((point) => point.join(",")).join(" "));
    return drawn;
  }));
  keep.disabled = lines.flat().length < FEWEST;
}

function add(event) {
  for (const each of event.getCoalescedEvents?.() ?? [event]) {
    const [x, y] = place(each);
    const [fromX, fromY] = drawing.at(-1) ?? [-WIDTH, -HEIGHT];
    if (Math.hypot(x - fromX, y - fromY) >= APART && text().length < LONGEST - 20) drawing.push([x, y]);
  }
  show();
}

field.addEventListener("pointerdown", (event) => {
  if (!event.isPrimary) return;
  event.preventDefault();
  field.setPointerCapture(event.pointerId);
  drawing = [place(event)];
  lines.push(drawing);
  show();
});
field.addEventListener("pointermove", (event) => { if (drawing && event.isPrimary) add(event); });
for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { drawing = null; });

function clear() {
  lines = [];
  drawing = null;
  show();
}

document.getElementById("sign-clear").addEventListener("click", clear);
keep.addEventListener("click", () => {
  act("signed", { candidate: Number(whose.id), text: text() });
  dialog.close();
});
dialog.addEventListener("close", clear);

// Who is asked to sign: told by the list, with what stands on the row.
document.addEventListener("day:sign", ({ detail }) => {
  whose = detail;
  document.getElementById("sign-name").textContent = whose.name;
  document.getElementById("sign-who").textContent = [whose.registration, whose.seat].filter(Boolean).join(" · ");
  clear();
  dialog.showModal();
});
