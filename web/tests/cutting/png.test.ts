import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { greyPng } from "../../src/cutting/png";

async function chunksOf(file: Blob): Promise<Map<string, Buffer>> {
  const content = Buffer.from(await file.arrayBuffer());
  const found = new Map<string, Buffer>();
  for (let at = 8; at < content.length; ) {
    const length = content.readUInt32BE(at);
    found.set(content.toString("latin1", at + 4, at + 8), content.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return found;
}

describe("a mask's file", () => {
  const size = { width: 33, height: 21 };
  const pixels = Uint8Array.from({ length: 33 * 21 }, (_, at) => (at % 7 < 3 ? 255 : 0));

  it("is a grey PNG of 8 bits with just these pixels", async () => {
    const chunks = await chunksOf(await greyPng(pixels, size));
    const header = chunks.get("IHDR");
    expect([header?.readUInt32BE(0), header?.readUInt32BE(4)]).toEqual([33, 21]);
    expect([...(header?.subarray(8) ?? [])]).toEqual([8, 0, 0, 0, 0]);
    const rows = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
    for (let y = 0; y < size.height; y++) {
      expect(rows[y * 34]).toBe(0);
      expect([...rows.subarray(y * 34 + 1, (y + 1) * 34)]).toEqual([
        ...pixels.subarray(y * 33, (y + 1) * 33),
      ]);
    }
  });

  it("ends as every PNG does, its checksum right", async () => {
    const content = Buffer.from(await (await greyPng(pixels, size)).arrayBuffer());
    expect(content.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]));
    expect(content.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082");
  });
});
