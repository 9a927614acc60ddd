// Several answers on one screen: a contact sheet, each judged by itself, or a group, judged as one act.
//
// The form beside them is that of the focused answer on a contact sheet, and that of all in a group. What is
// ticked on a sheet stays with its answer until it is judged.

import { done, later } from "./sending.js";
import { desk, post, said, word } from "./talk.js";

const SHEET = `klausur-grading-sheet ${desk.dataset.question}`;
const ALONE = `klausur-grading-alone ${desk.dataset.question}`;
const SHOWN = 12; // of a group at a time

// Whether answers are asked for by sheets, and which were taken out of groups, for as long as the tab is open.

let sheet = sessionStorage.getItem(SHEET) === "1";
const alone = new Set(JSON.parse(sessionStorage.getItem(ALONE) ?? "[]"));

export const asked = () => (sheet ? { sheet: 1 } : { alone: [...alone].join(",") });
export const bySheets = () => sheet;

export function bySheetsOrNot() {
  sheet = !sheet;
  sessionStorage.setItem(SHEET, sheet ? "1" : "");
}

// The tiles of an element: those that wait to be judged, all, and the one with the focus.

export const isMany = (root) => root?.dataset.many !== undefined;
const isGroup = (root) => root?.dataset.many === "group";
const tiles = (root) => [...root.querySelectorAll(".grading-tile")];
const open = (root) => tiles(root).filter((tile) => tile.dataset.done === undefined);
const focused = (root) => root.querySelector('.grading-tile[aria-selected="true"]');
const form = (root) => root.querySelector(".grading-form");
const number = (tile) => tile.dataset.booklet;

// The booklets that an element has before whoever judges.
export const held = (root) => {
  if (!root) return [];
  return isMany(root) ? open(root).map(number) : [root.dataset.booklet].filter(Boolean);
};

// The last booklet of an element: what comes next begins behind it.
export const last = (root) => (isMany(root) ? number(tiles(root).at(-1)) : root.dataset.booklet);

// The booklets that something in the queue is about.
export const about = ({ values }) =>
  values.members ? values.members.split(",").map((member) => member.split(":")[0]) : [values.booklet];

// What is ticked.

const items = (root) => [...root.querySelectorAll("[data-item]")];
const steps = (root) => [...root.querySelectorAll("[data-step]")];
const ticksOf = (root) =>
  items(root).filter((item) => Number(item.dataset.count)).map((item) => `${item.dataset.item}:${item.dataset.count}`).join(",");
const stepOf = (root) => steps(root).find((step) => step.getAttribute("aria-pressed") === "true")?.dataset.step ?? "";

function setTicks(root, ticks, step) {
  const counts = new Map(ticks.split(",").filter(Boolean).map((each) => each.split(":")));
  for (const item of items(root)) {
    const count = Number(counts.get(item.dataset.item) ?? 0);
    item.dataset.count = count;
    item.setAttribute("aria-pressed", count > 0);
    const times = item.querySelector(".grading-times");
    if (times) times.textContent = count ? `× ${count}` : times.dataset.each;
  }
  for (const each of steps(root)) each.setAttribute("aria-pressed", each.dataset.step === step);
}

const hasTicks = (tile) => Boolean(tile.dataset.ticks || tile.dataset.stepped);

function showTile(root, tile) {
  const keys = new Map(items(root).map((item) => [item.dataset.item, item.dataset.key]));
  const ticks = tile.dataset.ticks.split(",").filter(Boolean).map((each) => each.split(":"));
  tile.querySelector(".grading-tile-ticks").replaceChildren(...ticks.map(([item, count]) => {
    const key = document.createElement("kbd");
    key.textContent = `${keys.get(item) || item}${count > 1 ? `×${count}` : ""}`;
    return key;
  }));
  const crossed = tile.dataset.only;
  const worth = tile.dataset.worthNow || (crossed && !hasTicks(tile) ? crossed : "");
  tile.querySelector(".grading-tile-credits").textContent = worth || (tile.dataset.done === undefined ? "" : "0");
  if (tile !== focused(root) || isGroup(root)) return;
  root.querySelector(".grading-credits").textContent = worth || "0";
  root.querySelector(".grading-focused").textContent = `${word("booklet")} ${number(tile)}`;
}

