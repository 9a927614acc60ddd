// Boxes by keys: one key settles the box that has the focus and goes on to the next that is open.

const list = document.querySelector(".boxes");
const dialog = document.getElementById("page");
const which = document.querySelector(".told .which");
const tiled = list?.classList.contains("tiles");

const boxes = () => [...list.querySelectorAll(":scope > .box")];
const here = () => list.querySelector(".box:focus-within") ?? list.querySelector(".box.here");
const open = (box) => !box.querySelector(".says").hasAttribute("data-said");

function go(box) {
  if (!box) return;
  for (const other of list.querySelectorAll(".box.here")) other.classList.remove("here");
  box.classList.add("here");
  box.focus();
  box.scrollIntoView({ block: "nearest" });
}

function next(box) {
  const all = boxes();
  const at = all.indexOf(box);
  return tiled ? all[at + 1] : [...all.slice(at + 1), ...all.slice(0, at)].find(open);
}

function above(box, way) {
  const all = boxes();
  const mine = box.getBoundingClientRect();
  const rows = all.filter((other) => way * (other.getBoundingClientRect().top - mine.top) > 2);
  const near = (other) => {
    const its = other.getBoundingClientRect();
    return Math.abs(its.top - mine.top) * 4 + Math.abs(its.left - mine.left);
  };
  return rows.sort((one, other) => near(one) - near(other))[0];
}

async function send(box, name, value) {
  const says = box.querySelector(".says");
  const { booklet, target, looked } = says.dataset;
  await window.htmx.ajax("POST", list.dataset.settle, {
    source: box,
    target: says,
    swap: "outerHTML",
    values: { booklet, target, looked, [name]: value },
  });
  const now = box.querySelector(".says");
  const said = now.querySelector(".settled .tag")?.textContent;
  box.classList.toggle("said", now.hasAttribute("data-said"));
  if (which && said) which.textContent = `${box.dataset.called}: ${said}`;
  return now;
}

// Boxes that were settled here, the last one at the end: on an open box "undo" means that one.
const settled = [];

function forget(box) {
  if (settled.includes(box)) settled.splice(settled.indexOf(box), 1);
}

function press(box, button) {
  const undoes = button.name === "undo";
  const going = undoes ? box : next(box);
  forget(box);
  if (!undoes) settled.push(box);
  const back = () => { forget(box); go(box); };
  box.sent = (box.sent ?? Promise.resolve()).then(() => send(box, button.name, button.value));
  box.sent.then(
    (says) => { if (says.querySelector(".conflict")) back(); },
    () => { box.sent = undefined; back(); }, // the connection is lost
  );
  go(going ?? box);
}

function show(box) {
  if (!box.dataset.page) return;
  dialog.querySelector("img").src = box.dataset.page;
  dialog.showModal();
}

function typing(box, key) {
  const field = box.querySelector("input[name='typed']");
  if (!field || !/^[0-9.,-]$/.test(key)) return false;
  field.value = "";
  field.focus();
  return true; // and the key itself goes into the field
}

function key(box, pressed) {
  if (pressed === "p") return show(box);
  const says = box.querySelector(".says");
  if (pressed === "u" && open(box)) {
    if (settled.length) press(settled.at(-1), { name: "undo", value: "1" });
    return;
  }
  if (tiled) {
    const value = { x: "crossed", f: "filled", e: "empty" }[pressed];
    if (value) press(box, { name: "mark", value });
    else if (pressed === "Enter" && list.hasAttribute("data-second")) press(box, { name: "mark", value: box.dataset.read });
    else if (pressed === "u") press(box, { name: "undo", value: "1" });
    return;
  }
  const button =
    pressed === "Enter" ? says.querySelector("button.guessed") : says.querySelector(`button[data-key="${CSS.escape(pressed)}"]`);
  if (button) press(box, button);
}

document.addEventListener("keydown", (event) => {
  if (!list || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
  const field = event.target.closest("input, select, textarea");
  const box = here();
  if (field) {
    if (event.key === "Escape" && box) go(box);
    return;
  }
  const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
  if (event.key in ways) {
    const all = boxes();
    const way = ways[event.key];
    event.preventDefault();
    if (!box) return go(all[0]);
    return go(event.key.startsWith("ArrowL") || event.key.startsWith("ArrowR") ? all[all.indexOf(box) + way] : above(box, way));
  }
  if (!box || typing(box, event.key)) return;
  if (event.target.closest("button, a, summary") && event.key === "Enter") return;
  if (["x", "f", "e", "n", "u", "p", "Enter"].includes(event.key)) {
    event.preventDefault();
    key(box, event.key);
  }
});

list?.addEventListener("click", (event) => {
  const box = event.target.closest(".box");
  const button = event.target.closest("button");
  if (!box) return;
  if (button?.classList.contains("page-of")) return show(box);
  if (button?.name) return press(box, button);
  if (!event.target.closest("input")) go(box);
});

list?.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.querySelector("input[name='typed']");
  const box = field.closest(".box");
  if (field.value.trim()) press(box, { name: "typed", value: field.value.trim() });
});

document.querySelector(".told")?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && here()) key(here(), button.dataset.key);
});

list?.addEventListener("focusin", (event) => {
  const box = event.target.closest(".box");
  for (const other of list.querySelectorAll(".box.here")) other.classList.remove("here");
  box?.classList.add("here");
  if (which && box) which.textContent = box.dataset.called;
});

if (list && (!tiled || list.hasAttribute("data-second"))) go(boxes().find(open));
