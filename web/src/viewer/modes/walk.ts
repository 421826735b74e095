import { between, plus, times, type Vector } from "../space";
import { rightOf, type View } from "../view";
import { Fly } from "./fly";

/** Walking on the floor: eyes stay at their height, and inside of what cameras saw. */
export class Walk extends Fly {
  protected override step(facing: View, [right, , forward]: Vector): Vector {
    const ahead: Vector = [-Math.sin(facing.yaw), 0, -Math.cos(facing.yaw)];
    return plus(times(rightOf(facing), right), times(ahead, forward));
  }

  protected override allowed([x, , z]: Vector): Vector {
    const { min, max } = this.place.box;
    return [between(min[0], x, max[0]), this.place.eyeLevel, between(min[2], z, max[2])];
  }
}
