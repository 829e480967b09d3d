import { closeSync, readSync } from "node:fs";
import { InputError } from "@lorank/core";
import { toFloat32 } from "../dtype.ts";
import type { StoredDType } from "../gguf/types.ts";
import {
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
  type TensorInfo,
} from "../safetensors/header.ts";
import { quoted } from "../text.ts";
import { type OpenFile, openFile } from "./descriptor.ts";

/** Tensors that stay on disk until one is asked for. */
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
  /** Gives the file descriptors back. Closing twice is harmless, reading afterwards is an error. */
  close(): void;
}

export interface SafetensorsFile extends TensorSource {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** As much of a tensor as decides its size. */
export interface Shaped {
  readonly shape: readonly number[];
}

/** A tensor in memory, row-major. */
export interface Tensor extends Shaped {
  readonly data: Float32Array;
}

/**
 * Opens a safetensors file and checks its header; reads no tensor yet.
 *
 * @throws InputError E_FILE when it cannot be opened, E_SAFETENSORS when it is broken or cut short.
 */
export function openSafetensors(path: string): SafetensorsFile {
  const file = openFile(path);
  let descriptor: number | undefined = file.descriptor;
  try {
    const { metadata, tensors } = readHeader(file, path);
    const readBytes = (name: string): Uint8Array => {
      const { byteOffset, byteLength } = tensorInfo(tensors, name, path);
      if (descriptor === undefined) throw new Error(`${path} is closed`); // its number may be another file's by now
      return readExactly(descriptor, byteOffset, byteLength, path);
    };
    return {
      path,
      metadata,
      tensors,
      readBytes,
      readFloat32: (name) => toFloat32(readBytes(name), tensorInfo(tensors, name, path).dtype, name),
      close: () => {
        if (descriptor !== undefined) closeSync(descriptor);
        descriptor = undefined;
      },
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Reads a whole file as float32. For a model, {@link openSafetensors} holds one tensor at a time. */
export function readSafetensors(path: string): Map<string, Tensor> {
  const file = openSafetensors(path);
  try {
    return new Map(
      [...file.tensors].map(([name, { shape }]) => [name, { shape, data: file.readFloat32(name) }]),
    );
  } finally {
    file.close();
  }
}

/** @throws InputError E_TENSOR naming the tensor and the file. */
export function tensorInfo<Info>(tensors: ReadonlyMap<string, Info>, name: string, file: string): Info {
  const info = tensors.get(name);
  if (info !== undefined) return info;
  throw new InputError("E_TENSOR", `${file}: there is no tensor ${quoted(name)} among its ${tensors.size}`);
}

function readHeader({ descriptor, size }: OpenFile, path: string): SafetensorsHeader {
  const first = readExactly(descriptor, 0, Math.min(LENGTH_BYTES, size), path);
  const length = safetensorsHeaderLength(first, size, path);
  return parseSafetensorsHeader(readExactly(descriptor, 0, LENGTH_BYTES + length, path), size, path);
}

// read(2) returns at most 2 GiB at a time, and Node refuses to ask for more.
const MOST_BYTES_AT_ONCE = 2 ** 30;

/** Reads `length` bytes at `position` into a fresh buffer; the header has shown that the file holds as many. */
function readExactly(descriptor: number, position: number, length: number, path: string): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const want = Math.min(length - done, MOST_BYTES_AT_ONCE);
    const got = readSync(descriptor, bytes, done, want, position + done);
    if (got === 0) {
      throw new InputError(
        "E_SAFETENSORS",
        `${path}: was cut short while it was read, at byte ${position + done}`,
      );
    }
    done += got;
  }
  return bytes;
}
