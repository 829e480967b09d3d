import { joinedBytes } from "../byte-source.ts";
import type { FloatTensorDType } from "../dtype.ts";
import { ggufTypeId } from "../gguf-types.ts";

export type MetadataValue = string | { readonly uint32: number } | { readonly float32: number };

export interface EncodedGgufTensor {
  readonly dtype: FloatTensorDType;
  /** Tensor shape, outermost dimension first. */
  readonly shape: readonly number[];
  /** Tensor bytes, little-endian, row-major. */
  readonly bytes: Uint8Array;
}

const VERSION = 3;
const ALIGNMENT = 32; // default without general.alignment

/**
 * Encodes a GGUF file; metadata and tensors keep the maps' order. Source:
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function encodeGguf(
  metadata: ReadonlyMap<string, MetadataValue>,
  tensors: ReadonlyMap<string, EncodedGgufTensor>,
): Uint8Array {
  const head: Uint8Array[] = [
    utf8.encode("GGUF"),
    uint32(VERSION),
    uint64(tensors.size),
    uint64(metadata.size),
    ...[...metadata].flatMap(([key, value]) => [text(key), ...valueParts(value)]),
  ];
  let offset = 0;
  const data: Uint8Array[] = [];
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const sizes = [...shape].reverse().map(uint64); // innermost dimension first in the file
    head.push(text(name), uint32(shape.length), ...sizes, uint32(ggufTypeId(dtype)), uint64(offset));
    data.push(bytes, new Uint8Array(padding(bytes.length)));
    offset += bytes.length + padding(bytes.length);
  }
  const headLength = head.reduce((sum, { length }) => sum + length, 0);
  return joinedBytes([...head, new Uint8Array(padding(headLength)), ...data]);
}

function valueParts(value: MetadataValue): Uint8Array[] {
  if (typeof value === "string") return [uint32(8), text(value)];
  return "uint32" in value ? [uint32(4), uint32(value.uint32)] : [uint32(6), float32(value.float32)];
}

const utf8 = new TextEncoder();

function text(value: string): Uint8Array {
  const bytes = utf8.encode(value);
  return joinedBytes([uint64(bytes.length), bytes]);
}

function uint32(value: number): Uint8Array {
  return bytesOf(4, (view) => view.setUint32(0, value, true));
}

function uint64(value: number): Uint8Array {
  return bytesOf(8, (view) => view.setBigUint64(0, BigInt(value), true));
}

function float32(value: number): Uint8Array {
  return bytesOf(4, (view) => view.setFloat32(0, value, true));
}

function bytesOf(length: number, set: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  set(view);
  return new Uint8Array(view.buffer);
}

function padding(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}
