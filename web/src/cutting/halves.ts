/** Numbers of 16 bits (IEEE 754 binary16): a sign, five bits of exponent, ten of fraction. */

const FRACTION_BITS = 13; // more of them in 32 bits
const BIAS = 127 - 15; // of the exponent, in 32 bits
const LEAST_STEP = 2 ** -24;

/** The same numbers in 32 bits. */
export function widened(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let at = 0; at < halves.length; at++) {
    const half = halves[at] ?? 0;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const sign = half & 0x8000;
    if (exponent === 0) values[at] = (sign ? -1 : 1) * fraction * LEAST_STEP;
    else {
      const wide = exponent === 31 ? 255 : exponent + BIAS; // 31: infinite, or not a number
      bits[at] = (sign << 16) | (wide << 23) | (fraction << FRACTION_BITS);
    }
  }
  return values;
}
