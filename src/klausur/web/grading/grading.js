// The grading loop: keys, the next answer loaded ahead, and a queue of judgements that outlives the connection.
//
// What an answer earns is counted by the server alone. A judgement is shown as done at once, kept in this
// browser until the server has it, and sent with a name of its own, so that it counts once however often it goes.

import "./comments.js";
import { prepare, tools, undo } from "./drawing.js";
import { commands, keyOf, nameKeys, remap } from "./keys.js";
import { pinch } from "./pinch.js";
import { done, drained, keep, later, recall, redo, send, unsent } from "./sending.js";
import { desk, headers, onLook, post, said, tell, word } from "./talk.js";
import * as tiles from "./tiles.js";

const place = desk.querySelector(".grading-answer");
const keysDialog = document.getElementById("grading-keys");
const parkDialog = document.getElementById("grading-park");

// Answers: the one that is shown, and the next one, loaded ahead.

let ahead = null; // a promise of the element that comes next
const card = () => place.querySelector(".grading-card");
const booklet = (element) => element?.dataset.booklet;

const { judge: JUDGE, judgeAlike: ALIKE, park: PARK } = desk.dataset;
const waiting = (...addresses) => unsent().filter((each) => addresses.includes(each.address)).flatMap(tiles.about);
const unsentBooklets = () => unsent().flatMap(tiles.about);

async function load(asked) {
  const { judged, aside } = done;
  const [judgements, parkings] = [waiting(JUDGE, ALIKE), waiting(PARK)];
  const answer = await asked();
  if (!answer.ok) throw new Error(await said(answer));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const [found] = holder.content.children;
  // What was on its way when this was asked for is counted by the server, if it was there in time, or else here.
  const late = (sent, there = "") => sent.filter((each) => !there.split(",").includes(`${each}`)).length;
  const stamp = judged - late(judgements, found.dataset.done);
  const before = aside - late(parkings, found.dataset.aside);
  Object.assign(found.dataset, { stamp, before });
  for (const image of found.querySelectorAll("img:not([hidden])")) soon(image.src);
  return found;
}

// Loaded and decoded before it is shown, and kept until then.
const pictures = [];
function soon(address) {
  const picture = new Image();
  picture.src = address;
  picture.decode().catch(() => {});
  pictures.push(picture);
  pictures.splice(0, pictures.length - 24);
}

const take = (after, besides) =>
  load(() => post(desk.dataset.next, { after: after ?? "", besides: besides.filter(Boolean).join(","), ...tiles.asked() }));

function show(element) {
  place.replaceChildren(element);
  nameKeys(place);
  const at = booklet(element);
  desk.querySelector(".grading-booklet").textContent = at && !tiles.isMany(element) ? `${word("booklet")} ${at}` : "";
  counts(element);
  if (at) document.body.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } })); // styles of formulas
  if (tiles.isMany(element)) return tiles.prepare(element);
  if (at) {
    look();
    prepare(element);
  }
  // The worth of what is ticked already stands in the fragment; nothing of another answer is carried over.
  (element.querySelector(".grading-stage") ?? element.querySelector("button"))?.focus({ preventScroll: true });
}

let counted = null; // what the server last said of the whole question
function counts(element) {
  if (element.dataset.there !== undefined) counted = element.dataset;
  if (!counted) return;
  const { there, open, parked, stamp, before } = counted;
  const parkedNow = Number(parked) + done.aside - before;
  const bar = desk.querySelector(".grading-progress");
  const known = Math.min(there, there - open - parked + done.judged - stamp); // it was loaded some judgements ago
  bar.max = there;
  bar.value = known;
  desk.querySelector(".grading-counts").textContent = `${known} ${word("of")} ${there}${parkedNow > 0 ? ` · ${parkedNow} ${word("aside")}` : ""}`;
}

function prefetch() {
  const here = booklet(card());
  const held = tiles.held(card());
  // A contact sheet is many answers: nobody holds two of them, until the one before them is nearly done.
  const many = tiles.bySheets() && held.length > FEW;
  const asked = here && !many ? take(tiles.last(card()), [...held, ...unsentBooklets()]) : null;
  ahead = asked;
  asked?.catch(() => { if (ahead === asked) ahead = null; }); // it is asked for again when it is wanted
}
const FEW = 3;

let stuck = false; // the next answer did not come, which is told until it does

