import { closeSync } from "node:fs";
import { toFloat32 } from "../dtype.ts";
import type { StoredDType } from "../gguf/types.ts";
import { type Metadata, safetensorsParts } from "../safetensors/encode.ts";
import {
  CODE,
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
} from "../safetensors/header.ts";
import { type Float32Tensor, type TensorInfo, tensorInfo } from "../tensor.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { type OpenFile, openFile, readExactly } from "./descriptor.ts";
import { reading } from "./system-error.ts";

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

export interface SafetensorsFile extends TensorSource, SafetensorsHeader {
  readonly path: string;
  readonly tensors: SafetensorsHeader["tensors"];
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
      return readExactly(descriptor, byteOffset, byteLength, CODE, path);
    };
    return {
      path,
      metadata,
      tensors,
      readBytes,
      readFloat32: (name) => toFloat32(readBytes(name), tensorInfo(tensors, name, path).dtype, name),
      close: () => {
        const open = descriptor;
        descriptor = undefined;
        if (open !== undefined) reading(path, () => closeSync(open));
      },
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Reads a whole file as float32. For a model, {@link openSafetensors} holds one tensor at a time. */
export function readSafetensors(path: string): Map<string, Float32Tensor> {
  const file = openSafetensors(path);
  try {
    return new Map(
      [...file.tensors].map(([name, { shape }]) => [name, { shape, data: file.readFloat32(name) }]),
    );
  } finally {
    file.close();
  }
}

/** Writes float32 tensors to `path`, whole or not at all, without a copy of them; see {@link writeFileAtomic}. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Float32Tensor>,
  metadata: Metadata = {},
): void {
  writeFileAtomic(path, safetensorsParts(tensors, metadata));
}

function readHeader({ descriptor, size }: OpenFile, path: string): SafetensorsHeader {
  const first = readExactly(descriptor, 0, Math.min(LENGTH_BYTES, size), CODE, path);
  const length = safetensorsHeaderLength(first, size, path);
  return parseSafetensorsHeader(readExactly(descriptor, 0, LENGTH_BYTES + length, CODE, path), size, path);
}
