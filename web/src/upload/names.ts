/** A tour is called what its file is called, without the ending. */
export function tourName(name: string): string {
  return (name.replace(/(?<=.)\.[^.]{1,5}$/, "") || name).slice(0, 200);
}
