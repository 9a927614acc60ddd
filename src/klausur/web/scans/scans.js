// The list of images by keyboard: move, choose, decide; turn a picture, or show it cleaned beside; say where
// one cannot be shown.

const CHOICES = "#desk .rows input[type=checkbox], #desk .choices input[type=checkbox]";
const rows = () => [...document.querySelectorAll("#desk .rows a")];
const current = () => rows().find((row) => row.hasAttribute("aria-current"));

function go(row) {
  if (!row) return;
  row.click();
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const every = rows();
  go(every[every.indexOf(current()) + by]);
}

function count() {
  const boxes = [...document.querySelectorAll(CHOICES)];
  const chosen = boxes.filter((box) => box.checked).length;
  const told = document.getElementById("chosen");
  if (told) told.textContent = chosen ? `(${chosen})` : "";
  for (const button of document.querySelectorAll("[data-needs=chosen]")) button.disabled = !chosen;
  const all = document.getElementById("all");
  if (all) {
    all.checked = boxes.length > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

function turnTo(quarters) {
  for (const paper of document.querySelectorAll("#desk .turns")) paper.dataset.turned = quarters;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const key = event.key.toLowerCase();
  if (rows().length && ["j", "k", "arrowdown", "arrowup"].includes(key)) {
    event.preventDefault();
    move(key === "j" || key === "arrowdown" ? 1 : -1);
    return;
  }
  if (key === "x") {
    current()?.closest("li").querySelector("input").click();
    return;
  }
  if (event.repeat) return;
  const pressed = document.querySelector(`#desk [data-key="${CSS.escape(key)}"]`);
  if (!pressed) return;
  event.preventDefault();
  if (pressed.matches("input")) pressed.select();
  else pressed.click();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#desk .rows a");
  if (row) {
    for (const other of rows()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    history.replaceState(null, "", row.getAttribute("href"));
  }
  const turn = event.target.closest("button.turn");
  if (turn) {
    const turned = (Number(document.querySelector("#desk .turns").dataset.turned ?? 0) + 1) % 4;
    turnTo(turned);
    // What was chosen is what was seen: a picture that is turned on no longer shows it.
    const said = document.querySelector("#desk select[name=turned]");
    if (said?.value) said.value = String(turned * 90);
  }
  const clean = event.target.closest("button.clean");
  if (clean) {
    const shown = clean.closest(".shown");
    const view = shown.querySelector(".cleaned");
    view.hidden = !view.hidden;
    shown.classList.toggle("beside", !view.hidden);
    clean.setAttribute("aria-pressed", String(!view.hidden));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("#desk select[name=turned]") && event.target.value) {
    turnTo(Number(event.target.value) / 90);
  }
  if (event.target.id === "all") {
    for (const box of document.querySelectorAll(CHOICES)) box.checked = event.target.checked;
  }
  if (event.target.matches("#desk input[type=checkbox]")) count();
});

// Who settles a copy means all images that are chosen, and the one that is shown.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.copy")) return;
  const shown = event.target.elements.image;
  for (const box of document.querySelectorAll("#desk .rows input:checked")) {
    if (box.value.split(":")[0] === (shown.value ?? "").split(":")[0]) continue;
    const more = document.createElement("input");
    Object.assign(more, { type: "hidden", name: "image", value: box.value });
    event.target.append(more);
  }
}, true);

// A picture that cannot be shown says so; boxes are drawn only over a picture that is the whole page.
document.addEventListener("error", (event) => {
  if (!event.target.matches?.("#desk .paper img")) return;
  const line = document.createElement("p");
  line.className = "faint";
  line.textContent = document.getElementById("desk").dataset.noPicture;
  event.target.parentElement.classList.add("gone");
  event.target.replaceWith(line);
}, true);

document.addEventListener("load", (event) => {
  const boxes = event.target.matches?.("#desk .paper img") && event.target.parentElement.querySelector("svg");
  if (!boxes) return;
  const { width, height } = boxes.viewBox.baseVal;
  boxes.classList.toggle("apart", Math.abs(event.target.naturalWidth / event.target.naturalHeight - width / height) > 0.01);
}, true);

document.body.addEventListener("htmx:afterSettle", (event) => {
  count();
  if (event.detail.elt.id === "desk") current()?.focus({ preventScroll: true });
});

count();
