// Move the thresholds of a grade key on the picture of the results: by hand, by arrow keys, or by number.
// What is told here counts by the thresholds alone; what truly changes is told by the next page.

const form = document.querySelector(".grade-key");
const picture = form?.querySelector("svg");
const handles = [...(form?.querySelectorAll(".threshold") ?? [])];

if (handles.length) start();

function start() {
  const results = JSON.parse(picture.dataset.results);
  const [from, to, left, right] = ["from", "to", "left", "right"].map((name) => Number(picture.dataset[name]));
  const fields = handles.map((handle) => form.querySelector(`[name="grade-${handle.dataset.at}"]`));
  const before = handles.map((handle) => Number(handle.getAttribute("aria-valuenow")));
  const comma = fields.some((field) => field.value.includes(",")) || document.documentElement.lang.startsWith("de");
  const step = to - from > 60 ? 0.5 : 0.25;
  const values = fields.map((field, n) => read(field) ?? before[n]);
  const then = form.querySelector(".grade-key-then");
  const told = form.querySelector(".grade-key-told");
  form.querySelector(".grade-key-how").hidden = false;
  then.hidden = false;

  function read(field) {
    const text = field.value.trim().replace(",", ".");
    const [over, under] = text.split("/").map(Number);
    const value = under === undefined ? over : over / under;
    return text && Number.isFinite(value) ? value : null;
  }

  function write(value) {
    const text = String(Math.round(value * 1000) / 1000);
    return comma ? text.replace(".", ",") : text;
  }

  /** The grade's place of a result, 0 for the best; as many as there are thresholds if it fails. */
  function place(result, thresholds) {
    const found = thresholds.findIndex((at) => result >= at - 1e-9);
    return found < 0 ? thresholds.length : found;
  }

  function show() {
    handles.forEach((handle, n) => {
      const x = left + ((values[n] - from) / (to - from)) * (right - left);
      handle.setAttribute("transform", `translate(${Math.min(Math.max(x, left), right).toFixed(1)} 0)`);
      handle.setAttribute("aria-valuenow", String(values[n]));
    });
    const counts = new Array(values.length + 1).fill(0);
    let better = 0;
    let worse = 0;
    for (const result of results) {
      const [old, now] = [place(result, before), place(result, values)];
      counts[now] += 1;
      if (now < old) better += 1;
      if (now > old) worse += 1;
    }
    [...then.querySelectorAll("td")].forEach((cell, n) => {
      cell.textContent = counts[n];
    });
    const passing = fields.filter((field) => field.hasAttribute("data-passes")).length;
    const pass = (thresholds) => results.filter((result) => place(result, thresholds) < passing).length;
    const said = [better, worse, pass(values), results.length, pass(before)];
    told.textContent = better || worse ? told.dataset.changed.replace(/\[(\d)\]/g, (_, n) => said[n - 1]) : told.dataset.same;
  }

  function move(n, wanted) {
    const value = Math.round(wanted / step) * step;
    const how = form.querySelector("[name=moves]:checked").value;
    const last = fields.filter((field) => field.hasAttribute("data-passes")).length - 1;
    if (how === "all") {
      const most = to - values[0];
      const by = Math.max(Math.min(value - values[n], most), from - values[values.length - 1]);
      values.forEach((_, one) => { values[one] += by; });
    } else if (how === "even" && n <= last && last > 0) {
      const foot = n < last ? values[last] : Math.max(value, (values[last + 1] ?? from) + step);
      const best = n < last ? foot + ((value - foot) / (last - n)) * last : values[0];
      if (best > foot && best <= to) {
        for (let one = 0; one <= last; one += 1) values[one] = foot + ((best - foot) * (last - one)) / last;
      }
    } else {
      const above = n ? values[n - 1] - step : to;
      const below = n + 1 < values.length ? values[n + 1] + step : from;
      values[n] = Math.min(Math.max(value, below), above);
    }
    fields.forEach((field, one) => { field.value = write(values[one]); });
    show();
  }

  handles.forEach((handle, n) => {
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
      move(n, from + ((at.x - left) / (right - left)) * (to - from));
    });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!steps) return;
      event.preventDefault();
      move(n, values[n] + steps * step);
    });
    fields[n].addEventListener("input", () => {
      const typed = read(fields[n]);
      if (typed === null) return;
      values[n] = typed;
      show();
    });
  });
  show();
}
