import type { ChildProcess, ForkOptions } from "node:child_process";
import { InputError } from "@lorank/core";
import { type FileMetaData, parquetMetadataAsync, parquetSchema } from "hyparquet";
import { assertAtMost, type ReadRange, type Row } from "../rows.ts";
import { parquetRecords } from "./records.js";

/** Largest Parquet file, in bytes: a file is read whole, and unpacks to values several times the file size. */
export const MOST_PARQUET_BYTES = 1_000_000_000;

/** Longest footer read for columns, in bytes. */
const MOST_FOOTER_BYTES = 2 ** 24;

export interface ParquetLimits {
  readonly milliseconds: number;
  readonly bytes: number;
}

/**
 * Time and memory limits by file size: five million rows with few values, in 3 MB, take 0.9 GB; other tables a tenth.
 */
const limitsOf = (bytes: number): ParquetLimits => ({
  milliseconds: 30_000 + bytes / 1000,
  bytes: 2e9 + 50 * bytes,
});

/**
 * Rows in a `.parquet` file, numbered from 1. Integers beyond 2^53 become text, dates ISO 8601, and class labels their
 * class names.
 *
 * @param path is named in errors.
 * @throws InputError E_DATA for a file that is too large, is no Parquet, or has unreadable content.
 */
export async function parquetRows(
  path: string,
  content: Uint8Array,
  limits = limitsOf(content.byteLength),
): Promise<Row[]> {
  assertAtMost(path, content.byteLength, MOST_PARQUET_BYTES);
  try {
    await assertReturns(content, limits);
    const { metadata, records } = await parquetRecords(Uint8Array.from(content).buffer);
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
    const { message, syscall } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined || /^WebAssembly\b/.test(message)) throw cause; // the machine's fault, not the file's
    // Engine errors on a damaged file's values help nobody.
    const isOfEngine = cause instanceof TypeError || cause instanceof RangeError;
    const reason = isOfEngine ? "it is damaged, or no Parquet file" : message;
    throw new InputError("E_DATA", `${path} must be a Parquet file that can be read: ${reason}`, { cause });
  }
}

const node = globalThis.process; // absent in browsers, where the page ends the worker that reads

/** Process that tries files in turn, until a file exceeds the limits. */
let child: ChildProcess | undefined;
let lastTrial: Promise<void> = Promise.resolve();

/**
 * Throws unless the reader returns within `limits`. A separate process tries it, since a damaged file may loop or end
 * the process.
 */
function assertReturns(content: Uint8Array, limits: ParquetLimits): Promise<void> {
  const trial = lastTrial.then(() => tryNext(content, limits));
  lastTrial = trial.catch(() => {});
  return trial;
}

async function tryNext(content: Uint8Array, { milliseconds, bytes }: ParquetLimits): Promise<void> {
  const childProcess = node?.getBuiltinModule?.("child_process");
  if (childProcess === undefined) return;
  const program = new URL("./try-records.js", import.meta.url);
  const options: ForkOptions = {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  };
  const trier = child?.connected ? child : childProcess.fork(program, options);
  // The pending answer alone keeps the process alive.
  trier.unref();
  trier.channel?.ref();
  const bytesHeld = await new Promise<unknown>((resolve, reject) => {
    trier.once("error", reject).once("message", resolve).once("disconnect", resolve);
    trier.send({ content, milliseconds, bytes }, () => {}); // the events say how it ends
  });
  trier.removeAllListeners();
  if (bytesHeld === undefined) {
    const [seconds, megabytes] = [milliseconds / 1000, bytes / 1e6].map(Math.ceil);
    throw new Error(`it must be read within ${seconds} s and ${megabytes} MB`);
  }
  trier.channel?.unref();
  // Memory from one file counts for the next.
  if ((bytesHeld as number) < bytes / 10) child = trier;
  else trier.disconnect();
}

/** Columns in a footer, in file order. Throws a plain error if the footer is damaged. */
export async function parquetColumns(byteLength: number, read: ReadRange): Promise<string[]> {
  const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> => {
    if (end - start > MOST_FOOTER_BYTES)
      throw new Error(`the footer must have at most ${MOST_FOOTER_BYTES} bytes, got ${end - start}`);
    return Uint8Array.from(await read(start, end)).buffer;
  };
  const metadata = await parquetMetadataAsync({ byteLength, slice }, { geoparquet: false });
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

/** Class names by column, as Hugging Face's datasets writes them. */
function classNames(metadata: FileMetaData): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  const text = metadata.key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
  let features: unknown;
  try {
    features = (JSON.parse(text ?? "{}") as { info?: { features?: unknown } }).info?.features;
  } catch {
    return names; // metadata by another program
  }
  for (const [column, feature] of Object.entries((features ?? {}) as Record<string, unknown>)) {
    const { _type: type, names: list } = (feature ?? {}) as { _type?: unknown; names?: unknown };
    if (type === "ClassLabel" && Array.isArray(list) && list.every((name) => typeof name === "string")) {
      names.set(column, list);
    }
  }
  return names;
}

/** Parquet value as JSON: text for dates and large integers. */
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
