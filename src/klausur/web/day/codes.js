// What a code on paper says: as its bytes, as their hexadecimal digits, or as the line printed beside it.

const KINDS = { 0xa1: "booklet", 0xa2: "extra", 0xb0: "sticker" };
const INITIALS = { "": "booklet", E: "extra", S: "sticker" };

export function ofBytes(bytes) {
  const sheet = KINDS[bytes[0]];
  if (bytes.length !== 16 || !sheet) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return { sheet, exam: view.getUint32(1), number: view.getUint32(4) & 0xffffff };
}

export function ofText(text) {
  const line = /^([0-9a-f]{8})-([es]?)(\d{5,8})-\d{2,3}$/i.exec(text);
  if (line) return { sheet: INITIALS[line[2].toUpperCase()], exam: parseInt(line[1], 16), number: Number(line[3]) };
  if (/^[0-9a-f]{32}$/i.test(text)) return ofBytes(Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16)));
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return text.length === 16 && [...text].every((letter) => letter.charCodeAt(0) < 256) ? ofBytes(bytes) : null;
}
