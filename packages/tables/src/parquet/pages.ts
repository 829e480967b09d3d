import type { Compressors, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { type Chunk, type Leaf, mostBytesOf, ThriftWalk } from "./footer.ts";
import { assertWhole, checkDelta, forRuns, lengthAt, viewOf } from "./numbers.ts";

/** Most bytes of one page, unpacked; writers make pages of about one megabyte. */
const MOST_PAGE_BYTES = 256_000_000;
/** hyparquet loses bits of wider indexes, which only dictionaries of 2^24 values have. */
const MOST_INDEX_BITS = 24;
const PLAIN_BYTES: Readonly<Record<string, number>> = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };

/** Values and bytes that are left for the chunks of a file. A value counts once more for every list that it may be in. */
interface Budget {
  cells: number;
  bytes: number;
}

/** The values of a page, behind their levels. */
interface Values {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly count: number;
}

/** Throws unless each page of the chunk holds what it claims, and all of them the values and rows that the chunk claims. */
export function checkPages(
  { leaf, column, rows, bytes }: Chunk,
  budget: Budget,
  compressors: Compressors,
): void {
  const called = leaf.path.join(".");
  const isNested = leaf.maxRepetition > 0;
  const walk = new ThriftWalk(bytes, { left: bytes.length });
  const view = viewOf(bytes);
  let [valuesLeft, rowsLeft] = [Number(column.num_values), rows];
  budget.cells -= valuesLeft * (1 + leaf.maxDefinition);
  if (budget.cells < 0)
    throw new Error(`${called} must have fewer values in a file of this size, got ${valuesLeft}`);
  let dictionary: number | undefined;
  // As the reader goes on: to the last value, or through the whole chunk of a column with lists.
  for (let at = 0; isNested ? at < bytes.length - 1 : valuesLeft > 0; ) {
    const start = walk.endOfStruct(at);
    const header = parquetHeader({ view, offset: at });
    const packedSize = header.compressed_page_size;
    at = start + assertWhole(`the size of a page of ${called}`, packedSize, 0, bytes.length - start);
    const packed = bytes.subarray(start, at);
    const size = header.uncompressed_page_size;
    budget.bytes -= assertWhole(`the unpacked size of a page of ${called}`, size, 0, MOST_PAGE_BYTES);
    if (budget.bytes < 0) throw new Error(`${called} must unpack to fewer bytes in a file of this size`);
    const unpack = (content: Uint8Array, length: number) =>
      decompressPage(content, length, column.codec, compressors);
    if (header.type === "DICTIONARY_PAGE") {
      if (dictionary !== undefined) throw new Error(`${called} must have one dictionary in a group`);
      const count = header.dictionary_page_header?.num_values;
      dictionary = assertWhole(`the dictionary's values of ${called}`, count, 0, size * 8);
      checkPlain(leaf, { bytes: unpack(packed, size), start: 0, count: dictionary });
      continue;
    }
    const read = header.type === "DATA_PAGE_V2" ? valuesOfSecond : valuesOfFirst;
    const page = read(leaf, header, packed, valuesLeft, unpack);
    valuesLeft -= page.levels;
    rowsLeft -= page.rows;
    checkValues(leaf, page, header, dictionary, budget);
  }
  if (valuesLeft > 0 || rowsLeft !== 0)
    throw new Error(`${called} must hold ${column.num_values} values in ${rows} rows`);
}

type ReadPage = (
  leaf: Leaf,
  header: PageHeader,
  packed: Uint8Array,
  mostLevels: number,
  unpack: (content: Uint8Array, length: number) => Uint8Array,
) => Values & { readonly levels: number; readonly rows: number };

/** A page of version 1: levels are packed with the values, and say how long they are. */
const valuesOfFirst: ReadPage = (leaf, { data_page_header: data, ...header }, packed, most, unpack) => {
  const levels = levelsOf(leaf, data?.num_values, most);
  const bytes = unpack(packed, header.uncompressed_page_size);
  let start = 0;
  const section = (): [start: number, end: number] => {
    const from = start + 4;
    start = from + lengthAt(bytes, start, bytes.length - from);
    return [from, start];
  };
  const { maxRepetition, maxDefinition } = leaf;
  const rows = maxRepetition === 0 ? levels : countLevels(bytes, section(), maxRepetition, levels, 0);
  const count =
    maxDefinition === 0 ? levels : countLevels(bytes, section(), maxDefinition, levels, maxDefinition);
  return { bytes, start, count, levels, rows };
};

/** A page of version 2: levels stand before what is packed, and the header says how long they are. */
const valuesOfSecond: ReadPage = (leaf, { data_page_header_v2: data, ...header }, packed, most, unpack) => {
  const levels = levelsOf(leaf, data?.num_values, most);
  const { maxRepetition, maxDefinition } = leaf;
  const repetitionBytes = data?.repetition_levels_byte_length;
  const definitionBytes = data?.definition_levels_byte_length;
  const between = assertWhole(
    "a page's repetition levels",
    repetitionBytes,
    0,
    maxRepetition && packed.length,
  );
  const rest = Math.min(packed.length, header.uncompressed_page_size) - between;
  const behind =
    between + assertWhole("a page's definition levels", definitionBytes, 0, maxDefinition && rest);
  const rows = maxRepetition === 0 ? levels : countLevels(packed, [0, between], maxRepetition, levels, 0);
  const count =
    maxDefinition === 0
      ? levels
      : countLevels(packed, [between, behind], maxDefinition, levels, maxDefinition);
  assertWhole("num_rows of a page", data?.num_rows, rows, rows);
  assertWhole("num_nulls of a page", data?.num_nulls, levels - count, levels - count);
  const content = packed.subarray(behind);
  const isPacked = data?.is_compressed !== false;
  const bytes = isPacked ? unpack(content, header.uncompressed_page_size - behind) : content;
  return { bytes, start: 0, count, levels, rows };
};

