import { afterEach, expect, test, vi } from "vitest";
import { viewerStrings } from "../../src/viewerStrings";

afterEach(() => vi.unstubAllGlobals());

test("who points with a finger reads first what fingers do", () => {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(pointer: coarse)" }));
  const hows = viewerStrings.help.rows.map(([, how]) => how);
  expect(hows.slice(0, 4)).toEqual(["Drag", "Tap the floor", "Pinch", "Two fingers"]);
  expect(hows).toContain("W A S D or arrow keys");
});

test("who has a mouse reads of it beside the keys", () => {
  expect(viewerStrings.help.rows[0]).toEqual(["Look, or turn around the place", "Drag, or I J K L"]);
});

test("a row says one thing", () => {
  for (const [what, how] of viewerStrings.help.rows) expect(what + how).not.toContain(";");
});
