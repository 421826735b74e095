export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

export interface ArrivedPart {
  readonly number: number;
  readonly sha256: string;
}

/** The parts of a file of so many bytes; the last one may be smaller. */
export function partsOf(size: number, partSize: number): Part[] {
  const count = Math.ceil(size / partSize);
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partSize,
    end: Math.min(size, (index + 1) * partSize),
  }));
}

/** Whether the part is there with just these bytes; one of another file with the same number is not. */
export function hasArrived(part: Part, sha256: string, arrived: readonly ArrivedPart[]): boolean {
  return arrived.some((one) => one.number === part.number && one.sha256 === sha256);
}
