// The queue of what is to be sent: kept in this browser until the server has it, also without a connection.
//
// Each act has a name of its own, so that it counts once however often it goes.

import { desk, post, said, tell, word } from "./talk.js";

const QUEUE = `klausur-grading ${desk.dataset.question}`;
let queue = JSON.parse(localStorage.getItem(QUEUE) ?? "[]");
let sending = false;
let lost = false;

// What this page has done, sent or not: so many answers judged, so many put aside.
export const done = { judged: 0, aside: 0 };

// What was ticked by a rubric that has changed since, by booklet: it is shown again beside what is new.
export const redo = new Map();

export function keep() {
  try {
    if (queue.length) localStorage.setItem(QUEUE, JSON.stringify(queue));
    else localStorage.removeItem(QUEUE);
  } catch { // so much was drawn that the browser has no room: it is sent all the same
  }
  const sent = desk.querySelector(".grading-sent");
  sent.textContent = queue.length ? `${word("waiting")} ${queue.length}` : word("sent");
  sent.classList.toggle("waits", queue.length > 0);
}

export async function send() {
  if (sending) return;
  sending = true;
  while (queue.length) {
    const [first] = queue;
    const answer = await post(first.address, first.values).catch(() => null);
    if (!answer || answer.status >= 500) {
      lost = true;
      tell(word("lost"));
      setTimeout(() => { sending = false; send(); }, 3000);
      return;
    }
    if (lost) tell("");
    lost = false;
    if (answer.ok) {
      const told = await answer.json();
      if (told.meanwhile) tell(told.meanwhile, told.booklet);
      if (told.changed) {
        done.judged -= 1;
        redo.set(first.values.booklet, first.values);
        tell(told.changed, told.booklet);
      }
    } else {
      if (answer.status === 401) return location.reload();
      tell(`${word("refused")} ${await said(answer)}`, first.values.booklet);
    }
    queue = queue.slice(1);
    keep();
  }
  sending = false;
}

export function later(address, values) {
  queue.push({ address, values: { act: actName(), ...values } });
  keep();
  send();
}

export const actName = () => crypto.randomUUID?.() ?? random();
const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

export const unsent = () => queue;

export const drained = async () => {
  while (queue.length || sending) await new Promise((wake) => setTimeout(wake, 50));
};

// The last answer judged or put aside that never left this browser, taken out again; nothing where all of it
// may have been recorded. What was drawn on it stays.
export function recall() {
  const { judge, judgeAlike, park } = desk.dataset;
  const at = queue.findLastIndex(({ address }) => [judge, judgeAlike, park].includes(address));
  if (!lost || at < 0) return null;
  const [last] = queue.splice(at, 1);
  keep();
  return last;
}

addEventListener("online", send);
