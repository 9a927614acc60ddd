// Reads page codes out of the camera's pictures, beside the page. It may compile WebAssembly, which pages may not.

importScripts("zxing-reader.js");

const HOW = { formats: ["DataMatrix"], tryHarder: true, tryInvert: false, maxNumberOfSymbols: 1 };

ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => new URL(name, self.location.href).href } });

self.addEventListener("message", async ({ data }) => {
  const found = await ZXingWASM.readBarcodes(data, HOW).catch((error) => String(error));
  self.postMessage(typeof found === "string" ? { error: found } : { bytes: found.find(({ isValid }) => isValid)?.bytes ?? null });
});
