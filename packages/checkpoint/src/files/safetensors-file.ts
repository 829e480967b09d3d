import { type Metadata, safetensorsParts } from "../safetensors/encode.ts";
import { type SafetensorsFile, safetensorsIn } from "../safetensors/open.ts";
import type { Float32Tensor } from "../tensor.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { openFile } from "./descriptor.ts";

/**
 * Opens a safetensors file and checks its header; reads no tensor yet.
 *
 * @throws InputError E_FILE when it cannot be opened, E_SAFETENSORS when it is broken or cut short.
 */
export function openSafetensors(path: string): SafetensorsFile {
  return safetensorsIn(openFile(path));
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
