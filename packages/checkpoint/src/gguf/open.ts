import { type FileSource, readFileRange } from "../byte-source.ts";
import type { JsonObject } from "../json.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { type TensorSource, tensorInfo } from "../tensor.ts";
import { CODE, GgufCursor } from "./cursor.ts";
import { tensorFloats } from "./dequantize.ts";
import { type GgufHeader, readGgufHeader } from "./header.ts";
import { ggufConfig, huggingFaceTensors } from "./model.ts";
import { ggufTokenizer } from "./tokenizer/tokenizer.ts";

/** Open GGUF file; tensors have the file's names, not Hugging Face's. */
export interface GgufFile extends GgufHeader {
  /** Reads a tensor into a fresh float32 array, in file order. */
  readFloat32(name: string): Float32Array;
  readBytes(name: string): Uint8Array;
  close(): void;
}

/**
 * Checks an open GGUF's header; reads no tensor yet. A refused file is closed. Throws E_GGUF when it is broken or cut
 * short.
 */
export function ggufIn(file: FileSource): GgufFile {
  const { path, byteLength } = file;
  const read = (offset: number, length: number): Uint8Array => readFileRange(file, offset, length, CODE);
  try {
    const header = readGgufHeader(new GgufCursor(read, byteLength, path));
    const readBytes = (name: string): Uint8Array => {
      const info = tensorInfo(header.tensors, name, path);
      return read(info.byteOffset, info.byteLength);
    };
    return {
      ...header,
      readBytes,
      readFloat32: (name) => tensorFloats(header, name, readBytes(name)),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Reads a GGUF's config in Hugging Face's form.
 *
 * @throws InputError E_GGUF as {@link ggufConfig} does.
 */
export function ggufConfigIn(source: FileSource): JsonObject {
  const file = ggufIn(source);
  try {
    return ggufConfig(file, file.readFloat32);
  } finally {
    file.close();
  }
}

export function ggufTokenizerIn(source: FileSource): ModelTokenizer {
  const file = ggufIn(source);
  file.close(); // only the header is needed
  return ggufTokenizer(file);
}

/**
 * Weights under Hugging Face names and shapes. `readFloat32` undoes the converter's changes; `readBytes` gives the
 * file's bytes. Throws E_GGUF naming tensors without a Hugging Face name, with an unreadable type or a wrong shape.
 */
export function ggufWeightsIn(source: FileSource): TensorSource {
  const file = ggufIn(source);
  try {
    const { tensors, fileName, restore } = huggingFaceTensors(file);
    return {
      tensors,
      readFloat32: (name) => restore(name, file.readFloat32(fileName(name))),
      readBytes: (name) => file.readBytes(fileName(name)),
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
