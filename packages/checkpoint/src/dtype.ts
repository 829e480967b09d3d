import { InputError } from "@lorank/core";
import { quoted } from "./text.ts";

/** Element types, as safetensors files name them. */
export type TensorDType = "F32" | "F16" | "BF16" | "F64" | "I64" | "I32" | "I16" | "I8" | "U8" | "BOOL";

/** Floating-point types in which float32 tensors can be written. */
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

/** Tensor size in bytes; undefined when it is no safe integer. */
export function tensorByteLength(shape: readonly number[], dtype: TensorDType): number | undefined {
  let bytes = BYTES_PER_ELEMENT[dtype];
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

/**
 * Tensor elements as exact float32. `bytes` is little-endian and starts at a multiple of 8; an F32 tensor shares it.
 * Throws E_DTYPE naming the tensor and the first value that float32 cannot hold.
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

/** Widens bfloat16, which is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function widenFloat16(halves: Uint16Array): Float32Array {
  const table = new Uint32Array(float16Values().buffer); // as bits: copying may change a NaN's payload
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

let float16Table: Float32Array | undefined;

/** float16 values by bit pattern, made on first use: faster than arithmetic. */
export function float16Values(): Float32Array {
  float16Table ??= new Float32Array(float32Bits().buffer);
  return float16Table;
}

function float32Bits(): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(65_536);
  const subnormal = new Float32Array(1);
  const subnormalBits = new Uint32Array(subnormal.buffer);
  for (let half = 0; half < 65_536; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      subnormal[0] = fraction * 2 ** -24;
      table[half] = sign | subnormalBits[0]!;
    } else if (exponent === 0x1f) {
      table[half] = sign | 0x7f800000 | (fraction << 13); // infinities and NaNs keep their payload
    } else {
      table[half] = sign | ((exponent + 112) << 23) | (fraction << 13);
    }
  }
  return table;
}

/** Nearest float16 bits, ties to even, infinite from 65520. */
function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent === 143) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200 | (fraction >>> 13));
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0) return sign | rounded((exponent << 23) | fraction, 13);
  return exponent < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - exponent);
}

/** Drops `drop` bits, rounding to the nearest, ties to even. */
function rounded(value: number, drop: number): number {
  const high = value >>> drop;
  const rest = value & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  return high + (rest > half || (rest === half && (high & 1) === 1) ? 1 : 0);
}

/**
 * Encodes float32 values as little-endian bytes, rounded to the nearest, ties to even. An F32 tensor shares the buffer
 * of `values`. Throws E_DTYPE naming the tensor and the first finite value above F16's 65504.
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

/** Nearest bfloat16 bits. Rounding may carry into the exponent, up to infinity. */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
