import { closeSync } from "node:fs";
import { InputError } from "@lorank/core";
import { bad, GgufCursor, readExactly } from "../gguf/cursor.ts";
import { dequantize } from "../gguf/dequantize.ts";
import { type GgufHeader, type GgufTensor, readGgufHeader } from "../gguf/header.ts";
import { GGUF_DTYPES, isGgufDType } from "../gguf/types.ts";
import { quoted } from "../text.ts";
import { openFile } from "./descriptor.ts";

/** An open GGUF, by its own names. */
export interface GgufFile extends GgufHeader {
  readonly path: string;
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
  try {
    const header = readGgufHeader(new GgufCursor(descriptor, file.size, path));
    const infoOf = (name: string): GgufTensor => {
      const info = header.tensors.get(name);
      if (info !== undefined) return info;
      throw new InputError(
        "E_TENSOR",
        `${path}: there is no tensor ${quoted(name)} among its ${header.tensors.size}`,
      );
    };
    const readBytes = (name: string): Uint8Array => {
      const { byteOffset, byteLength } = infoOf(name);
      if (descriptor === undefined) throw new Error(`${path} is closed`); // its number may be another file's by now
      const bytes = new Uint8Array(byteLength);
      readExactly(descriptor, bytes, byteOffset, path);
      return bytes;
    };
    return {
      ...header,
      path,
      readBytes,
      readFloat32: (name) => {
        const { type } = infoOf(name);
        if (!isGgufDType(type)) throw unreadable(path, name, type);
        return dequantize(readBytes(name), type, name);
      },
      close: () => {
        if (descriptor !== undefined) closeSync(descriptor);
        descriptor = undefined;
      },
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The error for a tensor of a type that is not read. */
export function unreadable(path: string, name: string, type: string): InputError {
  return bad(path, `tensor ${quoted(name)} must be ${GGUF_DTYPES.join(", ")}, got ${type}`);
}
