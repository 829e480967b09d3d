import { InputError } from "@lorank/core";
import { float16Values } from "./float16.ts";
import { quoted } from "./text.ts";

/** The element types that are read, by their names in the file. */
export type TensorDType = "F32" | "F16" | "BF16" | "F64" | "I64" | "I32" | "I16" | "I8" | "U8" | "BOOL";

/** Those that a float32 can be rounded to. */
export type FloatTensorDType = Extract<TensorDType, "F32" | "F16" | "BF16">;

const BYTES_PER_ELEMENT: Readonly<Record<TensorDType, number>> = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export const TENSOR_DTYPES = Object.keys(BYTES_PER_ELEMENT) as readonly TensorDType[];

export function isTensorDType(value: unknown): value is TensorDType {
  return typeof value === "string" && Object.hasOwn(BYTES_PER_ELEMENT, value);
}

export function isFloatTensorDType(dtype: string): dtype is FloatTensorDType {
  return dtype === "F32" || dtype === "F16" || dtype === "BF16";
}

/** `shape` and `dtype` in bytes, or undefined when a product along the way is not a safe integer. */
export function tensorByteLength(shape: readonly number[], dtype: TensorDType): number | undefined {
  let bytes = BYTES_PER_ELEMENT[dtype];
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

/**
 * The elements of a tensor as float32, exactly: F16, BF16 and the small integers always fit; a wider value that does
 * not is an error, never rounded. `bytes` is little-endian and starts at a multiple of 8, as a fresh buffer does; an
 * F32 tensor shares it.
 *
 * @throws InputError E_DTYPE naming the tensor and the first value that float32 cannot hold.
 */
export function toFloat32(bytes: Uint8Array, dtype: TensorDType, name: string): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  const length = byteLength / BYTES_PER_ELEMENT[dtype];
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, byteOffset, length);
    case "F16":
      return widenFloat16(new Uint16Array(buffer, byteOffset, length));
    case "BF16":
      return widenBfloat16(new Uint16Array(buffer, byteOffset, length));
    case "F64":
      return exact(new Float64Array(buffer, byteOffset, length), dtype, name);
    case "I64":
      return exact(new BigInt64Array(buffer, byteOffset, length), dtype, name);
    case "I32":
      return exact(new Int32Array(buffer, byteOffset, length), dtype, name);
    case "I16":
      return Float32Array.from(new Int16Array(buffer, byteOffset, length));
    case "I8":
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case "U8":
    case "BOOL":
      return Float32Array.from(bytes);
  }
}

/** bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function widenFloat16(halves: Uint16Array): Float32Array {
  const table = new Uint32Array(float16Values().buffer); // as bits: a NaN that is copied as a number may change
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
  return new Float32Array(bits.buffer);
}

function exact(
  values: Float64Array | Int32Array | BigInt64Array,
  dtype: TensorDType,
  name: string,
): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const float = Math.fround(Number(value));
    const same = typeof value === "bigint" ? BigInt(float) === value : Object.is(float, value);
    if (!same) {
      throw new InputError(
        "E_DTYPE",
        `tensor ${quoted(name)} must hold values that float32 can hold exactly, got ${value} (${dtype}) at element ${i}`,
      );
    }
    floats[i] = float;
  }
  return floats;
}
