import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import type { TensorDType } from "../dtype.ts";
import { encodeHeader, inFileOrder, type Metadata, type TypedShape } from "../safetensors/encode.ts";

/** A tensor that is yet to be written. */
export interface PlannedTensor extends TypedShape {
  readonly dtype: TensorDType;
}

// write(2) takes at most 2 GiB at a time, and Node refuses to offer more.
const MOST_BYTES_AT_ONCE = 2 ** 30;

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
  const write = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, MOST_BYTES_AT_ONCE));
    }
  };
  try {
    write(header);
    for (const name of inFileOrder(tensors)) write(bytesOf(name));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
