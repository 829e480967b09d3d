import { closeSync, fsyncSync, openSync } from "node:fs";
import type { TensorDType } from "../dtype.ts";
import { encodeHeader, inFileOrder, type Metadata, type TypedShape } from "../safetensors/encode.ts";
import { writeAll } from "./descriptor.ts";

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
  try {
    writeAll(descriptor, header);
    for (const name of inFileOrder(tensors)) writeAll(descriptor, bytesOf(name));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
