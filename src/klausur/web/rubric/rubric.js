// The lines of a rubric: they are added, moved and removed here, and sent as a list.

const form = document.getElementById("rubric");
const list = form.querySelector(".rubric-lines");
const DEEPEST = 3;

const depth = (row) => Number(row.dataset.depth);
const isGroup = (row) => row.hasAttribute("data-group");

function put(row, deep) {
  row.dataset.depth = deep;
}

// A line with those that stand in it.
function block(row) {
  const rows = [row];
  let next = row.nextElementSibling;
  while (next && depth(next) > depth(row)) {
    rows.push(next);
    next = next.nextElementSibling;
  }
  return rows;
}

function shift(rows, by) {
  if (rows.some((row) => depth(row) + by > DEEPEST)) return false;
  for (const row of rows) put(row, depth(row) + by);
  return true;
}

function up(row) {
  const rows = block(row);
  const before = row.previousElementSibling;
  if (!before) return;
  if (depth(before) < depth(row)) { // out of its group, above it
    before.before(...rows);
    shift(rows, -1);
  } else if (depth(before) > depth(row)) { // into the group above, as its last
    shift(rows, 1);
  } else if (isGroup(before)) {
    shift(rows, 1);
  } else before.before(...rows);
}

function down(row) {
  const rows = block(row);
  const after = rows.at(-1).nextElementSibling;
  if (!after || depth(after) < depth(row)) { // out of its group, below it
    if (depth(row)) shift(rows, -1);
  } else if (isGroup(after) && shift(rows, 1)) after.after(...rows); // into the group below, as its first
  else block(after).at(-1).after(...rows);
}

function add(kind, after, deep) {
  const row = document.getElementById(`rubric-${kind}`).content.querySelector("li").cloneNode(true);
  put(row, deep);
  if (after) after.after(row);
  else list.append(row);
  row.querySelector(isGroup(row) ? "[data-part='text']" : "[data-part='credits']").focus();
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const row = button.closest("li");
  if (button.dataset.move) {
    ({ up, down })[button.dataset.move](row);
    button.focus();
  } else if (button.hasAttribute("data-add-in")) add("item", block(row).at(-1), depth(row) + 1);
  else if (button.hasAttribute("data-remove")) for (const gone of block(row)) gone.remove();
});

form.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-add]")?.dataset.add;
  if (kind) add(kind, null, 0);
});

function part(row, name) {
  const input = row.querySelector(`[data-part="${name}"]`);
  return input.type === "checkbox" ? input.checked : input.value;
}

function said(row) {
  const line = { id: row.dataset.id, depth: depth(row), text: part(row, "text") };
  return isGroup(row)
    ? { ...line, group: true, cap: part(row, "cap"), either: part(row, "either") }
    : { ...line, credits: part(row, "credits"), each: part(row, "each"), full: part(row, "full") };
}

form.addEventListener("submit", () => {
  form.elements.lines.value = JSON.stringify([...list.children].map(said));
});
