import { describe, expect, it } from "vitest";
import { frameAddress, type Written } from "../src/embed/frameAddress";

const AROUND = {
  base: "https://www.example.com/a/page.html",
  host: "https://www.example.com",
  isWaiting: false,
};
const NOTHING: Written = { src: null, tour: null, studio: null, mode: null, level: null };

const address = (written: Partial<Written>, around: Partial<typeof AROUND> = {}) =>
  frameAddress({ ...NOTHING, ...written }, { ...AROUND, ...around })?.href;

describe("the frame of a tour", () => {
  it("is the embed in the studio that the script comes from", () => {
    const studio = "https://studio.test/embed/v1/diorama-tour.js";
    expect(address({ tour: "a b", studio })).toBe(
      "https://studio.test/embed/a%20b?host=https%3A%2F%2Fwww.example.com",
    );
  });

  it("is the embed of a tour's page, with what its address says", () => {
    expect(address({ src: "https://studio.test/t/t1?level=low#at=1,2,3,4,5", mode: "fly" })).toBe(
      "https://studio.test/embed/t1?level=low&mode=fly&host=https%3A%2F%2Fwww.example.com#at=1,2,3,4,5",
    );
  });

  it("is any folder, relative to the page", () => {
    expect(address({ src: "../tours/flat/" })).toMatch(/^https:\/\/www.example.com\/tours\/flat\/\?host=/);
  });

  it("waits where it is told to", () => {
    expect(address({ src: "https://studio.test/embed/t1" }, { isWaiting: true })).toContain("start=asked");
  });

  it("names no page that has no origin", () => {
    expect(address({ src: "https://studio.test/embed/t1" }, { host: "null" })).toBe(
      "https://studio.test/embed/t1",
    );
  });

  it.each(["javascript:alert(1)", "data:text/html,<p>", "blob:https://x/1", "http://", ""])(
    "is never %s",
    (src) => {
      expect(address({ src })).toBeUndefined();
    },
  );

  it("is none where nothing is named", () => {
    expect(address({ tour: "t1" })).toBeUndefined();
    expect(address({ studio: "https://studio.test" })).toBeUndefined();
  });
});
