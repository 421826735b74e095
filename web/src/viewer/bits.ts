/** Whether a bit is set; a byte's lowest comes first. Beyond the end none is. */
export const isBitSet = (bits: Uint8Array, index: number): boolean =>
  (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
