/** What keys mean while the photo has the focus. By `KeyboardEvent.key`, lower case. */
import type { Tool } from "./editor";

export const TOOL_KEYS: Readonly<Record<string, Tool>> = { c: "click", b: "box", p: "brush", e: "eraser" };

/** How the key of a tool is written on its button. */
export const KEY_OF: Readonly<Record<Tool, string>> = { click: "C", box: "B", brush: "P", eraser: "E" };

/** Where an arrow leads. */
export const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  arrowleft: [-1, 0],
  arrowright: [1, 0],
  arrowup: [0, -1],
  arrowdown: [0, 1],
};

export type Command =
  | "use"
  | "useOther"
  | "invert"
  | "fit"
  | "nearer"
  | "farther"
  | "smallerBrush"
  | "largerBrush"
  | "newCutout"
  | "nextCutout"
  | "cancel";

export const COMMANDS: Readonly<Record<string, Command>> = {
  enter: "use",
  backspace: "useOther",
  delete: "useOther",
  r: "useOther",
  i: "invert",
  "0": "fit",
  "+": "nearer",
  "=": "nearer",
  "-": "farther",
  "[": "smallerBrush",
  "]": "largerBrush",
  n: "newCutout",
  o: "nextCutout",
  escape: "cancel",
};

/** Going back and forward, wherever on the page the focus is. */
export function wayInHistory(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): "undo" | "redo" | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" ? "redo" : null;
}
