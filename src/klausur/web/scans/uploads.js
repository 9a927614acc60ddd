// Files are sent in pieces, several at once; what is there already is compared with the file and not sent again.

const drop = document.getElementById("drop");
const list = document.getElementById("uploads");
const texts = JSON.parse(document.getElementById("upload-texts")?.textContent ?? "{}");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const AT_ONCE = 3;
const waiting = [];
let sending = 0;

class Refused extends Error {}

const sleep = (ms) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  window.addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
});

async function sha256(blob) {
  const found = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(found)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// An answer of the server; who is cut off, or finds its disk full, waits and tries again, until the person stops it.
async function ask(row, address, body, headers = {}) {
  for (let pause = 1000; ; pause = Math.min(2 * pause, 15000)) {
    let lost = texts.lost;
    try {
      const answer = await fetch(address, {
        method: "POST", body, credentials: "same-origin", signal: row.stopped.signal,
        headers: { "X-CSRFToken": token(), "HX-Request": "true", ...headers },
      });
      if (answer.status === 401 || answer.status === 403) throw new Refused(texts.login);
      if (answer.status < 500) return [answer.status, await answer.json()];
      if (answer.status === 507) lost = (await answer.json()).what;
    } catch (error) {
      if (error instanceof Refused || error.name === "AbortError") throw error;
    }
    row.says(lost, "lost");
    await sleep(pause);
  }
}

class Row {
  constructor(name) {
    const part = document.getElementById("upload-row").content.cloneNode(true);
    this.line = part.firstElementChild;
    this.bar = this.line.querySelector("progress");
    this.bar.setAttribute("aria-label", name);
    this.line.querySelector(".name").textContent = name;
    this.stopped = new AbortController();
    this.line.querySelector(".stop").addEventListener("click", () => this.stopped.abort());
    list.hidden = false;
    list.append(part);
    this.says(texts.waits);
  }

  says(text, kind = "") {
    this.line.dataset.state = kind;
    this.line.querySelector(".state").textContent = text;
  }

  at(done, size) {
    this.bar.value = done / size;
    this.says(texts.sending.replace("{done}", bytes(done)).replace("{size}", bytes(size)));
  }

  ends(text, kind) {
    this.says(text, kind);
    this.line.querySelector(".stop").remove();
  }

  gone() {
    this.line.remove();
    list.hidden = !list.childElementCount;
  }
}

function bytes(count) {
  const large = count >= 1e6;
  const form = { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, form).format(count / (large ? 1e6 : 1e3));
}

async function begun(row, file, name, fresh) {
  const said = JSON.stringify({ name, size: file.size, fresh });
  const [status, answer] = await ask(row, drop.dataset.begin, said, { "Content-Type": "application/json" });
  if (status !== 200) throw new Refused(`${answer.what} → ${answer.remedy}`);
  return answer;
}

// Whether what is there is the beginning of this file.
async function fits(row, file, answer) {
  if (answer.pieces.length) row.says(texts.checking);
  for (const [n, digest] of answer.pieces.entries()) {
    if (row.stopped.signal.aborted) throw new DOMException("", "AbortError");
    if (await sha256(file.slice(n * answer.piece, (n + 1) * answer.piece)) !== digest) return false;
  }
  return true;
}

async function send(row, file, name) {
  let upload = await begun(row, file, name, false);
  if (!await fits(row, file, upload)) upload = await begun(row, file, name, true);
  let at = upload.received;
  for (let again = 0; ;) {
    row.at(at, file.size);
    const piece = file.slice(at, at + upload.piece);
    const digest = await sha256(piece);
    const [status, answer] = await ask(
      row, `${upload.at}?offset=${at}`, piece, { "X-Digest": digest, "Content-Type": "application/octet-stream" },
    );
    if (status === 200) {
      at = answer.received;
      again = 0;
      if (at >= file.size) return answer;
    } else if (status === 409 && again++ < 5) {
      at = answer.received ?? at;
    } else if (status === 404 && again++ < 2) {
      upload = await begun(row, file, name, true);
      at = upload.received;
    } else {
      throw new Refused(`${answer.what} → ${answer.remedy}`);
    }
  }
}

async function next() {
  if (sending >= AT_ONCE || !waiting.length) return;
  const { row, file, name } = waiting.shift();
  sending += 1;
  try {
    if (!window.isSecureContext) throw new Refused(texts.insecure);
    row.stopped.signal.throwIfAborted();
    const answer = await send(row, file, name);
    row.at(file.size, file.size);
    if (answer.known) row.ends(texts.known, "known");
    else row.gone();
  } catch (error) {
    if (error.name === "AbortError") row.ends(texts.stopped, "stopped");
    else row.ends(error instanceof Refused ? error.message : String(error), "refused");
  } finally {
    sending -= 1;
    document.body.dispatchEvent(new CustomEvent("scans:changed"));
    next();
  }
}

function add(file, name) {
  waiting.push({ row: new Row(name), file, name });
  next();
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    add(file, entry.fullPath.replace(/^\//, ""));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const each of some) await walk(each);
  }
}

if (drop) {
  for (const field of drop.querySelectorAll("input[type=file]")) {
    field.addEventListener("change", () => {
      for (const file of field.files) add(file, file.webkitRelativePath || file.name);
      field.value = "";
    });
  }
  for (const name of ["dragenter", "dragover"]) {
    window.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  window.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (entries.length) entries.forEach(walk);
    else for (const file of event.dataTransfer.files) add(file, file.name);
  });
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-leave]");
  if (!button) return;
  await fetch(button.dataset.leave, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  document.body.dispatchEvent(new CustomEvent("scans:changed"));
});
