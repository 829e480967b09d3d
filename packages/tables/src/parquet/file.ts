import { InputError } from "@lorank/core";
import { type Compressors, type FileMetaData, parquetReadObjects } from "hyparquet";
import { assertAtMost, type Row } from "../rows.ts";
import { checkedFooter } from "./footer.ts";
import { checkPages } from "./pages.ts";

/** A file is read whole, and unpacks to JavaScript values of several times its size. */
export const MOST_PARQUET_BYTES = 1_000_000_000;
const MOST_ROWS = 5_000_000;
/** A few bytes may stand for any number of equal values. Real tables have some values and tens of bytes for each of theirs. */
const MOST_CELLS = 100_000_000;
const MOST_UNPACKED_BYTES = 2_000_000_000;
const budgetOf = (bytes: number) => ({
  cells: Math.min(250_000 + 100 * bytes, MOST_CELLS),
  bytes: Math.min(64_000_000 + 100 * bytes, MOST_UNPACKED_BYTES),
});

/**
 * The rows of the bytes of a `.parquet` file, numbered from 1. Integers beyond 2^53 become text, and dates ISO 8601.
 * Integers of a column that the file calls a class label become the names of the classes.
 *
 * @param path is named in errors.
 * @throws InputError E_DATA for a file that is too large, is no Parquet, or holds what cannot be read.
 */
export async function parquetRows(path: string, content: Uint8Array): Promise<Row[]> {
  assertAtMost(path, content.byteLength, MOST_PARQUET_BYTES);
  const end = content.byteOffset + content.byteLength;
  const bytes = content.buffer.slice(content.byteOffset, end) as ArrayBuffer;
  let failed = false;
  const file = {
    byteLength: bytes.byteLength,
    // One bad column is an error while others are still to come, and theirs would be nobody's to catch: they end here.
    slice: async (start: number, end?: number): Promise<ArrayBuffer> => {
      await nextTask();
      return failed ? new Promise(() => {}) : bytes.slice(start, end);
    },
  };
  try {
    const { metadata, chunks } = checkedFooter(new Uint8Array(bytes));
    checkSize(path, metadata);
    const budget = budgetOf(bytes.byteLength);
    const compressors = await boundedCodecs(new Set(chunks.map(({ column }) => column.codec)));
    for (const chunk of chunks) checkPages(chunk, budget, compressors);
    const columns = metadata.row_groups[0]?.columns.map(
      ({ meta_data: column }) => column!.path_in_schema[0]!,
    );
    const records = await parquetReadObjects({
      file,
      metadata,
      compressors,
      // Named columns are fetched in the order of the file, each byte once.
      ...(columns && { columns }),
    });
    const names = classNames(metadata);
    return records.map((record, i) => ({
      number: i + 1,
      values: new Map(
        Object.entries(record).map(([column, value]) => {
          const plain = plainValue(value);
          return [column, names.get(column)?.[plain as number] ?? plain];
        }),
      ),
    }));
  } catch (cause) {
    failed = true;
    if (cause instanceof InputError || /^WebAssembly\b/.test((cause as Error).message)) throw cause; // no fault of the file
    // The engine's own words on what the reader made of a damaged file help nobody.
    const isOfEngine = cause instanceof TypeError || cause instanceof RangeError;
    const reason = isOfEngine ? "it is damaged, or no Parquet file" : (cause as Error).message;
    throw new InputError("E_DATA", `${path} must be a Parquet file that can be read: ${reason}`, { cause });
  }
}

/** Waits until everything that waits has gone on; browsers have no `setImmediate`. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

function checkSize(path: string, { num_rows: rows }: FileMetaData): void {
  if (rows > BigInt(MOST_ROWS))
    throw new InputError("E_DATA", `${path} must have at most ${MOST_ROWS} rows, got ${rows}`);
}

/** The names of each column of class labels, where the file was written by Hugging Face's datasets. */
function classNames(metadata: FileMetaData): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  const text = metadata.key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
  let features: unknown;
  try {
    features = (JSON.parse(text ?? "{}") as { info?: { features?: unknown } }).info?.features;
  } catch {
    return names; // a remark of another program
  }
  for (const [column, feature] of Object.entries((features ?? {}) as Record<string, unknown>)) {
    const { _type: type, names: list } = (feature ?? {}) as { _type?: unknown; names?: unknown };
    if (type === "ClassLabel" && Array.isArray(list) && list.every((name) => typeof name === "string")) {
      names.set(column, list);
    }
  }
  return names;
}

