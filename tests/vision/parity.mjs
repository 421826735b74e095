// Writes what a kernel of the browser answers, as bytes: node parity.mjs masks|clicknet KERNEL.wasm ASKED.json
//
// Asked is a photo with gestures on it, and for clicknet a mask that was there before. masks answers with the mask
// that it makes of them, clicknet with the evidence that it shows the network.
import { readFileSync } from "node:fs";

const ANSWERS = {
  masks: (kernel, opened, { clicks, clickCount, box, free }) => {
    kernel.masks_segment(opened, clicks, clickCount, box, free);
    return [free, kernel.masks_width(opened) * kernel.masks_height(opened)];
  },
  clicknet: (kernel, opened, { clicks, clickCount, box, free, last }) => {
    if (last) new Uint8Array(kernel.memory.buffer, free).set(last);
    const maps = kernel.clicknet_look(opened, clicks, clickCount, box, last ? free : 0);
    const cells = kernel.clicknet_grid_width(opened) * kernel.clicknet_grid_height(opened);
    return [maps, 4 * 21 * cells];
  },
};

const [, , name, wasm, askedPath] = process.argv;
const asked = JSON.parse(readFileSync(askedPath, "utf8"));
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const kernel = instance.exports;
const [opened, free] = openPhoto(asked);
const gestures = putGestures(asked, free);
const last = asked.last ? Buffer.from(asked.last, "base64") : null;
const [start, size] = ANSWERS[name](kernel, opened, { ...gestures, last });
process.stdout.write(new Uint8Array(kernel.memory.buffer, start, size));

// The kernel's handle of the photo, and where memory is free: room for the photo, gestures and a mask.
function openPhoto({ width, height, rgba }) {
  const bytes = kernel[`${name}_bytes`](width, height);
  const start = Math.ceil(kernel.__heap_base.value / 16) * 16;
  const free = start + bytes;
  kernel.memory.grow(Math.ceil((bytes + width * height * 5 + 65536) / 65536));
  new Uint8Array(kernel.memory.buffer, free).set(Buffer.from(rgba, "base64"));
  return [kernel[`${name}_open`](start, bytes, free, width, height), free];
}

// Addresses of the gestures, and where memory is free behind them; a box that is not there is at 0.
function putGestures({ clicks, box }, free) {
  const view = new DataView(kernel.memory.buffer);
  (box ?? []).forEach((side, index) => view.setFloat32(free + 4 * index, side, true));
  clicks.forEach(([x, y, adds], index) => {
    view.setFloat32(free + 16 + 12 * index, x, true);
    view.setFloat32(free + 20 + 12 * index, y, true);
    view.setInt32(free + 24 + 12 * index, adds, true);
  });
  const behind = free + 16 + 12 * clicks.length;
  return { clicks: free + 16, clickCount: clicks.length, box: box ? free : 0, free: behind };
}
