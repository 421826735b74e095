import { describe, expect, it } from "vitest";
import { widened } from "../../src/cutting/halves";
import { maskOfLogits, promptOf } from "../../src/cutting/samSegmenter";

const sam2 = {
  model: "sam2",
  photo: { width: 600, height: 300 },
  frame: { side: 1024, width: 1024, height: 1024 },
};
const sam1 = { ...sam2, model: "sam1", frame: { side: 1024, width: 1024, height: 512 } };
const box = { left: 60, top: 30, right: 300, bottom: 150 };

describe("what a decoder is asked", () => {
  it("has clicks in the model's square, and ends with a point that is none", () => {
    const { coords, labels } = promptOf({ clicks: [{ x: 300, y: 150, adds: true }], box: null }, sam2);
    expect([...coords]).toEqual([512, 512, 0, 0]);
    expect([...labels]).toEqual([1, -1]);
  });

  it("keeps the photo's proportions for SAM 1, whose boxes need no such end", () => {
    const { coords, labels } = promptOf({ clicks: [{ x: 300, y: 150, adds: false }], box }, sam1);
    expect([...labels]).toEqual([0, 2, 3]);
    expect([...coords].map(Math.round)).toEqual([512, 256, 102, 51, 512, 256]);
    expect([...promptOf({ clicks: [], box }, sam2).labels]).toEqual([2, 3, -1]);
  });
});

describe("what a decoder answers", () => {
  it("is a probability over the whole photo", () => {
    const logits = new Float32Array(16).map((_, at) => (at % 4 < 2 ? 20 : -20));
    const { probability } = maskOfLogits(logits, 4, { ...sam2, photo: { width: 8, height: 4 } });
    expect([...probability.slice(0, 8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
  });

  it("leaves out what is beside the photo in the model's square", () => {
    const logits = new Float32Array(16).map((_, at) => (at < 8 ? 20 : -20));
    const frame = { side: 4, width: 4, height: 2 };
    const { probability } = maskOfLogits(logits, 4, { photo: { width: 4, height: 2 }, frame });
    expect(new Set(probability)).toEqual(new Set([255]));
  });
});

describe("numbers of 16 bits", () => {
  it("are the same numbers with 32", () => {
    const halves = [0x0000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x8001, 0x7c00, 0xfc00];
    const found = widened(Uint16Array.from(halves));
    expect([...found]).toEqual([0, 1, -2, 0.333251953125, 65504, 2 ** -24, -(2 ** -24), Infinity, -Infinity]);
    expect(widened(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });
});
