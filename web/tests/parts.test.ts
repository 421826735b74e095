import { describe, expect, it } from "vitest";
import { hasArrived, partsOf } from "../src/upload/parts";

describe("the parts of a file", () => {
  it("cover it without a gap, the last one smaller", () => {
    expect(partsOf(20, 8)).toEqual([
      { number: 1, start: 0, end: 8 },
      { number: 2, start: 8, end: 16 },
      { number: 3, start: 16, end: 20 },
    ]);
  });

  it("are full to the last where the size allows", () => {
    expect(partsOf(16, 8).at(-1)).toEqual({ number: 2, start: 8, end: 16 });
  });

  it("are there only with their own bytes", () => {
    const [first] = partsOf(20, 8);
    if (!first) throw new Error("no part");
    expect(hasArrived(first, "a", [{ number: 1, sha256: "a" }])).toBe(true);
    expect(hasArrived(first, "b", [{ number: 1, sha256: "a" }])).toBe(false);
    expect(hasArrived(first, "a", [{ number: 2, sha256: "a" }])).toBe(false);
  });
});
