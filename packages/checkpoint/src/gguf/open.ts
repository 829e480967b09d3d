import { type FileSource, readFileRange } from "../byte-source.ts";
import type { JsonObject } from "../json.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { type TensorSource, tensorInfo } from "../tensor.ts";
import { CODE, GgufCursor } from "./cursor.ts";
import { tensorFloats } from "./dequantize.ts";
import { type GgufHeader, readGgufHeader } from "./header.ts";
import { ggufConfig, huggingFaceTensors } from "./model.ts";
import { ggufTokenizer } from "./tokenizer/tokenizer.ts";

/** An open GGUF, by its own names. */
export interface GgufFile extends GgufHeader {
  /** A fresh array of a tensor's elements as float32, in the file's order. */
  readFloat32(name: string): Float32Array;
  /** A fresh array of its bytes as they are stored. */
  readBytes(name: string): Uint8Array;
  close(): void;
}

/**
 * Checks the header of an open GGUF; reads no tensor yet. A file that is refused is closed.
 *
 * @throws InputError E_GGUF when it is broken or cut short.
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
 * The Hugging Face config that the model in a GGUF would have.
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

/** The tokenizer of the model in a GGUF; see {@link ggufTokenizer}. */
export function ggufTokenizerIn(source: FileSource): ModelTokenizer {
  const file = ggufIn(source);
  file.close(); // the header is all that is needed
  return ggufTokenizer(file);
}

/**
 * Opens the weights in a GGUF under their Hugging Face names and shapes. Undoes what the converter did to them:
 * `readFloat32` gives the values of the Hugging Face model, up to quantisation. `readBytes` gives those of the file.
 *
 * @throws InputError E_GGUF naming the tensors that have no Hugging Face name, an unreadable type or a wrong shape.
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
