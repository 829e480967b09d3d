import { closeSync } from "node:fs";
import { CODE, GgufCursor } from "../gguf/cursor.ts";
import { type GgufHeader, readGgufHeader } from "../gguf/header.ts";
import { ggufConfig, huggingFaceTensors } from "../gguf/model.ts";
import { tensorFloats } from "../gguf/tensor.ts";
import { ggufTokenizer } from "../gguf/tokenizer/tokenizer.ts";
import type { JsonObject } from "../json.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { tensorInfo } from "../tensor.ts";
import { openFile, readExactly } from "./descriptor.ts";
import type { TensorSource } from "./safetensors-file.ts";
import { reading } from "./system-error.ts";

/** An open GGUF, by its own names. */
export interface GgufFile extends GgufHeader {
  /** A fresh array of a tensor's elements as float32, in the file's order. */
  readFloat32(name: string): Float32Array;
  /** A fresh array of its bytes as they are stored. */
  readBytes(name: string): Uint8Array;
  close(): void;
}

/**
 * Opens a GGUF and checks its header; reads no tensor yet.
 *
 * @throws InputError E_FILE when it cannot be opened, E_GGUF when it is broken or cut short.
 */
export function openGguf(path: string): GgufFile {
  const file = openFile(path);
  let descriptor: number | undefined = file.descriptor;
  const read = (offset: number, length: number): Uint8Array => {
    if (descriptor === undefined) throw new Error(`${path} is closed`); // its number may be another file's by now
    return readExactly(descriptor, offset, length, CODE, path);
  };
  try {
    const header = readGgufHeader(new GgufCursor(read, file.size, path));
    const readBytes = (name: string): Uint8Array => {
      const { byteOffset, byteLength } = tensorInfo(header.tensors, name, path);
      return read(byteOffset, byteLength);
    };
    return {
      ...header,
      readBytes,
      readFloat32: (name) => tensorFloats(header, name, readBytes(name)),
      close: () => {
        const open = descriptor;
        descriptor = undefined;
        if (open !== undefined) reading(path, () => closeSync(open));
      },
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * The Hugging Face config that the model in a GGUF would have.
 *
 * @throws InputError E_GGUF as {@link ggufConfig} does.
 */
export function readGgufConfig(path: string): JsonObject {
  const file = openGguf(path);
  try {
    return ggufConfig(file, file.readFloat32);
  } finally {
    file.close();
  }
}

/** The tokenizer of the model in a GGUF; see {@link ggufTokenizer}. */
export function readGgufTokenizer(path: string): ModelTokenizer {
  const file = openGguf(path);
  file.close(); // the header is all that is needed
  return ggufTokenizer(file);
}

/**
 * Opens the weights in a GGUF under their Hugging Face names and shapes. What the converter did to them is undone:
 * `readFloat32` gives the values of the Hugging Face model, up to quantisation; `readBytes` gives those of the file.
 *
 * @throws InputError E_GGUF naming the tensors that have no Hugging Face name, an unreadable type or a wrong shape.
 */
export function openGgufWeights(path: string): TensorSource {
  const file = openGguf(path);
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