// The server counts: an older answer of its does not overwrite a newer one.
const asking = new WeakMap();
async function worth(root, at) {
  asking.get(at)?.abort();
  const abort = new AbortController();
  asking.set(at, abort);
  const group = isGroup(root);
  const query = new URLSearchParams({
    items: group ? ticksOf(root) : at.dataset.ticks,
    adjustment: (group ? stepOf(root) : at.dataset.stepped) || "",
    reason: "…",
  });
  const problem = root.querySelector(".grading-problem");
  try {
    const answer = await fetch(`${at.dataset.worth}?${query}`, { signal: abort.signal, headers: { "HX-Request": "true" } });
    problem.textContent = answer.ok ? "" : await said(answer);
    if (!answer.ok) return;
    const { credits } = await answer.json();
    if (group) root.querySelector(".grading-credits").textContent = credits;
    else {
      at.dataset.worthNow = credits;
      showTile(root, at);
    }
  } catch (error) {
    if (error.name !== "AbortError") problem.textContent = word("lost");
  }
}

// An item or a step of the form was changed.
export function ticked(root) {
  if (isGroup(root)) {
    const plain = !ticksOf(root) && !stepOf(root);
    root.querySelector(".grading-paper")?.classList.toggle("overruled", !plain);
    if (plain) root.querySelector(".grading-credits").textContent = root.dataset.only || "0";
    else worth(root, tiles(root)[0]);
    return;
  }
  const tile = focused(root);
  if (!tile || tile.dataset.done !== undefined) return;
  tile.focus({ preventScroll: true }); // also where an item was clicked: keys go on from here
  tile.dataset.ticks = ticksOf(root);
  tile.dataset.stepped = stepOf(root);
  tile.dataset.worthNow = "";
  showTile(root, tile);
  if (hasTicks(tile)) worth(root, tile);
}

// The focus.

export function focus(root, tile) {
  if (!tile) return;
  for (const each of tiles(root)) {
    each.setAttribute("aria-selected", each === tile);
    each.tabIndex = each === tile ? 0 : -1;
  }
  if (!isGroup(root)) setTicks(root, tile.dataset.ticks, tile.dataset.stepped);
  showTile(root, tile);
  tile.focus({ preventScroll: true });
}

export function prepare(root) {
  const known = open(root);
  for (const tile of known) showTile(root, tile);
  showPart(root, 0);
  focus(root, known[0]);
}

// A group has more answers than fit: it shows so many of them at a time.
function showPart(root, from) {
  if (!isGroup(root)) return;
  const all = tiles(root);
  const start = from >= all.length ? 0 : from;
  root.dataset.from = start;
  all.forEach((tile, at) => { tile.hidden = at < start || at >= start + SHOWN; });
  root.querySelector(".grading-part").textContent =
    all.length > SHOWN ? `${start + 1}–${Math.min(start + SHOWN, all.length)} ${word("of")} ${all.length}` : "";
  if (focused(root)?.hidden) focus(root, all[start]);
}

// Arrows and Tab go from tile to tile; whether the key was one of them.
export function moves(event, root) {
  const here = focused(root);
  if (event.target !== here || event.ctrlKey || event.metaKey) return false;
  const shown = tiles(root).filter((tile) => !tile.hidden);
  const at = shown.indexOf(here);
  const across = shown.filter((tile) => tile.offsetTop === shown[0].offsetTop).length;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across, Tab: event.shiftKey ? -1 : 1 }[event.key];
  const ends = { Home: 0, End: shown.length - 1 }[event.key];
  const next = ends === undefined ? shown[at + by] : shown[ends];
  if ((by === undefined && ends === undefined) || (event.key === "Tab" && !next)) return false; // on to the form
  event.preventDefault();
  if (next) focus(root, next);
  return true;
}

// What is done with them.

const values = (tile) => ({
  booklet: number(tile),
  looked: tile.dataset.looked,
  images: tile.dataset.images,
  handed: "",
  rubric: tile.dataset.rubric,
  comment: "",
  reason: "",
});

