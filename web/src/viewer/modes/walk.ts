import type { Intent } from "../intent";
import { between, plus, times, type Vector } from "../space";
import { forwardOf, rightOf, type View } from "../view";
import { Fly } from "./fly";

/** A tap that steep meets the floor; above, it only says which way. */
const FLOOR_BELOW = (-4 * Math.PI) / 180;
const STEP_S = 1.5;
/** Of the place's size: nobody is sent farther at once. */
const FARTHEST = 0.6;

/**
 * Walking on the floor: eyes stay at their height. Where it is known what is solid, walls and furniture stop one, or
 * one slides along them; where not, one stays inside of what cameras saw. A tap walks to its place.
 */
export class Walk extends Fly {
  override act(intent: Intent, seconds: number, radiansPerPixel: number): void {
    super.act(intent, seconds, radiansPerPixel);
    if (intent.tap) this.move(this.#wayTo(intent.tap, radiansPerPixel));
  }

  #wayTo([right, down]: readonly [number, number], radiansPerPixel: number): Vector {
    const yaw = this.view.yaw - right * radiansPerPixel;
    const pitch = this.view.pitch - down * radiansPerPixel;
    const { eyeLevel, floor, size, speed } = this.place;
    const distance = pitch < FLOOR_BELOW ? (eyeLevel - floor) / Math.tan(-pitch) : STEP_S * speed;
    const farthest = Math.min(FARTHEST * size, this.#seen({ ...this.view, yaw, pitch }));
    return times([-Math.sin(yaw), 0, -Math.cos(yaw)], between(0, distance, farthest));
  }

  /** How far it is, over the floor, to the first thing in a direction: nobody is sent behind it. */
  #seen(direction: View): number {
    const { solids, size } = this.place;
    const hit = solids?.cubes.hit(direction.position, forwardOf(direction), size);
    return hit === null || hit === undefined ? Number.POSITIVE_INFINITY : hit * Math.cos(direction.pitch);
  }

  protected override step(facing: View, [right, , forward]: Vector): Vector {
    const ahead: Vector = [-Math.sin(facing.yaw), 0, -Math.cos(facing.yaw)];
    return plus(times(rightOf(facing), right), times(ahead, forward));
  }

  protected override allowed([x, , z]: Vector): Vector {
    const { solids } = this.place;
    if (solids) {
      const [stoodX, , stoodZ] = this.view.position;
      const [nextX, nextZ] = solids.ground.slide([stoodX, stoodZ], [x, z]);
      return [nextX, this.place.eyeLevel, nextZ];
    }
    const { min, max } = this.place.box;
    return [between(min[0], x, max[0]), this.place.eyeLevel, between(min[2], z, max[2])];
  }
}
