/** `[256, 2]` both levels of every byte: a row for each, the high four bits first. One look-up decodes two weights. */
export function byteTable(levels: readonly number[]): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => levels[i % 2 === 0 ? i >> 5 : (i >> 1) & 15]!);
}
