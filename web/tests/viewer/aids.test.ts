import { describe, expect, it } from "vitest";
import { sightOf } from "../../src/viewer/floorPlan";
import { heldOnGamepads } from "../../src/viewer/gamepad";
import { hotspotsOf, webLink } from "../../src/viewer/hotspots";
import { readManifest } from "../../src/viewer/manifest";
import { inWords } from "../../src/viewer/measure";
import { acrossOf, directionOf, type Eye, onCanvas, pointAt } from "../../src/viewer/projection";
import { manifestOf } from "./manifest";

const EYE: Eye = {
  view: { position: [1, 1.6, 2], yaw: 0.4, pitch: -0.3, roll: 0 },
  lens: 0.9,
  width: 1200,
  height: 800,
};

describe("what lies over the picture", () => {
  it("is where the picture shows it, there and back", () => {
    for (const spot of [
      { x: 600, y: 400 },
      { x: 17, y: 720 },
      { x: 1190, y: 3 },
    ]) {
      const back = onCanvas(EYE, pointAt(EYE, spot, 3.3));
      expect(back?.x).toBeCloseTo(spot.x, 6);
      expect(back?.y).toBeCloseTo(spot.y, 6);
    }
  });

  it("is to the right of the middle where it is to the right, and nowhere behind", () => {
    const level: Eye = { ...EYE, view: { position: [0, 0, 0], yaw: 0, pitch: 0, roll: 0 } };
    expect(directionOf(level, { x: 600, y: 400 })).toEqual([0, 0, -1]);
    expect(onCanvas(level, [1, 0, -2])?.x).toBeGreaterThan(600);
    expect(onCanvas(level, [0, 1, -2])?.y).toBeLessThan(400);
    expect(onCanvas(level, [0, 0, 2])).toBeNull();
  });
});

describe("what the floor plan says one sees", () => {
  const eye: Eye = {
    view: { position: [0, 0, 0], yaw: 0, pitch: 0, roll: 0 },
    lens: 1,
    width: 390,
    height: 844,
  };

  it("is as wide as the canvas, on a desk and on a phone", () => {
    for (const shape of [eye, { ...eye, width: 1280, height: 720 }]) {
      const half = acrossOf(shape) / 2;
      expect(onCanvas(shape, [Math.sin(half), 0, -Math.cos(half)])?.x).toBeCloseTo(shape.width, 6);
    }
  });

  it("is drawn to both sides of where one looks", () => {
    const [left = 0, ahead = 0] = (/^M0 0L(-[\d.]+) (-[\d.]+)/.exec(sightOf(acrossOf(eye))) ?? [])
      .slice(1)
      .map(Number);
    expect(2 * Math.atan2(-left, -ahead)).toBeCloseTo(acrossOf(eye), 2);
  });
});

describe("a length", () => {
  it("is in metres only where they are known", () => {
    expect(inWords(1.2345, "reference")).toBe("1.23 m");
    expect(inWords(0.4567, "reference")).toBe("0.457 m");
    expect(inWords(1.2345, "assumed_eye_height_1.6m")).toBe("about 1.23 m");
    expect(inWords(1.2345, "none")).toContain("not known");
  });
});

describe("a gamepad", () => {
  const pad = (axes: number[], buttons: number[] = [], connected = true) =>
    ({ connected, axes, buttons: buttons.map((value) => ({ value })) }) as unknown as Gamepad;
  const held = (...pads: (Gamepad | null)[]) => heldOnGamepads({ getGamepads: () => pads });

  it("moves by its left stick, looks by its right one, and rises by its triggers", () => {
    expect(held(pad([1, -1, 0, 0])).move).toEqual([1, 0, 1]);
    expect(held(pad([0, 0, 1, 1])).turn).toEqual([-1, -1]);
    expect(held(pad([0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 1]))).toEqual({
      move: [0, 1, 0],
      turn: [0, 0],
      isFast: true,
    });
  });

  it("that rests or is gone does nothing", () => {
    expect(held(null, pad([0.1, -0.12, 0.05, 0]), pad([1, 1, 1, 1], [], false)).move).toEqual([0, 0, 0]);
  });
});

describe("a hotspot", () => {
  it("leads to web pages only, whatever a manifest says", () => {
    expect(webLink("https://example.com/a?b=c#d")).toBe("https://example.com/a?b=c#d");
    for (const link of ["javascript:alert(1)", " https://x", 'https://x/"onclick', "data:text/html,x", null])
      expect(webLink(link)).toBeNull();
  });

  it("has its file below the manifest, and degrees become radians", () => {
    const files = {
      tourId: "t",
      name: "",
      url: (path: string) => `/x/${path}`,
      fetch: () => Promise.reject(),
    };
    const [spot] = hotspotsOf(
      [
        {
          hotspot_id: "1",
          title: "Stove",
          position: [1, 2, 3],
          seen_from: { position: [0, 1, 0], yaw_deg: 90, pitch_deg: 0 },
          media: { kind: "image", path: "hotspots/1.jpg" },
        },
      ],
      files,
    );
    expect(spot?.media?.url).toBe("/x/hotspots/1.jpg");
    expect(spot?.seenFrom.yaw).toBeCloseTo(Math.PI / 2);
  });
});

describe("a manifest", () => {
  it("from before collision, plans and hotspots is read", () => {
    expect(readManifest(manifestOf()).collision).toBeUndefined();
  });

  it("with a damaged collision or plan is refused", () => {
    const collision = { path: "c.bits", origin: [0, 0, 0], cube: 0.1, cubes: [1, 2, 3], floor: 0 };
    expect(readManifest({ ...manifestOf(), collision }).collision?.floor).toBe(0);
    expect(() => readManifest({ ...manifestOf(), collision: { ...collision, path: "../c" } })).toThrow();
    expect(() => readManifest({ ...manifestOf(), floor_plan: { path: "p.jpg" } })).toThrow();
  });
});