/** Refuses an empty page with lists, of which the reader would make a row. */
function levelsOf({ path, maxRepetition }: Leaf, count: unknown, most: number): number {
  return assertWhole(`num_values of a page of ${path.join(".")}`, count, maxRepetition > 0 ? 1 : 0, most);
}

/** Number of levels that equal `counted`. */
function countLevels(
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  max: number,
  levels: number,
  counted: number,
): number {
  let count = 0;
  forRuns(bytes.subarray(0, end), start, 32 - Math.clz32(max), levels, max, (level, times) => {
    if (level === counted) count += times;
  });
  return count;
}

function checkValues(
  leaf: Leaf,
  { bytes, start, count }: Values,
  header: PageHeader,
  dictionary: number | undefined,
  budget: Budget,
): void {
  const called = leaf.path.join(".");
  const { type } = leaf.element;
  const { encoding } = header.data_page_header ?? header.data_page_header_v2!;
  const assertType = (...types: (typeof type)[]): void => {
    if (!types.includes(type))
      throw new Error(`${called} must be ${types.join(" or ")} as ${encoding}, got ${type}`);
  };
  if (count === 0) return;
  if (encoding === "PLAIN") {
    checkPlain(leaf, { bytes, start, count });
  } else if (encoding === "RLE") {
    assertType("BOOLEAN");
    const end = start + 4 + lengthAt(bytes, start, bytes.length - start - 4);
    forRuns(bytes.subarray(0, end), start + 4, 1, count, 1);
  } else if (encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY") {
    const width = assertWhole(`the width of an index of ${called}`, bytes[start], 0, MOST_INDEX_BITS);
    const last = assertWhole(`the dictionary's values of ${called}`, dictionary, 1, 2 ** MOST_INDEX_BITS) - 1;
    if (type === "BOOLEAN") throw new Error(`${called} must have no dictionary, as it is BOOLEAN`);
    // Of no bits there is nothing to read, but in pages of version 2 the reader looks for it.
    if (width > 0 || header.type === "DATA_PAGE_V2") forRuns(bytes, start + 1, width, count, last);
  } else if (encoding === "BYTE_STREAM_SPLIT") {
    const each = type === "FIXED_LEN_BYTE_ARRAY" ? leaf.element.type_length! : (PLAIN_BYTES[type!] ?? 0);
    assertAvailable(called, each * count, bytes.length - start);
  } else if (encoding === "DELTA_BINARY_PACKED") {
    assertType("INT32", "INT64");
    checkDelta(bytes, start, count);
  } else if (encoding === "DELTA_LENGTH_BYTE_ARRAY" || encoding === "DELTA_BYTE_ARRAY") {
    assertType("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY");
    checkDeltaBytes(leaf, { bytes, start, count }, encoding === "DELTA_BYTE_ARRAY", budget);
  } else {
    throw new Error(`the encoding of ${called} must be known, got ${encoding}`);
  }
}

/** Checks texts behind their lengths; with prefixes, each begins as the one before it. */
function checkDeltaBytes(
  { path, element }: Leaf,
  { bytes, start, count }: Values,
  hasPrefixes: boolean,
  budget: Budget,
): void {
  const called = path.join(".");
  let at = start;
  const deltas = (): Int32Array => {
    checkDelta(bytes, at, count);
    const reader = { view: viewOf(bytes), offset: at };
    const numbers = new Int32Array(count);
    deltaBinaryUnpack(reader, count, numbers);
    at = reader.offset;
    return numbers;
  };
  const prefixes = hasPrefixes ? deltas() : undefined;
  let previous = 0;
  for (const [i, suffix] of deltas().entries()) {
    const prefix = assertWhole(`a prefix in ${called}`, prefixes?.[i] ?? 0, 0, previous);
    at += assertWhole(`a length in ${called}`, suffix, 0, bytes.length - at);
    previous = assertWhole(`a length in ${called}`, prefix + suffix, 0, mostBytesOf(element));
    budget.bytes -= prefix;
    if (budget.bytes < 0) throw new Error(`${called} must unpack to fewer bytes in a file of this size`);
  }
}

function checkPlain({ path, element }: Leaf, { bytes, start, count }: Values): void {
  const called = path.join(".");
  const { type } = element;
  const available = bytes.length - start;
  if (type === "BOOLEAN") {
    assertAvailable(called, count / 8, available);
  } else if (type === "FIXED_LEN_BYTE_ARRAY") {
    const size = count * element.type_length!; // with a shorter length, a part of the bytes would make values too
    assertWhole(`the bytes of a page of ${called}`, available, size, size);
  } else if (type !== "BYTE_ARRAY") {
    assertAvailable(called, count * PLAIN_BYTES[type!]!, available);
  } else {
    const most = mostBytesOf(element);
    let at = start;
    for (let i = 0; i < count; i++) {
      const length = lengthAt(bytes, at, bytes.length - at - 4);
      if (length > most) assertWhole(`a length in ${called}`, length, 0, most);
      at += 4 + length;
    }
  }
}

function assertAvailable(called: string, needed: number, available: number): void {
  if (needed > available)
    throw new Error(`a page of ${called} must have ${Math.ceil(needed)} bytes of values, got ${available}`);
}