async function go(after) {
  let element;
  try {
    element = await (ahead ?? take(after, unsentBooklets()));
    // Who comes to the end may have come there before what is in the queue was recorded.
    if (!booklet(element) && unsent().length) {
      await drained();
      element = await take(after, []);
    }
  } catch (error) {
    tell(navigator.onLine && error.message && !(error instanceof TypeError) ? error.message : word("lost"));
    ahead = null;
    stuck = true;
    setTimeout(() => go(after), 3000);
    return;
  }
  ahead = null;
  if (stuck) tell("");
  stuck = false;
  if (redo.has(booklet(element))) await see(booklet(element));
  else show(element);
  prefetch();
}

async function see(number, judgement = "", handed = "") {
  const address = desk.dataset.answer.replace(/0\/$/, `${number}/`);
  const asked = new URLSearchParams(redo.get(`${number}`) ?? { as: judgement, handed });
  if (redo.delete(`${number}`)) tell("");
  try {
    show(await load(() => fetch(`${address}?${asked}`, { headers: { "HX-Request": "true" } })));
  } catch (error) {
    tell(error.message);
  }
}

// What is ticked.

const items = (root) => [...root.querySelectorAll("[data-item]")].filter((item) => Number(item.dataset.count) > 0);
const form = (root) => root.querySelector(".grading-form");

function values(root) {
  const given = form(root);
  return {
    booklet: booklet(root),
    looked: root.dataset.looked,
    images: root.dataset.images,
    handed: root.dataset.handed,
    rubric: root.dataset.rubric,
    items: items(root).map((item) => `${item.dataset.item}:${item.dataset.count}`).join(","),
    adjustment: given.adjustment?.value ?? "",
    reason: given.reason?.value ?? "",
    comment: given.comment.value,
  };
}

