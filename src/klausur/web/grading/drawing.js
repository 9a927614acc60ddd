// Drawing on the answer's picture: pen, highlighter, tick, cross, text and eraser, by mouse, stylus, finger or keys.
//
// All of it is in millimetres of the page, so that it lies where it was drawn on every picture and scan of it.
// Each drawing is named by the act that made it, goes by the queue, and is never changed: it is rubbed out,
// and what was rubbed out comes back as a new one.

import { getStroke } from "../perfect-freehand.js";
import { actName, later, unsent } from "./sending.js";
import { desk, word } from "./talk.js";

const SVG = "http://www.w3.org/2000/svg";
const SCALE = 10; // pixels of perfect-freehand to a mm
const PEN = { size: 7, thinning: 0.5, smoothing: 0.5, streamline: 0.35, last: true };
const AT_A_POINT = { tick: "m-1.7 -1.9 1.7 1.9 3.2 -5", cross: "m-1.8 -1.8 3.6 3.6 m0 -3.6 -3.6 3.6" };
const FINE = 0.15; // mm between two points of a line
const MOST = 2000; // points of a line
const NEAR = 2.5; // mm from which the eraser reaches

const place = desk.querySelector(".grading-answer");
const made = new WeakMap(); // by card, what stands on it: act, sheet, number, page, drawing, who, mine
const done = new WeakMap(); // by card, what this page did to it: drew or rubbed, the newest last
let tool = "";
let pointer = null; // where the mouse is over the picture, in pixels of the window
let cursor = null; // where keys have moved to on the picture, in mm
let spaced = false; // the space bar is held: dragging moves the picture
let stylus = false; // one was seen: fingers move the picture
let line = null; // what is being drawn: its pointer, and how to give it up

const cardOf = (element) => element.closest(".grading-card");
const shown = (card) => card?.querySelector(".grading-stage img:not([hidden]) + svg");
const round = (number) => Math.round(number * 100) / 100;

// Shapes: `klausur.base.ink.svg` draws the same for print.

function path(outline) {
  const at = ([x, y]) => `${(x / SCALE).toFixed(2)} ${(y / SCALE).toFixed(2)}`;
  const parts = outline.map(([x, y], n) => {
    const [nextX, nextY] = outline[(n + 1) % outline.length];
    return `${at([x, y])} ${at([(x + nextX) / 2, (y + nextY) / 2])}`;
  });
  return parts.length ? `M${at(outline[0])}Q${parts.join(" ")}Z` : "";
}

function element(name, attributes) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  return one;
}

function shape({ tool: by, points, text }) {
  const [[x, y]] = points;
  if (by === "pen") {
    const simulatePressure = points.every(([, , force]) => force === 0.5);
    const scaled = points.map(([px, py, force]) => [px * SCALE, py * SCALE, force]);
    return element("path", { class: by, d: path(getStroke(scaled, { ...PEN, simulatePressure })) });
  }
  if (by === "highlight") {
    const way = [...points, points.at(-1)].map(([px, py]) => `${px} ${py}`).join(" ");
    return element("polyline", { class: by, points: way });
  }
  if (by === "text") {
    const words = element("text", { class: by, x, y });
    words.textContent = text;
    return words;
  }
  return element("path", { class: by, d: `M${x.toFixed(2)} ${y.toFixed(2)}${AT_A_POINT[by]}` });
}

function put(card, one) {
  for (const svg of card.querySelectorAll(".grading-stage svg")) {
    const { sheet, number, page } = svg.dataset;
    if (sheet !== one.sheet || Number(number) !== one.number || Number(page) !== one.page) continue;
    const drawn = svg.appendChild(shape(one.drawing));
    drawn.dataset.act = one.act;
    if (one.who) drawn.appendChild(element("title", {})).textContent = one.who;
  }
}

// What is done: it stands at once, and goes to the server by the queue.

function add(card, svg, drawing) {
  const { sheet, number, page } = svg.dataset;
  const one = { act: actName(), sheet, number: Number(number), page: Number(page), drawing, who: "", mine: true };
  made.get(card).push(one);
  put(card, one);
  const { booklet, handed } = card.dataset;
  const values = { booklet, handed, sheet, number, page, drawing: JSON.stringify(drawing), act: one.act };
  later(desk.dataset.annotate, values);
  return one;
}

function remove(card, one) {
  made.set(card, made.get(card).filter((other) => other !== one));
  for (const drawn of card.querySelectorAll(`[data-act="${one.act}"]`)) drawn.remove();
  const { booklet, handed } = card.dataset;
  later(desk.dataset.erase, { booklet, handed, act: one.act });
}

function draw(card, svg, drawing) {
  done.get(card).push({ drew: add(card, svg, drawing) });
}

function rub(card, svg, x, y) {
  for (const one of [...made.get(card)]) {
    const { sheet, number, page } = svg.dataset;
    const here = sheet === one.sheet && Number(number) === one.number && Number(page) === one.page;
    if (!here || !one.mine || !touches(svg, one, x, y)) continue;
    remove(card, one);
    done.get(card).push({ rubbed: one, svg });
  }
}