function judgeTile(root, tile, ticks, step) {
  const confirms = !ticks && !step && tile.dataset.only;
  done.judged += 1;
  later(desk.dataset.judge, { ...values(tile), items: ticks, adjustment: step, ...(confirms ? { crossed: 1 } : {}) });
  Object.assign(tile.dataset, { ticks, stepped: step, done: "judged" });
  showTile(root, tile);
}

function onwards(root, go) {
  const left = open(root);
  const at = tiles(root).indexOf(focused(root));
  if (left.length) focus(root, left.find((tile) => tiles(root).indexOf(tile) > at) ?? left[0]);
  else go(number(tiles(root).at(-1)));
}

function judgeGroup(root, ticks, step, go, confirm) {
  const members = open(root);
  done.judged += members.length;
  later(desk.dataset.judgeAlike, {
    members: members.map((tile) => `${number(tile)}:${tile.dataset.images.replaceAll(",", "+")}:${tile.dataset.rubric}`).join(","),
    looked: root.dataset.looked,
    items: ticks,
    adjustment: step,
    reason: "",
    comment: form(root).comment?.value ?? "",
    ...(confirm && root.dataset.only ? { crossed: 1 } : {}),
  });
  go(number(members.at(-1)));
}

// A command on several answers. `go` shows what comes next, `see` one of them alone.
export function run(name, root, { go, see }) {
  const tile = focused(root);
  const group = isGroup(root);
  const waits = tile && tile.dataset.done === undefined;
  const act = {
    judge() {
      if (group) judgeGroup(root, ticksOf(root), stepOf(root), go, !ticksOf(root) && !stepOf(root));
      else if (waits) {
        judgeTile(root, tile, tile.dataset.ticks, tile.dataset.stepped);
        onwards(root, go);
      }
    },
    none() {
      if (group) judgeGroup(root, "", "", go, false);
      else if (waits) {
        delete tile.dataset.only;
        Object.assign(tile.dataset, { worthNow: "" });
        judgeTile(root, tile, "", "");
        onwards(root, go);
      }
    },
    all() {
      if (group) return act.judge();
      for (const each of open(root).filter(hasTicks)) judgeTile(root, each, each.dataset.ticks, each.dataset.stepped);
      onwards(root, go);
    },
    skip() {
      if (group) return leave(held(root), () => go(number(tiles(root).at(-1))));
      if (!waits) return;
      tile.dataset.done = "later";
      leave([number(tile)], () => onwards(root, go));
    },
    out() {
      if (!group || !tile) return;
      const next = tile.nextElementSibling ?? tile.previousElementSibling;
      alone.add(number(tile));
      sessionStorage.setItem(ALONE, JSON.stringify([...alone]));
      leave([number(tile)]);
      tile.remove();
      root.querySelector(".grading-members").textContent = tiles(root).length;
      if (!next) return go("");
      showPart(root, Number(root.dataset.from));
      focus(root, next);
    },
    view: () => showPart(root, Number(root.dataset.from ?? 0) + SHOWN),
    alone: () => tile && see(number(tile)),
    adjust: () => act.alone(),
    comment: () => (form(root).comment ? form(root).comment.focus() : act.alone()),
  };
  act[name]?.();
}

function leave(booklets, then) {
  post(desk.dataset.leave, { booklets: booklets.join(",") }).catch(() => {}).then(then);
}

// The answer that a question to the examiner is about.
export const asks = (root) => (isMany(root) ? number(focused(root)) : root.dataset.booklet);

// It was put aside: the next one, or what comes after the last one.
export function parked(root, go) {
  const tile = focused(root);
  if (isGroup(root)) {
    tile.remove();
    root.querySelector(".grading-members").textContent = tiles(root).length;
    if (!tiles(root).length) return go("");
    showPart(root, Number(root.dataset.from));
    return focus(root, tiles(root).find((each) => !each.hidden));
  }
  tile.dataset.done = "aside";
  onwards(root, go);
}

// A judgement was taken back: if its answer is on this sheet, it waits there again, with its ticks.
export function takenBack(root, booklet) {
  if (!isMany(root) || isGroup(root)) return false;
  const tile = tiles(root).find((each) => number(each) === `${booklet}`);
  if (!tile) return false;
  delete tile.dataset.done;
  focus(root, tile);
  return true;
}
