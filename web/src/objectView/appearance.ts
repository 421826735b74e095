/** How an object is shown: what its viewers can choose. */

export type Form = "mesh" | "splats";
export type Backdrop = "light" | "dark" | "none";

export interface Light {
  /** Degrees to the right of whoever took the photo, and above the horizon: where the light comes from. */
  readonly around_deg: number;
  readonly above_deg: number;
  /** 0: none; 1: as bright as a wall in daylight. */
  readonly strength: number;
}

export interface Appearance {
  readonly form: Form;
  readonly light: Light;
  /** Light from all sides, as outdoors under clouds. */
  readonly hasSurroundings: boolean;
  readonly isWireframe: boolean;
  /** Splats as points, their diameter in thousandths of the object; null for splats as they are. */
  readonly pointSize: number | null;
  readonly isTurning: boolean;
  readonly backdrop: Backdrop;
}

export const POINT_SIZES = { least: 1, most: 20, first: 5 } as const;

/** As an object is shown first: evenly lit, for its texture holds the photo's own light already. */
export function firstAppearance(form: Form, isDark: boolean): Appearance {
  return {
    form,
    light: { around_deg: 35, above_deg: 40, strength: 0.6 },
    hasSurroundings: true,
    isWireframe: false,
    pointSize: null,
    isTurning: false,
    backdrop: isDark ? "dark" : "light",
  };
}

/** As red, green, blue and opacity from 0 to 1. */
export const BACKDROPS: Readonly<Record<Backdrop, readonly [number, number, number, number]>> = {
  light: [0.945, 0.949, 0.933, 1],
  dark: [0.059, 0.075, 0.071, 1],
  none: [0, 0, 0, 0],
};

/**
 * The turn of a light that shines downwards until it is turned, as angles about x and y in degrees, so that it comes
 * from there.
 */
export function turnOfLight({ around_deg, above_deg }: Light): readonly [number, number] {
  return [90 - above_deg, around_deg];
}
