import { type FileSource, readFileInto, readFileRange } from "../byte-source.ts";
import { toFloat32 } from "../dtype.ts";
import { type TensorSource, tensorInfo } from "../tensor.ts";
import {
  CODE,
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
} from "./header.ts";

export interface SafetensorsFile extends TensorSource, SafetensorsHeader {
  readonly path: string;
  readonly tensors: SafetensorsHeader["tensors"];
}

/** Closes a file once no reader of its tensors is reachable. */
const forgotten = new FinalizationRegistry<FileSource>((file) => file.close());

/**
 * Checks an open safetensors file's header; reads no tensor yet. A refused file is closed.
 *
 * @throws InputError E_SAFETENSORS when it is broken or cut short.
 */
export function safetensorsIn(file: FileSource): SafetensorsFile {
  const { path, byteLength: size } = file;
  try {
    const first = readFileRange(file, 0, Math.min(LENGTH_BYTES, size), CODE);
    const length = safetensorsHeaderLength(first, size, path);
    const header = readFileRange(file, 0, LENGTH_BYTES + length, CODE);
    const { metadata, tensors } = parseSafetensorsHeader(header, size, path);
    const readBytes = (name: string): Uint8Array => {
      const info = tensorInfo(tensors, name, path);
      return readFileRange(file, info.byteOffset, info.byteLength, CODE);
    };
    let lent: { readonly file: FileSource } | undefined;
    return {
      path,
      metadata,
      tensors,
      readBytes,
      readFloat32: (name) => toFloat32(readBytes(name), tensorInfo(tensors, name, path).dtype, name),
      keptInFile: (name) => {
        const { byteOffset } = tensorInfo(tensors, name, path);
        if (lent === undefined) {
          lent = { file };
          forgotten.register(lent, file);
        }
        const borrowed = lent;
        return (into) => readFileInto(borrowed.file, byteOffset, into, CODE);
      },
      close: () => {
        if (lent === undefined) file.close();
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
