// The tablet's camera as a scanner: each code that it sees goes to the page once, as "day:code".

import { ofBytes } from "./codes.js";

const EVERY = 150; // milliseconds between two pictures
const SAME = 3000; // for so long the same code is not told again
const button = document.getElementById("camera");
const view = document.getElementById("view");
const canvas = document.createElement("canvas");
let worker = null;
let stream = null;
let told = { text: "", at: 0 };

function hear({ data }) {
  const code = data.bytes && ofBytes(data.bytes);
  if (code) {
    const text = JSON.stringify(code);
    if (text !== told.text || Date.now() - told.at > SAME) document.dispatchEvent(new CustomEvent("day:code", { detail: code }));
    told = { text, at: Date.now() };
  }
  if (stream) setTimeout(take, EVERY);
}

function take() {
  if (!stream) return;
  if (!view.videoWidth) return setTimeout(take, EVERY);
  canvas.width = view.videoWidth;
  canvas.height = view.videoHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(view, 0, 0);
  worker.postMessage(pen.getImageData(0, 0, canvas.width, canvas.height));
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.hidden = true;
  button.setAttribute("aria-pressed", "false");
}

async function start() {
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }).catch(() => null);
  if (!stream) return document.dispatchEvent(new Event("day:blind"));
  if (!worker) {
    worker = new Worker(view.dataset.worker);
    worker.addEventListener("message", hear);
  }
  view.srcObject = stream;
  view.hidden = false;
  button.setAttribute("aria-pressed", "true");
  await view.play();
  take();
}

if (navigator.mediaDevices?.getUserMedia) {
  button.hidden = false;
  button.addEventListener("click", () => (stream ? stop() : start()));
  addEventListener("pagehide", stop);
}
