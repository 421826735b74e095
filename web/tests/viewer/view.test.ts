import { describe, expect, it } from "vitest";
import { hashOf, viewInHash } from "../../src/viewer/address";
import { type Quaternion, turned } from "../../src/viewer/space";
import {
  blend,
  engineRotation,
  forwardOf,
  rightOf,
  rotationOf,
  type View,
  viewOf,
} from "../../src/viewer/view";

const near = (values: readonly number[]) => values.map((value) => Math.round(value * 1e6) / 1e6 + 0);
const VIEWS: View[] = [];
for (const yaw of [-3, -1.2, 0, 0.4, 2.9])
  for (const pitch of [-1.4, -0.3, 0, 1.1])
    for (const roll of [-2, 0, 0.7]) VIEWS.push({ position: [1, 2, 3], yaw, pitch, roll });

/** The OpenCV rotation of a view: half a turn about x undone. */
function openCv(view: View): Quaternion {
  return engineRotation(rotationOf(view));
}

describe("a view", () => {
  it("looks along the camera's z and has its y below, as OpenCV says", () => {
    // OpenCV's camera in the world's own axes: forward is +Z, up is -Y.
    const identity: Quaternion = [1, 0, 0, 0];
    expect(near(turned(engineRotation(identity), [0, 0, -1]))).toEqual([0, 0, 1]);
    expect(near(turned(engineRotation(identity), [0, 1, 0]))).toEqual([0, -1, 0]);
    expect(near(turned(engineRotation(identity), [1, 0, 0]))).toEqual([1, 0, 0]);
  });

  it("says the same as the pose that it was made from", () => {
    for (const view of VIEWS) {
      const again = viewOf({ position: view.position, rotation_wxyz: openCv(view) });
      expect(near([again.yaw, again.pitch, again.roll])).toEqual(near([view.yaw, view.pitch, view.roll]));
    }
  });

  it("knows its right and its forward", () => {
    for (const view of VIEWS) {
      const level = { ...view, roll: 0 };
      expect(near(forwardOf(view))).toEqual(near(turned(rotationOf(view), [0, 0, -1])));
      expect(near(rightOf(level))).toEqual(near(turned(rotationOf(level), [1, 0, 0])));
    }
  });

  it("straight down has no roll of its own", () => {
    const down: View = { position: [0, 0, 0], yaw: 0.5, pitch: -Math.PI / 2, roll: 0 };
    const again = viewOf({ position: [0, 0, 0], rotation_wxyz: openCv(down) });
    expect(near([again.yaw, again.pitch, again.roll])).toEqual(near([0.5, -Math.PI / 2, 0]));
  });

  it("turns to another by the shorter way", () => {
    const at = (yaw: number): View => ({ position: [0, 0, 0], yaw, pitch: 0, roll: 0 });
    expect(blend(at(3), at(-3), 0.5).yaw).toBeCloseTo(Math.PI);
  });

  it("comes back from a link to within a millimetre and a hundredth of a degree", () => {
    const view: View = { position: [1.2345, -2, 0.00049], yaw: 1, pitch: -0.5, roll: 0 };
    const again = viewInHash(hashOf(view));
    expect(again?.position).toEqual([1.234, -2, 0]);
    expect(again?.yaw).toBeCloseTo(1, 3);
    expect(again?.pitch).toBeCloseTo(-0.5, 3);
  });

  it.each(["", "#", "#at=1,2,3", "#at=a,b,c,d,e", "#demo=x"])("is not in %j", (hash) => {
    expect(viewInHash(hash)).toBeNull();
  });
});
