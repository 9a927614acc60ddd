// What is wrong with a page that can be measured: it scrolls sideways, words are cut, things are too small for a finger.
(smallest) => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push(`scrolls sideways: ${root.scrollWidth} px on ${innerWidth}`);
  const name = (e) => `${e.tagName.toLowerCase()}${e.className && typeof e.className === "string" ? "." + e.className.trim().replace(/\s+/g, ".") : ""} "${(e.innerText || e.value || e.getAttribute("aria-label") || e.name || "").trim().slice(0, 40)}"`;
  const there = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1;
  const dialog = document.querySelector("dialog[open]") ?? document.body;
  for (const e of dialog.querySelectorAll("a.button, button, summary, select, input:not([type=hidden]), textarea, nav a, .tabs a, .bar a")) {
    if (!there(e) || !smallest) continue;
    const box = (/^(checkbox|radio|file)$/.test(e.type) ? e.closest("label") ?? e : e).getBoundingClientRect();
    if (box.width < smallest - 0.5 || box.height < smallest - 0.5) found.push(`too small for a finger: ${name(e)} ${Math.round(box.width)} x ${Math.round(box.height)}`);
  }
  for (const e of dialog.querySelectorAll(".scrolls:not(:has(.results))")) {
    if (there(e) && e.scrollWidth > e.clientWidth + 1) found.push(`a table is cut: ${e.scrollWidth} px in ${e.clientWidth}`);
  }
  for (const e of dialog.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    if (!there(e) || !/hidden|clip/.test(style.overflowX) || style.clipPath !== "none" || e.title) continue;
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && e.innerText?.trim()) found.push(`words are cut: ${name(e)}`);
  }
  for (const e of dialog.querySelectorAll("button:not(.grading-item, .who, [name=registration]), .button, .tag, .role, nav a, .tabs a")) {
    if (!there(e) || !e.innerText?.trim()) continue;
    const tops = [];
    const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      if (texts.currentNode.parentElement.closest(".unseen, .visually-hidden")) continue; // for those who listen
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      for (const box of range.getClientRects()) {
        if (box.width > 1 && !tops.some((top) => Math.abs(top - box.bottom) < 8)) tops.push(box.bottom);
      }
    }
    if (tops.length > 1) found.push(`a label wraps: ${name(e)}`);
  }
  window.focusTold = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return { at: "", wrong: "" };
    const shown = e.getBoundingClientRect().width > 1 ? e : e.closest("label") ?? e;
    const style = getComputedStyle(shown);
    const box = shown.getBoundingClientRect();
    const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const at = `${name(e)} ${Math.round(box.left)},${Math.round(box.top + scrollY)}`;
    return { at, wrong: marked ? (inside ? "" : "is out of sight") : "does not show" };
  };
  return [...new Set(found)];
}
