/** Gamepads: the left stick moves, the right one looks, the triggers go up and down. */
import type { Intent } from "./intent";
import { between } from "./space";

/** A stick that rests is rarely exactly in its middle. */
const REST = 0.15;
/** Axes and buttons as in the "standard" layout of the Gamepad API. */
const [LEFT_X, LEFT_Y, RIGHT_X, RIGHT_Y] = [0, 1, 2, 3];
const [LEFT_TRIGGER, RIGHT_TRIGGER, LEFT_BUMPER] = [6, 7, 4];

export type Held = Pick<Intent, "move" | "turn" | "isFast">;

const NONE: Held = { move: [0, 0, 0], turn: [0, 0], isFast: false };

/** What the first gamepad that does anything says. */
export function heldOnGamepads(navigator: Pick<Navigator, "getGamepads">): Held {
  for (const pad of navigator.getGamepads?.() ?? []) {
    const held = pad?.connected ? heldOn(pad) : NONE;
    if ([...held.move, ...held.turn].some((value) => value !== 0)) return held;
  }
  return NONE;
}

function heldOn({ axes, buttons }: Gamepad): Held {
  const axis = (index: number) => beyondRest(axes[index] ?? 0);
  const pressed = (index: number) => buttons[index]?.value ?? 0;
  return {
    move: [axis(LEFT_X), beyondRest(pressed(RIGHT_TRIGGER) - pressed(LEFT_TRIGGER)), -axis(LEFT_Y) || 0],
    turn: [-axis(RIGHT_X) || 0, -axis(RIGHT_Y) || 0],
    isFast: pressed(LEFT_BUMPER) > 0.5,
  };
}

/** From 0 at the edge of the rest to 1. */
function beyondRest(value: number): number {
  const far = (Math.abs(value) - REST) / (1 - REST);
  return far <= 0 ? 0 : Math.sign(value) * between(0, far, 1);
}
