// The line that says whether all is sent, and what was not recorded.

import { dismiss, others, refusals, trouble, unsent } from "./queue.js";

const { dataset } = document.getElementById("day");
const sent = document.getElementById("sent");
const refused = document.getElementById("refused");

function show() {
  const waits = unsent().length;
  const wrong = trouble();
  sent.textContent = [waits ? `${dataset.waiting} ${waits}` : wrong ? "" : dataset.sent, wrong === "lost" ? dataset.lost : ""].filter(Boolean).join(" · ");
  sent.className = `tag ${waits || wrong ? "warn" : "good"}`;
  const lines = refusals().map(({ key, why, number, text, value }) => {
    const line = document.createElement("p");
    line.textContent = `${dataset.refused} ${[number, value, text].filter(Boolean).join(" ")}: ${why} `;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "OK";
    button.addEventListener("click", () => dismiss(key));
    line.append(button);
    return line;
  });
  const left = others();
  for (const text of [wrong === "again" ? dataset.again : "", left ? `${dataset.others} ${left}` : ""].filter(Boolean)) {
    const line = document.createElement("p");
    line.textContent = text;
    if (text === dataset.again) {
      const link = document.createElement("a");
      link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
      link.textContent = " →";
      line.append(link);
    }
    lines.push(line);
  }
  refused.replaceChildren(...lines);
  refused.hidden = !lines.length;
}

document.addEventListener("day:queue", show);
// What was said of an act before the server answered no longer holds.
document.addEventListener("day:refused", () => {
  const heard = document.getElementById("heard");
  if (heard) heard.hidden = true;
});
show();
