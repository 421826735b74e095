import { describe, expect, it } from "vitest";
import { readManifest } from "../../src/viewer/manifest";
import { manifestOf } from "./manifest";

const changed = (change: object): unknown => ({ ...structuredClone(manifestOf()), ...change });

describe("a manifest", () => {
  it("is taken as it is", () => {
    expect(readManifest(changed({}))).toEqual(manifestOf());
    expect(readManifest(changed({ camera_path: null })).camera_path).toBeNull();
  });

  it("of another version needs another viewer", () => {
    expect(() => readManifest(changed({ version: 2 }))).toThrow(expect.objectContaining({ kind: "tooNew" }));
  });

  it.each([
    ["nothing", null],
    ["a list", []],
    ["another format", changed({ format: "zip" })],
    ["no version", changed({ version: "1" })],
    ["no levels", changed({ levels: [] })],
    ["a way out of its folder", changed({ levels: [{ ...manifestOf().levels[0], path: "../secret" }] })],
    ["another host", changed({ poster: { path: "//host/x.jpg" } })],
    ["no start", changed({ start: undefined })],
    ["a start nowhere", changed({ start: { ...manifestOf().start, position: [0, Number.NaN, 0] } })],
    ["a path of one place", changed({ camera_path: { duration_s: 1, poses: [manifestOf().start] } })],
  ])("with %s is damaged", (_, document) => {
    expect(() => readManifest(document)).toThrow(expect.objectContaining({ kind: "damaged" }));
  });
});