function touches(svg, one, x, y) {
  if (one.drawing.tool === "text") {
    const box = svg.querySelector(`[data-act="${one.act}"]`).getBBox();
    return x > box.x - 1 && x < box.x + box.width + 1 && y > box.y - 1 && y < box.y + box.height + 1;
  }
  return one.drawing.points.some(([px, py], n, all) => {
    const [nextX, nextY] = all[n + 1] ?? all[n];
    const [dx, dy] = [nextX - px, nextY - py];
    const along = Math.min(1, Math.max(0, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - px - along * dx, y - py - along * dy) < NEAR;
  });
}

// Take back what was last drawn or rubbed out on this answer; false where there is nothing.
export function undo(card) {
  const last = card && done.get(card)?.pop();
  if (!last) return false;
  if (last.drew) {
    if (made.get(card).includes(last.drew)) remove(card, last.drew);
    else return undo(card);
  } else {
    const again = add(card, last.svg, last.rubbed.drawing);
    for (const other of done.get(card)) if (other.drew === last.rubbed) other.drew = again;
  }
  return true;
}

// An answer comes: what was drawn on it, also what this browser has not sent yet.
export function prepare(card) {
  cursor = null;
  line = null;
  const stage = card.querySelector(".grading-stage");
  if (!made.has(card)) {
    const found = JSON.parse(stage.dataset.drawn);
    for (const { address, values } of unsent()) {
      if (values.booklet !== card.dataset.booklet) continue;
      if (address === desk.dataset.annotate && !found.some((one) => one.act === values.act)) {
        const { act, sheet, number, page, drawing } = values;
        found.push({ act, sheet, number: Number(number), page: Number(page), drawing: JSON.parse(drawing), who: "", mine: true });
      } else if (address === desk.dataset.erase) {
        const at = found.findIndex((one) => one.act === values.act);
        if (at >= 0) found.splice(at, 1);
      }
    }
    made.set(card, found);
    done.set(card, []);
    for (const one of found) put(card, one);
  }
  press(card);
}

function press(card) {
  for (const button of card.querySelectorAll("button[data-tool]")) button.setAttribute("aria-pressed", button.dataset.tool === tool);
  card.querySelector(".grading-stage").dataset.tool = tool;
}

function choose(card, name) {
  tool = tool === name ? "" : name;
  press(card);
}

// Where something is drawn.

function inMm(svg, { clientX, clientY }) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const on = svg.getBoundingClientRect();
  const scale = Math.min(on.width / width, on.height / height); // as the picture is: whole, in the middle
  const within = (from, to, at) => round(Math.min(to, Math.max(from, at)));
  return [
    within(x, x + width, x + (clientX - on.x - (on.width - width * scale) / 2) / scale),
    within(y, y + height, y + (clientY - on.y - (on.height - height * scale) / 2) / scale),
  ];
}

function onScreen(svg, [mmX, mmY]) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const on = svg.getBoundingClientRect();
  const scale = Math.min(on.width / width, on.height / height);
  return [
    on.x + (on.width - width * scale) / 2 + (mmX - x) * scale,
    on.y + (on.height - height * scale) / 2 + (mmY - y) * scale,
    scale,
  ];
}

// By keys: at the mouse, or where the arrows have moved to.

function cross(svg) {
  svg.querySelector(".cursor")?.remove();
  if (!cursor) return;
  const [x, y] = cursor;
  svg.append(element("path", { class: "cursor", d: `M${x - 4} ${y}h3m2 0h3M${x} ${y - 4}v3m0 2v3` }));
}

function middle(svg) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  return [round(x + width / 2), round(y + height / 2)];
}

function at(card, name) {
  const svg = shown(card);
  if (!svg) return;
  const spot = cursor ?? (pointer && inMm(svg, pointer));
  if (!spot) {
    cursor = middle(svg);
    cross(svg);
    card.querySelector(".grading-stage").focus({ preventScroll: true });
  } else set(card, svg, name, spot);
}

function set(card, svg, name, [x, y]) {
  if (name === "text") write(card, svg, [x, y]);
  else draw(card, svg, { tool: name, points: [[x, y, 0.5]] });
}

function write(card, svg, spot) {
  const stage = card.querySelector(".grading-stage");
  const field = document.createElement("input");
  const [x, y, scale] = onScreen(svg, spot);
  const on = stage.getBoundingClientRect();
  Object.assign(field, { className: "grading-writing", maxLength: 200 });
  field.setAttribute("aria-label", word("text"));
  const size = Math.max(12, 4.2 * scale);
  Object.assign(field.style, { left: `${x - on.x}px`, top: `${y - on.y - size * 1.25}px`, fontSize: `${size}px` });
  let open = true;
  const close = (keep) => {
    if (!open) return;
    open = false;
    const text = field.value.trim();
    field.remove();
    stage.focus({ preventScroll: true });
    if (keep && text) draw(card, svg, { tool: "text", points: [[...spot, 0.5]], text });
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      close(event.key === "Enter");
    }
  });
  field.addEventListener("blur", () => close(true));
  stage.append(field);
  field.focus({ preventScroll: true });
}

