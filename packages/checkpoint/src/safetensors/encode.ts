import { InputError } from "@lorank/core";
import { joinedBytes } from "../byte-source.ts";
import { type TensorDType, tensorByteLength } from "../dtype.ts";
import type { ByteTensor, Float32Tensor, Shaped } from "../tensor.ts";
import { listed, quoted, shown } from "../text.ts";
import { LENGTH_BYTES } from "./header.ts";

const utf8 = new TextEncoder();
const SPACE = 0x20;

export type Metadata = Readonly<Record<string, string>>;

/** Tensor shape and type for a header; F32 without another type. */
export interface TypedShape extends Shaped {
  readonly dtype?: TensorDType;
}

/**
 * Encodes float32 tensors as a safetensors file, whatever their order: names sorted by UTF-8, metadata first and
 * sorted. The header is padded to a multiple of 8 to align the data. Python's safetensors writes the same bytes, except
 * for the order of several metadata keys. Throws E_SAFETENSORS naming each tensor whose data length does not fit the
 * shape. Source: serialize() of https://github.com/huggingface/safetensors
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Float32Tensor>,
  metadata: Metadata = {},
): Uint8Array {
  return joinedBytes(safetensorsParts(tensors, metadata));
}

/** Parts of a safetensors file: the header, and each tensor's own bytes, not copied. */
export function safetensorsParts(
  tensors: ReadonlyMap<string, Float32Tensor | ByteTensor>,
  metadata: Metadata = {},
): Uint8Array[] {
  assertTensors(tensors);
  const data = inFileOrder(tensors).map((name) => {
    const { buffer, byteOffset, byteLength } = tensors.get(name)!.data;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [encodeHeader(tensors, metadata), ...data];
}

export function safetensorsByteLength(tensors: ReadonlyMap<string, Shaped>, metadata: Metadata = {}): number {
  return encodeHeader(tensors, metadata).length + dataLength(tensors);
}

/**
 * Header bytes: length and padded JSON. Data follow in the order of {@link inFileOrder}. Throws E_SAFETENSORS for a
 * size that no file can have.
 */
export function encodeHeader(tensors: ReadonlyMap<string, TypedShape>, metadata: Metadata): Uint8Array {
  // An object would move names that look like integers to the front.
  const members: string[] = [];
  const keys = sortedByUtf8(Object.keys(metadata));
  if (keys.length > 0) {
    members.push(
      `"__metadata__":{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)}}`,
    );
  }
  let begin = 0;
  for (const name of inFileOrder(tensors)) {
    const { shape, dtype = "F32" } = tensors.get(name)!;
    const end = begin + bytesOf(shape, dtype);
    members.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`,
    );
    begin = end;
  }
  const json = utf8.encode(`{${members.join(",")}}`);
  const header = new Uint8Array(LENGTH_BYTES + Math.ceil(json.length / 8) * 8).fill(SPACE);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - LENGTH_BYTES), true);
  header.set(json, LENGTH_BYTES);
  return header;
}

function dataLength(tensors: ReadonlyMap<string, Shaped>): number {
  let bytes = 0;
  for (const { shape } of tensors.values()) bytes += bytesOf(shape, "F32");
  return bytes;
}

function bytesOf(shape: readonly number[], dtype: TensorDType): number {
  const bytes = tensorByteLength(shape, dtype);
  if (bytes !== undefined && bytes >= 0) return bytes;
  throw new InputError("E_SAFETENSORS", `shape must have a size below 2^53 bytes, got ${shown(shape)}`);
}

function assertTensors(tensors: ReadonlyMap<string, Float32Tensor | ByteTensor>): void {
  const problems: string[] = [];
  for (const [name, { shape, data }] of tensors) {
    if (name === "__metadata__" || /\p{Surrogate}/u.test(name)) {
      problems.push(`tensor name must be UTF-8 and not "__metadata__", got ${quoted(name)}`);
    }
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      problems.push(
        `tensor ${quoted(name)} must have ${elements} elements (${shown(shape)}), got ${data.length}`,
      );
    }
  }
  if (problems.length > 0) throw new InputError("E_SAFETENSORS", listed(problems));
}

// Types in the reference implementation's order, which aligns each type's data.
const DTYPE_ORDER: readonly TensorDType[] = [
  "I64",
  "F64",
  "F32",
  "I32",
  "BF16",
  "F16",
  "I16",
  "I8",
  "U8",
  "BOOL",
];

/** Tensor names in file order: wide types first, then by UTF-8. */
export function inFileOrder(tensors: ReadonlyMap<string, TypedShape>): string[] {
  const place = (name: string): number => DTYPE_ORDER.indexOf(tensors.get(name)!.dtype ?? "F32");
  return sortedByUtf8(tensors.keys()).sort((a, b) => place(a) - place(b));
}

/** Sorts names by UTF-8; Array.sort() alone compares UTF-16, which puts U+10000 before U+FFFF. */
function sortedByUtf8(names: Iterable<string>): string[] {
  const encoded = [...names].map((name) => ({ name, bytes: utf8.encode(name) }));
  return encoded.sort((a, b) => compareBytes(a.bytes, b.bytes)).map(({ name }) => name);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const both = Math.min(a.length, b.length);
  for (let i = 0; i < both; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}
