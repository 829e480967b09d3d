import { type ByteSource, type FileSource, readFileInto, readFileRange, readRange } from "../byte-source.ts";
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

/** Closes the files whose tensors nobody can read any more. */
const forgotten = new FinalizationRegistry<FileSource>((file) => file.close());

/**
 * Checks the header of an open safetensors file; reads no tensor yet. A file that is refused is closed.
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
        const borrowed = lent; // what the registry waits for
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

/** A safetensors file whose tensors stay where they are until one is read. */
export interface Safetensors extends SafetensorsHeader {
  /**
   * The elements of a tensor, row-major. Exact: a value that float32 cannot hold is an error.
   *
   * @throws InputError E_TENSOR when there is no such tensor, E_DTYPE when float32 cannot hold it.
   */
  readFloat32(name: string): Promise<Float32Array>;
  /** The bytes of a tensor as they are stored, little-endian. */
  readBytes(name: string): Promise<Uint8Array>;
}

/**
 * Reads and checks the header of a safetensors file; reads no tensor yet.
 *
 * @param file its name, for messages.
 * @throws InputError E_SAFETENSORS when it is broken or cut short.
 */
export async function parseSafetensors(source: ByteSource, file = "safetensors file"): Promise<Safetensors> {
  const { byteLength } = source;
  const first = await readRange(source, 0, Math.min(LENGTH_BYTES, byteLength), CODE, file);
  const length = safetensorsHeaderLength(first, byteLength, file);
  const header = await readRange(source, 0, LENGTH_BYTES + length, CODE, file);
  const { metadata, tensors } = parseSafetensorsHeader(header, byteLength, file);
  const readBytes = (name: string): Promise<Uint8Array> => {
    const info = tensorInfo(tensors, name, file);
    return readRange(source, info.byteOffset, info.byteLength, CODE, file);
  };
  return {
    metadata,
    tensors,
    readBytes: async (name) => readBytes(name),
    readFloat32: async (name) =>
      toFloat32(await readBytes(name), tensorInfo(tensors, name, file).dtype, name),
  };
}
