import { expect, it } from "vitest";
import { randomName } from "../src/randomName";

it("makes up 32 hexadecimal digits, other ones each time", () => {
  const names = Array.from({ length: 100 }, randomName);
  expect(names.every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true);
  expect(new Set(names).size).toBe(100);
});
