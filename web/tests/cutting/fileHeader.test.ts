import { describe, expect, it } from "vitest";
import { readHeader } from "../../src/cutting/fileHeader";

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : part,
    ),
  );

const PNG = "\x89PNG\r\n\x1a\n";
const SIZE_OF_PNG = [0, 0, 3, 0, 0, 0, 2, 0, 8, 2, 0, 0, 0];
const png = (...more: (string | number[])[]) =>
  bytes(PNG, [0, 0, 0, 13], "IHDR", SIZE_OF_PNG, [0, 0, 0, 0], ...more);

describe("a picture's header", () => {
  it("has the size of a PNG", () => {
    expect(readHeader(png([0, 0, 0, 0], "IDAT", [0, 0, 0, 0]))).toEqual({
      kind: "png",
      size: { width: 768, height: 512 },
      isAnimated: false,
    });
  });

  it("says that a PNG has several pictures", () => {
    const control = [0, 0, 0, 8];
    const moving = png(control, "acTL", [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0], "IDAT");
    expect(readHeader(moving)?.isAnimated).toBe(true);
  });

  it("has the size of a JPEG, behind other segments and filling bytes", () => {
    const exif = [0xff, 0xe1, 0, 6, 1, 2, 3, 4];
    const frame = [0xff, 0xff, 0xc2, 0, 11, 8, 1, 44, 2, 88, 3, 0, 0, 0, 0];
    expect(readHeader(bytes([0xff, 0xd8], exif, frame))).toEqual({
      kind: "jpeg",
      size: { width: 600, height: 300 },
      isAnimated: false,
    });
  });

  it("takes no table for a frame", () => {
    const table = [0xff, 0xc4, 0, 9, 8, 9, 9, 9, 9, 9, 9];
    expect(readHeader(bytes([0xff, 0xd8], table, [0xff, 0xd9, 0, 0, 0, 0, 0, 0, 0]))?.size).toBeNull();
  });

  it("has the size of each kind of WebP, and whether it moves", () => {
    const riff = (kind: string, content: number[]) => bytes("RIFF", [0, 0, 0, 0], "WEBP", kind, content);
    const extended = [10, 0, 0, 0, 0x02, 0, 0, 0, 0x57, 2, 0, 0x2b, 1, 0];
    expect(readHeader(riff("VP8X", extended))).toEqual({
      kind: "webp",
      size: { width: 600, height: 300 },
      isAnimated: true,
    });
    const lossy = [0, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a, 0x58, 0x02, 0x2c, 0x01];
    expect(readHeader(riff("VP8 ", lossy))?.size).toEqual({ width: 600, height: 300 });
    const bits = (599 | (299 << 14)) >>> 0;
    const whole = [
      0,
      0,
      0,
      0,
      0x2f,
      bits & 255,
      (bits >> 8) & 255,
      (bits >> 16) & 255,
      bits >>> 24,
      0,
      0,
      0,
      0,
      0,
    ];
    expect(readHeader(riff("VP8L", whole))?.size).toEqual({ width: 600, height: 300 });
  });

  it("is none where a file is something else", () => {
    for (const content of [
      "GIF89a....................",
      "%PDF-1.7",
      "",
      "RIFF....AVI LIST",
      "\x00\x00\x00\x20ftypheic",
    ]) {
      expect(readHeader(bytes(content))).toBeNull();
    }
  });

  it("has no size where it is cut off, wherever that is", () => {
    const all = bytes([0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc0, 0, 11, 8, 1, 44, 2, 88, 3]);
    for (let end = 2; end < 19; end++) expect(readHeader(all.slice(0, end))?.size).toBeNull();
    for (let end = 8; end < 24; end++) expect(readHeader(png().slice(0, end))?.size).toBeNull();
  });
});