// What the keys of the tools do.
export const tools = {
  pen: (card) => choose(card, "pen"),
  highlight: (card) => choose(card, "highlight"),
  eraser: (card) => choose(card, "eraser"),
  tick: (card) => at(card, "tick"),
  cross: (card) => at(card, "cross"),
  text: (card) => at(card, "text"),
};

place.addEventListener("keydown", (event) => {
  const card = cardOf(event.target);
  if (!card || !event.target.matches(".grading-stage")) return;
  const svg = shown(card);
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
  if (!svg || dx === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const far = event.shiftKey ? 10 : 2;
  const { x, y, width, height } = svg.viewBox.baseVal;
  const [atX, atY] = cursor ?? (pointer ? inMm(svg, pointer) : middle(svg));
  cursor = [
    round(Math.min(x + width, Math.max(x, atX + dx * far))),
    round(Math.min(y + height, Math.max(y, atY + dy * far))),
  ];
  cross(svg);
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, button, summary, a, dialog")) return;
  if (event.key === "Escape" && tool) choose(place.querySelector(".grading-card"), tool);
  if (event.key === " " && tool) {
    spaced = true;
    event.preventDefault();
  }
});
document.addEventListener("keyup", (event) => { if (event.key === " ") spaced = false; });

// By mouse, stylus and finger. What is not drawn here moves the picture, as without a tool.

const forceOf = (event) => (event.pointerType === "pen" ? round(event.pressure) : 0.5);

place.addEventListener("pointerdown", (event) => {
  const stage = event.target.closest(".grading-stage");
  if (!stage || event.target.matches(".grading-writing")) return;
  stylus ||= event.pointerType === "pen";
  if (line) {
    if (event.pointerType === "touch") line.giveUp(); // two fingers are no line
    return;
  }
  const rubs = event.pointerType === "pen" && event.button === 5;
  const using = rubs ? "eraser" : tool || (event.pointerType === "pen" ? "pen" : "");
  if (!using || spaced || (event.button !== 0 && !rubs) || (event.pointerType === "touch" && stylus)) return;
  const card = cardOf(stage);
  const svg = shown(card);
  if (!svg) return;
  event.stopPropagation();
  event.preventDefault();
  stage.focus({ preventScroll: true });
  const spot = inMm(svg, event);
  if (using in AT_A_POINT || using === "text") set(card, svg, using, spot);
  else follow(event, stage, card, svg, using);
}, { capture: true });

function follow(event, stage, card, svg, using) {
  const rubs = using === "eraser";
  let drawing = { tool: using, points: [[...inMm(svg, event), forceOf(event)]] };
  let live = rubs ? null : svg.appendChild(shape(drawing));
  if (rubs) rub(card, svg, ...inMm(svg, event));
  stage.setPointerCapture(event.pointerId);

  const move = (moved) => {
    if (moved.pointerId !== event.pointerId) return;
    const between = moved.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [moved]) {
      const [x, y] = inMm(svg, each);
      if (rubs) rub(card, svg, x, y);
      const [lastX, lastY] = drawing.points.at(-1);
      if (rubs || Math.hypot(x - lastX, y - lastY) < FINE) continue;
      drawing.points.push([x, y, forceOf(each)]);
      if (drawing.points.length === MOST) {
        draw(card, svg, drawing);
        drawing = { tool: using, points: [[x, y, forceOf(each)]] };
      }
    }
    if (rubs) return;
    const now = shape(drawing);
    live.replaceWith(now);
    live = now;
  };
  const end = (ended) => {
    if (ended && ended.pointerId !== event.pointerId) return;
    for (const [name, heard] of heards) stage.removeEventListener(name, heard);
    live?.remove();
    line = null;
    if (ended?.type === "pointerup" && !rubs) draw(card, svg, drawing);
  };
  const heards = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
  for (const [name, heard] of heards) stage.addEventListener(name, heard);
  line = { giveUp: end };
}

place.addEventListener("pointermove", (event) => {
  const inside = event.target.closest(".grading-stage") && event.pointerType !== "touch";
  pointer = inside ? { clientX: event.clientX, clientY: event.clientY } : null;
  if (inside && cursor) {
    cursor = null;
    place.querySelector(".cursor")?.remove();
  }
});
place.addEventListener("pointerleave", () => { pointer = null; });

place.addEventListener("contextmenu", (event) => {
  if (tool && event.target.closest(".grading-stage")) event.preventDefault(); // the right button moves the picture
});

place.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-tool]");
  if (button) choose(cardOf(button), button.dataset.tool);
});
