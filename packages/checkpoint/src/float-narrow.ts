import { InputError } from "@lorank/core";
import type { FloatTensorDType } from "./dtype.ts";
import { float16Bits } from "./float16.ts";
import { quoted } from "./text.ts";

/**
 * The bytes of float32 values in `dtype`, little-endian, each rounded to the nearest, ties to the even one. An F32 tensor
 * shares the buffer of `values`.
 *
 * @throws InputError E_DTYPE naming the tensor and the first finite value that F16, which ends at 65504, cannot hold.
 */
export function fromFloat32(values: Float32Array, dtype: FloatTensorDType, name: string): Uint8Array {
  if (dtype === "F32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  if (dtype === "BF16") {
    for (let i = 0; i < bits.length; i++) halves[i] = bfloat16Bits(bits[i]!);
  } else {
    for (let i = 0; i < bits.length; i++) {
      const half = float16Bits(bits[i]!);
      halves[i] = half;
      if ((half & 0x7fff) === 0x7c00 && Number.isFinite(values[i])) {
        throw new InputError(
          "E_DTYPE",
          `tensor ${quoted(name)} must hold values that F16 can hold, got ${values[i]} at element ${i}`,
        );
      }
    }
  }
  return new Uint8Array(halves.buffer);
}

/** The upper half of a float32; a rounding may carry into the exponent, up to infinity. */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // a NaN that stays one
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
