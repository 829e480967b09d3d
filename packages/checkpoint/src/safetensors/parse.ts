import { type ByteSource, readRange } from "../byte-source.ts";
import { toFloat32 } from "../dtype.ts";
import { tensorInfo } from "../tensor.ts";
import {
  CODE,
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
} from "./header.ts";

/** A safetensors file whose tensors stay where they are until one is asked for. */
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
