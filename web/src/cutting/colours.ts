/** Colours of cut-outs, told apart with any eyes (after Okabe and Ito), each with a dark and a light neighbour. */
const COLOURS = [
  "#0fb5ae",
  "#e69f00",
  "#d55e8f",
  "#4f8df5",
  "#8bc34a",
  "#d55e00",
  "#9c6ade",
  "#c9b400",
] as const;

export function colourOf(place: number): string {
  return COLOURS[place % COLOURS.length] ?? COLOURS[0];
}

/** Red, green and blue, 0 to 255. */
export function channelsOf(place: number): readonly [number, number, number] {
  const hex = Number.parseInt(colourOf(place).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}
