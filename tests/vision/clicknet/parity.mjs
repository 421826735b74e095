// Reads a photo, gestures and a mask as JSON, and writes the evidence that the browser's kernel shows the network.
import { readFileSync } from "node:fs";

const [, , wasm, asked] = process.argv;
const { width, height, rgba, clicks, box, last } = JSON.parse(readFileSync(asked, "utf8"));
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const kernel = instance.exports;
const bytes = kernel.clicknet_bytes(width, height);
const start = Math.ceil(kernel.__heap_base.value / 16) * 16;
const free = start + bytes;
kernel.memory.grow(Math.ceil((bytes + width * height * 5 + 65536) / 65536));
new Uint8Array(kernel.memory.buffer, free).set(Buffer.from(rgba, "base64"));
const net = kernel.clicknet_open(start, bytes, free, width, height);
const view = new DataView(kernel.memory.buffer);
(box ?? []).forEach((side, index) => view.setFloat32(free + 4 * index, side, true));
clicks.forEach(([x, y, adds], index) => {
  view.setFloat32(free + 16 + 12 * index, x, true);
  view.setFloat32(free + 20 + 12 * index, y, true);
  view.setInt32(free + 24 + 12 * index, adds, true);
});
const lastAt = free + 16 + 12 * clicks.length;
if (last) new Uint8Array(kernel.memory.buffer, lastAt).set(Buffer.from(last, "base64"));
const maps = kernel.clicknet_look(net, free + 16, clicks.length, box ? free : 0, last ? lastAt : 0);
const size = 21 * kernel.clicknet_grid_width(net) * kernel.clicknet_grid_height(net);
process.stdout.write(new Uint8Array(kernel.memory.buffer, maps, 4 * size));
