let values: Float32Array | undefined;

/** The value of each of the 65,536 float16 bit patterns, made on first use: a look-up is faster than the arithmetic. */
export function float16Values(): Float32Array {
  values ??= new Float32Array(float32Bits().buffer);
  return values;
}

/** float32 bits of each of the 65,536 float16 values. */
function float32Bits(): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(65_536);
  const subnormal = new Float32Array(1);
  const subnormalBits = new Uint32Array(subnormal.buffer);
  for (let half = 0; half < 65_536; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      subnormal[0] = fraction * 2 ** -24; // a normal number in float32
      table[half] = sign | subnormalBits[0]!;
    } else if (exponent === 0x1f) {
      table[half] = sign | 0x7f800000 | (fraction << 13); // infinities and NaNs keep their payload
    } else {
      table[half] = sign | ((exponent + 112) << 23) | (fraction << 13); // bias 15 becomes 127
    }
  }
  return table;
}

/** The float16 bits of the float32 with these `bits`: rounded to the nearest, ties to even, infinite from 65520. */
export function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112; // bias 127 becomes 15
  const fraction = bits & 0x7fffff;
  if (exponent === 143) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200 | (fraction >>> 13));
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0) return sign | rounded((exponent << 23) | fraction, 13);
  return exponent < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - exponent); // subnormal
}

/** `value` without its last `drop` bits, to the nearest, ties to even. */
function rounded(value: number, drop: number): number {
  const kept = value >>> drop;
  const rest = value & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  return kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0);
}
