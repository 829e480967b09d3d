import { InputError } from "@lorank/core";
import { isTensorDType, TENSOR_DTYPES, type TensorDType, tensorByteLength } from "../dtype.ts";
import { decodeUtf8, isJsonObject, type JsonObject, parseJsonObject, strictJsonProblem } from "../json.ts";
import type { TensorInfo } from "../tensor.ts";
import { listed, quoted, shown } from "../text.ts";

export type SafetensorsInfo = TensorInfo<TensorDType>;

export interface SafetensorsHeader {
  /** Free text by key, `{ format: "pt" }` in PyTorch's files. Has no prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tensors in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, SafetensorsInfo>;
}

export const CODE = "E_SAFETENSORS";

/** Header length field, first in a file: a little-endian uint64. */
export const LENGTH_BYTES = 8;

// Header limit in bytes: 10,000 tensors take about 1.5 MB; the reference implementation stops at 100 MB.
const MOST_HEADER_BYTES = 25_000_000;

// Tensor limit, ten times the largest known. JSON limits follow: a tensor is an object with two lists, `{ dtype, shape:
// [ … ], data_offsets: [ … ] }`.
const MOST_TENSORS = 100_000;
const LIMITS = { deepest: 3, mostKeys: MOST_TENSORS + 1, mostContainers: 3 * MOST_TENSORS + 2 };

/**
 * Header length in bytes, checked before anything is allocated for it.
 *
 * @param bytes at least the first 8 bytes of the file, or all of a shorter file.
 * @param fileSize in bytes.
 * @returns length in bytes, without these eight.
 * @throws InputError E_SAFETENSORS when no such header fits into the file.
 */
export function safetensorsHeaderLength(
  bytes: Uint8Array,
  fileSize: number,
  file = "safetensors file",
): number {
  if (fileSize < LENGTH_BYTES || bytes.length < LENGTH_BYTES) {
    throw bad(file, `must have at least ${LENGTH_BYTES} bytes, got ${Math.min(fileSize, bytes.length)}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MOST_HEADER_BYTES)) {
    throw bad(
      file,
      `must have a header of at most ${MOST_HEADER_BYTES} bytes, got ${length}\nIs this a safetensors file?`,
    );
  }
  const end = LENGTH_BYTES + Number(length);
  if (end > fileSize)
    throw bad(file, `must hold its header, bytes 8 to ${end}, got a file of ${fileSize} bytes`);
  return Number(length);
}

/**
 * Reads and checks a header: known dtypes, safe integers, no repeated key. Byte ranges have the right length and follow
 * one another to the end of the file. A tensor may have any name, `__proto__` too. Source:
 * https://huggingface.co/docs/safetensors
 *
 * @param bytes the first `8 + header length` bytes of the file, or more.
 * @param fileSize in bytes.
 * @param file file name, for messages.
 * @throws InputError E_SAFETENSORS naming the file and everything wrong with its header.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  fileSize: number,
  file = "safetensors file",
): SafetensorsHeader {
  const length = safetensorsHeaderLength(bytes, fileSize, file);
  const dataStart = LENGTH_BYTES + length;
  if (bytes.length < dataStart)
    throw bad(file, `header must be given whole, ${dataStart} bytes, got ${bytes.length}`);
  const header = parseText(bytes.subarray(LENGTH_BYTES, dataStart), file);

  const problems: string[] = [];
  const metadata = readMetadata(header, problems);
  const tensors: [name: string, SafetensorsInfo][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const info = readEntry(name, entry, dataStart, problems);
    if (info !== undefined) tensors.push([name, info]);
  }
  if (problems.length > 0) throw bad(file, `header is broken:\n${listed(problems)}`);

  tensors.sort(([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  assertCovered(tensors, dataStart, fileSize, file);
  return { metadata, tensors: new Map(tensors) };
}

function parseText(bytes: Uint8Array, file: string): JsonObject {
  const text = decodeUtf8(bytes, `${file}: header`, CODE);
  if (!text.startsWith("{")) throw bad(file, `header must start with "{", got ${quoted(text.slice(0, 1))}`);
  const problem = strictJsonProblem(text, LIMITS);
  if (problem !== undefined) throw bad(file, `header ${problem}`);
  return parseJsonObject(text, `${file}: header`, CODE);
}

function readMetadata(header: JsonObject, problems: string[]): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  if (!Object.hasOwn(header, "__metadata__")) return metadata;
  const entries = header.__metadata__;
  if (!isJsonObject(entries)) {
    problems.push(`__metadata__ must be an object, got ${shown(entries)}`);
    return metadata;
  }
  for (const [key, value] of Object.entries(entries)) {
    if (typeof value === "string") metadata[key] = value;
    else problems.push(`__metadata__ ${quoted(key)} must be a string, got ${shown(value)}`);
  }
  return metadata;
}

function readEntry(
  name: string,
  entry: unknown,
  dataStart: number,
  problems: string[],
): SafetensorsInfo | undefined {
  const wrong = (what: string): undefined => {
    problems.push(`tensor ${quoted(name)} ${what}`);
  };
  if (/\p{Surrogate}/u.test(name)) return wrong("must have a name that UTF-8 can write");
  if (!isJsonObject(entry)) return wrong(`must be an object, got ${shown(entry)}`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isTensorDType(dtype))
    return wrong(`must have a dtype of ${TENSOR_DTYPES.join(", ")}, got ${shown(dtype)}`);
  if (!areSizes(shape)) return wrong(`must have a shape of integers from 0, got ${shown(shape)}`);
  if (!areSizes(offsets) || offsets.length !== 2) {
    return wrong(`must have data_offsets of two integers from 0, got ${shown(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const byteLength = tensorByteLength(shape, dtype);
  if (byteLength === undefined) return wrong(`must have a size below 2^53 bytes, got shape ${shown(shape)}`);
  if (end - begin !== byteLength) {
    return wrong(
      `must have ${byteLength} bytes (${dtype} ${shown(shape)}), got data_offsets ${shown(offsets)}, which are ${end - begin}`,
    );
  }
  return { dtype, shape, byteOffset: dataStart + begin, byteLength };
}

function areSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Checks that tensors leave no gap and do not overlap, so all together are no larger than the file. */
function assertCovered(
  tensors: readonly (readonly [string, SafetensorsInfo])[],
  dataStart: number,
  fileSize: number,
  file: string,
): void {
  let end = dataStart;
  for (const [name, { byteOffset, byteLength }] of tensors) {
    if (byteOffset !== end) {
      throw bad(
        file,
        `tensor ${quoted(name)} must start where the one before it ends, at byte ${end}, got ${byteOffset}`,
      );
    }
    end += byteLength;
  }
  if (end > fileSize) throw truncated(tensors, end, fileSize, file);
  if (end < fileSize)
    throw bad(file, `must end with its last tensor, at byte ${end}, got a file of ${fileSize} bytes`);
}

function truncated(
  tensors: readonly (readonly [string, SafetensorsInfo])[],
  end: number,
  fileSize: number,
  file: string,
): InputError {
  const cut = tensors.filter(([, info]) => info.byteOffset + info.byteLength > fileSize);
  const [name, info] = cut[0]!;
  const there = Math.max(0, fileSize - info.byteOffset);
  return bad(
    file,
    `is cut short: it must have ${end} bytes, got ${fileSize}\n` +
      `tensor ${quoted(name)} must have ${info.byteLength} bytes, got ${there}; ` +
      `${cut.length} of ${tensors.length} tensors are incomplete. Copy or download the file again.`,
  );
}

function bad(file: string, what: string): InputError {
  return new InputError(CODE, `${file}: ${what}`);
}
