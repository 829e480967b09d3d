import { closeSync, fsyncSync, openSync } from "node:fs";
import type { TensorDType } from "../dtype.ts";
import { encodeHeader, inFileOrder, type Metadata, type TypedShape } from "../safetensors/encode.ts";
import { writeAll } from "./descriptor.ts";
import { writing } from "./system-error.ts";

/** A tensor that is yet to be written. */
export interface PlannedTensor extends TypedShape {
  readonly dtype: TensorDType;
}

/**
 * Writes a safetensors file of any types one tensor at a time: the header from the shapes, then what `bytesOf` gives for
 * each name. Not atomic: the file is part of a folder that becomes visible as a whole.
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
