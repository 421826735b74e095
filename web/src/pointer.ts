/** What is said of a mouse, or where a finger is what one points with, of that. */
export function byPointer<Said>(ofMouse: Said, ofFinger: Said): Said {
  const isCoarse = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;
  return isCoarse ? ofFinger : ofMouse;
}
