import type { FileMetaData, ParquetRow } from "hyparquet";

/** Reads a whole file. Damaged files may never return, end the process, or throw a plain error. */
export function parquetRecords(
  bytes: ArrayBuffer,
): Promise<{ readonly metadata: FileMetaData; readonly records: ParquetRow[] }>;
