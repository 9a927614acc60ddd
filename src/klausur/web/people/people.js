// Choosing people on the list, of whom something is said together. Rows come anew when the list is searched.

const form = document.getElementById("marking");
const told = document.getElementById("chosen");
const all = document.getElementById("all");
const boxes = () => [...document.querySelectorAll("#rows input[name=who]")];
const nobody = told?.textContent;

function count() {
  const every = boxes();
  const chosen = every.filter((box) => box.checked).length;
  told.textContent = chosen > 1 ? told.dataset.many.replace("{n}", chosen) : chosen ? told.dataset.one : nobody;
  form.querySelector("[data-needs=chosen]").disabled = !chosen;
  document.getElementById("without").disabled = !every.some((box) => box.hasAttribute("data-without"));
  all.checked = every.length > 0 && chosen === every.length;
  all.indeterminate = chosen > 0 && chosen < every.length;
}

if (form) {
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    count();
  });
  document.getElementById("without").addEventListener("click", () => {
    for (const box of boxes()) box.checked = box.hasAttribute("data-without");
    count();
  });
  document.getElementById("rows").addEventListener("change", count);
  document.body.addEventListener("htmx:afterSettle", () => {
    form.elements.next.value = location.pathname + location.search;
    count();
  });
  count();
}
