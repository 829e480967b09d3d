import { closeSync, fsyncSync, openSync } from "node:fs";
import type { TensorDType } from "../dtype.ts";
import {
  encodeHeader,
  inFileOrder,
  type Metadata,
  safetensorsParts,
  type TypedShape,
} from "../safetensors/encode.ts";
import { type SafetensorsFile, safetensorsIn } from "../safetensors/open.ts";
import type { Float32Tensor } from "../tensor.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { openFile, writeAll } from "./descriptor.ts";
import { writing } from "./system-error.ts";

/**
 * Opens a safetensors file and checks the header; reads no tensor yet.
 *
 * @throws InputError E_FILE when it cannot be opened, E_SAFETENSORS when it is broken or cut short.
 */
export function openSafetensors(path: string): SafetensorsFile {
  return safetensorsIn(openFile(path));
}

/** Reads a whole file as float32; with {@link openSafetensors} one tensor at a time is in memory. */
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

/** Writes float32 tensors whole or not at all, without copies; see {@link writeFileAtomic}. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Float32Tensor>,
  metadata: Metadata = {},
): void {
  writeFileAtomic(path, safetensorsParts(tensors, metadata));
}

export interface PlannedTensor extends TypedShape {
  readonly dtype: TensorDType;
}

/**
 * Writes tensor by tensor: the header from the shapes, then `bytesOf` for each name. Not atomic: meant for a folder
 * that is renamed when whole.
 */
export function streamSafetensors(
  path: string,
  tensors: ReadonlyMap<string, PlannedTensor>,
  metadata: Metadata,
  bytesOf: (name: string) => Uint8Array,
): void {
  const header = encodeHeader(tensors, metadata);
  const descriptor = openSync(path, "wx");
  const write = (bytes: Uint8Array): void => writing(path, () => writeAll(descriptor, bytes), bytes.length);
  try {
    write(header);
    for (const name of inFileOrder(tensors)) write(bytesOf(name));
    writing(path, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}
