import { describe, expect, it } from "vitest";
import { fitted, shifted, showing, toPhoto, toScreen, zoomed } from "../../src/cutting/view";

const PHOTO = { width: 2000, height: 1000 };
const CANVAS = { width: 800, height: 600 };

describe("where a photo lies on the screen", () => {
  it("is in the middle, all of it", () => {
    expect(fitted(PHOTO, CANVAS)).toEqual({ zoom: 0.4, left: 0, top: 100 });
  });

  it("keeps what is below the pointer when one comes nearer", () => {
    const around = { x: 300, y: 250 };
    const before = fitted(PHOTO, CANVAS);
    const after = zoomed(before, 3, around, PHOTO, CANVAS);
    expect(after.zoom).toBeCloseTo(1.2);
    const [was, is] = [toPhoto(before, around), toPhoto(after, around)];
    expect(is.x).toBeCloseTo(was.x);
    expect(is.y).toBeCloseTo(was.y);
  });

  it("has an end near and far", () => {
    let view = fitted(PHOTO, CANVAS);
    for (let step = 0; step < 50; step++) view = zoomed(view, 2, { x: 0, y: 0 }, PHOTO, CANVAS);
    expect(view.zoom).toBe(24);
    for (let step = 0; step < 50; step++) view = zoomed(view, 0.5, { x: 0, y: 0 }, PHOTO, CANVAS);
    expect(view.zoom).toBeCloseTo(0.2);
  });

  it("never shifts the photo out of sight", () => {
    const view = shifted(fitted(PHOTO, CANVAS), 1e6, -1e6, PHOTO, CANVAS);
    expect(view.left).toBeLessThan(CANVAS.width);
    expect(view.top + PHOTO.height * view.zoom).toBeGreaterThan(0);
  });

  it("follows a point that would be outside", () => {
    const near = zoomed(fitted(PHOTO, CANVAS), 10, { x: 0, y: 0 }, PHOTO, CANVAS);
    const point = { x: 1900, y: 900 };
    const seen = toScreen(showing(near, point, PHOTO, CANVAS), point);
    expect(seen.x).toBeGreaterThan(0);
    expect(seen.x).toBeLessThan(CANVAS.width);
    expect(seen.y).toBeLessThan(CANVAS.height);
  });
});
