import { type GgufTypeName, ggufBlock, ggufTypeName } from "../gguf-types.ts";
import { quoted } from "../text.ts";
import { bad, type GgufCursor } from "./cursor.ts";
import { type GgufValue, readValue, shownValue } from "./metadata.ts";

export interface GgufTensor {
  readonly type: GgufTypeName;
  /** Shape, outermost dimension first, the reverse of the file's order. */
  readonly shape: readonly number[];
  /** Byte offset from the file start. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface GgufHeader {
  readonly file: string;
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Tensors, named and ordered as in the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const MAGIC = 0x46554747; // "GGUF"
const MOST_KEYS = 100_000;
// Limit for strings over all arrays; the most known are Gemma's 262,144 tokens and twice as many merges.
const MOST_STRINGS = 2_000_000;
const MOST_TENSORS = 100_000; // ten times the largest known
const MOST_DIMENSIONS = 4;
const MOST_ALIGNMENT = 2 ** 20;
const USUAL_ALIGNMENT = 32;

// Smallest metadata entry in bytes: 8 of length, 4 of type, at least 1 of value.
const FEWEST_KEY_BYTES = 13;
// Smallest tensor entry in bytes: name length, dimension count, type, offset.
const FEWEST_TENSOR_BYTES = 24;

/**
 * Reads a header, version 2 or 3, little-endian, checking every number against the file's size. Throws E_GGUF naming
 * the file, the field, the rule and the value. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function readGgufHeader(cursor: GgufCursor): GgufHeader {
  const { file } = cursor;
  const magic = cursor.u32("magic");
  if (magic !== MAGIC) throw bad(file, `must start with "GGUF", got 0x${hex(magic)}\nIs this a GGUF file?`);
  const version = cursor.u32("version");
  if (version !== 2 && version !== 3) {
    const bigEndian = version > 0 && (version & 0xffff) === 0 ? "\nThe file is for big-endian machines." : "";
    throw bad(file, `version must be 2 or 3, got ${version}${bigEndian}`);
  }
  const tensorCount = cursor.count("tensor count", MOST_TENSORS, FEWEST_TENSOR_BYTES);
  const keyCount = cursor.count("key count", MOST_KEYS, FEWEST_KEY_BYTES);

  const metadata = new Map<string, GgufValue>();
  let strings = 0;
  for (let i = 0; i < keyCount; i++) {
    const key = cursor.string(`key ${i}`);
    if (metadata.has(key)) throw bad(file, `keys must differ, got ${quoted(key)} twice`);
    const value = readValue(cursor, quoted(key));
    if (Array.isArray(value)) strings += value.length;
    if (strings > MOST_STRINGS)
      throw bad(file, `arrays must have at most ${MOST_STRINGS} strings in all, got more`);
    metadata.set(key, value);
  }
  const alignment = alignmentOf(metadata, file);
  const entries: [name: string, GgufTensor][] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const name = cursor.string(`name of tensor ${i}`);
    if (names.has(name)) throw bad(file, `tensors must have names of their own, got ${quoted(name)} twice`);
    names.add(name);
    entries.push([name, readTensor(cursor, name, alignment)]);
  }
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const [name, info] of entries) {
    tensors.set(name, { ...info, byteOffset: dataStart + info.byteOffset });
  }
  assertApart(tensors, cursor);
  return { file, version, metadata, tensors };
}

/** Reads a tensor entry; `byteOffset` still counts from the data's start. */
function readTensor(cursor: GgufCursor, name: string, alignment: number): GgufTensor {
  const { file } = cursor;
  const tensor = `tensor ${quoted(name)}`;
  const dimensions = cursor.u32(`dimension count of ${tensor}`);
  if (dimensions > MOST_DIMENSIONS) {
    throw bad(file, `${tensor} must have at most ${MOST_DIMENSIONS} dimensions, got ${dimensions}`);
  }
  const sizes = Array.from({ length: dimensions }, () => cursor.u64(`dimensions of ${tensor}`));
  const typeId = cursor.u32(`type of ${tensor}`);
  const offset = cursor.u64(`offset of ${tensor}`);

  const type = ggufTypeName(typeId);
  if (type === undefined) throw bad(file, `${tensor} must have a type that is known, got ${typeId}`);
  if (sizes.includes(0n)) throw bad(file, `${tensor} must have dimensions from 1, got ${sizes.join(" x ")}`);
  const block = ggufBlock(type);
  const row = sizes[0] ?? 1n;
  if (row % BigInt(block.elements) !== 0n) {
    throw bad(file, `${tensor} must have rows of a multiple of ${block.elements} for ${type}, got ${row}`);
  }
  const elements = sizes.reduce((product, size) => product * size, 1n);
  const byteLength = (elements / BigInt(block.elements)) * BigInt(block.bytes);
  if (byteLength > BigInt(cursor.fileSize)) {
    throw bad(
      file,
      `${tensor} must fit into the file's ${cursor.fileSize} bytes, got ${byteLength} (${type} ${sizes.join(" x ")})`,
    );
  }
  if (elements > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw bad(file, `${tensor} must have fewer than 2^53 elements, got ${elements}`);
  }
  if (offset % BigInt(alignment) !== 0n) {
    throw bad(file, `${tensor} must start at a multiple of ${alignment}, the alignment, got ${offset}`);
  }
  if (offset > BigInt(cursor.fileSize)) {
    throw bad(file, `${tensor} must start in the file's ${cursor.fileSize} bytes, got offset ${offset}`);
  }
  return {
    type,
    shape: sizes.reverse().map(Number),
    byteOffset: Number(offset),
    byteLength: Number(byteLength),
  };
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, file: string): number {
  const value = metadata.get("general.alignment") ?? USUAL_ALIGNMENT;
  if (
    typeof value === "number" &&
    value > 0 &&
    value <= MOST_ALIGNMENT &&
    Number.isInteger(Math.log2(value))
  ) {
    return value;
  }
  throw bad(
    file,
    `general.alignment must be a power of two up to ${MOST_ALIGNMENT}, got ${shownValue(value)}`,
  );
}

/** Checks that tensors do not overlap, so all together are no larger than the file. Padding may separate them. */
function assertApart(tensors: ReadonlyMap<string, GgufTensor>, { file, fileSize }: GgufCursor): void {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  );
  let end = 0;
  let before = "";
  for (const [name, { byteOffset, byteLength }] of inOrder) {
    if (byteOffset < end) {
      throw bad(
        file,
        `tensor ${quoted(name)} must start behind ${quoted(before)}, at byte ${end} or later, got ${byteOffset}`,
      );
    }
    end = byteOffset + byteLength;
    before = name;
    if (end > fileSize) {
      throw bad(
        file,
        `is cut short: tensor ${quoted(name)} must end at byte ${end}, got a file of ${fileSize} bytes`,
      );
    }
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
