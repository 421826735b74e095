/** PNG files of masks: grey, 8 bits a pixel, compressed by the browser (RFC 2083). */
import type { Size } from "./mask";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GREY_8_BITS = [8, 0, 0, 0, 0];

export async function greyPng(pixels: Uint8Array, { width, height }: Size): Promise<Blob> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set(GREY_8_BITS, 8);
  const parts = [
    new Uint8Array(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", await deflated(rows(pixels, width, height))),
    chunk("IEND", new Uint8Array()),
  ];
  return new Blob(parts, { type: "image/png" });
}

/** Each row begins with the filter that was used: none. */
function rows(pixels: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    found.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return found;
}

async function deflated(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // "deflate" is zlib's format, as PNG has it.
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(12 + content.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, content.length);
  for (let at = 0; at < 4; at++) made[4 + at] = type.charCodeAt(at);
  made.set(content, 8);
  view.setUint32(8 + content.length, crc32(made.subarray(4, 8 + content.length)));
  return made;
}

/** ISO 3309, bit by bit for a byte, then by table. */
function crc32(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ (remainders[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});
