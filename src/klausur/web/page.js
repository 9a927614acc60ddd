// What every page does: say when the connection is lost, close open menus, and show errors of parts of pages.

const lost = document.getElementById("lost");
const messages = document.getElementById("messages");

export function connected(yes) {
  lost.hidden = yes;
}

export function say(text, kind = "info") {
  const line = document.createElement("p");
  line.className = `message ${kind}`;
  line.textContent = text;
  messages.replaceChildren(line);
}

document.body.addEventListener("htmx:sendError", () => connected(false));
document.body.addEventListener("htmx:timeout", () => connected(false));
document.body.addEventListener("htmx:afterOnLoad", () => connected(true));
window.addEventListener("offline", () => connected(false));
window.addEventListener("online", () => connected(true));

// An answer that refuses comes as a line of text: it belongs to the messages, not where the part would stand.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status < 400) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  event.detail.target = messages;
  event.detail.swapOverride = "innerHTML";
  event.detail.selectOverride = ".message"; // whatever the form would have taken out of a page
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
