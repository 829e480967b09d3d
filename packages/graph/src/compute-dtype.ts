import { DeviceError } from "./device-error.ts";
import { sizeOf } from "./tensor.ts";
import type { Value } from "./value.ts";

/**
 * Types to which the operands of a matrix product and its result are rounded. Everything else (norms, softmax,
 * losses, what is saved between programs, inputs and outputs) is float32, as under torch.autocast.
 */
export const computeDtypes = ["float32", "float16", "bfloat16"] as const;
export type ComputeDtype = (typeof computeDtypes)[number];
export type HalfDtype = Exclude<ComputeDtype, "float32">;

/** The largest relative error of rounding a number within a type's range, to the nearest. */
export const unitRoundoff: Readonly<Record<ComputeDtype, number>> = {
  float32: 2 ** -24,
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
};

/** Throws E_DEVICE unless `compute` is among the types that there are on a device or a provider. */
export function assertComputeDtype(
  on: string,
  types: readonly ComputeDtype[],
  computeDtype: ComputeDtype,
): void {
  if (types.includes(computeDtype)) return;
  throw new DeviceError(`computeDtype must be ${types.join(" or ")} on ${on}, got ${computeDtype}`);
}

/** Bits of the fraction, and the exponents of the smallest and the largest numbers that have all of them. */
const FORMATS: Readonly<Record<HalfDtype, readonly [fraction: number, least: number, most: number]>> = {
  float16: [10, -14, 15],
  bfloat16: [7, -126, 127],
};

/** Adding and subtracting it rounds a double to a whole number, ties to even. */
const TO_WHOLE = 1.5 * 2 ** 52;

/** A float32 number rounded to the nearest of a type, ties to even; ±Infinity beyond the type's range. */
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

/** The bits of each number in a type of two bytes, rounded as by {@link roundTo}. */
export function halfBits(type: HalfDtype, data: Float32Array): Uint16Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const out = new Uint16Array(data.length);
  const bitsOf = type === "float16" ? float16Bits : bfloat16Bits;
  for (let i = 0; i < out.length; i++) out[i] = bitsOf(words[i]!);
  return out;
}

/** The upper half of a float32, rounded; what is carried out of the fraction belongs into the exponent. */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays one
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00; // NaN
  if (size >= 0x47800000) return sign | 0x7c00; // 65,536 and above
  if (size < 0x38800000) {
    // Below 2^-14 a float16 is a multiple of 2^-24, and so are the last bits of a float32 between 1/2 and 1.
    word[0] = size;
    float[0]! += 0.5;
    return sign | (word[0]! - 0x3f000000);
  }
  return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
}

/**
 * Picks the operand of a product that takes its factor, before it is rounded: the smaller one. A product without its factor
 * might be too large for float16, as attention's scores before they are divided by √headDim.
 */
export function scaledOperand({ inputs: [a, b] }: Value<"matMul">): 0 | 1 {
  return sizeOf(a!.shape) < sizeOf(b!.shape) ? 0 : 1;
}
