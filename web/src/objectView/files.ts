/** Where an object's files come from, and what one may want to take away of them. */

/** A build's files, below an address that holds a token. */
export interface ObjectFiles {
  /** An address for links and other programs. */
  url(path: string): string;
  /** The answer, which is a success. Throws where the file is missing or the studio does not answer. */
  fetch(path: string, signal: AbortSignal): Promise<Response>;
}

/** What one looks at: an object, or all of them as they stand beside each other. */
export interface Subject {
  readonly name: string;
  /** Paths below the build, and bytes. */
  readonly files: Readonly<Record<string, number>>;
}

export const WEB_MESH = "mesh.glb";
export const SPLATS = "splats.sog";
export const QUICK_LOOK = "mesh.usdz";
export const PICTURE = "picture.webp";

/** What can be taken away, in the order in which it is offered: the name of a file, and what it is. */
const KINDS = {
  "mesh.glb": "glb",
  "full.glb": "fullGlb",
  "mesh.usdz": "usdz",
  "mesh.obj.zip": "obj",
  "mesh.stl": "stl",
  "splats.ply": "ply",
  "splats.sog": "sog",
} as const;

export type Kind = (typeof KINDS)[keyof typeof KINDS];

export interface Download {
  readonly path: string;
  readonly kind: Kind;
  readonly bytes: number;
  /** What the file is called among somebody's downloads. */
  readonly name: string;
}

/** The path of the subject's file of that name; null where it was not made. */
export function pathOf({ files }: Subject, name: string): string | null {
  return Object.keys(files).find((path) => path.endsWith(`/${name}`)) ?? null;
}

/** What is worth taking away, best known first. */
export function downloadsOf(subject: Subject): Download[] {
  const plain = plainName(subject.name);
  return Object.entries(KINDS).flatMap(([file, kind]) => {
    const path = pathOf(subject, file);
    if (path === null) return [];
    const ending = file.slice(file.indexOf("."));
    const called = kind === "fullGlb" ? `${plain}-full${ending}` : `${plain}${ending}`;
    return [{ path, kind, bytes: subject.files[path] ?? 0, name: called }];
  });
}

/** A name as file systems like it. */
export function plainName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return plain.slice(0, 60) || "object";
}
