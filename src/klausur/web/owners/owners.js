// Owners and signatures by keys: a figure says whose the booklet is that has the focus, a letter who signed.

const list = document.querySelector(".owners");
const dialog = document.getElementById("page");

const cards = () => [...list.querySelectorAll(".owner")];
const here = () => list.querySelector(".owner:focus-within") ?? list.querySelector(".owner.here");

function go(card) {
  if (!card) return;
  for (const other of list.querySelectorAll(".owner.here")) other.classList.remove("here");
  card.classList.add("here");
  card.focus();
  card.scrollIntoView({ block: "nearest" });
}

async function press(card, button) {
  const says = card.querySelector(".says");
  const { said: _said, ...about } = says.dataset;
  await window.htmx.ajax("POST", list.dataset.settle, {
    source: card,
    target: says,
    swap: "outerHTML",
    values: { ...about, [button.name]: button.value },
  });
  const said = card.querySelector(".says").hasAttribute("data-said");
  card.classList.toggle("said", said);
  card.querySelector(".found")?.replaceChildren();
  const all = cards();
  const rest = all.slice(all.indexOf(card) + 1).find((other) => !other.querySelector(".says").hasAttribute("data-said"));
  go(said && rest ? rest : card);
}

function show(card) {
  if (!card.dataset.page) return;
  dialog.querySelector("img").src = card.dataset.page;
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (!list || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  const card = here();
  if (event.target.closest("input")) {
    if (event.key === "Escape" && card) go(card);
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = cards();
    event.preventDefault();
    go(all[card ? all.indexOf(card) + (event.key === "ArrowDown" ? 1 : -1) : 0]);
    return;
  }
  if (!card) return;
  if (event.key === "p") return show(card);
  const search = card.querySelector("input[type='search']");
  if (event.key === "s" && search) {
    event.preventDefault();
    search.focus();
    return;
  }
  const button = card.querySelector(`.says button[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    press(card, button);
  }
});

list?.addEventListener("click", (event) => {
  const card = event.target.closest(".owner");
  const button = event.target.closest("button");
  if (button?.classList.contains("page-of")) show(card);
  else if (button?.name) press(card, button);
  else if (card && !event.target.closest("input")) go(card);
});

list?.addEventListener("focusin", (event) => {
  for (const other of list.querySelectorAll(".owner.here")) other.classList.remove("here");
  event.target.closest(".owner")?.classList.add("here");
});

if (list) go(cards()[0]);
