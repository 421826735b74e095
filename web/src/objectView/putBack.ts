/** Objects that stand in a tour as its things, known by their files: names and places may be changed there. */
import { type Download, downloadsOf, type Subject } from "./files";

interface Thing {
  readonly media: { readonly name: string; readonly bytes: number } | null;
}

/** The mesh that a tour keeps a copy of; null where there is none. */
export function meshOf(lifted: Subject): Download | null {
  return downloadsOf(lifted).find(({ kind }) => kind === "glb") ?? null;
}

/** The thing that shows this object as it was built; null where the tour has none, or one of a build before. */
export function thingOf<T extends Thing>(lifted: Subject, things: readonly T[]): T | null {
  const mesh = meshOf(lifted);
  return things.find(({ media }) => media && media.name === mesh?.name && media.bytes === mesh.bytes) ?? null;
}