/** A value as JSON would hold it. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
      ? Number(value)
      : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
  }
  return value;
}

const zlib = globalThis.process?.getBuiltinModule?.("zlib"); // absent in browsers

/**
 * The codecs that unpack a page to the bytes that its header claims, and to no more on the way. Snappy is hyparquet's
 * own: it compares lengths, which that of hyparquet-compressors does not.
 *
 * @param names of the codecs of a file: a package that takes WebAssembly's memory is loaded for those that need it
 */
export async function boundedCodecs(names: ReadonlySet<string>): Promise<Compressors> {
  const native: Compressors = {
    ...(zlib && {
      GZIP: (input, length) => zlib.gunzipSync(input, limitOf(length)),
      BROTLI: (input, length) => zlib.brotliDecompressSync(input, limitOf(length)),
    }),
  };
  const needsPackage = [...names].some((name) => !BUILT_IN.has(name) && !(name in native));
  return needsPackage ? { ...packaged(await import("hyparquet-compressors")), ...native } : native;
}

const BUILT_IN: ReadonlySet<string> = new Set(["UNCOMPRESSED", "SNAPPY"]);

function packaged({
  decompressBrotli,
  decompressGzip,
  decompressLz4,
  decompressLz4Raw,
  decompressZstd,
}: typeof import("hyparquet-compressors")): Compressors {
  const rawLz4 = (input: Uint8Array, length: number): Uint8Array => {
    assertLength(lz4Length(input), length);
    return decompressLz4Raw(input, length);
  };
  return {
    GZIP: decompressGzip,
    BROTLI: decompressBrotli,
    ZSTD: (input, length) => {
      assertLength(zstdLength(input) ?? length, length);
      // Without a buffer to fill, it takes the memory that the frame asks for.
      return decompressZstd(input, new Uint8Array(length));
    },
    LZ4: (input, length) =>
      hadoopLength(input) === length ? decompressLz4(input, length) : rawLz4(input, length),
    LZ4_RAW: rawLz4,
  };
}

const limitOf = (length: number) => ({ maxOutputLength: Math.max(1, length) });

function assertLength(actual: number | undefined, length: number): void {
  if (actual !== length) throw new Error(`a page must unpack to ${length} bytes, got ${actual ?? "no end"}`);
}

/**
 * The length of a Zstandard frame's content; undefined where the frame does not have it. Source: RFC 8878, section
 * 3.1.1.1.
 */
function zstdLength(input: Uint8Array): number | undefined {
  const flags = input[4] ?? 0;
  const isSingleSegment = (flags >> 5) & 1;
  const size = flags >> 6 === 0 ? isSingleSegment : 1 << (flags >> 6);
  const dictionaryIdSize = [0, 1, 2, 4][flags & 3]!;
  const start = 5 + (isSingleSegment ? 0 : 1) + dictionaryIdSize;
  let length = size === 2 ? 256 : 0;
  for (let i = 0; i < size; i++) length += (input[start + i] ?? 0) * 256 ** i;
  return size === 0 ? undefined : length;
}

/** Number of bytes that a block of LZ4 unpacks to; undefined where it ends within a sequence. */
function lz4Length(block: Uint8Array): number | undefined {
  let length = 0;
  let at = 0;
  const longer = (nibble: number): number => {
    let sum = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; sum += byte) byte = block[at++] ?? 0;
    return sum;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = longer(token >> 4);
    length += literals;
    at += literals;
    if (at === block.length) return length;
    at += 2; // the distance of the match
    length += longer(token & 15) + 4;
  }
  return at > block.length || block.length === 0 ? undefined : length;
}

/** The same of Hadoop's frames: both lengths of a block, then the block. A negative one turns hyparquet-compressors back for ever. */
function hadoopLength(input: Uint8Array): number | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let total = 0;
  for (let at = 0; at < input.length; ) {
    if (at + 8 > input.length) return undefined;
    const [length, packed] = [view.getUint32(at), view.getUint32(at + 4)];
    at += 8 + packed;
    if (at > input.length || lz4Length(input.subarray(at - packed, at)) !== length) return undefined;
    total += length;
  }
  return total;
}
