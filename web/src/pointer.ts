/** What is said of a mouse, or where a finger is what one points with, of that. */
export function byPointer(ofMouse: string, ofFinger: string): string {
  const isCoarse = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;
  return isCoarse ? ofFinger : ofMouse;
}
