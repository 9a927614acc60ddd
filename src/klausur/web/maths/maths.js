// Styles of formulas, such as the line of a cancelled term: pages allow none in their text, scripts may set them.

function dress(part) {
  for (const one of part.querySelectorAll("math[data-style], math [data-style]")) {
    one.style.cssText = one.dataset.style;
    delete one.dataset.style;
  }
}

dress(document);
document.body.addEventListener("htmx:load", (event) => dress(event.detail.elt));
