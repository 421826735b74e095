/** What the first bytes of a picture's file say, before anything decodes it. */
import type { Size } from "./mask";

export interface PictureHeader {
  readonly kind: "jpeg" | "png" | "webp";
  /** As it is stored, before it is turned upright; null where the header is damaged. */
  readonly size: Size | null;
  readonly isAnimated: boolean;
}

/** Null where it is none of the kinds that are taken. */
export function readHeader(content: Uint8Array): PictureHeader | null {
  if (hasText(content, 1, "PNG\r\n\x1a\n")) return png(content);
  if (hasText(content, 0, "RIFF") && hasText(content, 8, "WEBP")) return webp(content);
  if (content[0] === 0xff && content[1] === 0xd8) return jpeg(content);
  return null;
}

function hasText(content: Uint8Array, at: number, text: string): boolean {
  return [...text].every((letter, index) => content[at + index] === letter.charCodeAt(0));
}

function viewOf(content: Uint8Array): DataView {
  return new DataView(content.buffer, content.byteOffset, content.byteLength);
}

/** Chunks one after another: length, name, content, checksum. An animation says so before its first picture. */
function png(content: Uint8Array): PictureHeader {
  const view = viewOf(content);
  const size =
    content.length >= 24 && hasText(content, 12, "IHDR")
      ? { width: view.getUint32(16), height: view.getUint32(20) }
      : null;
  let isAnimated = false;
  for (let at = 8; at + 8 <= content.length && !hasText(content, at + 4, "IDAT"); ) {
    isAnimated ||= hasText(content, at + 4, "acTL");
    at += 12 + view.getUint32(at);
  }
  return { kind: "png", size, isAnimated };
}

const ANIMATION = 0x02;

function webp(content: Uint8Array): PictureHeader {
  if (content.length < 30) return { kind: "webp", size: null, isAnimated: false };
  const view = viewOf(content);
  if (hasText(content, 12, "VP8X")) {
    const size = { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    return { kind: "webp", size, isAnimated: (view.getUint8(20) & ANIMATION) !== 0 };
  }
  if (hasText(content, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    const size = { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    return { kind: "webp", size, isAnimated: false };
  }
  const size = { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  return { kind: "webp", size, isAnimated: false };
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
}

/** Markers C0 to CF begin a frame, but for tables (C4), extensions (C8) and arithmetic coding's conditions (CC). */
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc]);

function jpeg(content: Uint8Array): PictureHeader {
  const view = viewOf(content);
  for (let at = 2; at + 9 <= content.length; ) {
    if (content[at] !== 0xff) break;
    const marker = content[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // a byte that only fills
    } else if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)) {
      const size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
      return { kind: "jpeg", size, isAnimated: false };
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  return { kind: "jpeg", size: null, isAnimated: false };
}
