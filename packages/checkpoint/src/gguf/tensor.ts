import type { InputError } from "@lorank/core";
import { GGUF_DTYPES, isGgufDType } from "../gguf-types.ts";
import { tensorInfo } from "../tensor.ts";
import { quoted } from "../text.ts";
import { bad } from "./cursor.ts";
import { dequantize } from "./dequantize.ts";
import type { GgufHeader } from "./header.ts";

/**
 * A tensor's elements as float32 in the file's order, from its bytes.
 *
 * @throws InputError E_GGUF for a type that is not read, E_DTYPE for a float64 that float32 cannot hold.
 */
export function tensorFloats({ file, tensors }: GgufHeader, name: string, bytes: Uint8Array): Float32Array {
  const { type } = tensorInfo(tensors, name, file);
  if (!isGgufDType(type)) throw unreadable(file, name, type);
  return dequantize(bytes, type, name);
}

/** The error for a tensor of a type that is not read. */
export function unreadable(file: string, name: string, type: string): InputError {
  return bad(file, `tensor ${quoted(name)} must be ${GGUF_DTYPES.join(", ")}, got ${type}`);
}
