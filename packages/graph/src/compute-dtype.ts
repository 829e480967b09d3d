import { DeviceError } from "./device-error.ts";
import { sizeOf } from "./tensor.ts";
import type { Value } from "./value.ts";

/** Compute types: operands and results of matrix products; all else is float32, as in torch.autocast. */
export const computeDtypes = ["float32", "float16", "bfloat16"] as const;
export type ComputeDtype = (typeof computeDtypes)[number];
export type HalfDtype = Exclude<ComputeDtype, "float32">;

/** Unit roundoff: largest relative error when rounding to nearest, within a type's range. */
export const unitRoundoff: Readonly<Record<ComputeDtype, number>> = {
  float32: 2 ** -24,
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
};

/** Throws E_DEVICE unless `computeDtype` is among `types`. */
export function assertComputeDtype(
  on: string,
  types: readonly ComputeDtype[],
  computeDtype: ComputeDtype,
): void {
  if (types.includes(computeDtype)) return;
  throw new DeviceError(`computeDtype must be ${types.join(" or ")} on ${on}, got ${computeDtype}`);
}

/** Limits of half-precision formats: fraction bits, and the exponents of the smallest and largest normal numbers. */
const FORMATS: Readonly<Record<HalfDtype, readonly [fraction: number, least: number, most: number]>> = {
  float16: [10, -14, 15],
  bfloat16: [7, -126, 127],
};

/** Adding and subtracting this rounds a double to an integer, ties to even. */
const TO_WHOLE = 1.5 * 2 ** 52;

/** Rounds to the nearest number of a half-precision type, ties to even; ±Infinity beyond its range. */
export function roundTo(type: HalfDtype, x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const [fraction, least, most] = FORMATS[type];
  float[0] = x;
  const exponent = ((word[0]! >>> 23) & 0xff) - 127;
  const quantum = 2 ** (Math.max(exponent, least) - fraction);
  const rounded = (x / quantum + TO_WHOLE - TO_WHOLE) * quantum;
  return Math.abs(rounded) < 2 ** (most + 1) ? rounded : Math.sign(x) * Number.POSITIVE_INFINITY;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

export function halfBits(type: HalfDtype, data: Float32Array): Uint16Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const out = new Uint16Array(data.length);
  const bitsOf = type === "float16" ? float16Bits : bfloat16Bits;
  for (let i = 0; i < out.length; i++) out[i] = bitsOf(words[i]!);
  return out;
}

/** Upper half of a float32, rounded; a carry out of the fraction raises the exponent. */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays NaN
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00; // NaN
  if (size >= 0x47800000) return sign | 0x7c00; // 65,536 and above
  if (size < 0x38800000) {
    // Subnormals below 2^-14 are multiples of 2^-24, as are the last bits of a float32 in [1/2, 1).
    word[0] = size;
    float[0]! += 0.5;
    return sign | (word[0]! - 0x3f000000);
  }
  return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
}

/** Operand to scale before rounding: the smaller. Unscaled attention scores may overflow float16. */
export function scaledOperand({ inputs: [a, b] }: Value<"matMul">): 0 | 1 {
  return sizeOf(a!.shape) < sizeOf(b!.shape) ? 0 : 1;
}
