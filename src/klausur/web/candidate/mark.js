// A place is marked on a page of the script: a box that is drawn, or a point that is tapped, in mm of the page.

const form = document.querySelector(".own-form");
const fields = form && { mark: form.elements.namedItem("mark"), page: form.elements.namedItem("page") };
const unmark = form?.querySelector(".own-unmark");
const LEAST = 3; // mm: what is smaller was meant as a point

function show(figure, box) {
  for (const each of form.querySelectorAll(".own-page .own-mark")) each.replaceChildren();
  if (!figure) return;
  const shape = document.createElementNS("http://www.w3.org/2000/svg", box.w || box.h ? "rect" : "circle");
  const said = box.w || box.h ? { x: box.x, y: box.y, width: box.w, height: box.h } : { cx: box.x, cy: box.y, r: 3 };
  for (const [name, value] of Object.entries(said)) shape.setAttribute(name, value.toFixed(1));
  figure.querySelector(".own-mark").append(shape);
}

function set(figure, box) {
  show(figure, box);
  fields.mark.value = figure ? [box.x, box.y, box.w, box.h].map((each) => each.toFixed(1)).join(" ") : "";
  fields.page.value = figure ? figure.dataset.page : "";
  unmark.hidden = !figure;
}

function at(figure, event) {
  const place = figure.getBoundingClientRect();
  const within = (value) => Math.min(1, Math.max(0, value));
  return {
    x: within((event.clientX - place.left) / place.width) * Number(figure.dataset.width),
    y: within((event.clientY - place.top) / place.height) * Number(figure.dataset.height),
  };
}

function between(one, other) {
  const box = { x: Math.min(one.x, other.x), y: Math.min(one.y, other.y) };
  const [w, h] = [Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
  return w < LEAST && h < LEAST ? { ...one, w: 0, h: 0 } : { ...box, w, h };
}

for (const figure of form?.querySelectorAll("[data-marks]") ?? []) {
  let from = null;
  let before = null;
  figure.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    from = at(figure, event);
    before = fields.mark.value && fields.page.value === figure.dataset.page ? fields.mark.value : null;
    if (event.pointerType !== "touch") figure.setPointerCapture(event.pointerId);
  });
  figure.addEventListener("pointermove", (event) => {
    if (from && event.isPrimary) show(figure, between(from, at(figure, event)));
  });
  figure.addEventListener("pointerup", (event) => {
    if (!from || !event.isPrimary) return;
    set(figure, between(from, at(figure, event)));
    from = null;
  });
  figure.addEventListener("pointercancel", () => { // the page scrolls instead: what was marked stays
    from = null;
    const [x, y, w, h] = (before ?? "").split(" ").map(Number);
    show(before && figure, { x, y, w, h });
  });
}
unmark?.addEventListener("click", () => set(null));
