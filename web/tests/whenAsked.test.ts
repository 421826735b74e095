import { describe, expect, it } from "vitest";
import type { Look } from "../src/clicks/photoNet";
import type { Network } from "../src/clicks/refined";
import { whenAsked } from "../src/clicks/whenAsked";

const look: Look = { evidence: new Float32Array(0), shape: [1, 21, 0, 0] };
const answering =
  (value: number): Network =>
  async () =>
    new Float32Array([value]);

describe("a network that is opened when it is asked", () => {
  it("is opened once, by the first look", async () => {
    let opened = 0;
    const network = whenAsked(async () => {
      opened += 1;
      return answering(1);
    }, answering(0));
    expect(opened).toBe(0);
    const [[one], [two]] = await Promise.all([network(look), network(look)]);
    expect([one, two, opened]).toEqual([1, 1, 1]);
  });

  it("leaves the answer to another while it cannot be opened, and is tried again", async () => {
    let lost = true;
    const network = whenAsked(async () => {
      if (lost) throw new Error("lost");
      return answering(1);
    }, answering(0));
    expect((await network(look))[0]).toBe(0);
    lost = false;
    expect((await network(look))[0]).toBe(1);
  });
});
