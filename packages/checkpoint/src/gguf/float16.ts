import { toFloat32 } from "../dtype.ts";

let values: Float32Array | undefined;

/** The value of each of the 65,536 float16 bit patterns, made on first use: a scale is one look-up. */
export function float16Values(): Float32Array {
  if (values === undefined) {
    const patterns = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);
    values = toFloat32(new Uint8Array(patterns.buffer), "F16", "scales");
  }
  return values;
}
