import type { FileMetaData, ParquetRow } from "hyparquet";

/** Reads a whole file. May run for ever, or end the process, on a damaged one. Throws a plain error otherwise. */
export function parquetRecords(
  bytes: ArrayBuffer,
): Promise<{ readonly metadata: FileMetaData; readonly records: ParquetRow[] }>;
