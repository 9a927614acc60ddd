// What the desk asks the server, and what it tells whoever judges.

export const desk = document.getElementById("grading");
export const headers = JSON.parse(document.body.getAttribute("hx-headers"));
export const word = (name) =>
  document.getElementById("grading-words").content.querySelector(`[data-word="${name}"]`).textContent;

const note = desk.querySelector(".grading-note");

// `look` shows the booklet that the text is about.
let look = () => {};
export const onLook = (shows) => { look = shows; };

export function tell(text, booklet) {
  note.replaceChildren(text);
  if (booklet) {
    const link = document.createElement("button");
    link.type = "button";
    link.textContent = word("look");
    link.addEventListener("click", () => look(booklet));
    note.append(" ", link);
  }
  note.hidden = !text;
}

export const post = (address, values, signal) =>
  fetch(address, { method: "POST", headers: { ...headers, "HX-Request": "true" }, body: new URLSearchParams(values), signal });

export async function said(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.body.textContent.trim();
}
