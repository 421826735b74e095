// Reads a photo and gestures as JSON, and writes the mask that the browser's kernel makes of them, as bytes.
import { readFileSync } from "node:fs";

const [, , wasm, asked] = process.argv;
const { width, height, rgba, clicks, box } = JSON.parse(readFileSync(asked, "utf8"));
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const kernel = instance.exports;
const bytes = kernel.masks_bytes(width, height);
const start = Math.ceil(kernel.__heap_base.value / 16) * 16;
const free = start + bytes;
kernel.memory.grow(Math.ceil((bytes + width * height * 5 + 65536) / 65536));
new Uint8Array(kernel.memory.buffer, free).set(Buffer.from(rgba, "base64"));
const masks = kernel.masks_open(start, bytes, free, width, height);
const view = new DataView(kernel.memory.buffer);
(box ?? []).forEach((side, index) => view.setFloat32(free + 4 * index, side, true));
clicks.forEach(([x, y, adds], index) => {
  view.setFloat32(free + 16 + 12 * index, x, true);
  view.setFloat32(free + 20 + 12 * index, y, true);
  view.setInt32(free + 24 + 12 * index, adds, true);
});
const mask = free + 16 + 12 * clicks.length;
kernel.masks_segment(masks, free + 16, clicks.length, box ? free : 0, mask);
const size = kernel.masks_width(masks) * kernel.masks_height(masks);
process.stdout.write(new Uint8Array(kernel.memory.buffer, mask, size));
