import { describe, expect, it } from "vitest";
import { ago, bytes, duration, longDay, roughly, roughlyBetween, timecode, usd } from "../src/formats";

describe("formats", () => {
  it("say bytes in powers of a thousand", () => {
    expect([0, 999, 1500, 41_943_072, 2.5e9].map(bytes)).toEqual([
      "0 B",
      "999 B",
      "1.5 kB",
      "41.9 MB",
      "2.5 GB",
    ]);
  });

  it("say dollars in cents, and what is less than one to two digits", () => {
    expect(["0", "0.816", "1234.5", "0.002345", "0.00001"].map(usd)).toEqual([
      "$0.00",
      "$0.82",
      "$1,234.50",
      "$0.0023",
      "$0.00001",
    ]);
  });

  it("say what nobody knows exactly in round numbers", () => {
    expect([1, 38, 59, 200, 3600, 9000].map(roughly)).toEqual([
      "5 seconds",
      "40 seconds",
      "1 minute",
      "3 minutes",
      "60 minutes",
      "2.5 hours",
    ]);
  });

  it("say a range once its unit is the same", () => {
    expect(roughlyBetween(81, 170)).toBe("1 to 3 minutes");
    expect(roughlyBetween(40, 130)).toBe("40 seconds to 2 minutes");
    expect(roughlyBetween(115, 125)).toBe("about 2 minutes");
  });

  it("say a day of the API as people do", () => {
    expect(longDay("2025-06-01")).toBe("1 June 2025");
  });

  it("say durations as people do", () => {
    expect([1.25, 42, 200, 3600, 3900].map(duration)).toEqual([
      "1.3 s",
      "42 s",
      "3 min 20 s",
      "1 h",
      "1 h 5 min",
    ]);
  });

  it("say places in a video", () => {
    expect(timecode(65.2)).toBe("1:05.2");
  });

  it("say how long ago", () => {
    expect([995, 1000 - 120, 1000 - 7200].map((time) => ago(time, 1000))).toEqual([
      "just now",
      "2 minutes ago",
      "2 hours ago",
    ]);
  });
});
