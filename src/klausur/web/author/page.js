// The fields over a page are shown or not; the arrow keys turn pages.

const box = document.getElementById("fields");
box?.addEventListener("change", () => {
  document.querySelector(".sheet-of-paper svg").toggleAttribute("hidden", !box.checked);
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.altKey || event.metaKey) return;
  const here = document.querySelector(".pager a[aria-current]");
  const next = { ArrowLeft: here?.previousElementSibling, ArrowRight: here?.nextElementSibling }[event.key];
  if (next) next.click();
});