let asking = null;
async function worth(root) {
  asking?.abort();
  asking = new AbortController();
  const given = values(root);
  const { items: ticks, adjustment, reason, rubric } = given;
  const problem = root.querySelector(".grading-problem");
  try {
    // A reason is wanted when it is judged; until then the credits are shown without one.
    const asked = new URLSearchParams({ items: ticks, adjustment, rubric, reason: reason || "…" });
    const answer = await fetch(`${root.dataset.worth}?${asked}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
    if (answer.ok) {
      const { changed, credits } = await answer.json();
      if (changed) {
        redo.set(given.booklet, given);
        return see(given.booklet);
      }
      root.querySelector(".grading-credits").textContent = credits;
      problem.textContent = "";
    } else problem.textContent = await said(answer);
  } catch (error) {
    if (error.name !== "AbortError") problem.textContent = word("lost");
  }
}

function tick(item, less) {
  const now = Number(item.dataset.count);
  const count = item.hasAttribute("data-each") ? Math.max(0, now + (less ? -1 : 1)) : now ? 0 : 1;
  item.dataset.count = count;
  item.setAttribute("aria-pressed", count > 0);
  const times = item.querySelector(".grading-times");
  if (times) times.textContent = count ? `× ${count}` : times.dataset.each;
  changed(item.closest(".grading-card"));
}

function step(button) {
  const root = button.closest(".grading-card");
  if (form(root).adjustment) form(root).adjustment.value = button.dataset.step;
  for (const other of root.querySelectorAll("[data-step]")) other.setAttribute("aria-pressed", other === button);
  changed(root);
}

function changed(root) {
  if (tiles.isMany(root)) return tiles.ticked(root);
  root.querySelector(".grading-paper")?.classList.toggle("overruled", !confirms(root));
  if (confirms(root)) root.querySelector(".grading-credits").textContent = root.dataset.only;
  else worth(root);
}

// What is crossed on the paper is confirmed while nothing else is given.
const confirms = (root) => Boolean(root.dataset.only) && !items(root).length && !form(root).adjustment?.value.trim();

// Pictures: zoom and place are kept for the question.

const SEEN = `klausur-grading-view ${desk.dataset.question}`;
let seen = JSON.parse(sessionStorage.getItem(SEEN) ?? '{"zoom":1,"x":0,"y":0}');

function look() {
  const stage = place.querySelector(".grading-stage");
  if (stage) stage.dataset.zoomed = seen.zoom > 1;
  for (const image of place.querySelectorAll(".grading-stage :is(img, svg)")) {
    image.style.transform = seen.zoom === 1 ? "" : `translate(${seen.x}px, ${seen.y}px) scale(${seen.zoom})`;
  }
  sessionStorage.setItem(SEEN, JSON.stringify(seen));
}

function zoom(by) {
  const next = Math.min(6, Math.max(1, seen.zoom * by));
  seen = next === 1 ? { zoom: 1, x: 0, y: 0 } : { zoom: next, x: (seen.x * next) / seen.zoom, y: (seen.y * next) / seen.zoom };
  look();
}

function view(root, at) {
  root.querySelectorAll(".grading-stage img").forEach((image, n) => { image.hidden = n !== at; });
  root.querySelectorAll("[data-view]").forEach((button, n) => button.setAttribute("aria-pressed", n === at));
}

// Commands.

function judge(root) {
  const given = values(root);
  if (form(root).reason && given.adjustment.trim() && !given.reason.trim()) {
    form(root).querySelector(".grading-adjust").hidden = false;
    form(root).reason.focus();
    return;
  }
  done.judged += 1;
  later(JUDGE, confirms(root) ? { ...given, crossed: 1 } : given);
  go(given.booklet);
}

const act = {
  judge,
  none(root) {
    for (const item of items(root)) Object.assign(item.dataset, { count: 0 });
    if (form(root).adjustment) form(root).adjustment.value = "";
    delete root.dataset.only;
    judge(root);
  },
  skip: (root) => go(booklet(root)),
  park() {
    parkDialog.querySelector("textarea").value = "";
    parkDialog.showModal();
  },
  adjust(root) {
    const part = form(root).querySelector(".grading-adjust");
    part.hidden = false;
    part.querySelector("input").focus();
  },
  comment: (root) => form(root).comment.focus(),
  view(root) {
    const buttons = [...root.querySelectorAll("[data-view]")];
    const at = buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true");
    if (buttons.length) view(root, (at + 1) % buttons.length);
  },
  closer: () => zoom(1.25),
  farther: () => zoom(0.8),
  fit: () => zoom(0),
  ...tools,
};

const always = {
  async undo() {
    const was = card();
    if (was && !tiles.isMany(was) && undo(was)) return; // what was drawn on this answer goes first
    const last = recall();
    if (last) {
      if (last.address === PARK) done.aside -= 1;
      else done.judged -= tiles.about(last).length;
      if (tiles.takenBack(was, last.values.booklet)) return;
      if (last.address === ALIKE) await together(tiles.about(last));
      else await see(last.values.booklet, "", last.values.handed);
      if (was) ahead = Promise.resolve(was);
      return;
    }
    await drained();
    let answer;
    try {
      answer = await post(desk.dataset.undo, {});
    } catch {
      return tell(word("lost"));
    }
    if (!answer.ok) return tell(await said(answer));
    const { booklet: number, judgement, alike } = await answer.json();
    tell("");
    done.judged -= alike.length || 1;
    if (tiles.takenBack(was, number)) return;
    if (alike.length) await together(alike);
    else await see(number, judgement);
    if (was && booklet(was) !== `${number}` && !tiles.bySheets()) ahead = Promise.resolve(was);
  },
  help: () => keysDialog.showModal(),
  async sheet() {
    const before = [...tiles.held(card()), ...tiles.held(await Promise.resolve(ahead).catch(() => null))];
    tiles.bySheetsOrNot();
    ahead = null;
    await post(desk.dataset.leave, { booklets: before.join(",") }).catch(() => {});
    go("");
  },
};

// A group that was judged and taken back, as it was handed out.
async function together(booklets) {
  try {
    show(await load(() => post(desk.dataset.together, { booklets: booklets.join(",") })));
  } catch (error) {
    tell(error.message);
  }
}

function run(name) {
  const root = card();
  if (name in always) always[name]();
  else if (name === "park" && root) act.park();
  else if (tiles.isMany(root)) {
    tiles.run(name, root, { go, see });
    if (!ahead && tiles.bySheets() && root === card() && tiles.held(root).length) prefetch();
  }
  else if (root) act[name]?.(root);
}

document.addEventListener("keydown", (event) => {
  if (keysDialog.open) return remap(event);
  if (parkDialog.open || event.altKey) return;
  const field = event.target.closest("input, textarea, select");
  const key = keyOf(event);
  if (field) {
    if (event.key === "Escape") card()?.querySelector('.grading-stage, .grading-tile[aria-selected="true"]').focus();
    if (key === "Ctrl+Enter" || (key === "Enter" && field.matches("input"))) {
      event.preventDefault();
      run("judge");
    }
    return;
  }
  if (tiles.isMany(card()) && tiles.moves(event, card())) return;
  const name = Object.keys(commands).find((each) => commands[each] === key);
  if (name) {
    if (key === "Enter" && event.target.closest("a, summary, .grading-done button, [data-view]")) return;
    event.preventDefault();
    if (event.repeat && (name === "judge" || name === "none")) return;
    return run(name);
  }
  const plain = event.shiftKey ? event.code.replace(/^Digit|^Key/, "").toLowerCase() : key;
  const item = event.ctrlKey || event.metaKey ? null : card()?.querySelector(`[data-key="${CSS.escape(plain)}"]`);
  if (!item || !plain) return;
  event.preventDefault();
  if (item.dataset.step === undefined) tick(item, event.shiftKey);
  else step(item);
});

place.addEventListener("click", (event) => {
  const tile = event.target.closest(".grading-tile");
  if (tile) return tiles.focus(card(), tile);
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.item) tick(button, event.shiftKey);
  else if (button.dataset.step !== undefined) step(button);
  else if (button.dataset.view !== undefined) view(card(), Number(button.dataset.view));
  else if (button.hasAttribute("data-again")) { ahead = null; go(""); }
  else if (button.dataset.command) { event.preventDefault(); run(button.dataset.command); }
});

place.addEventListener("submit", (event) => event.preventDefault());
place.addEventListener("input", (event) => {
  if (event.target.name === "adjustment") changed(card());
});

desk.querySelector(".grading-top").addEventListener("click", (event) => {
  const command = event.target.closest("[data-command]")?.dataset.command;
  if (command) run(command);
});

place.addEventListener("wheel", (event) => {
  if (!event.ctrlKey || !event.target.closest(".grading-stage")) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
}, { passive: false });

const pinching = pinch(place, zoom, (dx, dy) => {
  if (seen.zoom === 1) return;
  Object.assign(seen, { x: seen.x + dx, y: seen.y + dy });
  look();
});

place.addEventListener("pointerdown", (event) => {
  const stage = event.target.closest(".grading-stage");
  if (!stage || seen.zoom === 1) return;
  stage.setPointerCapture(event.pointerId);
  let [x, y] = [event.clientX, event.clientY];
  const move = (moved) => {
    if (moved.pointerId !== event.pointerId) return;
    if (!pinching()) Object.assign(seen, { x: seen.x + moved.clientX - x, y: seen.y + moved.clientY - y });
    [x, y] = [moved.clientX, moved.clientY];
    look();
  };
  const end = (ended) => {
    if (ended.pointerId !== event.pointerId) return;
    stage.removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) stage.removeEventListener(name, end);
  };
  stage.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, end);
});

// Dialogs.

parkDialog.addEventListener("close", () => {
  const text = parkDialog.querySelector("textarea").value.trim();
  if (parkDialog.returnValue !== "park" || !text || !card()) return;
  parkDialog.returnValue = "";
  const number = tiles.asks(card());
  done.aside += 1;
  later(PARK, { booklet: number, text });
  if (tiles.isMany(card())) tiles.parked(card(), go);
  else go(number);
});

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

addEventListener("pagehide", () => {
  const held = tiles.held(card());
  Promise.resolve(ahead).then((next) => {
    const body = new URLSearchParams({ booklets: [...held, ...tiles.held(next)].join(",") });
    fetch(desk.dataset.leave, { method: "POST", headers, body, keepalive: true });
  }, () => {});
});

// Who sits before an answer for long holds it on.
setInterval(async () => {
  const here = booklet(card());
  if (!here || document.visibilityState !== "visible") return;
  const next = await Promise.resolve(ahead).catch(() => null);
  post(desk.dataset.hold, { booklets: [...tiles.held(card()), ...tiles.held(next)].join(",") }).catch(() => {});
}, 120_000);

onLook(see);
nameKeys();
keep();
send();
if (desk.dataset.booklet) await see(desk.dataset.booklet, "", desk.dataset.handed).then(prefetch);
else await go("");
