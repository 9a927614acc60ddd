// Acts of the exam day, kept on this device until the server has them, also without a network and over a reload.
//
// Each act is an entry of its own, so that two tabs take nothing from each other. It has a number, by which it
// keeps its place, and a name, by which it counts once however often it is sent. Who did it is part of its key:
// what somebody else left here is sent when they log in again, and never in another name.

const desk = document.getElementById("day");
const { exam, who, keep: address } = desk.dataset;
const EVERYBODY = `klausur-day ${exam} `;
const MINE = `${EVERYBODY}${who} `;
const REFUSED = `klausur-day-refused ${exam} ${who} `;
const AT_ONCE = 100;
const AGAIN = 4000;

const name = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
const once = (key, make) => {
  if (!localStorage.getItem(key)) localStorage.setItem(key, make());
  return localStorage.getItem(key);
};
const device = once("klausur-device", name);
const keys = (start) => Object.keys(localStorage).filter((key) => key.startsWith(start)).sort();
const stored = (start) => keys(start).map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));

// What the server has, and this page does not show yet, with the ids that it gave.
let arrived = [];
let sending = false;
let state = "";

const tell = () => document.dispatchEvent(new Event("day:queue"));

export const unsent = () => stored(MINE);
export const refusals = () => stored(REFUSED);
export const others = () => keys(EVERYBODY).filter((key) => !key.startsWith(MINE)).length;
export const trouble = () => state;
export const seen = () => Number(document.querySelector("[data-newest]")?.dataset.newest ?? 0);

// All that was done here and that this page, as the server made it, does not show.
export function ahead() {
  arrived = arrived.filter(({ id }) => id > seen());
  return [...arrived, ...unsent()];
}

// By the server's clock, as far as this device has heard of it.
export const now = () => new Date(Date.now() + Number(localStorage.getItem("klausur-clock") ?? 0));
export function setClock(server) {
  localStorage.setItem("klausur-clock", String(Math.round(server - Date.now())));
}

export function dismiss(key) {
  localStorage.removeItem(key);
  tell();
}

export function act(kind, values = {}) {
  const number = Number(localStorage.getItem("klausur-day-number") ?? 0) + 1;
  localStorage.setItem("klausur-day-number", String(number));
  const done = { act: name(), kind, at: now().toISOString(), device, seen: seen(), room: desk.dataset.room, ...values };
  localStorage.setItem(`${MINE}${String(number).padStart(9, "0")} ${done.act}`, JSON.stringify(done));
  tell();
  send();
}

function refuse({ key, ...done }, why) {
  localStorage.setItem(key.replace(MINE, REFUSED), JSON.stringify({ ...done, why }));
  localStorage.removeItem(key);
  document.dispatchEvent(new Event("day:refused"));
}

async function post(acts) {
  const token = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="))?.slice(10) ?? "";
  const body = JSON.stringify(acts.map(({ key, ...done }) => done));
  return fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body, redirect: "manual" });
}

async function bring(acts) {
  const answer = await post(acts).catch(() => null);
  if (!answer || answer.status >= 500) return "lost";
  if (answer.ok) {
    const told = await answer.json();
    setClock(told.now);
    for (const each of told.acts) {
      const done = acts.find(({ act: called }) => called === each.act);
      if (each.refused) refuse(done, each.refused);
      else {
        arrived.push({ ...done, id: each.id });
        localStorage.removeItem(done.key);
      }
    }
    return "";
  }
  if ([401, 403, 0].includes(answer.status)) return "again";
  if (acts.length > 1) {
    for (const each of acts) {
      const found = await bring([each]);
      if (found) return found;
    }
    return "";
  }
  if (acts.length) refuse(acts[0], String(answer.status));
  return "";
}

// Sends all that waits; with nothing to send it only asks for the time.
export async function send() {
  if (sending) return;
  sending = true;
  let waiting = unsent();
  const some = waiting.length > 0;
  do {
    state = await bring(waiting.slice(0, AT_ONCE));
    waiting = unsent();
    tell();
  } while (!state && waiting.length);
  sending = false;
  if (some && !state) document.dispatchEvent(new Event("day:news"));
  if (state === "lost") setTimeout(send, AGAIN);
}

addEventListener("online", send);
addEventListener("storage", tell);
