import { InputError } from "@lorank/core";
import type { StoredDType } from "./gguf-types.ts";
import { quoted } from "./text.ts";

/** Tensor shape; with the element type it decides the size. */
export interface Shaped {
  readonly shape: readonly number[];
}

/** Tensor in memory, row-major. */
export interface Float32Tensor extends Shaped {
  readonly data: Float32Array;
}

/** Bytes in memory, such as a text's. */
export interface ByteTensor extends Shaped {
  readonly dtype: "U8";
  readonly data: Uint8Array;
}

/** Type, shape and place of a tensor in a file. */
export interface TensorInfo<DType extends string> extends Shaped {
  readonly dtype: DType;
  /** Shape; empty for a scalar. */
  readonly shape: readonly number[];
  /** Byte offset from the start of the file, not of the data. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Tensors in an open file, read one by one. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, TensorInfo<StoredDType>>;
  /**
   * Reads a tensor into a fresh array, row-major.
   *
   * @throws InputError E_TENSOR when there is no such tensor, E_DTYPE for a value that float32 cannot hold.
   */
  readFloat32(name: string): Float32Array;
  /** Reads the stored bytes into a fresh array, little-endian. */
  readBytes(name: string): Uint8Array;
  /**
   * Reader for a tensor's bytes, into an array of their length, usable after {@link close}: the file stays open while
   * the reader is reachable. Absent where no file holds the bytes.
   */
  keptInFile?(name: string): (into: Uint8Array) => void;
  /** Closes the file. Closing twice is harmless, reading afterwards is an error. */
  close(): void;
}

/**
 * Finds a tensor.
 *
 * @throws InputError E_TENSOR naming the tensor and the file.
 */
export function tensorInfo<Info>(tensors: ReadonlyMap<string, Info>, name: string, file: string): Info {
  const info = tensors.get(name);
  if (info !== undefined) return info;
  throw new InputError("E_TENSOR", `${file}: there is no tensor ${quoted(name)} among its ${tensors.size}`);
}

/** Describes a NaN or infinite value: a single NaN weight makes a model's outputs NaN. */
export function notFiniteProblem(values: Float32Array): string | undefined {
  let poison = 0; // NaN once a value is NaN or infinite
  for (let i = 0; i < values.length; i++) poison += values[i]! * 0;
  if (poison === 0) return undefined;
  const at = values.findIndex((value) => !Number.isFinite(value));
  return `must hold finite numbers, got ${values[at]} at element ${at}`;
}

export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column]!;
  }
  return result;
}
