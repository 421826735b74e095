/** What keys mean: those that are held to move, and those that do something once. By place, not by letter. */

/** Along an axis of an intent, by `KeyboardEvent.code`. */
export const HELD: Readonly<Record<string, readonly ["move" | "turn", 0 | 1 | 2, 1 | -1]>> = {
  KeyW: ["move", 2, 1],
  ArrowUp: ["move", 2, 1],
  KeyS: ["move", 2, -1],
  ArrowDown: ["move", 2, -1],
  KeyD: ["move", 0, 1],
  ArrowRight: ["move", 0, 1],
  KeyA: ["move", 0, -1],
  ArrowLeft: ["move", 0, -1],
  PageUp: ["move", 1, 1],
  PageDown: ["move", 1, -1],
  KeyQ: ["turn", 0, 1],
  KeyE: ["turn", 0, -1],
  KeyJ: ["turn", 0, 1],
  KeyL: ["turn", 0, -1],
  KeyI: ["turn", 1, 1],
  KeyK: ["turn", 1, -1],
};

/** A step nearer or farther, by `KeyboardEvent.key`. */
export const NEARER: Readonly<Record<string, number>> = { "+": 1, "=": 1, "-": -1, "−": -1 };

export type Command =
  | "orbit"
  | "walk"
  | "fly"
  | "play"
  | "reset"
  | "places"
  | "plan"
  | "measure"
  | "picture"
  | "share"
  | "fullScreen"
  | "help";

/** By `KeyboardEvent.key`, lower case. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  "1": "orbit",
  "2": "walk",
  "3": "fly",
  p: "play",
  r: "reset",
  home: "reset",
  n: "places",
  g: "plan",
  m: "measure",
  t: "picture",
  c: "share",
  f: "fullScreen",
  "?": "help",
};

/** How the key of a command is written on its button. */
export const KEY_OF: Readonly<Record<Command, string>> = {
  orbit: "1",
  walk: "2",
  fly: "3",
  play: "P",
  reset: "R",
  places: "N",
  plan: "G",
  measure: "M",
  picture: "T",
  share: "C",
  fullScreen: "F",
  help: "?",
};
