import { InputError } from "@lorank/core";
import type { StoredDType } from "./gguf-types.ts";
import { quoted } from "./text.ts";

/** The part of a tensor that decides its size. */
export interface Shaped {
  readonly shape: readonly number[];
}

/** A tensor in memory, row-major. */
export interface Float32Tensor extends Shaped {
  readonly data: Float32Array;
}

/** The place of a tensor in its file. */
export interface TensorInfo<DType extends string> extends Shaped {
  readonly dtype: DType;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /** From the start of the file, not of the data. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Tensors that stay in their file until one is read. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, TensorInfo<StoredDType>>;
  /**
   * A fresh array of the elements, row-major. Exact: a value that float32 cannot hold is an error.
   *
   * @throws InputError E_TENSOR when there is no such tensor, E_DTYPE when float32 cannot hold it.
   */
  readFloat32(name: string): Float32Array;
  /** A fresh array of the bytes as they are stored, little-endian. */
  readBytes(name: string): Uint8Array;
  /**
   * Gives a function that reads a tensor's bytes at any time, into an array of their length, also after {@link close}. The
   * file then stays open until nobody can read it any more. Absent where the bytes are not those of a file.
   */
  keptInFile?(name: string): (into: Uint8Array) => void;
  /** Gives the file descriptors back. Closing twice is harmless, reading afterwards is an error. */
  close(): void;
}

/** @throws InputError E_TENSOR naming the tensor and the file. */
export function tensorInfo<Info>(tensors: ReadonlyMap<string, Info>, name: string, file: string): Info {
  const info = tensors.get(name);
  if (info !== undefined) return info;
  throw new InputError("E_TENSOR", `${file}: there is no tensor ${quoted(name)} among its ${tensors.size}`);
}

/**
 * Describes a value that no weight may have, NaN or infinite, or returns undefined. One NaN makes a model answer nothing but
 * NaN.
 */
export function notFiniteProblem(values: Float32Array): string | undefined {
  let poison = 0; // stays 0 unless a value is NaN or infinite, for those times 0 are NaN
  for (let i = 0; i < values.length; i++) poison += values[i]! * 0;
  if (poison === 0) return undefined;
  const at = values.findIndex((value) => !Number.isFinite(value));
  return `must hold finite numbers, got ${values[at]} at element ${at}`;
}

/** The transpose of `values`, a matrix `[rows, columns]`. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column]!;
  }
  return result;
}
